"""Boundaries with names and codes (GeoJSON), or the box of an OpenStreetMap extract -> places in waiting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import MultiPolygon, box

from .errors import Reject
from .geojson import Features, open_geojson
from .locate import BadLocation, Locator
from .mapping_file import DEFAULT_NULLS, WGS84, slugify
from .nodes import clean
from .osm_box import box_of

NAME_LENGTH = 200
CODE_LENGTH = 12
SLUG_LENGTH = 80


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One boundary: WGS84, valid, always a MultiPolygon. `code` is empty when there is none."""

    row: int
    name: str
    code: str
    slug: str
    boundary: MultiPolygon
    parent: str = ""


def open_places(
    path: str | Path,
    *,
    name_field: str,
    code_field: str = "",
    slug_field: str = "",
    parent_field: str = "",
    crs: str = "",
) -> PlaceFile:
    """Open a GeoJSON file of boundaries. Raises ReadError when it or a field is not there."""
    fields = tuple(f for f in (name_field, code_field, slug_field, parent_field) if f)
    features = open_geojson(path, columns=fields, nulls=frozenset(DEFAULT_NULLS))
    locator = Locator(crs or features.crs or WGS84, where=path)
    return PlaceFile(features, locator, name_field, code_field, slug_field, parent_field)


def place_of_extract(path: str | Path, *, name: str, slug: str = "") -> Iterator[PlaceRow]:
    """The place that an OpenStreetMap extract was cut out for: its boundary is the box. Raises ReadError."""
    called = clean(name, NAME_LENGTH)
    yield PlaceRow(
        1, called, "", (slugify(slug) or slugify(called))[:SLUG_LENGTH].strip("-"), MultiPolygon([box(*box_of(path))])
    )


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """A file of boundaries, ready to be read."""

    features: Features
    locator: Locator
    name_field: str
    code_field: str
    slug_field: str
    parent_field: str

    def rows(self) -> Iterator[PlaceRow | Reject]:
        """Each boundary as a PlaceRow or a Reject. Raises ReadError when the file breaks off."""
        slugs: dict[str, int] = {}
        codes: dict[str, int] = {}
        for item in self.features.rows():
            if isinstance(item, Reject):
                yield item
                continue
            number, row, geometry = item
            name = clean(row.get(self.name_field), NAME_LENGTH)
            if not name:
                yield Reject.of(number, self.name_field, "", "A place needs a name.")
                continue
            code = clean(row.get(self.code_field), 40) if self.code_field else ""
            if len(code) > CODE_LENGTH:
                remedy = f"A code has at most {CODE_LENGTH} characters."
                yield Reject.of(number, self.code_field, code, remedy)
                continue
            if code and code in codes:
                remedy = f"Feature {codes[code]} has the same code."
                yield Reject.of(number, self.code_field, code, remedy)
                continue
            slug = self._slug(row.get(self.slug_field) if self.slug_field else None, name, code)
            if not slug or slug in slugs:
                slug = slugify(f"{name} {code}" if code else f"{name} {number}")[:SLUG_LENGTH]
            try:
                boundary = self._boundary(geometry)
            except BadLocation as error:
                yield Reject.of(number, "geometry", error.value, error.remedy)
                continue
            slugs[slug] = codes[code] = number
            codes.pop("", None)
            parent = clean(row.get(self.parent_field), 80) if self.parent_field else ""
            yield PlaceRow(number, name, code, slug, boundary, parent)

    def _slug(self, said: str | None, name: str, code: str) -> str:
        return (slugify(said or name) or slugify(code))[:SLUG_LENGTH].strip("-")

    def _boundary(self, geometry: object) -> MultiPolygon:
        if not isinstance(geometry, dict):
            raise BadLocation("geometry", "", "A place needs a boundary (a polygon).")
        shape = self.locator.geojson(geometry).shape
        if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
            kind = geometry.get("type")
            raise BadLocation("geometry", kind, "A place needs a boundary (a polygon).")
        return MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
