"""When something takes place: one date, or every week, in the time of the place's own clocks. No Django here.

A weekly class at ten o'clock is at ten o'clock in summer and in winter, so its dates are counted on the calendar
and each is turned into an instant by itself; adding seven days to an instant would be wrong twice a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

WEEK = timedelta(weeks=1)
# An end before the start is the next morning up to this hour, and a mistake after it.
SMALL_HOURS = time(6)


@dataclass(frozen=True)
class Span:
    """One occurrence, from `starts` to `ends` (instants in UTC; `ends` is None when nobody said)."""

    starts: datetime
    ends: datetime | None


@dataclass(frozen=True)
class Schedule:
    """Local date and times of the first occurrence; `weekly` until the date `until` (None: no end known)."""

    first: date
    starts: time
    ends: time | None
    weekly: bool
    until: date | None
    zone: ZoneInfo

    @property
    def ends_next_day(self) -> bool:
        return self.ends is not None and self.ends <= self.starts and self.ends <= SMALL_HOURS

    @property
    def is_in_order(self) -> bool:
        """Whether it ends after it starts, and does not stop before its first date."""
        ordered = self.ends is None or self.ends > self.starts or self.ends_next_day
        return ordered and (self.until is None or self.until >= self.first)

    def days(self, horizon: date) -> Iterator[date]:
        """Yield the local dates up to and including `horizon`; a single date whatever the horizon."""
        day = self.first
        if not self.weekly:
            yield day
            return
        last = horizon if self.until is None else min(horizon, self.until)
        while day <= last:
            yield day
            day += WEEK

    def spans(self, horizon: date) -> Iterator[Span]:
        """Yield the occurrences on `days(horizon)`, in order.

        A start in the hour that is left out in spring (01:30) is that much later (02:30); one in the hour that
        comes twice in autumn is the earlier of the two.
        """
        return (self._span(day) for day in self.days(horizon))

    def next_spans(self, now: datetime, count: int, horizon: date) -> list[Span]:
        """Return the first `count` occurrences that have not ended (or, without an end, begun) by `now`."""
        coming = (span for span in self.spans(horizon) if (span.ends or span.starts) > now)
        return list(islice(coming, count))

    def _span(self, day: date) -> Span:
        starts = self._instant(day, self.starts)
        if self.ends is None:
            return Span(starts, None)
        ends = self._instant(day + timedelta(days=self.ends_next_day), self.ends)
        if ends <= starts:
            # Only where the clocks leave out the hour between: then the length on the clock is what was meant.
            clock = datetime.combine(day, self.ends) - datetime.combine(day, self.starts)
            ends = starts + clock
        return Span(starts, ends)

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)
