"""What lies around a point, where nothing else is asked: the answers of a page and how many there are, at once.

It is what `Query.apply` has, put into SQL once: Django writes that anew for each question, which takes longer than the
rest of an answer.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Count, F, Func, QuerySet, Value, Window

from config.compiled import Compiled
from mapping.models import PUBLIC, Node, Viewer

from .geometry import box_around, mercator, point_at
from .parameters import DEFAULT_LIMIT
from .query import Query

METRES = models.FloatField()


def page(query: Query, viewer: Viewer) -> list[tuple[int, int, float]] | None:
    """How many answer, and of each on this page its number and how far away it is (metres), the nearest first.

    None where something else is asked as well, or not for everybody.
    """
    spot = query.centre
    if spot is None or not viewer.is_public:
        return None
    asked = query.replace(page=1, limit=DEFAULT_LIMIT)
    if asked != Query(near=query.near, within=query.within):
        return None
    west, south, east, north = box_around(spot.lon, spot.lat, query.within).extent
    x, y = mercator(spot.lon, spot.lat)
    here = {"lon": spot.lon, "lat": spot.lat, "x": x, "y": y, "within": float(query.within)}
    box = {"west": west, "south": south, "east": east, "north": north}
    return _AROUND.rows(**here, **box, start=(query.page - 1) * query.limit, most=query.limit)


def _around(
    lon: float, lat: float, x: float, y: float, within: float, west: float, south: float, east: float, north: float
) -> QuerySet:
    nodes = Query().restrict(Node.objects.visible_to(PUBLIC), PUBLIC)
    edges = map(Value, (west, south, east, north))
    square = models.PolygonField(srid=3857)
    box = Func(*edges, template="ST_MakeEnvelope(%(expressions)s, 3857)", output_field=square)
    distance = Func(F("public_point"), point_at(lon, lat, 4326), function="ST_DistanceSphere", output_field=METRES)
    here = point_at(x, y, 3857)
    nearness = Func(F("point_3857"), here, template="(%(expressions)s)", arg_joiner=" <-> ", output_field=METRES)
    nodes = nodes.filter(point_3857__bboverlaps=box).annotate(distance=distance).filter(distance__lte=within)
    nodes = nodes.annotate(matched=Window(Count("pk"))).order_by(nearness, "name", "pk")
    return nodes.values_list("matched", "pk", "distance")


HOLES = ("lon", "lat", "x", "y", "within", "west", "south", "east", "north")
_AROUND = Compiled(_around, **dict.fromkeys(HOLES, float), paged=True)
