"""What is on, day by day: a page of occurrences in order of time, and the days before and after it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from listings.models import Occurrence

from .entries import Entry, by_day, context_of_day, entries, with_listings
from .question import Question

PAGE = 50
# Of what goes on for days so many are named on each.
MAX_GOING_ON = 20
NEXT = 3


@dataclass(frozen=True)
class Day:
    """A day of the agenda: what begins on it, and what goes on that began before."""

    date: datetime.date
    label: str
    near: str
    is_today: bool
    entries: list[Entry]
    going_on: list[Entry]


@dataclass(frozen=True)
class Agenda:
    """A page. `next` and `previous` are parameters of `Question.url`; None where there is nothing that way.

    `coming` is what is on next, whatever is asked for: where the page is empty.
    """

    days: list[Day]
    first: datetime.date
    next: dict[str, Any] | None
    previous: dict[str, Any] | None
    coming: list[Entry]

    @property
    def is_empty(self) -> bool:
        return not self.days


def load(question: Question, start: datetime.date | None = None, page: int = 1) -> Agenda:
    """Return the page that begins on `start` (None: now, or with the time that is asked for).

    `page` counts on from there, where one day fills several. A page ends with a day, unless that day alone is longer.
    Five queries at most, each of a page of rows.
    """
    first = start or question.first_day
    begins = question.now if first == question.today else question.midnight(first)
    offset = (page - 1) * PAGE
    coming = question.rows.filter(starts_at__gte=begins).order_by("starts_at", "pk")
    rows = list(with_listings(coming)[offset : offset + PAGE + 1])
    following = None
    if len(rows) > PAGE:
        rows, following = _cut(question, rows, first, page)
    under_way = _under_way(question, begins) if page == 1 else []
    found = entries([*under_way, *rows], question.viewer, question.zone)
    before, found = found[: len(under_way)], found[len(under_way) :]
    going_on = [it for it in before if it.takes_days and it.day < first]
    if begins == question.now:
        # A night that began yesterday, and what began today: they are of today until they are over.
        found = [_ending(it) if it.day < first else it for it in before if it not in going_on] + found
    return Agenda(
        days=_days(question, found, going_on, first),
        first=first,
        next=following,
        previous=_previous(question, begins, first, page),
        coming=[] if found or going_on else _coming(question),
    )


def _cut(question: Question, rows: list[Occurrence], first: datetime.date, page: int):
    """A page of `rows`, whole days where that can be, and where the next one begins."""
    last = question.day_of(rows[PAGE].starts_at)
    whole = [it for it in rows if question.day_of(it.starts_at) < last]
    if whole:
        return whole, {"from_": last.isoformat()}
    if last != first:
        # The day fills the page, and is not the one that the page began with.
        return rows[:PAGE], {"from_": last.isoformat(), "page": 2}
    return rows[:PAGE], {"from_": last.isoformat(), "page": page + 1}


def _under_way(question: Question, moment: datetime.datetime) -> list[Occurrence]:
    rows = question.rows.on().filter(period__contains=moment, starts_at__lt=moment)
    return list(with_listings(rows.order_by("starts_at", "pk"))[: MAX_GOING_ON * 2])


def _ending(entry: Entry) -> Entry:
    """One that began yesterday: only its end is of today."""
    return replace(entry, hours=_("until %(time)s") % {"time": entry.ends}) if entry.ends else entry


def _days(question: Question, found: list[Entry], going_on: list[Entry], first: datetime.date) -> list[Day]:
    dated: dict[datetime.date, list[Entry]] = {}
    for day, ones in by_day(found).items():
        # What began before the page does is of its first day.
        dated.setdefault(max(day, first), []).extend(ones)
    if going_on and first not in dated:
        dated[first] = []
    lasting = going_on + [it for it in found if it.takes_days and not it.is_cancelled]
    return [
        Day(
            **context_of_day(day, question.today),
            entries=ones,
            going_on=[it for it in lasting if it.day < day <= it.last_day and it not in ones][:MAX_GOING_ON],
        )
        for day, ones in sorted(dated.items())
    ]


def _previous(question: Question, begins: datetime.datetime, first: datetime.date, page: int) -> dict[str, Any] | None:
    """Where the page before begins; None on the page of now, before which nobody looks."""
    if page > 1:
        return {"from_": first.isoformat(), "page": page - 1 if page > 2 else None}
    if first <= min(question.today, question.first_day):
        return None
    before = question.rows.filter(starts_at__lt=begins, starts_at__gte=question.midnight(question.today))
    starts = list(before.order_by("-starts_at", "-pk").values_list("starts_at", flat=True)[:PAGE])
    if len(starts) < PAGE:
        # With a time that is asked for there may be nothing before.
        return {} if starts or question.window is None else None
    day = question.day_of(starts[-1])
    return {"from_": day.isoformat()} if day > question.today else {}


def _coming(question: Question) -> list[Entry]:
    """What is on next at this place, venue or group, whatever else was asked for."""
    rows = question.anything.rows.on().filter(starts_at__gte=question.now).order_by("starts_at", "pk")
    return entries(with_listings(rows)[:NEXT], question.viewer, question.zone)
