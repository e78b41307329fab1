"""A month as a grid of weeks: the first few things of each day, and how many more there are."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from listings.commands.dates import AT_ONCE, HORIZON
from listings.models import Occurrence

from .entries import Entry, entries, with_listings
from .question import Question

# So many entries stand in the field of a day.
PER_DAY = 4
# Things that go on for days, of the whole month.
MAX_LASTING = 20
ONE_DAY = datetime.timedelta(days=1)
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Field:
    """One day of the grid. `more` are so many further entries; `lasting` what began before and goes on."""

    date: datetime.date
    label: str
    is_of_month: bool
    is_today: bool
    entries: list[Entry]
    lasting: list[Entry]
    more: int
    url: str

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.lasting)


@dataclass(frozen=True)
class Month:
    """`previous` and `next` are months (`2026-12`), empty where nothing can be that way."""

    first: datetime.date
    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Field]]
    previous: str
    next: str

    @property
    def is_empty(self) -> bool:
        return all(field.is_empty for week in self.weeks for field in week)


def parse(text: str) -> datetime.date:
    """The first day of a month `2026-12`. Raises ValueError, in words, for anything else."""
    match = MONTH.fullmatch(text)
    if match is None:
        raise ValueError(_("“%(value)s” is not a month. Give one such as 2026-12.") % {"value": text[:60]})
    return datetime.date(int(match[1]), int(match[2]), 1)


def of_today(today: datetime.date) -> datetime.date:
    """The month to begin with: this one, or the next when this week reaches into it."""
    return (today - today.weekday() * ONE_DAY + 6 * ONE_DAY).replace(day=1)


def load(question: Question, first: datetime.date) -> Month:
    """Return the month that begins on `first`, in whole weeks; of this month from this week on. Three queries."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    if first == question.today.replace(day=1):
        weeks = [week for week in weeks if week[-1] >= question.today]
    days = [it for week in weeks for it in week]
    begins, ends = question.midnight(days[0]), question.midnight(days[-1] + ONE_DAY)
    inside = question.rows.filter(starts_at__gte=begins, starts_at__lt=ends)
    day = TruncDate("starts_at", tzinfo=question.zone)
    shown = (
        inside.annotate(day=day)
        .annotate(
            place_in_day=Window(RowNumber(), partition_by=[F("day")], order_by=["starts_at", "pk"]),
            in_day=Window(Count("pk"), partition_by=[F("day")]),
        )
        .filter(place_in_day__lte=PER_DAY)
        .order_by("starts_at", "pk")
    )
    rows = list(shown.values_list("pk", "day", "in_day"))
    lasting = question.rows.on().long().filter(starts_at__lt=ends, until_at__gt=begins)
    lasting_ids = list(lasting.order_by("starts_at", "pk").values_list("pk", flat=True)[:MAX_LASTING])
    counts = {day: number for _pk, day, number in rows}
    wanted = {*lasting_ids, *(pk for pk, _day, _number in rows)}
    found = list(with_listings(Occurrence.objects.filter(pk__in=wanted)).order_by("starts_at", "pk"))
    made = dict(zip([it.pk for it in found], entries(found, question.viewer, question.zone), strict=True))
    of_day: dict[datetime.date, list[Entry]] = {}
    for pk, day, _number in rows:
        of_day.setdefault(day, []).append(made[pk])
    long_ones = [made[pk] for pk in lasting_ids if made[pk].takes_days]
    fields = [
        Field(
            date=it,
            label=f"{WEEKDAYS[it.weekday()]} {date_format(it, 'j F')}",
            is_of_month=it.month == first.month,
            is_today=it == question.today,
            entries=of_day.get(it, []),
            lasting=[one for one in long_ones if one.day < it <= one.last_day],
            more=counts.get(it, 0) - len(of_day.get(it, [])),
            url=question.url(from_=it.isoformat()),
        )
        for it in days
    ]
    return Month(
        first=first,
        title=date_format(first, "F Y"),
        weekdays=[(str(WEEKDAYS[n]), str(WEEKDAYS_ABBR[n])) for n in range(7)],
        weeks=[fields[n : n + 7] for n in range(0, len(fields), 7)],
        previous=_month(first - ONE_DAY) if first > question.today.replace(day=1) else "",
        next=_month(first + 31 * ONE_DAY) if first < (question.now + HORIZON + AT_ONCE).date() else "",
    )


def _month(day: datetime.date) -> str:
    return f"{day:%Y-%m}"
