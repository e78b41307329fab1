"""Open now, on a day or at a moment: asked of the database, in the time of the place.

Three answers: open, closed, perhaps. `open_when` gives what is open; with `perhaps` what may be open, too. Moments
of the next weeks are looked up among the intervals that are kept (`OpeningInterval`, one index); others, further
off or gone by, are evaluated from the expressions, of a bounded number of nodes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mapping.models import OpeningHours, OpeningInterval, OpenState, Place
from mapping.models.hours import DAYS, DAYS_AHEAD
from mapping.opening_hours import State, intervals

EARLY = datetime.time(6)  # what goes on past midnight and ends before is of the day before
# So many nodes are evaluated at most for a moment that no intervals are kept for.
MAX_EVALUATED = 1000
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class When:
    """A moment, or a day from midnight to midnight, in the time zone of a place (aware)."""

    start: datetime.datetime
    end: datetime.datetime | None = None  # None: a moment

    @property
    def date(self) -> datetime.date:
        return self.start.date()

    @property
    def zone(self) -> datetime.tzinfo:
        return self.start.tzinfo

    @property
    def early(self) -> datetime.datetime:
        return datetime.datetime.combine(self.date, EARLY, self.start.tzinfo)

    def is_kept(self, now: datetime.datetime) -> bool:
        """Whether intervals are kept for it."""
        # One day at the end is left to grow: the time zone of a place may be ahead of ours.
        last = now.astimezone(self.start.tzinfo).date() + (DAYS_AHEAD - 1) * ONE_DAY
        return now - ONE_DAY < self.start and self.date < last

    def meets(self, start: datetime.datetime, end: datetime.datetime) -> bool:
        """Whether a stretch from `start` to `end` counts: it is under way, or of this day."""
        # As UTC: within one time zone Python compares the clocks, which show an hour of October twice.
        start, end = start.astimezone(datetime.UTC), end.astimezone(datetime.UTC)
        if self.end is None:
            return start <= self.start < end
        return start < self.end and end > self.start and (start >= self.start or end > self.early)


def zone_of(place: Place | None) -> ZoneInfo:
    """The time zone of `place`; without one, that of the site."""
    return ZoneInfo(place.timezone) if place is not None else timezone.get_default_timezone()


def when(value: str, zone: ZoneInfo, now: datetime.datetime | None = None) -> When:
    """Return what `value` asks for: `now`, the next `mon` to `sun` (today too), a date, or a local date and time."""
    now = (now or timezone.now()).astimezone(zone)
    if value == "now":
        return When(now)
    if value in DAYS:
        ahead = (DAYS.index(value) - now.weekday()) % 7
        return day(now.date() + ahead * ONE_DAY, zone)
    if "T" in value:
        return When(datetime.datetime.fromisoformat(value).replace(tzinfo=zone))
    return day(datetime.date.fromisoformat(value), zone)


def day(date: datetime.date, zone: ZoneInfo) -> When:
    midnight = datetime.time()
    # The next midnight by the clock of the place: a day may have 23 or 25 hours.
    return When(
        datetime.datetime.combine(date, midnight, zone), datetime.datetime.combine(date + ONE_DAY, midnight, zone)
    )


def open_when(
    nodes: QuerySet,
    value: str,
    zone: ZoneInfo | None = None,
    *,
    perhaps: bool = False,
    now: datetime.datetime | None = None,
) -> QuerySet:
    """Those of `nodes` open at `value` (see `when`); with `perhaps` those that may be, too."""
    now = now or timezone.now()
    asked = when(value, zone or timezone.get_default_timezone(), now)
    if not asked.is_kept(now):
        return nodes.filter(pk__in=evaluated(nodes, asked, perhaps))
    found = stretches(asked).state_in(perhaps).filter(node=OuterRef("pk"))
    return nodes.filter(Exists(found))


def stretches(asked: When) -> QuerySet:
    """The kept intervals that count at a moment or on a day."""
    if asked.end is None:
        return OpeningInterval.objects.at(asked.start)
    return OpeningInterval.objects.on(asked.start, asked.early, asked.end)


def evaluated(nodes: QuerySet, asked: When, perhaps: bool) -> list[int]:
    """Ids of those of `nodes` that are open at a moment for which no intervals are kept.

    Looks at the first `MAX_EVALUATED` of them that have an expression; `is_bounded` says whether there are more.
    """
    wanted = (State.OPEN, State.PERHAPS) if perhaps else (State.OPEN,)
    rows = _expressions(nodes)[:MAX_EVALUATED]
    return [pk for pk, said, rest, nation, zone in rows if _state(said, tuple(rest), nation, zone, asked) in wanted]


def state_when(hours: OpeningHours, asked: When) -> State:
    """Whether something is open at a moment or on a day, evaluated from its expression."""
    return _state(hours.expression, tuple(hours.not_understood), hours.nation, hours.timezone, asked)


@lru_cache(maxsize=4096)  # the same hours are kept by many, and the same day is asked for by tiles, counts and list
def _state(expression: str, not_understood: tuple[str, ...], nation: str, zone: str, asked: When) -> State:
    start, end = asked.date - ONE_DAY, asked.date + ONE_DAY
    spans = intervals(expression, start, end, nation=nation, timezone=zone, not_understood=not_understood)
    found = {it.state for it in spans if asked.meets(it.start, it.end)}
    return next((state for state in (State.OPEN, State.PERHAPS) if state in found), State.CLOSED)


def is_bounded(nodes: QuerySet, value: str, zone: ZoneInfo) -> bool:
    """Whether `value` had to be evaluated, and more of `nodes` have hours than could be looked at."""
    if when(value, zone).is_kept(timezone.now()):
        return False
    return _expressions(nodes)[MAX_EVALUATED : MAX_EVALUATED + 1].exists()


def _expressions(nodes: QuerySet) -> QuerySet:
    rows = OpeningHours.objects.filter(node__in=nodes.order_by().values("pk")).order_by("pk")
    known = rows.exclude(expression="", not_understood=[])
    return known.values_list("pk", "expression", "not_understood", "nation", "timezone")


def counts(nodes: QuerySet, zone: ZoneInfo, values: Iterable[str] = ("now", *DAYS)) -> Mapping[str, int]:
    """How many of `nodes` are open at each of `values` (`now` and days). One query; empty when no hours are known."""
    asked = {value: when(value, zone) for value in values}
    start = min(it.start for it in asked.values())
    end = max(it.end or it.start for it in asked.values())
    open_at = {
        f"at_{value}": BoolOr(
            Q(period__contains=it.start)
            if it.end is None
            else Q(period__overlap=(it.start, it.end))
            & (Q(period__startswith__gte=it.start) | Q(period__endswith__gt=it.early))
        )
        for value, it in asked.items()
    }
    by_node = (
        OpeningInterval.objects.filter(
            node__in=nodes.order_by().values("pk"), period__overlap=(start, end), state=OpenState.OPEN
        )
        .order_by()
        .values("node")
        .annotate(**open_at)
    )
    found = by_node.aggregate(
        known=Count("node"), **{value: Count("node", filter=Q(**{f"at_{value}": True})) for value in asked}
    )
    return {value: found[value] for value in asked} if found["known"] else {}


def still_to_come(now: datetime.datetime, zone: ZoneInfo) -> QuerySet:
    """The open intervals of the day of `now` that are not over yet and that begin by day."""
    today = when("now", zone, now)
    bounds = day(today.date, zone)
    return OpeningInterval.objects.filter(
        state=OpenState.OPEN,
        period__overlap=(now, bounds.end),
        period__endswith__gt=now,
        period__startswith__gte=bounds.early,
    )
