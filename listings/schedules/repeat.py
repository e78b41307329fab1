"""How something repeats: a recurrence rule (RFC 5545, section 3.3.10) whose parts are dates, as one value.

    Repeat.parse("FREQ=MONTHLY;BYDAY=2TU,4TU").text     # the same rule, canonical

Times of day are no part of it: a schedule has its times beside its dates. `UNTIL` is a local date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrule, rrulestr

from config.errors import HereaboutsError

DAILY, WEEKLY, MONTHLY, YEARLY = "DAILY", "WEEKLY", "MONTHLY", "YEARLY"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY, YEARLY)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_INTERVAL, MAX_COUNT = 400, 5000
# So many dates are looked at for the first of a rule: a rule may have none (30 February).
MAX_SEARCH_YEARS = 12
DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class UnknownRule(HereaboutsError, ValueError):
    """A rule that this notation does not have: with times of day, weeks of the year, or not a rule at all."""


@dataclass(frozen=True, order=True)
class Weekday:
    """`day` 0 (Monday) to 6; `nth` of the month (-1: the last), or 0: each."""

    day: int
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.nth or ''}{WEEKDAYS[self.day]}"


@dataclass(frozen=True)
class Repeat:
    """A rule. `until` and `count` exclude each other. `position` picks of each period's dates (BYSETPOS)."""

    frequency: str
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    position: tuple[int, ...] = ()
    until: date | None = None
    count: int | None = None
    week_start: str = "MO"

    def __post_init__(self) -> None:
        if self.frequency not in FREQUENCIES:
            raise UnknownRule(f"{self.frequency} is not a frequency of dates.")
        if not 1 <= self.interval <= MAX_INTERVAL:
            raise UnknownRule(f"An interval is a number from 1 to {MAX_INTERVAL}.")
        if self.position and self.frequency in (DAILY, WEEKLY):
            # ical.js 2.2.1 ignores it there (findings/ical-js-last-day-of-each-week.sh): nobody could be told of it.
            raise UnknownRule("Positions (BYSETPOS) are those of a month or a year.")
        if self.until is not None and self.count is not None:
            raise UnknownRule("A rule ends on a date or after a number of times, not both.")
        if self.count is not None and not 1 <= self.count <= MAX_COUNT:
            raise UnknownRule(f"A number of times is from 1 to {MAX_COUNT}.")

    @classmethod
    def parse(cls, text: str) -> Repeat:
        """Read an RRULE value. Raises `UnknownRule` for what cannot be said here; UNTIL may be a date or a time."""
        parts = {}
        for part in text.strip().removeprefix("RRULE:").split(";"):
            name, equals, value = part.partition("=")
            if not equals or not value:
                raise UnknownRule(f"“{part}” is not a part of a rule.")
            parts[name.strip().upper()] = value.strip().upper()
        unknown = set(parts) - {
            "FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT", "WKST",
        }  # fmt: skip
        if unknown:
            raise UnknownRule(f"{', '.join(sorted(unknown))}: a schedule of dates does not have this.")
        try:
            return cls(
                frequency=parts.get("FREQ", ""),
                interval=int(parts.get("INTERVAL", 1)),
                weekdays=tuple(_weekday(it) for it in _listed(parts.get("BYDAY"))),
                month_days=_numbers(parts.get("BYMONTHDAY"), 31),
                months=_numbers(parts.get("BYMONTH"), 12),
                position=_numbers(parts.get("BYSETPOS"), 366),
                until=datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date() if "UNTIL" in parts else None,
                count=int(parts["COUNT"]) if "COUNT" in parts else None,
                week_start=parts.get("WKST", "MO"),
            )
        except UnknownRule:
            raise
        except ValueError as error:
            raise UnknownRule(f"“{text}” is not a rule: {error}.") from error

    @property
    def text(self) -> str:
        """The RRULE value, parts in one order, `UNTIL` as a date."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        for name, values in (
            ("BYMONTH", self.months),
            ("BYMONTHDAY", self.month_days),
            ("BYDAY", self.weekdays),
            ("BYSETPOS", self.position),
        ):
            if values:
                parts.append(f"{name}={','.join(map(str, values))}")
        if self.week_start != "MO":
            parts.append(f"WKST={self.week_start}")
        if self.until is not None:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    def in_full(self, first: date) -> Repeat:
        """The same rule with the day of the month said that goes without saying in a series that begins on `first`.

        node-ical 0.26.1 takes a month without a 31st for one with its last day, unless it is said
        (findings/node-ical-monthly-on-the-31st.sh).
        """
        if self.weekdays or self.month_days or self.frequency not in (MONTHLY, YEARLY):
            return self
        months = self.months or ((first.month,) if self.frequency == YEARLY else ())
        return replace(self, months=months, month_days=(first.day,))

    @property
    def is_endless(self) -> bool:
        return self.until is None and self.count is None

    def rule_from(self, first: date) -> rrule:
        """The rule as dateutil has it, its dates as midnights without a time zone."""
        return rrulestr(f"RRULE:{self.text}", dtstart=datetime.combine(first, time()))

    def first_from(self, day: date) -> date | None:
        """The first date of the rule on or after `day`: where a series has to begin, else readers disagree on it.

        None where the rule has no date within `MAX_SEARCH_YEARS`.
        """
        # With a count, or an interval, dates are counted from where the rule begins: on a day of its own.
        limit = datetime.combine(day.replace(day=1, year=min(9999, day.year + MAX_SEARCH_YEARS)), time())
        for found in islice(self.rule_from(day), 1):
            return found.date() if found <= limit else None
        return None

    def dates(self, first: date, start: date, end: date) -> Iterator[date]:
        """Yield the dates from `start` to `end`, both included, of the series that begins on `first`."""
        after, before = datetime.combine(start, time()), datetime.combine(end, time())
        for found in self.rule_from(first):
            if found > before:
                return
            if found >= after:
                yield found.date()


def _listed(text: str | None) -> list[str]:
    return [it.strip() for it in text.split(",") if it.strip()] if text else []


def _numbers(text: str | None, most: int) -> tuple[int, ...]:
    numbers = tuple(int(it) for it in _listed(text))
    if any(not 1 <= abs(it) <= most for it in numbers):
        raise UnknownRule(f"{text} holds a number that is not from 1 to {most}.")
    return numbers


def _weekday(text: str) -> Weekday:
    match = DAY.fullmatch(text)
    if match is None:
        raise UnknownRule(f"“{text}” is not a day of the week.")
    return Weekday(WEEKDAYS.index(match[2]), int(match[1] or 0))
