"""The parameters that lists take, as the OpenAPI document tells them. `mapping.search.parameters` reads them."""

from __future__ import annotations

from typing import Any

from mapping.models import NodeKind, PlaceKind
from mapping.models.features import AUDIENCES, FEATURES, LANGUAGES, MAX_AGE
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

DATE = r"20\d{2}-\d{2}-\d{2}"
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
EXACT = parameter(
    "exact",
    "Search the words as they are. Otherwise, where nothing has them, slips are mended, and `corrected` says so.",
    {"type": "string", "maxLength": MAX_CHARACTERS},
    "1",
)
NEAR = parameter(
    "near",
    "A postcode, a place, a street, a British grid reference, or `latitude,longitude`. Sorts by distance.",
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
TIME = rf"(now|today|tonight|tomorrow|weekend|week|{'|'.join(DAYS)}|{DATE}(T\d{{2}}:\d{{2}})?|({DATE})?\.\.({DATE})?)"
WHEN = parameter(
    "when",
    "What is on or open at that time: `now`, `today`, `tonight` (from 17:00), `tomorrow`, `weekend`, `week` (seven "
    "days from today), a day (the next of that name), a date, two dates with `..` between them (one may be left "
    "out), or a local date and time. In the time of the place. What only may be open is left out and counted in "
    "`numberPerhaps`.",
    {"type": "string", "pattern": f"^{TIME}$"},
    "weekend",
)
OPEN = parameter(
    "open",
    "The older name of `when`.",
    {"type": "string", "pattern": f"^{TIME}$"},
    "wed",
    deprecated=True,
)
AT = parameter(
    "at",
    "With `when`: a time of day, `morning` (5 to 12), `afternoon` (12 to 17), `evening` (17 to midnight), or two "
    "times. Alone it is asked of the next seven days.",
    {"type": "string", "pattern": r"^(morning|afternoon|evening|\d{1,2}(:\d{2})?-\d{1,2}(:\d{2})?)$"},
    "18:00-22:00",
)
FEATURE = parameter(
    "feature",
    "What it has to have; repeat it for one and the other.",
    _several({"type": "string", "enum": list(FEATURES)}),
    ["free"],
    style="form",
    explode=True,
)
LANGUAGE = parameter(
    "language",
    "Code (ISO 639) of a language that is spoken there; repeat it for one or the other.",
    _several({"type": "string", "enum": list(LANGUAGES)}),
    ["ur"],
    style="form",
    explode=True,
)
FOR = parameter(
    "for",
    "For whom it is meant; repeat it for one or the other.",
    _several({"type": "string", "enum": list(AUDIENCES)}),
    ["children"],
    style="form",
    explode=True,
)
AGE = parameter(
    "age",
    "What is meant for somebody of that age, in years, where that is known.",
    {"type": "integer", "minimum": 0, "maximum": MAX_AGE},
    7,
)
CONFIRMED = parameter(
    "confirmed",
    "`1` gives only what somebody has confirmed in the last six months, and what has not faded since.",
    {"type": "string", "enum": ["0", "1"]},
    "1",
)
PERHAPS = parameter(
    "perhaps",
    "With `when`: `1` gives what may be open as well; the `open` of each says which.",
    {"type": "string", "enum": ["0", "1"]},
    "1",
)
CONNECTED = parameter(
    "connected",
    "UUID of a node: what is connected with it.",
    {"type": "string", "format": "uuid"},
    UUID_EXAMPLE,
)
RUN_BY = parameter(
    "run_by",
    "UUID of a group (an organisation): what it runs. One that is not on the map is refused.",
    {"type": "string", "format": "uuid"},
    UUID_EXAMPLE,
)
SORT = parameter(
    "sort",
    "Left out: by date with `when` and `kind=activity`, by relevance with `q`, by distance with `near`, otherwise what "
    "has a place first, then by category and name. By date: when it is on first in the time of `when`.",
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
