"""How often something is, as one chooses it in the form, and as a rule: in both directions.

repeat_from({"repeats": "monthly", "weekdays": ["1"], "nths": ["2", "4"], ...}, date)
typed_repeat(Repeat.parse("FREQ=WEEKLY;INTERVAL=2"), first)     # {"repeats": "fortnightly", ...}
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from listings.schedules.repeat import DAILY, MONTHLY, WEEKLY, YEARLY, Repeat, Weekday

from .fields import month_days_typed


class Often:
    """The answers to "How often?"."""

    ONCE, WEEK, FORTNIGHT, MONTH_DAY, MONTH_DATE = "once", "weekly", "fortnightly", "monthly", "monthly-date"
    DAY, YEAR, AS_BEFORE, NEVER = "daily", "yearly", "as-before", "no-date"
    CHOICES = (
        (ONCE, _("Once, or on single dates")),
        (WEEK, _("Every week")),
        (FORTNIGHT, _("Every second week")),
        (MONTH_DAY, _("Every month on a day of the week, such as the 2nd and 4th Tuesday")),
        (MONTH_DATE, _("Every month on a date, such as the 15th")),
        (DAY, _("Every day")),
        (YEAR, _("Every year")),
        (NEVER, _("It has no date: a room, an offer, something that is always there")),
    )
    # Those that repeat by a rule.
    RULES = (WEEK, FORTNIGHT, MONTH_DAY, MONTH_DATE, DAY, YEAR, AS_BEFORE)


FREQUENCY = {
    Often.WEEK: WEEKLY,
    Often.FORTNIGHT: WEEKLY,
    Often.MONTH_DAY: MONTHLY,
    Often.MONTH_DATE: MONTHLY,
    Often.DAY: DAILY,
    Often.YEAR: YEARLY,
}
NTHS = (("1", _("1st")), ("2", _("2nd")), ("3", _("3rd")), ("4", _("4th")), ("5", _("5th")), ("-1", _("last")))
NTH_ORDER = [int(it) for it, _label in NTHS]


def nth_of(day: datetime.date) -> int:
    """Which of its weekday in the month it is, 1 to 5."""
    return (day.day - 1) // 7 + 1


def repeat_from(data: Mapping[str, Any], first: datetime.date, before: Repeat | None = None) -> Repeat | None:
    """The rule that was chosen; None: once. `before` is what "as before" means. What does not apply is passed over."""
    often = data["repeats"]
    end = {"until": data.get("until"), "count": data.get("count")}
    if often == Often.AS_BEFORE and before is not None:
        return Repeat(**{**vars(before), **end})
    if often not in FREQUENCY:
        return None
    interval = 2 if often == Often.FORTNIGHT else data.get("every") or 1
    days = [int(it) for it in data.get("weekdays") or ()]
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    if often in (Often.WEEK, Often.FORTNIGHT):
        weekdays = tuple(Weekday(day) for day in sorted(days))
    elif often == Often.MONTH_DAY:
        nths = [int(it) for it in data.get("nths") or ()] or [nth_of(first)]
        nths.sort(key=NTH_ORDER.index)
        weekdays = tuple(Weekday(day, nth) for nth in nths for day in sorted(days) or [first.weekday()])
    elif often == Often.MONTH_DATE:
        month_days = tuple(data.get("month_days") or ())
    return Repeat(FREQUENCY[often], interval, weekdays, month_days, **end)


def typed_repeat(repeat: Repeat | None, first: datetime.date) -> dict[str, Any]:
    """What one would have chosen for `repeat`; "as before" where the form has no words for it."""
    if repeat is None:
        return {"repeats": Often.ONCE}
    found = {
        **(_typed_rule(repeat) or {"repeats": Often.AS_BEFORE}),
        "until": repeat.until.isoformat() if repeat.until else "",
        "count": str(repeat.count) if repeat.count else "",
    }
    if repeat.interval != 1 and found["repeats"] not in (Often.FORTNIGHT, Often.AS_BEFORE):
        found["every"] = str(repeat.interval)
    return found


def _typed_rule(repeat: Repeat) -> dict[str, Any] | None:
    if repeat.months or (repeat.week_start != "MO" and repeat.interval != 1):
        return None
    days = sorted({it.day for it in repeat.weekdays})
    typed_days = {"weekdays": [str(it) for it in days]}
    nths = {it.nth for it in repeat.weekdays}
    if repeat.frequency == WEEKLY:
        if nths - {0} or repeat.position or repeat.month_days:
            return None
        return {"repeats": Often.FORTNIGHT if repeat.interval == 2 else Often.WEEK, **typed_days}
    if repeat.frequency == MONTHLY and repeat.weekdays:
        if len(days) == 1 and nths == {0}:
            # "The last of the Fridays" is the last Friday.
            nths = set(repeat.position)
        elif repeat.position:
            return None
        whole = {(day, nth) for day in days for nth in nths}
        if not nths <= set(NTH_ORDER) or not nths or repeat.month_days or len(whole) < len(repeat.weekdays):
            return None
        if not repeat.position and whole != {(it.day, it.nth) for it in repeat.weekdays}:
            return None
        return {"repeats": Often.MONTH_DAY, **typed_days, "nths": [str(it) for it in sorted(nths, key=NTH_ORDER.index)]}
    if repeat.weekdays or repeat.position:
        return None
    if repeat.frequency == MONTHLY:
        return {"repeats": Often.MONTH_DATE, "month_days": month_days_typed(repeat.month_days)}
    if repeat.month_days:
        return None
    return {"repeats": Often.DAY if repeat.frequency == DAILY else Often.YEAR}
