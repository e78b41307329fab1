"""Open now, on a day or at a moment: asked of the database, in the time of the place.

Three answers: open, closed, perhaps. Moments of the next weeks are looked up among the intervals that are kept
(`OpeningInterval`, one index); others, further off or gone by, are evaluated from the expressions, of a bounded number
of nodes. `occasions` puts this together with what has dates.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from mapping.models import OpeningHours, OpeningInterval, OpenState
from mapping.models.hours import DAYS_AHEAD
from mapping.opening_hours import State, intervals

from .window import ONE_DAY, Window, day

# So many nodes are evaluated at most for a moment that no intervals are kept for, and so many days of each.
MAX_EVALUATED = 1000
MAX_DAYS_EVALUATED = 7


def is_kept(window: Window, now: datetime.datetime) -> bool:
    """Whether intervals are kept for it, or for a part of it."""
    # One day at the end is left to grow: the time zone of a place may be ahead of ours.
    last = now.astimezone(window.zone).date() + (DAYS_AHEAD - 1) * ONE_DAY
    begins = now - ONE_DAY < window.start
    goes_on = window.end is not None and not window.is_one_day and window.end > now
    return (begins or goes_on) and window.date < last


def stretches(window: Window) -> QuerySet:
    """The kept intervals that count."""
    return OpeningInterval.objects.filter(window.covers())


def evaluated(nodes: QuerySet, window: Window, perhaps: bool) -> list[int]:
    """Ids of those of `nodes` that are open at a time for which no intervals are kept.

    Looks at the first `MAX_EVALUATED` of them that have an expression; `is_bounded` says whether there are more.
    """
    wanted = (State.OPEN, State.PERHAPS) if perhaps else (State.OPEN,)
    rows = _expressions(nodes)[:MAX_EVALUATED]
    return [pk for pk, said, rest, nation, zone in rows if _state(said, tuple(rest), nation, zone, window) in wanted]


def state_when(hours: OpeningHours, window: Window) -> State:
    """Whether something is open at a moment or in a window of time, evaluated from its expression."""
    return _state(hours.expression, tuple(hours.not_understood), hours.nation, hours.timezone, window)


@lru_cache(maxsize=4096)  # the same hours are kept by many, and the same day is asked for by tiles, counts and list
def _state(expression: str, not_understood: tuple[str, ...], nation: str, zone: str, window: Window) -> State:
    # Hours are of the week: the first days of a long window tell.
    last = min(window.last_date, window.date + MAX_DAYS_EVALUATED * ONE_DAY)
    spans = intervals(
        expression,
        window.date - ONE_DAY,
        last + ONE_DAY,
        nation=nation,
        timezone=zone,
        not_understood=not_understood,
    )
    found = {it.state for it in spans if window.meets(it.start, it.end)}
    return next((state for state in (State.OPEN, State.PERHAPS) if state in found), State.CLOSED)


def is_bounded(nodes: QuerySet, window: Window) -> bool:
    """Whether a window had to be evaluated, and more of `nodes` have hours than could be looked at."""
    if is_kept(window, timezone.now()):
        return False
    return _expressions(nodes)[MAX_EVALUATED : MAX_EVALUATED + 1].exists()


def _expressions(nodes: QuerySet) -> QuerySet:
    rows = OpeningHours.objects.filter(node__in=nodes.order_by().values("pk")).order_by("pk")
    known = rows.exclude(expression="", not_understood=[])
    return known.values_list("pk", "expression", "not_understood", "nation", "timezone")


def still_to_come(now: datetime.datetime, zone: datetime.tzinfo) -> QuerySet:
    """The open intervals of the day of `now` that are not over yet and that begin by day."""
    bounds = day(now.astimezone(zone).date(), zone)
    return OpeningInterval.objects.filter(
        state=OpenState.OPEN,
        period__overlap=(now, bounds.end),
        period__endswith__gt=now,
        period__startswith__gte=bounds.early,
    )
