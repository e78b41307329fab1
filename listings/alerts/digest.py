"""What an alert tells: what is on in the days ahead that answers its question, and what is new on the map."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone

from listings.models import Alert, Frequency, Listing, Occurrence
from listings.nodes.date_lines import span_of
from listings.schedules.sentence import span_in_full
from mapping import search
from mapping.models import PUBLIC, Node

DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
MAX_DATES, MAX_NEW = 60, 20


@dataclass(frozen=True)
class Line:
    """One thing in a mail: its name, when it is (empty: at any time), the path of its page."""

    name: str
    when: str
    path: str


@dataclass(frozen=True)
class Digest:
    """`dates` in time order, `fresh` what came on the map since the last mail; `left_out`: dates beyond the limit."""

    dates: tuple[Line, ...]
    fresh: tuple[Line, ...]
    left_out: int

    @property
    def is_empty(self) -> bool:
        return not self.dates and not self.fresh


def digest(alert: Alert, now: datetime.datetime | None = None) -> Digest:
    """Work out the mail of an alert, as everybody may see it. A handful of bounded queries."""
    now = now or timezone.now()
    found = search.answer(QueryDict(alert.question), alert.place, PUBLIC, lenient=True)
    matching = found.matching.order_by()
    start, end = window(alert, now)
    rows = (
        Occurrence.objects.on()
        .during(start, end)
        # What goes on for weeks is told on the day that it begins.
        .filter(starts_at__gte=start, listing__in=Listing.objects.filter(pk__in=matching.values("pk")))
        .select_related("listing")
        .order_by("starts_at", "pk")
    )
    if (asked := found.query.window) is not None:
        # Of a class on many days those that were asked for.
        rows = rows.none() if asked.is_empty else rows.filter(asked.covers())
    zone = ZoneInfo(alert.place.timezone)
    with timezone.override(zone):
        dates = tuple(
            Line(row.listing.name, span_in_full(span_of(row)), row.listing.get_absolute_url())
            for row in rows[:MAX_DATES]
        )
    since = alert.sent_at or alert.confirmed_at or now
    dated = set(rows.values_list("listing_id", flat=True)[: MAX_DATES * 10])
    fresh = Node.objects.filter(pk__in=matching.filter(created_at__gt=since).exclude(pk__in=dated).values("pk"))
    return Digest(
        dates=dates,
        fresh=tuple(Line(it.name, "", it.get_absolute_url()) for it in fresh.order_by("-created_at", "pk")[:MAX_NEW]),
        left_out=max(0, rows.count() - MAX_DATES),
    )


def window(alert: Alert, now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """From now, to the end of the last day that the mail is for, on the clocks of the place.

    A daily one is for today, or from six in the evening for tomorrow; a weekly one for seven days, today included.
    """
    zone = ZoneInfo(alert.place.timezone)
    local = now.astimezone(zone)
    last = local.date() + datetime.timedelta(days=DAYS[Frequency(alert.frequency)])
    if alert.frequency == Frequency.DAILY and local.hour >= 18:
        last += datetime.timedelta(days=1)
    return now, datetime.datetime.combine(last, datetime.time(), zone)
