"""What lies under a network on the ground: the boundary of its place, and the names of towns."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Value, When

from mapping.models import GazetteerEntry, Place

# Towns first, then villages and suburbs; so many names, and so many corners of the boundary at most.
KINDS = ("city", "town", "village", "suburb")
MAX_TOWNS, MAX_CORNERS = 12, 240


def outline(place: Place) -> dict[str, Any]:
    """The rings of the boundary, `[[lon, lat], ...]` each, and the towns within, `name, lon, lat`. One query.

    Both are empty for a place without a boundary.
    """
    if place.boundary is None:
        return {"rings": [], "towns": []}
    west, south, east, north = place.boundary.extent
    shape = place.boundary
    tolerance = max(east - west, north - south) / 400
    for _ in range(8):
        if shape.num_coords <= MAX_CORNERS:
            break
        shape = place.boundary.simplify(tolerance, preserve_topology=True)
        tolerance *= 2
    polygons = shape if shape.geom_type == "MultiPolygon" else [shape]
    rings = [[[round(lon, 5), round(lat, 5)] for lon, lat, *_ in it[0].coords] for it in polygons]
    order = Case(*(When(kind=it, then=Value(n)) for n, it in enumerate(KINDS)), output_field=IntegerField())
    entries = (
        GazetteerEntry.objects.filter(point__within=place.boundary, kind__in=KINDS)
        .annotate(order=order)
        .order_by("order", "name", "pk")[:MAX_TOWNS]
    )
    towns = [{"name": it.name, "lon": round(it.point.x, 5), "lat": round(it.point.y, 5)} for it in entries]
    return {"rings": rings, "towns": towns}
