"""When something takes place: a rule of dates, times of day on the clocks of the place, exceptions and changes.

A class at ten o'clock is at ten o'clock in summer and in winter: its dates are counted on the calendar and each is
turned into an instant by itself. No Django here; dateutil counts the dates (`repeat.py`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from mapping.opening_hours.holidays import bank_holidays

from .repeat import Repeat

ONE_DAY = timedelta(days=1)
# An end before the start is of the next day.
MAX_NIGHTS, MAX_DAYS, MAX_TIMES = 30, 60, 12
# How long something goes on of which nobody said when it ends.
PLAUSIBLE = timedelta(hours=2)
# No rule is followed further than that from where one looks: there is no date to be found.
LOOKED_AHEAD = timedelta(days=3 * 366)
# Nor beyond this day: soon after it dates come to their end.
LATEST = date(9998, 1, 1)


class Status(enum.StrEnum):
    ON = "on"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Slot:
    """A time of the day; it ends `nights` days later (0: the same day). `ends` None: nobody said."""

    starts: time
    ends: time | None = None
    nights: int = 0

    @classmethod
    def between(cls, starts: time, ends: time | None) -> Slot:
        """From `starts` to `ends`; an end at or before the start is of the next day (20:00 to 09:00)."""
        return cls(starts, ends, int(ends is not None and ends <= starts))


@dataclass(frozen=True)
class Change:
    """What is different on one date. `original` is its local start by the rule (midnight: all day).

    Without `starts` it is when it was; `where` and `venue` (an id) are empty unless it is elsewhere.
    """

    original: datetime
    cancelled: bool = False
    starts: datetime | None = None
    ends: datetime | None = None
    venue: int | None = None
    where: str = ""
    note: str = ""


@dataclass(frozen=True)
class Span:
    """One occurrence: instants in UTC, `ends` None when nobody said. `original` is its local start by the rule.

    `is_shifted`: its time lies in the hour that is left out when clocks go forward, so it is an hour later.
    """

    starts: datetime
    ends: datetime | None
    original: datetime | None = None
    status: Status = Status.ON
    all_day: bool = False
    change: Change | None = field(default=None, compare=False)
    is_shifted: bool = False

    @property
    def until(self) -> datetime:
        """When it is over: its end, or when that is plausible."""
        return self.ends or self.starts + PLAUSIBLE

    @property
    def key(self) -> str:
        """What tells it from the others of its schedule, whatever becomes of it."""
        original = self.original or self.starts
        return f"{original:%Y-%m-%d}" if self.all_day else f"{original:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True)
class Schedule:
    """`first` date and `times` of the day (none: all day, `days` long), repeated by `repeat` (None: once).

    `also_on` are further dates, `not_on` are left out, as are whole months and the bank holidays of `nation`.
    """

    first: date
    times: tuple[Slot, ...]
    zone: ZoneInfo
    days: int = 1
    repeat: Repeat | None = None
    also_on: tuple[date, ...] = ()
    not_on: tuple[date, ...] = ()
    not_in_months: tuple[int, ...] = ()
    not_on_holidays: bool = False
    nation: str = ""
    changes: tuple[Change, ...] = ()

    def __str__(self) -> str:
        """For logs and audits: `2026-12-08 10:00-11:30 FREQ=WEEKLY;BYDAY=TU`, exceptions as numbers."""
        times = " ".join(f"{it.starts:%H:%M}" + (f"-{it.ends:%H:%M}" if it.ends else "") for it in self.times)
        parts = [str(self.first), times or f"{self.days} d", self.repeat.text if self.repeat else ""]
        parts += [f"+{it}" for it in self.also_on] + [f"-{it}" for it in self.not_on]
        parts += [f"-month {it}" for it in self.not_in_months] + ["-holidays"] * self.not_on_holidays
        parts += [f"!{it.original:%Y-%m-%dT%H:%M}" for it in self.changes]
        return " ".join(part for part in parts if part)

    @property
    def is_all_day(self) -> bool:
        return not self.times

    @property
    def repeats(self) -> bool:
        """Whether it has more than one date."""
        return self.repeat is not None or bool(self.also_on)

    @property
    def is_endless(self) -> bool:
        return self.repeat is not None and self.repeat.is_endless

    def on_rule(self) -> Schedule:
        """The same, beginning on the first date of its rule. ValueError when the rule has no date."""
        if self.repeat is None:
            return self
        first = self.repeat.first_from(self.first)
        if first is None:
            raise ValueError("The rule has no date.")
        return replace(self, first=first)

    # --- dates

    def dates(self, start: date, end: date) -> Iterator[date]:
        """Yield the local dates from `start` to `end`, both included, in order, exceptions taken out."""
        found = {it for it in self.also_on if start <= it <= end}
        if self.repeat is None:
            found |= {self.first} if start <= self.first <= end else set()
        else:
            found |= set(self.repeat.dates(self.first, start, end))
        for day in sorted(found):
            if not self._is_left_out(day):
                yield day

    def left_out(self, start: date, end: date) -> Iterator[date]:
        """Yield the dates of the rule that are left out (EXDATE), from `start` to `end`."""
        dates = [self.first] if self.repeat is None else self.repeat.dates(self.first, start, end)
        return (day for day in dates if start <= day <= end and self._is_left_out(day))

    def _is_left_out(self, day: date) -> bool:
        if day in self.not_on:
            return True
        if day in self.also_on:
            return False
        if day.month in self.not_in_months:
            return True
        return self.not_on_holidays and day in bank_holidays(self.nation, day.year)

    # --- occurrences

    def spans(self, start: date, end: date) -> list[Span]:
        """Return the occurrences that begin by the rule or in fact from `start` to `end`, both included, in order.

        Cancelled ones are among them. A start in the hour that is left out in spring is that much later; one in the
        hour that comes twice in autumn is the earlier of the two.
        """
        changes = {it.original: it for it in self.changes}
        found = []
        for day in self.dates(start, end):
            for span in self._of_day(day):
                found.append(self._changed(span, changes.pop(span.original, None)))
        # Changes of dates that lie outside may have moved in.
        for change in changes.values():
            if change.starts and start <= change.starts.date() <= end and not start <= change.original.date() <= end:
                day = change.original.date()
                for span in self._of_day(day) if day in set(self.dates(day, day)) else ():
                    if span.original == change.original:
                        found.append(self._changed(span, change))
        return sorted(found, key=lambda it: (it.starts, it.key))

    def next_spans(self, now: datetime, count: int) -> list[Span]:
        """Return the first `count` occurrences that are not over and not cancelled at `now`."""
        today = now.astimezone(self.zone).date()
        start = today - (MAX_NIGHTS if self.times else self.days) * ONE_DAY
        found: list[Span] = []
        # Moved ones may lie far from their date: look at those of the rule first, then sort.
        step, end = timedelta(days=92), max(start, self.first)
        last = max([today, self.first, *self.also_on, *(it.starts.date() for it in self.changes if it.starts)])
        last = min(last, LATEST - LOOKED_AHEAD)
        while len(found) < count and end <= last + LOOKED_AHEAD:
            found += [it for it in self.spans(end, end + step) if it.status != Status.CANCELLED and it.until > now]
            end += step + ONE_DAY
            if self.repeat is None and end > last:
                break
        unique = {it.key: it for it in found}
        return list(islice(sorted(unique.values(), key=lambda it: it.starts), count))

    def last_until(self) -> datetime | None:
        """When the last occurrence is over; None while there is no last one, or none at all.

        Where all are cancelled it is when the last would have been: until then people come to look.
        """
        if self.is_endless:
            return None
        end = self.first
        if self.repeat is not None:
            # Ends by itself: with UNTIL or COUNT.
            end = max((it.date() for it in self.repeat.rule_from(self.first)), default=self.first)
        spans = self.spans(min([self.first, *self.also_on]), max([end, *self.also_on]))
        on = [it.until for it in spans if it.status != Status.CANCELLED]
        return max(on or [it.until for it in spans], default=None)

    def _of_day(self, day: date) -> Iterator[Span]:
        if self.is_all_day:
            starts = self.instant(datetime.combine(day, time()))
            ends = self.instant(datetime.combine(day + self.days * ONE_DAY, time()))
            yield Span(starts, ends, datetime.combine(day, time()), all_day=True)
            return
        for slot in self.times:
            local = datetime.combine(day, slot.starts)
            ends = None if slot.ends is None else datetime.combine(day + slot.nights * ONE_DAY, slot.ends)
            yield self._span(local, ends, local)

    def _span(self, local: datetime, local_end: datetime | None, original: datetime) -> Span:
        starts = self.instant(local)
        shifted = starts.astimezone(self.zone).replace(tzinfo=None) != local
        ends = None if local_end is None else self.instant(local_end)
        if ends is not None and ends <= starts:
            # Both lie in the hour that is left out, or across it: it lasts as long as it always does.
            ends = starts + (local_end - local)
        return Span(starts, ends, original, is_shifted=shifted)

    def _changed(self, span: Span, change: Change | None) -> Span:
        if change is None:
            return span
        if change.cancelled:
            return replace(span, status=Status.CANCELLED, change=change)
        if change.starts is None:
            return replace(span, status=Status.MOVED if change.where or change.venue else Status.ON, change=change)
        if span.all_day:
            days = (change.ends - change.starts).days if change.ends else self.days
            starts, ends = change.starts, change.starts + max(days, 1) * ONE_DAY
            moved = replace(span, starts=self.instant(starts), ends=self.instant(ends))
        else:
            ends = change.ends
            if ends is None and span.ends is not None:
                # Moved without a new end: it lasts as long as on other days.
                ends = change.starts + (span.ends - span.starts)
            moved = replace(self._span(change.starts, ends, span.original), all_day=False)
        return replace(moved, status=Status.MOVED, change=change)

    def instant(self, local: datetime) -> datetime:
        """The instant of a local time, in UTC."""
        return local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
