"""What a schedule means, said back: the sentence, the next dates, and what is odd about them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.schedules.schedule import Schedule, Span
from listings.schedules.sentence import day_in_full, sentence, span_in_full

SHOWN = 6
# As far as dates are on record.
AHEAD = datetime.timedelta(days=548)
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Preview:
    """`sentence`, the next six `dates` in full, and `notes`: that the first date moved, that an hour is left out."""

    sentence: str
    dates: list[str]
    notes: list[str] = field(default_factory=list)


def preview(
    schedule: Schedule, asked_for: datetime.date | None = None, now: datetime.datetime | None = None
) -> Preview:
    """Say `schedule` back. `asked_for` is the date that was given, where the first is another."""
    now = now or timezone.now()
    with timezone.override(schedule.zone):
        spans = schedule.next_spans(now, SHOWN)
        notes = []
        if asked_for is not None:
            notes.append(
                _("You gave %(asked)s. That is no date of this, so it begins on %(first)s.")
                % {"asked": day_in_full(asked_for), "first": day_in_full(schedule.first)}
            )
        shown = {it.starts for it in spans}
        notes += [_lost_hour(it) for it in shifted(schedule, now) if it.starts not in shown]
        if not spans:
            notes.append(_("No date is left: all of them have passed, or are left out."))
        return Preview(sentence(schedule), [span_in_full(it) for it in spans], notes)


def _lost_hour(span: Span) -> str:
    return _("In the night when the clocks go forward: %(when)s.") % {"when": span_in_full(span)}


def shifted(schedule: Schedule, now: datetime.datetime) -> list[Span]:
    """The occurrences that lie in the hour that is left out in spring, as far ahead as dates are kept."""
    day = max(schedule.first, now.astimezone(schedule.zone).date())
    end = now.astimezone(schedule.zone).date() + AHEAD
    found = []
    while day <= end:
        midnight, next_one = (
            datetime.datetime.combine(it, datetime.time(), schedule.zone) for it in (day, day + ONE_DAY)
        )
        if next_one.utcoffset() > midnight.utcoffset():
            found += [it for it in schedule.spans(day, day) if it.is_shifted]
        day += ONE_DAY
    return found
