"""What whoever booked is to be told of beside other times: another place, off the map, on the map again.

    follow_places()       # dates that take place elsewhere now
    follow_the_map()      # listings that were taken off the map, or put back

By a job, from what is on record: whoever changed it, and however, people are told once and after the commit. Dates
that have begun are left alone.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from listings.commands.booking_where import is_elsewhere, where_of
from listings.models import Booking, BookingDate, BookingNotice, BookingState, Occurrence
from mapping.models import NodeRedirect, NodeState

# Bookings that stand: whoever waits counts on their turn.
_STANDING = Booking.objects.filter(date=OuterRef("pk")).exclude(state=BookingState.ENDED)


def _coming(now: datetime.datetime) -> QuerySet[BookingDate]:
    """Dates to come for which somebody has booked, of listings that were not merged into others."""
    merged = NodeRedirect.objects.filter(uuid=OuterRef("listing__uuid"))
    return BookingDate.objects.filter(
        Exists(_STANDING), ~Exists(merged), starts_at__gt=now, cancelled_at=None
    ).select_related("listing__venue")


def follow_places(*, now: datetime.datetime | None = None) -> int:
    """Note of each date to come where it is, and tell who booked when that is elsewhere. Returns how many moved."""
    dates = list(_coming(now or timezone.now()).filter(listing__state=NodeState.LIVE))
    rows = {
        (it.listing_id, it.original): it
        for it in Occurrence.objects.filter(listing__in={date.listing_id for date in dates})
        .filter(original__in={date.original for date in dates if date.original})
        .select_related("venue")
    }
    moved = 0
    for date in dates:
        where = where_of(date.listing, rows.get((date.listing_id, date.original)))
        if where == date.where:
            continue
        with transaction.atomic():
            # Of two workers one gets it, and tells people.
            mine = BookingDate.objects.filter(pk=date.pk, where=date.where).update(where=where)
            if mine and is_elsewhere(date.where, where):
                # At another time as well: that letter says where it is, too.
                told = Booking.objects.filter(date=date).exclude(state=BookingState.ENDED)
                told.exclude(notice=BookingNotice.MOVED).update(notice=BookingNotice.ELSEWHERE, reminded_at=None)
                moved += 1
    return moved


def follow_the_map(*, now: datetime.datetime | None = None) -> int:
    """Tell who booked what was taken off the map, and who was told so when it is there again. Returns how many dates.

    Their bookings stand: it may be put back, and then nobody has lost their place.
    """
    now = now or timezone.now()
    changed = _coming(now).filter(
        Q(listing__state=NodeState.LIVE, off_since__isnull=False)
        | (~Q(listing__state=NodeState.LIVE) & Q(off_since=None))
    )
    done = 0
    for date in changed:
        is_off = date.off_since is None
        with transaction.atomic():
            mine = BookingDate.objects.filter(pk=date.pk, off_since__isnull=is_off)
            if not mine.update(off_since=now if is_off else None):
                continue
            theirs = Booking.objects.filter(date=date).exclude(state=BookingState.ENDED)
            if is_off:
                theirs.update(notice=BookingNotice.OFF)
            else:
                # Whoever was not told yet need not be told that it is as before.
                unaware = list(theirs.filter(notice=BookingNotice.OFF).values_list("pk", flat=True))
                theirs.exclude(pk__in=unaware).filter(made_at__lt=date.off_since).update(notice=BookingNotice.BACK)
                theirs.filter(pk__in=unaware).update(notice=BookingNotice.NONE)
            done += 1
    return done
