"""Time zones as iCalendar has them (RFC 5545, section 3.6.5), written by ourselves.

Most zones change twice a year by rule: then a VTIMEZONE is two rules, which every reader understands. What icalendar
7.3.2 writes instead (`add_missing_timezones`: lists of dates behind a standard time of 1970, when London was an hour
ahead all year) makes ical.js 2.2 and vobject 0.9.9 read winter in London an hour early.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from listings.schedules.repeat import WEEKDAYS

from .content_lines import line, text

# A rule has to hold for so many years from the first that is used.
HELD = 12
# Rules are said from here on, as everybody does; before the first year that is used they need not be true.
SINCE = 1970


@dataclass(frozen=True)
class Change:
    """A change of the clocks: when (UTC), from and to which offset, and what it is then called."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def local(self) -> datetime:
        """What the clocks show when they are changed: on the offset before, as DTSTART has to be."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def kind(self) -> str:
        return "DAYLIGHT" if self.after > self.before else "STANDARD"


@lru_cache(maxsize=64)
def changes(zone: ZoneInfo, first: int, last: int) -> tuple[Change, ...]:
    """The changes of the clocks of `zone` in the years from `first` to `last`, in order."""
    found, step = [], timedelta(days=7)
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while at < end:
        after = at + step
        if _offset(zone, at) != _offset(zone, after):
            exact = _between(zone, at, after)
            if exact.year <= last:
                name = exact.astimezone(zone).tzname() or ""
                found.append(Change(exact, _offset(zone, exact - timedelta(seconds=1)), _offset(zone, exact), name))
        at = after
    return tuple(found)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second that has the offset of `high`."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def vtimezone(zone: ZoneInfo, first: int, last: int) -> list[str]:
    """The lines of a VTIMEZONE that is right for the years from `first` to `last`.

    Two rules where the zone changes twice a year by rule, one standard time where it never changes, else each change.
    """
    found = changes(zone, first, max(last, first + HELD))
    if not found:
        at = datetime(first, 1, 1, tzinfo=UTC)
        start = datetime(SINCE, 1, 1)
        body = _observance("STANDARD", start, _offset(zone, at), _offset(zone, at), at.astimezone(zone).tzname() or "")
    elif (rules := _as_rules(found, first, max(last, first + HELD))) is not None:
        body = [it for change, rule in rules for it in _of_rule(change, rule)]
    else:
        body = list(_one_by_one(zone, first, last))
    return [line("BEGIN", "VTIMEZONE"), line("TZID", zone.key), *body, line("END", "VTIMEZONE")]


def _as_rules(found: tuple[Change, ...], first: int, last: int) -> list[tuple[Change, str]] | None:
    """The last two changes, each with the weekday of a month that it falls on every year; None when there are none."""
    if len(found) != 2 * (last - first + 1):
        return None
    rules = []
    for change in found[:2]:
        same = [it for it in found if it.kind == change.kind and it.local.month == change.local.month]
        if len(same) != last - first + 1:
            return None
        if len({(it.before, it.after, it.local.time(), it.local.weekday()) for it in same}) != 1:
            return None
        nths = set.intersection(*(_nths(it.local) for it in same))
        if not nths:
            return None
        # The last of a month rather than its fourth, where both held.
        rules.append((change, f"{min(nths)}{WEEKDAYS[change.local.weekday()]}"))
    return rules if len({change.kind for change, _rule in rules}) == 2 else None


def _nths(day: datetime) -> set[int]:
    """Which of its weekday a day is in its month: counted from the start, and -1 for the last."""
    last = day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    return {(day.day - 1) // 7 + 1} | ({-1} if last else set())


def _of_rule(change: Change, rule: str) -> list[str]:
    month = change.local.month
    days = [
        day
        for day in calendar.Calendar().itermonthdates(SINCE, month)
        if day.month == month and day.weekday() == change.local.weekday()
    ]
    nth = int(rule[:-2])
    start = datetime.combine(days[nth] if nth < 0 else days[nth - 1], change.local.time())
    repeat = f"FREQ=YEARLY;BYMONTH={month};BYDAY={rule}"
    return _observance(change.kind, start, change.before, change.after, change.name, repeat)


def _one_by_one(zone: ZoneInfo, first: int, last: int) -> Iterator[str]:
    begins = datetime(first - 1, 1, 1, tzinfo=UTC)
    offset = _offset(zone, begins)
    start = (begins + offset).replace(tzinfo=None)
    yield from _observance("STANDARD", start, offset, offset, begins.astimezone(zone).tzname() or "")
    for it in changes(zone, first - 1, last + 1):
        yield from _observance(it.kind, it.local, it.before, it.after, it.name)


def _observance(
    kind: str, start: datetime, before: timedelta, after: timedelta, name: str, repeat: str = ""
) -> list[str]:
    return [
        line("BEGIN", kind),
        line("DTSTART", f"{start:%Y%m%dT%H%M%S}"),
        *([line("RRULE", repeat)] if repeat else []),
        line("TZOFFSETFROM", _signed(before)),
        line("TZOFFSETTO", _signed(after)),
        line("TZNAME", text(name)),
        line("END", kind),
    ]


def _signed(offset: timedelta) -> str:
    """`+0100`, `-0330`; with seconds where there are some."""
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    told = f"{sign}{seconds // 3600:02}{seconds % 3600 // 60:02}"
    return told + (f"{seconds % 60:02}" if seconds % 60 else "")
