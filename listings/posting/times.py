"""Times of a day, as rows of the form and as slots: in both directions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from listings.schedules.schedule import MAX_TIMES, Slot
from listings.schedules.sentence import clock

# An end before the start is of the next day as long as it lasts no longer than this, and a mistake beyond it.
LONGEST_NIGHT = datetime.timedelta(hours=16)
# So many empty rows wait for further times.
SPARE_ROWS = 2


@dataclass(frozen=True)
class Row:
    """The names of the fields of one row; the first has no number."""

    starts: str
    ends: str
    later: str


def _row(number: int) -> Row:
    return Row(*(name if number == 1 else f"{name}_{number}" for name in ("starts", "ends", "later")))


ROWS = tuple(_row(number) for number in range(1, MAX_TIMES + 1))


def lasts(slot: Slot) -> datetime.timedelta:
    """How long it goes on by the clock; nothing when nobody said."""
    if slot.ends is None:
        return datetime.timedelta()
    day = datetime.date(2001, 1, 1)
    ends = datetime.datetime.combine(day + datetime.timedelta(days=slot.nights), slot.ends)
    return ends - datetime.datetime.combine(day, slot.starts)


def slots_from(data: Mapping[str, Any]) -> tuple[tuple[Slot, ...], list[tuple[str, str]]]:
    """Return the slots of the rows that were filled in, in order of time, and problems as (field, message)."""
    found: dict[datetime.time, Slot] = {}
    problems: list[tuple[str, str]] = []
    for row in ROWS:
        starts, ends, later = (data.get(name) for name in (row.starts, row.ends, row.later))
        if starts is None:
            if ends is not None and row is not ROWS[0]:
                problems.append((row.starts, _("Say when this one starts, or empty its end.")))
            continue
        if starts in found:
            words = {"time": clock(starts)}
            problems.append((row.starts, _("%(time)s is there twice. Empty one of them.") % words))
            continue
        slot = Slot.between(starts, ends)
        words = {"ends": clock(ends), "starts": clock(starts)} if ends is not None else {}
        if ends is not None and later is not None:
            slot = replace(slot, nights=later)
            if lasts(slot) <= datetime.timedelta():
                message = _("It would end at %(ends)s, before it starts at %(starts)s. Check how many days later.")
                problems.append((row.later, message % words))
        elif slot.nights and lasts(slot) > LONGEST_NIGHT:
            message = _("It would end at %(ends)s, before it starts at %(starts)s. Check both times.")
            problems.append((row.ends, message % words))
        found[starts] = slot
    return tuple(found[it] for it in sorted(found)), problems


def typed_times(slots: Sequence[Slot]) -> dict[str, str]:
    """What one would have typed for `slots`."""
    found = {}
    for row, slot in zip(ROWS, slots, strict=False):
        found[row.starts] = f"{slot.starts:%H:%M}"
        if slot.ends is None:
            continue
        found[row.ends] = f"{slot.ends:%H:%M}"
        if slot != Slot.between(slot.starts, slot.ends) or (slot.nights and lasts(slot) > LONGEST_NIGHT):
            found[row.later] = str(slot.nights)
    return found


def rows_shown(typed: Mapping[str, Any]) -> tuple[Row, ...]:
    """The rows after the first that the form shows: those filled in, and some to spare."""
    filled = [number for number, row in enumerate(ROWS) if typed.get(row.starts) or typed.get(row.ends)]
    return ROWS[1 : max(filled, default=0) + SPARE_ROWS + 1]
