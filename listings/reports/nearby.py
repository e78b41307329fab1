"""What has been reported near a point already: asked before somebody reports it again."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from listings.models import Report, ReportCategory
from mapping.models import PUBLIC

# Metres; of one kind of thing, what is this near is likely to be it.
NEAR = 150
MAX_ALIKE = 5


def alike(category: ReportCategory, point: Point, *, metres: int = NEAR):
    """Public reports of this category that are still open and near `point`, the nearest first: at most `MAX_ALIKE`."""
    near = Report.objects.visible_to(PUBLIC).still_open().filter(category=category)
    # One look into the index of points; on a geography `dwithin` takes metres.
    return (
        near.filter(point__dwithin=(point, metres))
        .select_related("category", "place")
        .annotate(away=Distance("point", point))
        .order_by("away", "pk")[:MAX_ALIKE]
    )
