"""What is on next in a place: what is under way, then what begins, each listing once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from listings.models import Listing, Occurrence, Schedule
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Span
from listings.schedules.sentence import next_time, rule_in_words
from mapping.models import Place, Viewer
from mapping.nodes.providers import Upcoming

# How far ahead the front page of a place looks.
AHEAD = datetime.timedelta(days=14)
ONE_DAY = datetime.timedelta(days=1)
# So many dates are looked at for each that is shown: a listing may be on several times a day.
LOOKED_AT = 12
_COLUMNS = ("listing_id", "starts_at", "ends_at", "all_day")
Row = tuple[int, datetime.datetime, datetime.datetime | None, bool]


def upcoming(place: Place, viewer: Viewer, now: datetime.datetime, limit: int) -> list[Upcoming]:
    """Return what is on next in `place`, soonest first. Three queries, each of a few rows.

    What is under way leaves room for one that begins; what goes on for days comes last.
    """
    rows = Occurrence.objects.on().filter(listing__in=Listing.objects.visible_to(viewer).current().of_place(place))
    most = limit * LOOKED_AT
    running = rows.filter(period__contains=now, starts_at__lt=now).order_by("-starts_at", "pk").values_list(*_COLUMNS)
    begins = rows.filter(starts_at__gte=now, starts_at__lt=now + AHEAD).order_by("starts_at", "pk")
    under_way, coming = list(running[:most]), _once(begins.values_list(*_COLUMNS)[:most])
    short = _once(it for it in under_way if not it[3] and it[1] > now - ONE_DAY)
    long = _once(it for it in under_way if it[3] or it[1] <= now - ONE_DAY)
    chosen = _once([*short[: max(1, limit - 1) if coming else limit], *coming, *long])[:limit]
    schedules = Schedule.objects.filter(listing__in=[row[0] for row in chosen]).exclude(rule="")
    repeats = {it.pk: rule_in_words(Repeat.parse(it.rule), it.first_on) for it in schedules}
    found = [
        Upcoming(pk, starts, next_time(Span(starts, ends, all_day=all_day), repeats.get(pk, ""), now))
        for pk, starts, ends, all_day in chosen
    ]
    return sorted(found, key=lambda it: it.starts_at)


def _once(rows: Iterable[Row]) -> list[Row]:
    """The first of each listing."""
    found: dict[int, Row] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return list(found.values())
