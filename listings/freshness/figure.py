"""How much of each place has been confirmed in time: counted once a day, read from one row.

Only listings count: of records of open data nobody has promised that they hold. What has an end of its own (an event,
an offer with its last day) holds until then.
"""

from __future__ import annotations

import datetime

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from listings.models import Listing
from mapping.models import NodeState, Place, PlaceFreshness, Visibility

from . import open_data
from .ladder import RUNGS, Ladder
from .survey import STANDING_KINDS


def count(now: datetime.datetime | None = None) -> int:
    """Count every home place anew. Returns how many there are. A query over the live
    listings, and one over the records of open data."""
    now = now or timezone.now()
    ends = Q(schedule_row__isnull=True, dates_over_at__isnull=False) | Q(schedule_row__rule="") | Q(
        schedule_row__isnull=True, expires_at__isnull=False
    )  # fmt: skip
    standing = Q(listing_kind__in=STANDING_KINDS, schedule_row__isnull=True)
    fresh = Q(fading_since__isnull=True) & (
        ends
        | standing & Q(unconfirmed__gt=now - RUNGS[Ladder.STANDING].in_time)
        | ~standing & Q(unconfirmed__gt=now - RUNGS[Ladder.RUNNING].in_time)
    )
    rows = (
        Listing.objects.current(now)
        .filter(state=NodeState.LIVE, visibility=Visibility.PUBLIC, place__isnull=False)
        .alias(unconfirmed=Coalesce(F("confirmed_at"), F("created_at")))
        .order_by()
        .values("place")
        .annotate(counted=Count("pk"), fresh=Count("pk", filter=fresh))
    )
    found = {it["place"]: it for it in rows}
    homes = list(Place.objects.current().homes().values_list("pk", flat=True))
    old = open_data.numbers(now)
    none = {"counted": 0, "fresh": 0}
    PlaceFreshness.objects.bulk_create(
        [
            PlaceFreshness(
                place_id=pk,
                counted=found.get(pk, none)["counted"],
                fresh=found.get(pk, none)["fresh"],
                long_unconfirmed=old.get(pk, 0),
                counted_at=now,
            )
            for pk in homes
        ],
        update_conflicts=True,
        unique_fields=["place"],
        update_fields=["counted", "fresh", "long_unconfirmed", "counted_at"],
    )
    return len(homes)
