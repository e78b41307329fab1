"""What lies around a point, whatever it is: the nearest first."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.gis.db import models
from django.db.models import F, Func, Subquery
from django.db.models.functions import Coalesce

from config.compiled import Compiled
from mapping.models import PUBLIC, Node, NodeQuerySet, Viewer

from .geometry import mercator, point_at
from .query import Query

METRES = models.FloatField()
# Metres of EPSG:3857, more than there are.
ANYWHERE = 1e9


def nearest(lon: float, lat: float, besides: int, viewer: Viewer, most: int) -> list[Node]:
    """Return the nodes that are nearest to a point (degrees), for cards, with their `distance` (metres). One query.

    besides : the number of a node that is not among them.
    """
    values = {"lon": lon, "lat": lat, "besides": besides}
    values["x"], values["y"] = mercator(lon, lat)
    if viewer.is_public:
        return _of_everybody(most).objects(**values)
    return list(_nearest(viewer, most, **values))


@lru_cache(maxsize=8)
def _of_everybody(most: int) -> Compiled:
    holes = {"lon": float, "lat": float, "besides": int, "x": float, "y": float}
    return Compiled(lambda **values: _nearest(PUBLIC, most, **values), **holes)


def _nearest(viewer: Viewer, most: int, *, lon: float, lat: float, besides: int, x: float, y: float) -> NodeQuerySet:
    here = point_at(x, y, 3857)
    nearness = Func(F("point_3857"), here, template="(%(expressions)s)", arg_joiner=" <-> ", output_field=METRES)
    nodes = Query().restrict(Node.objects.visible_to(viewer), viewer).located().exclude(pk=besides)
    # How far away the last one is, which the index on `point_3857` answers (KNN). Then all that is so near: several at
    # that distance go by their names, and in that order no index has them.
    last = Subquery(nodes.order_by(nearness).annotate(far=nearness).values("far")[most - 1 : most])
    box = Func(here, Coalesce(last, ANYWHERE), function="ST_Expand", output_field=here.output_field)
    distance = Func(F("public_point"), point_at(lon, lat, 4326), function="ST_DistanceSphere", output_field=METRES)
    found = nodes.filter(point_3857__bboverlaps=box).for_cards().annotate(distance=distance)
    return found.order_by(nearness, "name", "pk")[:most]
