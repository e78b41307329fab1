"""An area that somebody drew, pasted or uploaded: a flood, a park, a street. Read from GeoJSON, written into a URL.

`lon,lat;lon,lat;...` is one ring; several areas are joined with `|`. Coordinates are WGS84 degrees (EPSG:4326).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.validation import explain_validity

from config.errors import HereaboutsError

# What a URL may bring (`NetworkView.area`), what we write into one (proxies commonly stop at 8,000 bytes, and a comma
# takes three), and what may be uploaded.
LONGEST, WRITTEN, LARGEST = 8_000, 3_000, 2_000_000
MAX_RINGS, MAX_POINTS = 50, 100_000
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,10})?")


class AreaProblem(HereaboutsError, ValueError):
    """What is wrong with an area, in a sentence to show."""

    status = 422


def read(text: str) -> MultiPolygon:
    """Return the area that a URL carries.

    Raises
    ------
    AreaProblem
        When it is not rings of longitude and latitude, crosses itself or is far too long.
    """
    if len(text) > LONGEST:
        raise AreaProblem(_("That area has too many corners."), _("Draw it with fewer."))
    rings = [it for it in text.split("|") if it.strip()]
    if not rings or len(rings) > MAX_RINGS:
        raise AreaProblem(_("Give an area as longitude,latitude;longitude,latitude;... all the way round."))
    return _checked([Polygon(_ring(it)) for it in rings])


def _ring(text: str) -> list[tuple[float, float]]:
    corners = []
    for pair in text.strip().strip(";").split(";"):
        parts = [it.strip() for it in pair.split(",")]
        if len(parts) != 2 or not all(_NUMBER.fullmatch(it) for it in parts):
            raise AreaProblem(
                _("“%(pair)s” is no longitude and latitude.") % {"pair": pair[:60]},
                _("Write them as -2.31,53.44, with ; between corners."),
            )
        corners.append((float(parts[0]), float(parts[1])))
    if len(set(corners)) < 3:
        raise AreaProblem(_("An area has three corners or more."))
    return corners


def from_geojson(data: bytes | str) -> str:
    """Return the areas of a GeoJSON text (RFC 7946) as a URL carries them: holes filled, drawn with fewer corners
    where there are too many.

    Raises
    ------
    AreaProblem
        When it is no GeoJSON, has no polygon in it, or one that crosses itself.
    """
    if len(data) > LARGEST:
        raise AreaProblem(_("That file is too large."), _("Two megabytes are the most."))
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise AreaProblem(
            _("That is no GeoJSON."), _("Save the area as GeoJSON in your map program, or paste it whole.")
        ) from None
    polygons = _polygons(found)
    if not polygons:
        raise AreaProblem(_("There is no polygon in that GeoJSON: points and lines enclose nothing."))
    return _written(_checked(polygons))


def _polygons(found: Any, deep: int = 0) -> list[Polygon]:
    """The polygons of a geometry, a feature or a collection of either, without their holes."""
    if not isinstance(found, dict) or deep > 5:
        return []
    parts = found.get("features") or found.get("geometries")
    if isinstance(parts, list):
        return [polygon for it in parts for polygon in _polygons(it, deep + 1)]
    if found.get("type") == "Feature":
        return _polygons(found.get("geometry"), deep + 1)
    if found.get("type") not in ("Polygon", "MultiPolygon"):
        return []
    try:
        geometry = shape(found)
    except (ValueError, TypeError, IndexError, AttributeError, KeyError, shapely.errors.ShapelyError):
        raise AreaProblem(
            _("A polygon in that GeoJSON cannot be read: its corners are not pairs of numbers.")
        ) from None
    parts = [geometry] if isinstance(geometry, Polygon) else list(geometry.geoms)
    return [Polygon(it.exterior) for it in parts if not it.is_empty]


def _checked(polygons: list[Polygon]) -> MultiPolygon:
    if len(polygons) > MAX_RINGS or sum(len(it.exterior.coords) for it in polygons) > MAX_POINTS:
        raise AreaProblem(_("That area has too many parts or corners."), _("Draw it more simply."))
    for polygon in polygons:
        values = [part for corner in polygon.exterior.coords for part in corner[:2]]
        if not all(math.isfinite(it) for it in values):
            raise AreaProblem(_("A corner of the area is nowhere."))
        west, south, east, north = polygon.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            raise AreaProblem(_("Corners are longitude first, then latitude, in degrees: -2.31,53.44 is in Trafford."))
        if polygon.minimum_rotated_rectangle.area == 0:
            raise AreaProblem(_("That outline encloses nothing."))
        if not polygon.is_valid:
            reason = explain_validity(polygon)
            at = re.search(r"\[(-?[\d.]+) (-?[\d.]+)", reason)
            if at:
                raise AreaProblem(
                    _("The outline of the area crosses itself near %(lon)s,%(lat)s.")
                    % {"lon": round(float(at[1]), 4), "lat": round(float(at[2]), 4)},
                    _("Draw it without crossing."),
                )
            raise AreaProblem(_("That outline encloses nothing."))
    return MultiPolygon(polygons)


def _written(area: MultiPolygon) -> str:
    """As a URL carries it, to about a metre; corners are left out, the least telling first, until it fits."""
    tolerance = 0.0
    while True:
        simple = [it.simplify(tolerance) if tolerance else it for it in area.geoms]
        text = "|".join(
            ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat, *_height in it.exterior.coords[:-1]) for it in simple
        )
        if len(text) <= WRITTEN:
            return text
        tolerance = tolerance * 2 or 0.00005
