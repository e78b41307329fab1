"""The parameters that lists take, as the OpenAPI document tells them. `mapping.search.parameters` reads them."""

from __future__ import annotations

from typing import Any

from mapping.models import NodeKind, PlaceKind
from mapping.models.hours import DAYS
from mapping.search.parameters import (
    API_LIMIT,
    DEFAULT_LIMIT,
    DEFAULT_METRES,
    MAX_CHARACTERS,
    MAX_METRES,
    MAX_PAGE,
    SORTS,
)

SLUG = "^[-a-zA-Z0-9_]{1,100}$"
UUID_EXAMPLE = "3f0d6a52-6f0c-4a1c-9d6b-0d4b2c1e8a77"


def parameter(name: str, description: str, schema: dict[str, Any], example: Any = None, **more: Any) -> dict[str, Any]:
    """One query parameter."""
    told = {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}
    if example is not None:
        told["example"] = example
    return told


def _several(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema, "maxItems": 20}


Q = parameter(
    "q",
    "Words to find, in any order and form. Quotes, `or` and a minus work as in web searches.",
    {"type": "string", "maxLength": MAX_CHARACTERS},
    "food bank",
)
NEAR = parameter(
    "near",
    "A postcode, the name of a place, or `latitude,longitude`. Sorts by distance.",
    {"type": "string", "maxLength": MAX_CHARACTERS},
    "M32 0TH",
)
WITHIN = parameter(
    "within",
    "Metres from `near`.",
    {"type": "integer", "minimum": 1, "maximum": MAX_METRES, "default": DEFAULT_METRES},
    800,
)
BBOX = parameter(
    "bbox",
    "`west,south,east,north` in degrees (WGS84, RFC 7946 section 5).",
    {"type": "string", "pattern": r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"},
    "-2.36,53.40,-2.27,53.46",
)
CATEGORY = parameter(
    "category",
    "Slug of a category, with all below it; repeat it for one or the other.",
    _several({"type": "string", "pattern": SLUG}),
    ["food-bank"],
    style="form",
    explode=True,
)
KIND = parameter(
    "kind",
    "Kind of node; repeat it for one or the other.",
    _several({"type": "string", "enum": sorted(NodeKind.values)}),
    ["organisation"],
    style="form",
    explode=True,
)
TAG = parameter(
    "tag",
    "Slug of a tag; repeat it for one or the other.",
    _several({"type": "string", "pattern": SLUG}),
    ["youth"],
    style="form",
    explode=True,
)
PLACE = parameter(
    "place",
    "Slug of a place: of one with a map of its own, what it keeps; of any other, what lies within.",
    {"type": "string", "pattern": SLUG},
    "trafford",
)
OPEN = parameter(
    "open",
    "Open `now`, on a day (the next of that name), on a date, or at a local date and time, in the time of the place. "
    "What only may be open is left out and counted in `numberPerhaps`.",
    {"type": "string", "pattern": rf"^(now|{'|'.join(DAYS)}|20\d{{2}}-\d{{2}}-\d{{2}}(T\d{{2}}:\d{{2}})?)$"},
    "wed",
)
PERHAPS = parameter(
    "perhaps",
    "With `open`: `1` gives what may be open as well; the `open` of each says which.",
    {"type": "string", "enum": ["0", "1"]},
    "1",
)
CONNECTED = parameter(
    "connected",
    "UUID of a node: what is connected with it.",
    {"type": "string", "format": "uuid"},
    UUID_EXAMPLE,
)
SORT = parameter(
    "sort",
    "Left out: by relevance with `q`, by distance with `near`, otherwise what has a place first, then by category "
    "and name.",
    {"type": "string", "enum": list(SORTS)},
    "name",
)
PAGE = parameter(
    "page", "Page of the list, from 1.", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}, 1
)
LIMIT = parameter(
    "limit",
    "Results on a page.",
    {"type": "integer", "minimum": 1, "maximum": API_LIMIT, "default": DEFAULT_LIMIT},
    100,
)
NODE = parameter("node", "UUID of a node: its connections.", {"type": "string", "format": "uuid"}, UUID_EXAMPLE)
TYPE = parameter(
    "type",
    "Slug of a type of connection; repeat it for one or the other.",
    _several({"type": "string", "pattern": SLUG}),
    ["funds"],
    style="form",
    explode=True,
)
FORMAT = parameter(
    "format",
    "`geojson`: lines between public points, without statements; what has no point is left out.",
    {"type": "string", "enum": ["json", "geojson"], "default": "json"},
    "geojson",
)
PLACE_KIND = parameter(
    "kind",
    "Kind of place; repeat it for one or the other.",
    _several({"type": "string", "enum": sorted(PlaceKind.values)}),
    ["ward"],
    style="form",
    explode=True,
)
HOME = parameter(
    "home", "`true`: only places that keep a map of their own.", {"type": "string", "enum": ["true", "false"]}, "true"
)
