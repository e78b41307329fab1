"""One date as pages show it: the time in words, where, what it costs, and what became of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from listings.models import Listing, Occurrence
from listings.nodes.date_lines import span_of
from listings.schedules.sentence import clock, span_hours
from mapping.models import Node, StepFree, Viewer
from mapping.models.features import STEP_FREE
from mapping.nodes.cards import colour_of, confirmed

# Columns of nodes that no entry shows. Shapes take longer to read than all the rest.
UNREAD = ("location", "shape", "public_point", "point_3857", "cells", "search_vector", "search_extra", "facts")
# What ends by then on the next day is a night, and belongs to the day on which it began.
NIGHT_ENDS = datetime.time(12)


@dataclass(frozen=True)
class Entry:
    """One date. `starts_at` and `until_at` are aware, on the clocks of the place.

    `hours` is its time in words, `begins` and `ends` the two alone. `was` says when it would have been, of one that has
    moved; `goes_on` until when one lasts that takes days.
    """

    name: str
    url: str
    hours: str
    begins: str
    ends: str
    starts_at: datetime.datetime
    until_at: datetime.datetime
    where: str = ""
    where_url: str = ""
    cost: str = ""
    step_free: bool = False
    is_cancelled: bool = False
    is_moved: bool = False
    was: str = ""
    note: str = ""
    kind: str = "other"
    icon: str = "marker"
    goes_on: str = ""
    not_confirmed: str = ""

    @property
    def facts(self) -> list[str]:
        """Where, what it costs, and whether one gets in without steps."""
        return [it for it in (self.where, self.cost, _("step-free") if self.step_free else "") if it]

    @property
    def day(self) -> datetime.date:
        return self.starts_at.date()

    @property
    def last_day(self) -> datetime.date:
        return (self.until_at - datetime.timedelta(microseconds=1)).date()

    @property
    def takes_days(self) -> bool:
        """Whether it goes on for days: longer than a night."""
        nights = (self.last_day - self.day).days
        return nights > 1 or (nights == 1 and self.until_at.time() > NIGHT_ENDS) or (nights == 1 and self.is_all_day)

    @property
    def is_all_day(self) -> bool:
        return self.starts_at.time() == self.until_at.time() == datetime.time()


def with_listings(rows):
    """The occurrences `rows` with what an entry says of each, in one query."""
    unread = [f"{of}__{name}" for of in ("listing", "listing__venue", "venue") for name in UNREAD]
    return rows.select_related("listing__category", "listing__venue", "venue").defer(*unread)


def entries(rows: Iterable[Occurrence], viewer: Viewer, zone: datetime.tzinfo) -> list[Entry]:
    """Return an entry for each of `rows` (see `with_listings`), in order. One query more.

    Words are in the current language, times on the clocks of the current time zone.
    """
    rows = list(rows)
    known = {it for row in rows for it in (row.venue_id, row.listing.venue_id) if it}
    seen = set(Node.objects.visible_to(viewer).filter(pk__in=known).values_list("pk", flat=True)) if known else set()
    return [_entry(row, seen, zone) for row in rows]


def _entry(row: Occurrence, seen: set[int], zone: datetime.tzinfo) -> Entry:
    listing = row.listing
    starts, until = row.starts_at.astimezone(zone), row.until_at.astimezone(zone)
    moved = row.status == Occurrence.Status.MOVED
    where, where_url = _where(row, listing, seen)
    span = span_of(row)
    return Entry(
        name=listing.name,
        url=listing.get_absolute_url(),
        hours=span_hours(span),
        begins=_("all day") if row.all_day else clock(starts.time()),
        ends=clock(row.ends_at.astimezone(zone).time()) if row.ends_at else "",
        starts_at=starts,
        until_at=until,
        where=where,
        where_url=where_url,
        cost=listing.cost,
        step_free=_is_step_free(row, listing, seen),
        is_cancelled=row.status == Occurrence.Status.CANCELLED,
        is_moved=moved,
        was=_was(row.original, starts) if moved else "",
        note=row.note or (_("The clocks go forward in that hour, so it is an hour later.") if span.is_shifted else ""),
        kind=colour_of(listing),
        icon=listing.category.icon if listing.category else "marker",
        goes_on=_goes_on(until),
        not_confirmed=confirmed(listing, starts) if listing.fading_since is not None else "",
    )


def _where(row: Occurrence, listing: Listing, seen: set[int]) -> tuple[str, str]:
    if row.venue_id in seen:
        return ", ".join(it for it in (row.venue.name, row.where) if it), row.venue.get_absolute_url()
    if row.where:
        return row.where, ""
    if row.venue_id:
        # Elsewhere, at a venue that this viewer may not see.
        return "", ""
    if listing.venue_id in seen:
        return listing.venue.name, listing.venue.get_absolute_url()
    if listing.online:
        return _("Online"), ""
    return listing.public_address, ""


def _is_step_free(row: Occurrence, listing: Listing, seen: set[int]) -> bool:
    """Of a date that is elsewhere only what is known of that place counts."""
    at = listing
    if row.venue_id or row.where:
        at = row.venue if row.venue_id in seen else None
    return at is not None and (at.step_free == StepFree.YES or STEP_FREE in at.features)


def _was(original: str, starts: datetime.datetime) -> str:
    """When a moved one would have been, in words, from its `original`: `10 am`, `Tuesday 8 December, 10 am`."""
    try:
        was = datetime.datetime.fromisoformat(original)
    except ValueError:
        return ""
    if was.tzinfo is not None:
        was = was.astimezone(starts.tzinfo).replace(tzinfo=None)
    if was == starts.replace(tzinfo=None):
        return ""
    parts: list[str] = []
    if was.date() != starts.date():
        day = date_format(was, "j F" if was.year == starts.year else "j F Y")
        parts.append(f"{WEEKDAYS[was.weekday()]} {day}")
    if len(original) > len("2026-12-08") and (not parts or was.time() != starts.time()):
        parts.append(clock(was.time()))
    return ", ".join(parts)


def _goes_on(until: datetime.datetime) -> str:
    last = (until - datetime.timedelta(microseconds=1)).date()
    return f"{WEEKDAYS[last.weekday()]} {date_format(last, 'j F')}"


def by_day(found: Sequence[Entry]) -> dict[datetime.date, list[Entry]]:
    """The entries by the day on which each begins."""
    days: dict[datetime.date, list[Entry]] = {}
    for it in found:
        days.setdefault(it.day, []).append(it)
    return days


def context_of_day(day: datetime.date, today: datetime.date) -> dict[str, Any]:
    """What a heading says of a day: `Today`, `Tomorrow` or its weekday, and the date."""
    names = {0: _("Today"), 1: _("Tomorrow")}
    label = f"{WEEKDAYS[day.weekday()]} {date_format(day, 'j F' if day.year == today.year else 'j F Y')}"
    near = names.get((day - today).days, "")
    return {"date": day, "label": label, "near": near, "is_today": day == today}
