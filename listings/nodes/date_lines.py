"""The dates of a listing in words, with what is different about each: cancelled, moved from when and to where, why."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.models import Occurrence
from listings.schedules.schedule import Span, Status
from listings.schedules.sentence import clock, day_in_full, span_in_full
from mapping.models import Node, Viewer


@dataclass(frozen=True)
class Line:
    """One date: `text` says when, struck through where it is cancelled; `after` says what is different."""

    text: str
    after: str = ""
    struck: bool = False

    def __str__(self) -> str:
        return f"{self.text}: {self.after}" if self.after else self.text


def date_lines(rows: Iterable[Occurrence], viewer: Viewer) -> list[Line]:
    """Return a line for each of `rows`. One query at most, for the names of the places that dates were moved to."""
    rows = list(rows)
    ids = {it.venue_id for it in rows if it.venue_id}
    names = dict(Node.objects.visible_to(viewer).filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [_line(it, names.get(it.venue_id, "")) for it in rows]


def _line(row: Occurrence, venue: str) -> Line:
    span = span_of(row)
    note = [row.note] if row.note else []
    if span.status == Status.CANCELLED:
        text = span_in_full(replace(span, status=Status.ON))
        return Line(text, ": ".join([_("cancelled"), *note]), struck=True)
    said = []
    if span.status == Status.MOVED:
        if _is_at_another_time(row):
            said.append(_("moved from %(when)s") % {"when": original_in_words(row)})
        place = ", ".join(it for it in (venue, row.where) if it)
        if place:
            said.append(_("moved to %(place)s") % {"place": place})
        elif row.venue_id:
            said.append(_("moved to another place"))
    return Line(span_in_full(span), ", ".join(said + note))


def span_of(row: Occurrence) -> Span:
    """A date on record as a value."""
    status = Status(row.status)
    original = original_of(row)
    # At another hour than its rule says, though nobody moved it: that hour is left out on that day.
    shifted = status == Status.ON and not row.all_day and original is not None and _local(row.starts_at) != original
    return Span(row.starts_at, row.ends_at, original, status=status, all_day=row.all_day, is_shifted=shifted)


def original_of(row: Occurrence) -> datetime.datetime | None:
    """The local start that it has by the rule."""
    try:
        return datetime.datetime.fromisoformat(row.original)
    except ValueError:
        return None


def original_in_words(row: Occurrence) -> str:
    """`Tuesday 8 December 2026, 10 am`: when it is by the rule."""
    original = original_of(row)
    if original is None:
        return row.original
    day = day_in_full(original.date())
    return day if row.all_day else _("%(day)s, %(hours)s") % {"day": day, "hours": clock(original.time())}


def _is_at_another_time(row: Occurrence) -> bool:
    original = original_of(row)
    return original is not None and _local(row.starts_at) != original


def _local(instant: datetime.datetime) -> datetime.datetime:
    """To the minute, as originals are: what other calendars give may have seconds."""
    return timezone.make_naive(instant, timezone.get_current_timezone()).replace(second=0, microsecond=0)
