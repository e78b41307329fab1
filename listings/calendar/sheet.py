"""A week's what's-on sheet: everything of seven days, as one or two pages of paper."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .agenda import Day
from .entries import Entry, by_day, context_of_day, entries, with_listings
from .question import Question

MAX_ENTRIES = 200
MAX_LASTING = 20
ONE_DAY = datetime.timedelta(days=1)
WEEK = re.compile(r"(20\d\d)-W(0[1-9]|[1-4]\d|5[0-3])")


@dataclass(frozen=True)
class Sheet:
    """`lasting` began before the week; `left_out` so many did not fit. `previous` and `next` are weeks."""

    monday: datetime.date
    title: str
    days: list[Day]
    lasting: list[Entry]
    left_out: int
    week: str
    previous: str
    next: str

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.lasting)


def parse(text: str) -> datetime.date:
    """The Monday of a week `2026-W49` (ISO 8601). Raises ValueError, in words, for anything else."""
    match = WEEK.fullmatch(text)
    try:
        if match:
            return datetime.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass  # a week 53 of a year that has 52
    raise ValueError(_("“%(value)s” is not a week. Give one such as 2026-W49.") % {"value": text[:60]})


def name_of(monday: datetime.date) -> str:
    """`2026-W49`."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(day: datetime.date) -> datetime.date:
    return day - day.weekday() * ONE_DAY


def load(question: Question, monday: datetime.date) -> Sheet:
    """Return the week from `monday`. Cancelled dates are on it, struck through: paper hangs where people pass."""
    begins, ends = question.midnight(monday), question.midnight(monday + 7 * ONE_DAY)
    inside = question.rows.filter(starts_at__gte=begins, starts_at__lt=ends)
    rows = list(with_listings(inside).order_by("starts_at", "pk")[:MAX_ENTRIES])
    under_way = question.rows.on().filter(period__contains=begins, starts_at__lt=begins)
    before = list(with_listings(under_way.order_by("starts_at", "pk"))[:MAX_LASTING])
    made = entries([*before, *rows], question.viewer, question.zone)
    lasting, found = [it for it in made[: len(before)] if it.takes_days], made[len(before) :]
    days = [
        Day(**context_of_day(day, question.today), entries=ones, going_on=[]) for day, ones in by_day(found).items()
    ]
    words = {"first": date_format(monday, "j F"), "last": date_format(monday + 6 * ONE_DAY, "j F Y")}
    return Sheet(
        monday=monday,
        title=_("%(first)s to %(last)s") % words,
        days=days,
        lasting=lasting,
        left_out=inside.count() - len(rows) if len(rows) == MAX_ENTRIES else 0,
        week=name_of(monday),
        previous=name_of(monday - 7 * ONE_DAY) if monday > monday_of(question.today) else "",
        next=name_of(monday + 7 * ONE_DAY),
    )
