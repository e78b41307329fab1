"""Which body looks after a report: by its category and where it is. The smallest area wins."""

from __future__ import annotations

from django.contrib.gis.db.models.functions import Area
from django.db.models import F, Q

from listings.models import Report, ResponsibleBody


def body_for(report: Report) -> ResponsibleBody | None:
    """Return the body that is told of `report`: one that has confirmed its address and is not paused; None without one.

    Of several, the one with the smallest area; then one that named the category before one that takes all.
    """
    bodies = (
        ResponsibleBody.objects.filter(place=report.place_id, confirmed_at__isnull=False, paused=False)
        .filter(Q(categories=report.category_id) | Q(categories__isnull=True))
        .filter(Q(area__isnull=True) | Q(area__superseded_at__isnull=True, area__boundary__covers=report.point))
        .annotate(size=Area("area__boundary"), named=F("categories"))
    )
    return bodies.order_by(F("size").asc(nulls_last=True), F("named").asc(nulls_last=True), "pk").first()
