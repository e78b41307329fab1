"""A schedule as one would have typed it into the form: what an edit begins with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from listings.schedules.schedule import Schedule

from .repeat_choice import Often, typed_repeat
from .times import typed_times


def typed_when(schedule: Schedule | None) -> dict[str, Any]:
    """Return the answers of the part "When" that make `schedule`, apart from its one-off changes."""
    if schedule is None:
        return {"repeats": Often.NEVER}
    if schedule.repeat is None:
        schedule = _single_dates(schedule)
    return {
        **typed_repeat(schedule.repeat, schedule.first),
        "date": schedule.first.isoformat(),
        **typed_times(schedule.times),
        "all_day": "on" if schedule.is_all_day else "",
        "days": str(schedule.days) if schedule.is_all_day and schedule.days > 1 else "",
        "also_on": "\n".join(it.isoformat() for it in schedule.also_on),
        "not_on": "\n".join(it.isoformat() for it in schedule.not_on),
        "not_in_months": [str(it) for it in schedule.not_in_months],
        "not_on_holidays": "on" if schedule.not_on_holidays else "",
    }


def _single_dates(schedule: Schedule) -> Schedule:
    """Single dates without exceptions: what is left out of them was never one."""
    every = [schedule.first, *schedule.also_on]
    first, *others = list(schedule.dates(min(every), max(every))) or [schedule.first]
    return replace(schedule, first=first, also_on=tuple(others), not_on=(), not_in_months=(), not_on_holidays=False)
