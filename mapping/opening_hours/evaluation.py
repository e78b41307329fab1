"""From an opening_hours expression to stretches of time: open, closed, or perhaps."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import opening_hours

from .holidays import bank_holidays

MAX_DAYS = 400


class State(StrEnum):
    """The three answers. `PERHAPS`: the expression alone cannot tell; ask before you come."""

    OPEN = "open"
    CLOSED = "closed"
    PERHAPS = "perhaps"


class Reason(StrEnum):
    """Why an interval is only `PERHAPS`; `NONE` for open and closed."""

    NONE = ""
    COMMENT = "comment"  # the interval's comment says on what it depends
    OPEN_END = "open end"  # no closing time is given
    BANK_HOLIDAY = "bank holiday"  # usually open; the comment is the holiday's name
    SCHOOL_HOLIDAY = "school holiday"  # depends on school holidays, which are not known
    SUN = "sun"  # depends on sunrise or sunset
    OVERLAP = "overlap"  # past midnight, into a day with hours of its own
    NOT_UNDERSTOOD = "not understood"  # the source says more of this day than the expression


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to, not including, `end` (aware, in the time zone of the place).

    `comment` is what the expression says in quotes, the holiday's name, or the piece that was not understood.
    """

    start: datetime.datetime
    end: datetime.datetime
    state: State
    comment: str = ""
    reason: Reason = Reason.NONE


def intervals(
    expression: str,
    start: datetime.date,
    end: datetime.date,
    *,
    nation: str,
    timezone: str,
    not_understood: Sequence[str] = (),
) -> list[Interval]:
    """Return the open and the perhaps stretches from local midnight of `start` to that of `end`, in order.

    They do not overlap; what lies between is closed. Raises ValueError for more than `MAX_DAYS` days.
    """
    zone = zoneinfo.ZoneInfo(timezone)
    midnight = datetime.time()
    first = datetime.datetime.combine(start, midnight, zone)
    last = datetime.datetime.combine(end, midnight, zone)
    days = bank_holidays(nation, start.year) | bank_holidays(nation, end.year)
    return [
        Interval(opens, closes, State.PERHAPS if opens.date() in days or not_understood else State.OPEN, comment)
        for opens, closes, state, comment in _spans(expression, first, last)
        if state != opening_hours.State.CLOSED
    ]


def _spans(expression, first, last):
    if not expression:
        return []
    return opening_hours.OpeningHours(
        expression, timezone=first.tzinfo, auto_country=False, max_interval_days=MAX_DAYS
    ).intervals(first, last)


def state_at(
    expression: str,
    moment: datetime.datetime,
    *,
    nation: str,
    timezone: str,
    not_understood: Sequence[str] = (),
) -> Interval:
    """Return the interval that holds at the aware `moment`, closed ones too (these reach at most a week)."""
    zone = zoneinfo.ZoneInfo(timezone)
    local = moment.astimezone(zone)
    start, end = local.date() - datetime.timedelta(days=1), local.date() + datetime.timedelta(days=8)
    found = intervals(expression, start, end, nation=nation, timezone=timezone, not_understood=not_understood)
    before = datetime.datetime.combine(start, datetime.time(), zone)
    for interval in found:
        if interval.start <= moment < interval.end:
            return interval
        if interval.start > moment:
            return Interval(before, interval.start, State.CLOSED)
        before = interval.end
    return Interval(before, datetime.datetime.combine(end, datetime.time(), zone), State.CLOSED)
