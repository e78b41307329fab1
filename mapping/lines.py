"""Connections as lines between two points, the strongest first: what lies underneath a map."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from .models import SUPPORTING_KINDS, Connection, Place, Statement
from .viewers import Viewer

# Of a whole place, a map draws few; of one node, all that anybody could tell apart.
MOST = 100
MOST_OF_A_NODE = 500


def strongest(
    place: Place, viewer: Viewer, *, node: str | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """GeoJSON features of the connections of a place that `viewer` sees and whose ends both have a public point.

    `node` (a uuid) asks for those of one node. Three queries at most, whatever the place.

    Properties: `source`, `target` (uuids), `type` (slug), `weight` (how many statements support it), `derived`,
    `label` (a sentence).
    """
    support = Statement.objects.visible_to(viewer).filter(kind__in=SUPPORTING_KINDS).values("pk")
    found = Connection.objects.visible_to(viewer).of_place(place)
    if node is not None:
        found = found.filter(Q(source__uuid=node) | Q(target__uuid=node))
    if limit is None:
        limit = MOST if node is None else MOST_OF_A_NODE
    found = (
        found.filter(source__public_point__isnull=False, target__public_point__isnull=False)
        .annotate(
            weight=Count("statements", filter=Q(statements__in=support)),
            stated=Count("statements", filter=Q(statements__in=support, statements__by_rule="")),
        )
        .select_related("source", "target", "type")
        .order_by("-weight", "pk")[:limit]
    )
    return [_feature(it) for it in found]


def _feature(it: Connection) -> dict[str, Any]:
    ends = [[round(point.x, 6), round(point.y, 6)] for point in (it.source.public_point, it.target.public_point)]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": ends},
        "properties": {
            "source": str(it.source.uuid),
            "target": str(it.target.uuid),
            "type": it.type.slug,
            "weight": it.weight,
            "derived": not it.stated,
            "label": f"{it.source.name} {it.type.forward} {it.target.name}.",
        },
    }
