"""One-off changes of a schedule: added, taken back, and carried along when the schedule itself changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time

from .schedule import Change, Schedule


def with_change(schedule: Schedule, change: Change) -> Schedule:
    """The same with this change, in place of an earlier one of that date."""
    return replace(schedule, changes=_in_order([*without(schedule, change.original).changes, change]))


def without(schedule: Schedule, original: datetime) -> Schedule:
    """The same, with the date of this local start as the rule has it."""
    return replace(schedule, changes=tuple(it for it in schedule.changes if it.original != original))


def ended(schedule: Schedule, last: date) -> Schedule:
    """The same, with no date after `last`. ValueError where that leaves none, or it has but one."""
    if schedule.repeat is None and not schedule.also_on:
        raise ValueError("It has one date.")
    also = tuple(it for it in schedule.also_on if it <= last)
    if schedule.repeat is None:
        schedule = replace(schedule, also_on=also)
        if schedule.first > last:
            if not also:
                raise ValueError("No date is left.")
            schedule = replace(schedule, first=also[0], also_on=also[1:])
        return schedule
    repeat = schedule.repeat
    if next(schedule.dates(min(schedule.first, *also) if also else schedule.first, last), None) is None:
        raise ValueError("No date is left.")
    if repeat.count is not None:
        *_before, final = (it.date() for it in repeat.rule_from(schedule.first))
        repeat = replace(repeat, count=None, until=final)
    until = last if repeat.until is None else min(repeat.until, last)
    return replace(schedule, repeat=replace(repeat, until=max(until, schedule.first)), also_on=also)


def carried(before: Schedule, after: Schedule) -> tuple[Change, ...]:
    """The changes of `before` on the dates of `after`.

    A change is known by the local start that the rule gives its date. Where the times of day are others but as many,
    the first time takes the place of the first and so on: what is cancelled on a day stays cancelled when the class
    begins half an hour later. Where they are more or fewer and all others, a day of which all was cancelled stays so.
    Other changes stay as they are, and have no effect unless such a date comes back.
    """
    starts = [it.starts for it in before.times] or [time()]
    starts_now = [it.starts for it in after.times] or [time()]
    if starts == starts_now:
        return before.changes
    if len(starts) != len(starts_now) and set(starts) & set(starts_now):
        return before.changes
    if len(starts) != len(starts_now):
        known = {it.original: it for it in before.changes}
        return _in_order(
            {it.original: it for it in (*_whole_days(known, starts, starts_now), *before.changes)}.values()
        )
    now = dict(zip(starts, starts_now, strict=True))
    found = []
    for change in before.changes:
        original = datetime.combine(change.original.date(), now.get(change.original.time(), change.original.time()))
        if change.starts is not None and before.is_all_day != after.is_all_day:
            # A day it was moved to says nothing of a time, nor the other way round.
            change = replace(change, starts=None, ends=None)
        found.append(replace(change, original=original))
    return _in_order({it.original: it for it in found}.values())


def _whole_days(known: dict[datetime, Change], starts: list[time], starts_now: list[time]) -> Iterator[Change]:
    """Of each day of which all was cancelled, all that there is now, cancelled in the same words."""
    for day in {it.date() for it in known}:
        that_day = [known.get(datetime.combine(day, at)) for at in starts]
        if all(it is not None and it.cancelled for it in that_day):
            yield from (replace(that_day[0], original=datetime.combine(day, at)) for at in starts_now)


def _in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda it: it.original))
