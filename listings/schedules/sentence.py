"""Times in words: the sentence that is written back to whoever posts, and the "when" of a card."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from .schedule import Schedule, Span


def clock(at: time) -> str:
    """`10:00 am`."""
    half = _("am") if at.hour < 12 else _("pm")
    return f"{at.hour % 12 or 12}:{at.minute:02} {half}"


def day_in_full(day: date) -> str:
    """`Tuesday 24 November 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {date_format(day, 'j F Y')}"


def hours(starts: time, ends: time | None) -> str:
    """`10:00 am-11:30 am`, or the start alone."""
    return clock(starts) if ends is None else f"{clock(starts)}-{clock(ends)}"


def sentence(schedule: Schedule) -> str:
    """Say the schedule: `Every Tuesday, 10:00 am-11:30 am until 15 December 2026`."""
    at = hours(schedule.starts, schedule.ends)
    if not schedule.weekly:
        return _("%(day)s, %(hours)s") % {"day": day_in_full(schedule.first), "hours": at}
    words = {"weekday": WEEKDAYS[schedule.first.weekday()], "hours": at}
    if schedule.until is None:
        return _("Every %(weekday)s, %(hours)s") % words
    words["until"] = date_format(schedule.until, "j F Y")
    return _("Every %(weekday)s, %(hours)s until %(until)s") % words


def span_in_full(span: Span) -> str:
    """`Tuesday 24 November 2026, 10:00 am-11:30 am`, on the clocks of the current time zone."""
    starts, ends = _local(span.starts), _local(span.ends)
    at = hours(starts.time(), ends.time() if ends else None)
    return _("%(day)s, %(hours)s") % {"day": day_in_full(starts.date()), "hours": at}


def next_time(span: Span, weekly: bool, now: datetime) -> str:
    """The "when" of a card: `Today, 7:00 pm`, `Every Tuesday, next 24 Nov`, `Tue 24 Nov, 10:00 am`."""
    starts, today = _local(span.starts), _local(now).date()
    if span.starts <= now and span.ends and span.ends > now:
        return _("Now, until %(time)s") % {"time": clock(_local(span.ends).time())}
    at = {"time": clock(starts.time())}
    if starts.date() == today:
        return _("Today, %(time)s") % at
    if starts.date() == today + timedelta(days=1):
        return _("Tomorrow, %(time)s") % at
    short = date_format(starts.date(), "j M")
    weekday = WEEKDAYS[starts.weekday()]
    if weekly:
        return _("Every %(weekday)s, next %(day)s") % {"weekday": weekday, "day": short}
    return _("%(weekday)s %(day)s, %(time)s") % {"weekday": weekday, "day": short, **at}


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(get_current_timezone()) if instant else None
