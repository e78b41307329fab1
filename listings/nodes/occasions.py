"""The dates of listings, as the kernel's filter of time asks for them."""

from __future__ import annotations

from listings.models import Occurrence
from listings.models.occurrence import OccurrenceQuerySet
from mapping.nodes.occasions import Dates
from mapping.nodes.window import Window


def rows(window: Window) -> OccurrenceQuerySet:
    """The dates that count in `window`; what is cancelled does not.

    The bounds are asked of the columns as well: so the index that begins with the listing answers.
    """
    found = Occurrence.objects.on().filter(window.covers())
    if window.end is None:
        return found.filter(starts_at__lte=window.start, until_at__gt=window.start)
    return found.filter(starts_at__lt=window.end, until_at__gt=window.start)


DATES = Dates(
    rows,
    table=Occurrence._meta.db_table,
    is_on=f"status <> '{Occurrence.Status.CANCELLED.value}'",
    node="listing_id",
)
