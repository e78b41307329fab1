"""Times in words: the sentence that is written back to whoever posts, and the "when" of a card.

A range of times never wraps: its spaces are not to be broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.nodes.hours_description import clock as clock_of_minutes

from .repeat import DAILY, MONTHLY, WEEKLY, Repeat, Weekday
from .schedule import Schedule, Slot, Span, Status

UNBROKEN = "\N{NO-BREAK SPACE}"
WORKING_DAYS = tuple(Weekday(day) for day in range(5))
# Single dates that are left out are named up to so many.
MAX_NAMED = 4
# So long ahead a time alone says when something ends.
WITHOUT_DAY = timedelta(hours=18)


def clock(at: time) -> str:
    """`10 am`, `7.30 pm`, `noon`; never broken."""
    return clock_of_minutes(at.hour * 60 + at.minute).replace(" ", UNBROKEN)


def day_in_full(day: date) -> str:
    """`Tuesday 24 November 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {date_format(day, 'j F Y')}"


def hours(starts: time, ends: time | None, *, last_day: str = "") -> str:
    """`10 am to 11.30 am`, `7 pm to 2 am (Saturday)`, or the start alone; never broken. `last_day`: where it ends."""
    if ends is None:
        return clock(starts)
    words = _("%(from)s to %(to)s") % {"from": clock(starts), "to": clock(ends)}
    return (f"{words} ({last_day})" if last_day else words).replace(" ", UNBROKEN)


def joined(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = words
    return _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last


# --- a schedule


def sentence(schedule: Schedule) -> str:
    """Say the schedule: `Every 2nd and 4th Tuesday of the month, 10 am to 11.30 am, not in August`."""
    parts = [_dates(schedule), *_times(schedule)]
    repeat = schedule.repeat
    if repeat is not None and repeat.until is not None:
        parts.append(_("until %(date)s") % {"date": date_format(repeat.until, "j F Y")})
    if repeat is not None and repeat.count is not None:
        parts.append(ngettext("%(n)s time", "%(n)s times", repeat.count) % {"n": repeat.count})
    if repeat is not None and schedule.also_on:
        parts.append(_("also on %(dates)s") % {"dates": _listed(schedule.also_on)})
    parts += _exceptions(schedule)
    return ", ".join(parts)


def _exceptions(schedule: Schedule) -> list[str]:
    parts = []
    if schedule.not_in_months:
        months = joined([str(MONTHS[month]) for month in schedule.not_in_months])
        parts.append(_("not in %(months)s") % {"months": months})
    if schedule.not_on_holidays:
        parts.append(_("not on bank holidays"))
    if schedule.not_on:
        parts.append(_("not on %(dates)s") % {"dates": _listed(schedule.not_on)})
    return parts


def _listed(days: Sequence[date]) -> str:
    named = [date_format(day, "j F Y") for day in sorted(days)[:MAX_NAMED]]
    more = len(days) - len(named)
    if more:
        named.append(ngettext("%(n)s more date", "%(n)s more dates", more) % {"n": more})
    return joined(named)


def _dates(schedule: Schedule) -> str:
    if schedule.repeat is not None:
        return rule_in_words(schedule.repeat, schedule.first)
    days = sorted({schedule.first, *schedule.also_on})
    if len(days) == 1:
        return day_in_full(days[0])
    named = [date_format(day, "j F Y") for day in days[:MAX_NAMED]]
    if len(days) > MAX_NAMED:
        more = len(days) - MAX_NAMED
        named.append(ngettext("%(n)s more date", "%(n)s more dates", more) % {"n": more})
    return joined(named)


def _times(schedule: Schedule) -> list[str]:
    if schedule.is_all_day:
        if schedule.days == 1:
            return [_("all day")]
        return [ngettext("%(n)s day", "%(n)s days", schedule.days) % {"n": schedule.days}]
    return [joined([_slot(schedule, it) for it in schedule.times])]


def _slot(schedule: Schedule, slot: Slot) -> str:
    if not slot.nights:
        return hours(slot.starts, slot.ends)
    if schedule.repeat is None and not schedule.also_on or _is_weekly_on_one_day(schedule.repeat):
        last = schedule.first + timedelta(days=slot.nights)
        return hours(slot.starts, slot.ends, last_day=str(WEEKDAYS[last.weekday()]))
    if slot.nights == 1:
        return hours(slot.starts, slot.ends, last_day=_("next day"))
    return hours(slot.starts, slot.ends, last_day=_("%(n)s days later") % {"n": slot.nights})


def _is_weekly_on_one_day(repeat: Repeat | None) -> bool:
    return repeat is not None and repeat.frequency == WEEKLY and len(repeat.weekdays) <= 1


def rule_in_words(repeat: Repeat, first: date) -> str:
    """`Every Tuesday`, `Every second Tuesday`, `On the last Friday of the month`, `Every day`."""
    months = ""
    if repeat.months:
        months = " " + _("in %(months)s") % {"months": joined([str(MONTHS[month]) for month in repeat.months])}
    if repeat.frequency == DAILY and not repeat.weekdays:
        return _every(repeat.interval, _("day"), _("days")) + months
    if repeat.frequency in (DAILY, WEEKLY):
        return _weekly(repeat, first) + months
    if repeat.frequency == MONTHLY:
        return _monthly(repeat, first) + months
    return _yearly(repeat, first)


def _every(interval: int, one: str, many: str) -> str:
    if interval == 1:
        return _("Every %(unit)s") % {"unit": one}
    if interval == 2:
        return _("Every second %(unit)s") % {"unit": one}
    return _("Every %(n)s %(units)s") % {"n": interval, "units": many}


def _weekly(repeat: Repeat, first: date) -> str:
    days = repeat.weekdays or (Weekday(first.weekday()),)
    names = joined([str(WEEKDAYS[it.day]) for it in days])
    if tuple(days) == WORKING_DAYS:
        names = _("Monday to Friday")
    if repeat.interval == 1:
        return _("Every %(days)s") % {"days": names}
    if repeat.interval == 2 and len(days) == 1:
        return _("Every second %(day)s") % {"day": names}
    return _("Every %(n)s weeks on %(days)s") % {"n": repeat.interval, "days": names}


def _monthly(repeat: Repeat, first: date) -> str:
    if repeat.weekdays and (repeat.position or any(it.nth for it in repeat.weekdays)):
        return _on_weekdays(repeat)
    if repeat.weekdays:
        names = joined([str(WEEKDAYS[it.day]) for it in repeat.weekdays])
        return _("Every %(days)s") % {"days": names}
    days = joined([_day_of_month(it) for it in repeat.month_days or (first.day,)])
    return _("On the %(days)s of %(months)s") % {"days": days, "months": _of_months(repeat)}


def _on_weekdays(repeat: Repeat) -> str:
    """`2nd and 4th Tuesday`: of each day that is meant, its positions in the month."""
    positions: dict[int, list[int]] = {}
    for it in repeat.weekdays:
        for nth in [it.nth] if it.nth else repeat.position:
            positions.setdefault(it.day, []).append(nth)
    if len(repeat.weekdays) > 1 and repeat.position:
        # The last working day of the month, and such.
        names = _("Monday to Friday") if repeat.weekdays == WORKING_DAYS else ""
        names = names or joined([str(WEEKDAYS[it.day]) for it in repeat.weekdays])
        words = {"nth": joined([ordinal(it) for it in repeat.position]), "days": names, "months": _of_months(repeat)}
        return _("On the %(nth)s day of %(days)s in %(months)s") % words
    names = joined([f"{joined([ordinal(n) for n in nths])} {WEEKDAYS[day]}" for day, nths in positions.items()])
    return _("Every %(days)s of %(months)s") % {"days": names, "months": _of_months(repeat)}


def _of_months(repeat: Repeat) -> str:
    if repeat.months:
        # The months are named after it.
        return _("the month")
    if repeat.interval == 1:
        return _("the month")
    if repeat.interval == 2:
        return _("every second month")
    return _("every %(n)s months") % {"n": repeat.interval}


def _yearly(repeat: Repeat, first: date) -> str:
    every = _every(repeat.interval, _("year"), _("years"))
    months = joined([str(MONTHS[it]) for it in repeat.months or (first.month,)])
    if repeat.weekdays:
        days = joined([f"{ordinal(it.nth)} {WEEKDAYS[it.day]}" if it.nth else str(WEEKDAYS[it.day])
                       for it in repeat.weekdays])  # fmt: skip
        words = {"every": every, "days": days, "months": months}
        return _("%(every)s on the %(days)s of %(months)s") % words
    days = joined([_plain_day(it) for it in repeat.month_days or (first.day,)])
    return _("%(every)s on %(days)s %(months)s") % {"every": every, "days": days, "months": months}


def _plain_day(number: int) -> str:
    return str(number) if number > 0 else _("the last day of")


def _day_of_month(number: int) -> str:
    return ordinal(number) if number > 0 else _("last day") if number == -1 else ordinal(number)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `last`, `2nd last`."""
    if number == -1:
        return _("last")
    if number < 0:
        return _("%(nth)s last") % {"nth": ordinal(-number)}
    if number % 100 in (11, 12, 13):
        return _("%(n)sth") % {"n": number}
    return {1: _("%(n)sst"), 2: _("%(n)snd"), 3: _("%(n)srd")}.get(number % 10, _("%(n)sth")) % {"n": number}


# --- one occurrence


def span_hours(span: Span) -> str:
    """`10 am to 11.30 am`, `7 pm to 2 am (Saturday)`, `all day`, on the clocks of the current time zone."""
    starts, ends = _local(span.starts), _local(span.ends)
    if span.all_day:
        days = (ends.date() - starts.date()).days if ends else 1
        if days <= 1:
            return _("all day")
        last = ends.date() - timedelta(days=1)
        return _("all day, until %(day)s") % {"day": f"{WEEKDAYS[last.weekday()]} {date_format(last, 'j F')}"}
    if ends is None or ends.date() == starts.date():
        return hours(starts.time(), ends.time() if ends else None)
    return hours(starts.time(), ends.time(), last_day=_day_after(starts.date(), ends.date()))


def _day_after(start: date, day: date) -> str:
    """A day after `start`: its weekday, and its date where the week has gone round."""
    name = str(WEEKDAYS[day.weekday()])
    return f"{name} {date_format(day, 'j F')}" if (day - start).days > 6 else name


def span_in_full(span: Span) -> str:
    """`Tuesday 24 November 2026, 10 am to 11.30 am`, and what became of it: cancelled, an hour later."""
    words = {"day": day_in_full(_local(span.starts).date()), "hours": span_hours(span)}
    text = _("%(day)s, %(hours)s") % words
    if span.status == Status.CANCELLED:
        return _("%(when)s: cancelled") % {"when": text}
    if span.is_shifted:
        return _("%(when)s (the clocks go forward in that hour, so it is an hour later)") % {"when": text}
    return text


def next_time(span: Span, repeats: str, now: datetime) -> str:
    """The "when" of a card: `Today, 7 pm to 9 pm`, `Every Tuesday, next 24 Nov`, `Tuesday 24 Nov, 10 am to noon`.

    `repeats` is how it repeats, in words (`Every Tuesday`); empty for a single date.
    """
    starts, today = _local(span.starts), _local(now).date()
    if span.starts <= now and span.ends and span.ends > now and not span.all_day:
        ends = _local(span.ends)
        until = clock(ends.time())
        if span.ends - now >= WITHOUT_DAY:
            until = f"{until} ({_day_after(today, ends.date())})".replace(" ", UNBROKEN)
        return _("Now, until %(time)s") % {"time": until}
    at = {"time": span_hours(span)}
    if starts.date() == today or span.starts <= now:
        return (_("Tonight, %(time)s") if starts.hour >= 17 and not span.all_day else _("Today, %(time)s")) % at
    if starts.date() == today + timedelta(days=1):
        return _("Tomorrow, %(time)s") % at
    short = date_format(starts.date(), "j M")
    if repeats:
        return _("%(repeats)s, next %(day)s") % {"repeats": repeats, "day": short}
    return _("%(weekday)s %(day)s, %(time)s") % {"weekday": WEEKDAYS[starts.weekday()], "day": short, **at}


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(get_current_timezone()) if instant else None
