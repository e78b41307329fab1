"""What `when` and `at` ask for, as a window of time on the clocks of a place. No database here.

    window("tonight", "", zone)                        # from five, or now, until four in the morning
    window("2026-12-05..2026-12-12", "evening", zone)  # eight evenings

A stretch of time that goes on past midnight and is over before `EARLY` belongs to the evening on which it began: what
ends at two on Saturday morning is Friday's.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, F, Func, Q, Value
from django.utils import timezone

from mapping.models import Place
from mapping.models.hours import DAYS

ONE_DAY = datetime.timedelta(days=1)
MIDNIGHT = datetime.time()
EARLY = datetime.time(6)
# Tonight.
EVENING, NIGHT_ENDS = datetime.time(17), datetime.time(4)
# What `when` may be besides a day of the week, a date, a range of dates and a moment. All follow the clock.
NOW, TODAY, TONIGHT, TOMORROW, WEEKEND, WEEK = "now", "today", "tonight", "tomorrow", "weekend", "week"
NAMED = (NOW, TODAY, TONIGHT, TOMORROW, WEEKEND, WEEK)
WEEK_DAYS = 7
# What `at` may be besides two times with a hyphen.
TIMES_OF_DAY: Mapping[str, tuple[datetime.time, datetime.time]] = {
    "morning": (datetime.time(5), datetime.time(12)),
    "afternoon": (datetime.time(12), EVENING),
    "evening": (EVENING, MIDNIGHT),
}
TO = ".."
# So many days has a range at most; one without an end is so long.
MAX_RANGE_DAYS = 366

RELATIVE_RANGE = re.compile(rf"{re.escape(TO)}\d")


@dataclass(frozen=True)
class Window:
    """A moment (`end` None), or a stretch of time that something has to meet. All are aware, in the zone of a place.

    `midnight`: of the first day, where whole days are asked for: what was over early that morning is of the day
    before. `parts`: the stretches of each day, where a time of day is asked for.
    """

    start: datetime.datetime
    end: datetime.datetime | None = None
    midnight: datetime.datetime | None = None
    parts: tuple[tuple[datetime.datetime, datetime.datetime], ...] = ()

    @property
    def is_moment(self) -> bool:
        return self.end is None

    @property
    def is_empty(self) -> bool:
        """Whether it is over before it begins: this morning, asked for in the afternoon."""
        return self.end is not None and _utc(self.end) <= _utc(self.start)

    @property
    def date(self) -> datetime.date:
        """Its first day."""
        return self.start.date()

    @property
    def last_date(self) -> datetime.date:
        if self.end is None:
            return self.date
        return (self.end - datetime.timedelta(microseconds=1)).date()

    @property
    def is_one_day(self) -> bool:
        """Whether all of it is of one day, or of its night."""
        return self.last_date == self.date or (self.midnight is None and self.last_date == self.date + ONE_DAY)

    @property
    def zone(self) -> datetime.tzinfo:
        assert self.start.tzinfo is not None
        return self.start.tzinfo

    @property
    def early(self) -> datetime.datetime | None:
        """Until when the first day's morning still counts to the night before."""
        return self.midnight and datetime.datetime.combine(self.midnight.date(), EARLY, self.zone)

    def meets(self, start: datetime.datetime, end: datetime.datetime) -> bool:
        """Whether a stretch from `start` to `end` (half-open) counts."""
        # As UTC: within one time zone Python compares the clocks, which show an hour of October twice.
        start, end = _utc(start), _utc(end)
        if self.end is None:
            return start <= _utc(self.start) < end
        if self.is_empty or not (start < _utc(self.end) and end > _utc(self.start)):
            return False
        if self.midnight and self.early and start < _utc(self.midnight) and end <= _utc(self.early):
            return False
        return not self.parts or any(start < _utc(last) and end > _utc(first) for first, last in self.parts)

    def covers(self, period: str = "period") -> Q:
        """The same as a condition on a column of ranges of time (timestamptz, half-open, bounded)."""
        if self.end is None:
            # The bounds one by one as well: an index on them answers without reading the rows.
            bounds = {f"{period}__endswith__gt": self.start, f"{period}__startswith__lte": self.start}
            return Q(**{f"{period}__contains": self.start}, **bounds)
        bounds = {f"{period}__endswith__gt": self.start, f"{period}__startswith__lt": self.end}
        found = Q(**{f"{period}__overlap": (self.start, self.end)}, **bounds)
        if self.midnight:
            found &= Q(**{f"{period}__startswith__gte": self.midnight}) | Q(**{f"{period}__endswith__gt": self.early})
        if self.parts:
            found &= Q(_OverlapsAny(F(period), Value(_multirange(self.parts))))
        return found

    def covers_sql(self) -> tuple[str, list[Any]]:
        """The same as SQL on the columns `period`, `starts` and `ends`, with its parameters."""
        if self.end is None:
            moment = [self.start] * 3
            return "period @> %s::timestamptz AND starts <= %s AND ends > %s", moment
        sql = "period && tstzrange(%s, %s) AND starts < %s AND ends > %s"
        params: list[Any] = [self.start, max(self.start, self.end, key=_utc), self.end, self.start]
        if self.midnight:
            sql += " AND (starts >= %s OR ends > %s)"
            params += [self.midnight, self.early]
        if self.parts:
            sql += " AND period && %s::tstzmultirange"
            params.append(_multirange(self.parts))
        return sql, params


class _OverlapsAny(Func):
    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **more):
        return super().as_sql(compiler, connection, template="(%(expressions)s::tstzmultirange)", **more)


def _multirange(parts: tuple[tuple[datetime.datetime, datetime.datetime], ...]) -> str:
    spans = (f"[{_utc(first).isoformat()},{_utc(last).isoformat()})" for first, last in parts)
    return "{" + ",".join(spans) + "}"


def zone_of(place: Place | None) -> ZoneInfo:
    """The time zone of `place`; without one, that of the site."""
    return ZoneInfo(place.timezone) if place is not None else timezone.get_default_timezone()


def window(when: str, at: str, zone: datetime.tzinfo, now: datetime.datetime | None = None) -> Window:
    """Return what `when` and `at` ask for, both as `Query` has them; `now` is aware.

    What has a name (`today`, `weekend`) begins now where it is under way: what is over is not asked for. A day of the
    week is the next of that name, today too, and a date is a whole day.
    """
    now = (now or timezone.now()).astimezone(zone)
    today = now.date()
    if when == NOW:
        return Window(now)
    if when == TONIGHT:
        start = max(_utc(_at(today, EVENING, zone)), _utc(now)).astimezone(zone)
        return Window(start, _at(today + ONE_DAY, NIGHT_ENDS, zone))
    if "T" in when:
        return Window(datetime.datetime.fromisoformat(when).replace(tzinfo=zone))
    first, last = _days(when, today)
    found = _narrowed(first, last, at, zone) if at else days(first, last, zone)
    return _from(found, now) if is_to_come(when) else found


def is_to_come(when: str) -> bool:
    """Whether only what is still to come is asked for, or under way."""
    return when in (TODAY, WEEKEND, WEEK) or bool(RELATIVE_RANGE.match(when))


def follows_clock(when: str) -> bool:
    """Whether it asks for something else tomorrow, or in a minute."""
    return when in NAMED or when in DAYS or bool(RELATIVE_RANGE.match(when))


def days(first: datetime.date, last: datetime.date, zone: datetime.tzinfo) -> Window:
    """Whole days from midnight to midnight by the clock: a day may have 23 or 25 hours."""
    midnight = _at(first, MIDNIGHT, zone)
    return Window(midnight, _at(last + ONE_DAY, MIDNIGHT, zone), midnight)


def day(date: datetime.date, zone: datetime.tzinfo) -> Window:
    return days(date, date, zone)


def times_of_day(at: str) -> tuple[datetime.time, datetime.time]:
    """The two times that `at` stands for; an end at or before the start is on the next day."""
    if at in TIMES_OF_DAY:
        return TIMES_OF_DAY[at]
    first, last = (datetime.time.fromisoformat(part) for part in at.split("-"))
    return first, last


def _days(when: str, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that `when` asks for."""
    if when == TODAY:
        return today, today
    if when == TOMORROW:
        return today + ONE_DAY, today + ONE_DAY
    if when == WEEK:
        return today, today + (WEEK_DAYS - 1) * ONE_DAY
    if when == WEEKEND:
        saturday = today + (5 - today.weekday()) * ONE_DAY
        return saturday, saturday + ONE_DAY
    if when in DAYS:
        found = today + (DAYS.index(when) - today.weekday()) % 7 * ONE_DAY
        return found, found
    if TO not in when:
        found = datetime.date.fromisoformat(when)
        return found, found
    first, last = when.split(TO)
    begins = datetime.date.fromisoformat(first) if first else today
    return begins, datetime.date.fromisoformat(last) if last else begins + (MAX_RANGE_DAYS - 1) * ONE_DAY


def _narrowed(first: datetime.date, last: datetime.date, at: str, zone: datetime.tzinfo) -> Window:
    """A time of day on each of these days."""
    begins, ends = times_of_day(at)
    parts = []
    date = first
    while date <= last:
        parts.append((_at(date, begins, zone), _at(date + ONE_DAY * (ends <= begins), ends, zone)))
        date += ONE_DAY
    if not parts:
        start = _at(first, MIDNIGHT, zone)
        return Window(start, start)
    return Window(parts[0][0], parts[-1][1], parts=tuple(parts))


def _from(found: Window, now: datetime.datetime) -> Window:
    """What of it is not over `now`."""
    assert found.end is not None
    if _utc(now) <= _utc(found.start) and not found.is_empty:
        return found
    parts = tuple((max(first, now, key=_utc), last) for first, last in found.parts if _utc(last) > _utc(now))
    if _utc(found.end) <= _utc(now) or (found.parts and not parts):
        return Window(now, now)
    start = parts[0][0] if parts else max(found.start, now, key=_utc)
    return Window(start, found.end, found.midnight, parts)


def _at(date: datetime.date, time: datetime.time, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(date, time, zone)


def _utc(moment: datetime.datetime) -> datetime.datetime:
    return moment.astimezone(datetime.UTC)
