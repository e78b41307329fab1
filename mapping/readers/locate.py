"""Where a row is: coordinates of any reference system, shapes, postcodes -> WGS84."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import ShapelyError
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from config.errors import HereaboutsError

from .errors import ReadError

# west, south, east, north: where coordinates of this project's data are expected.
GREAT_BRITAIN = (-9.0, 49.5, 2.5, 61.5)
MAX_VERTICES = 200_000

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9O][ABD-HJLNP-UW-Z]{2})")
_AT_END = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})[\s.,]*(?:UK|ENGLAND|WALES)?[\s.]*$")


class BadLocation(HereaboutsError, ValueError):
    """Coordinates that cannot be right. `field` is "x", "y" or "geometry"."""

    status = 422

    def __init__(self, field: str, value: object, remedy: str) -> None:
        super().__init__(remedy=remedy)
        self.field, self.value = field, value


@dataclass(frozen=True, slots=True)
class Located:
    """A shape (4326) and the point that stands for it; `shape` is None when it is just a point."""

    point: Point
    shape: BaseGeometry | None = None


def normalise_postcode(text: str) -> str | None:
    """A British postcode as `M32 0TH`, however it was spaced; None when it is not one.

    The letter O is read as a zero where only a digit can stand.
    """
    packed = re.sub(r"[\s.\-]+", "", text).upper()
    found = _POSTCODE.fullmatch(packed)
    if not found:
        return "GIR 0AA" if packed == "GIR0AA" else None
    outcode, incode = found.groups()
    return f"{outcode} {incode.replace('O', '0', 1) if incode[0] == 'O' else incode}"


def find_postcode(address: str) -> str:
    """The postcode that an address ends with, as `M32 0TH`, or an empty string."""
    found = _AT_END.search(address.upper())
    return (normalise_postcode(found[1]) or "") if found else ""


def is_outcode(text: str) -> bool:
    """Whether `text` is the first half of a postcode, such as M32."""
    return bool(re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?", text))


class Locator:
    """Brings coordinates of one reference system to WGS84 (longitude, latitude)."""

    def __init__(
        self,
        crs: str = "EPSG:4326",
        expected: tuple[float, float, float, float] = GREAT_BRITAIN,
        where: object = "",
    ) -> None:
        """Raises ReadError when `crs` is not known."""
        self.crs = _crs(crs, where)
        self.name = crs
        self.geographic = self.crs.is_geographic
        self.expected = expected
        self._transformer = _transformer(self.crs)
        # Degrees of WGS84 stay as they are (CRS84 is the same with the axes named the other way).
        self._same = self.crs.to_epsg() == 4326 or self.crs.to_authority() == ("OGC", "CRS84")

    def point(self, x: str, y: str) -> Located:
        """The point at `x` (easting or longitude) and `y`, given as text. Raises BadLocation."""
        numbers = []
        for field, text in (("x", x), ("y", y)):
            if not _NUMBER.fullmatch(text):
                hint = "Write 53.48, not 53,48." if "," in text else "It must be a number."
                raise BadLocation(field, text, hint)
            numbers.append(float(text))
        return Located(self._transform_point(*numbers))

    def wkt(self, text: str) -> Located:
        """The shape written as well-known text. Raises BadLocation."""
        try:
            geometry = shapely.from_wkt(text)
        except (ShapelyError, ValueError, TypeError):
            raise BadLocation("geometry", text, "This is not well-known text (WKT).") from None
        return self.geometry(geometry)

    def geojson(self, geometry: Mapping[str, Any]) -> Located:
        """The shape of a GeoJSON geometry object. Raises BadLocation."""
        try:
            shape = shapely.geometry.shape(geometry)
        except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            remedy = "The geometry is not valid GeoJSON."
            raise BadLocation("geometry", geometry, remedy) from None
        return self.geometry(shape)

    def geometry(self, geometry: BaseGeometry | None) -> Located:
        """`geometry`, made valid, in WGS84, with a point on it. Raises BadLocation."""
        if geometry is None or geometry.is_empty:
            raise BadLocation("geometry", "", "The geometry is empty.")
        geometry = shapely.force_2d(geometry)
        count = shapely.get_num_coordinates(geometry)
        if count > MAX_VERTICES:
            remedy = f"The shape has {count:,} corners, more than {MAX_VERTICES:,}: simplify it."
            raise BadLocation("geometry", geometry.geom_type, remedy)
        if geometry.geom_type == "Point":
            return Located(self._transform_point(geometry.x, geometry.y))
        if geometry.geom_type == "MultiPoint" and count == 1:
            only = geometry.geoms[0]
            return Located(self._transform_point(only.x, only.y))
        coordinates = shapely.get_coordinates(geometry)
        if not np.isfinite(coordinates).all():
            raise BadLocation("geometry", geometry.geom_type, "A coordinate is not a number.")
        for x, y in (*coordinates.min(axis=0)[None], *coordinates.max(axis=0)[None]):
            self._check(float(x), float(y))
        shape = _valid(shapely.transform(geometry, self._transform_many))
        self._check_result(*shape.centroid.coords[0])
        return Located(_point_on(shape), shape)

    def _transform_point(self, x: float, y: float) -> Point:
        self._check(x, y)
        if self._same:
            return Point(round(x, 7), round(y, 7))
        try:
            lon, lat = self._transformer.transform(x, y)
        except ProjError:
            lon = lat = math.inf
        self._check_result(lon, lat, (x, y))
        return Point(round(lon, 7), round(lat, 7))

    def _transform_many(self, coordinates: np.ndarray) -> np.ndarray:
        if self._same:
            return np.round(coordinates, 7)
        lon, lat = self._transformer.transform(coordinates[:, 0], coordinates[:, 1])
        out = np.round(np.column_stack([lon, lat]), 7)
        if not np.isfinite(out).all():
            remedy = f"A corner is outside the area of {self.name}."
            raise BadLocation("geometry", "", remedy)
        return out

    def _check(self, x: float, y: float) -> None:
        """Refuse numbers that cannot be coordinates in this system. Raises BadLocation."""
        shown = f"{x:g}, {y:g}"
        if not (math.isfinite(x) and math.isfinite(y)):
            raise BadLocation("x", shown, "A coordinate must be a number.")
        if x == 0 and y == 0:
            raise BadLocation("x", shown, "0, 0 is in the sea: leave both empty if not known.")
        if self.geographic:
            self._check_degrees(x, y, shown)
        elif abs(x) <= 180 and abs(y) <= 90:
            remedy = f'These look like degrees, not {self.name}: set crs = "EPSG:4326".'
            raise BadLocation("x", shown, remedy)

    def _check_degrees(self, x: float, y: float, shown: str) -> None:
        if not _within(x, y, self.expected) and _within(y, x, self.expected):
            remedy = "Longitude and latitude look swapped: x is the longitude, y the latitude."
            raise BadLocation("x", shown, remedy)
        if abs(x) > 180 or abs(y) > 90:
            if abs(x) > 1000 and abs(y) > 1000:
                remedy = 'These look like metres, not degrees: set crs, such as "EPSG:27700".'
            else:
                remedy = "Out of range: longitude is -180 to 180 and latitude -90 to 90."
            raise BadLocation("x" if abs(x) > 180 else "y", shown, remedy)

    def _check_result(self, lon: float, lat: float, given: tuple[float, float] = (0, 0)) -> None:
        shown = f"{given[0]:g}, {given[1]:g}"
        if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > 180 or abs(lat) > 90:
            raise BadLocation("x", shown, f"Out of range for {self.name}.")
        area = self.crs.area_of_use
        if self.geographic or area is None or area.west > area.east:
            return
        if not _within(lon, lat, (area.west - 1, area.south - 1, area.east + 1, area.north + 1)):
            swapped = self._swapped(given, area.bounds)
            remedy = "x and y look swapped." if swapped else f"Outside the area of {self.name}."
            raise BadLocation("x", shown, remedy)

    def _swapped(self, given: tuple[float, float], bounds: tuple[float, float, float, float]) -> bool:
        lon, lat = self._transformer.transform(given[1], given[0])
        return math.isfinite(lon) and math.isfinite(lat) and _within(lon, lat, bounds)


def _within(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _crs(name: str, where: object) -> CRS:
    try:
        return _known_crs(name)
    except CRSError:
        remedy = "Write it like EPSG:27700 (British National Grid) or EPSG:4326 (degrees)."
        raise ReadError(f"there is no reference system '{name}'", where, remedy) from None


@lru_cache(maxsize=32)
def _known_crs(name: str) -> CRS:
    crs = CRS.from_user_input(name.strip())
    if not (crs.is_geographic or crs.is_projected):
        raise CRSError(name)
    return crs


@lru_cache(maxsize=32)
def _transformer(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _valid(shape: BaseGeometry) -> BaseGeometry:
    """`shape` made valid, keeping what has an area when it had one. Raises BadLocation."""
    polygonal = shape.geom_type in ("Polygon", "MultiPolygon")
    fixed = shape if shape.is_valid else shapely.make_valid(shape)
    if polygonal and fixed.geom_type not in ("Polygon", "MultiPolygon"):
        parts = [p for p in shapely.get_parts(fixed) if p.geom_type in ("Polygon", "MultiPolygon")]
        fixed = shapely.union_all(parts) if parts else shapely.Polygon()
    if fixed.is_empty or (polygonal and fixed.area == 0):
        raise BadLocation("geometry", shape.geom_type, "The shape has no area.")
    return fixed


def _point_on(shape: BaseGeometry) -> Point:
    """A point that lies on the shape: inside a polygon, halfway along a line."""
    if shape.geom_type == "LineString":
        point = shape.interpolate(0.5, normalized=True)
    else:
        point = shape.point_on_surface()
    return Point(point.x, point.y)
