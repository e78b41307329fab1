"""Areas and distances on the map: boxes in EPSG:3857, which the indexes answer, and metres on the sphere."""

from __future__ import annotations

import math

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Case, ExpressionWrapper, F, Func, Subquery, Value, When

from mapping.models import Place

from .geocoding import EARTH_RADIUS, Spot

MERCATOR_RADIUS = 6_378_137.0  # metres: EPSG:3857
MERCATOR_EDGE = 85.06  # degrees of latitude
# The side of a square of ground (migration 0005), in metres of EPSG:3857, and how many a search may name.
CELL = 2048
MAX_CELLS = 256


def mercator(lon: float, lat: float) -> tuple[float, float]:
    """Return WGS84 degrees as EPSG:3857 metres."""
    lat = max(-MERCATOR_EDGE, min(MERCATOR_EDGE, lat))
    return (
        MERCATOR_RADIUS * math.radians(lon),
        MERCATOR_RADIUS * math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)),
    )


def mercator_box(west: float, south: float, east: float, north: float) -> Polygon:
    """Return the EPSG:3857 rectangle of a WGS84 one: a literal, so that the column's index is used."""
    box = Polygon.from_bbox((*mercator(west, south), *mercator(east, north)))
    box.srid = 3857
    return box


def box_around(lon: float, lat: float, metres: float) -> Polygon:
    """Return an EPSG:3857 square that holds the circle of `metres` around a WGS84 point.

    Mercator stretches lengths by 1/cos(latitude): taken at the circle's edge nearest to a pole.
    """
    edge = min(MERCATOR_EDGE, abs(lat) + math.degrees(metres / EARTH_RADIUS))
    half = 1.01 * metres / math.cos(math.radians(edge))
    x, y = mercator(lon, lat)
    box = Polygon.from_bbox((x - half, y - half, x + half, y + half))
    box.srid = 3857
    return box


def cells_of(box: Polygon) -> list[int] | None:
    """Return the squares of ground that an EPSG:3857 rectangle touches, as the database numbers them.

    None when there are more than `MAX_CELLS`: then the index on points knows better.
    """
    west, south, east, north = (math.floor(edge / CELL) for edge in box.extent)
    if (east - west + 1) * (north - south + 1) > MAX_CELLS:
        return None
    return [x * 65536 + (y & 65535) for x in range(west, east + 1) for y in range(south, north + 1)]


def point_at(x: float, y: float, srid: int) -> Func:
    """A point as SQL makes it of two numbers, which may be the holes of a `Compiled`."""
    # The number of the system is written out: it is the same each time.
    template = f"ST_SetSRID(ST_MakePoint(%(expressions)s), {srid})"
    return Func(Value(x), Value(y), template=template, output_field=models.PointField(srid=srid))


def distance_to(spot: Spot) -> Func:
    """Metres on the sphere from the public point of a node to `spot`."""
    return Func(
        F("public_point"),
        Value(Point(spot.lon, spot.lat, srid=4326), output_field=models.PointField(srid=4326)),
        function="ST_DistanceSphere",
        output_field=models.FloatField(),
    )


def nearness_to(spot: Spot) -> Func:
    """What to order by for the nearest first: the index on `point_3857` answers it (KNN)."""
    return Func(
        F("point_3857"),
        Value(
            Point(*mercator(spot.lon, spot.lat), srid=3857),
            output_field=models.PointField(srid=3857),
        ),
        template="(%(expressions)s)",
        arg_joiner=" <-> ",
        output_field=models.FloatField(),
    )


def is_outside(place: Place) -> Case:
    """Whether the public point of a node lies outside the boundary of `place`. Without a point it does not."""
    boundary = Subquery(place.__class__.objects.filter(pk=place.pk).values("boundary"))
    covered = Func(boundary, F("public_point"), function="ST_Covers", output_field=models.BooleanField())
    return Case(
        When(public_point__isnull=True, then=Value(False)),
        default=~ExpressionWrapper(covered, output_field=models.BooleanField()),
        output_field=models.BooleanField(),
    )
