"""Times of the clock as people type them: "at 7 pm", "after 18:00", "from 6 to 9 pm"."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d\d))?(am|pm)?")
HALVES = ("am", "pm", "a.m", "p.m")
MORNING = "05:00"


@dataclass(frozen=True)
class ClockTimes:
    """`length`: how many words say it. Either a `moment`, or `at` as `Query` has it."""

    length: int
    at: str = ""
    moment: datetime.time | None = None


def clock_times(words: Sequence[str]) -> ClockTimes | None:
    """Return the times that these words (small letters) begin with; None when they begin with none."""
    first = words[0] if words else ""
    if first == "at" and (found := _clock(words, 1)):
        return ClockTimes(found[0], moment=found[1])
    if first in ("from", "between") and (both := _two(words, {"from": ("to", "until", "till"), "between": ("and",)})):
        return both
    if first in ("after", "from") and (found := _clock(words, 1)):
        return ClockTimes(found[0], f"{found[1]:%H:%M}-00:00") if found[1] != datetime.time() else None
    if first in ("before", "until", "till", "by") and (found := _clock(words, 1)):
        begins = MORNING if f"{found[1]:%H:%M}" > MORNING or found[1] == datetime.time() else "00:00"
        return ClockTimes(found[0], f"{begins}-{found[1]:%H:%M}")
    return None


def _two(words: Sequence[str], joined: dict[str, tuple[str, ...]]) -> ClockTimes | None:
    for place in range(2, min(len(words), 4)):
        if words[place] in joined[words[0]] and (last := _clock(words, place + 1)):
            half = "pm" if last[1] >= datetime.time(12) or last[1] == datetime.time() else "am"
            first = _clock(words[:place], 1) or _clock([*words[:place], half], 1)
            if first is None or first[1] == last[1]:
                return None
            begins = first[1]
            if begins > last[1] > datetime.time() and half == "pm" and begins.hour >= 12:
                # From 10 to 2 pm.
                begins = begins.replace(hour=begins.hour - 12)
            return ClockTimes(last[0], f"{begins:%H:%M}-{last[1]:%H:%M}")
    return None


def _clock(words: Sequence[str], place: int) -> tuple[int, datetime.time] | None:
    """The time at `place`, and where its words end: `7 pm`, `7.30pm`, `19:00`, `noon`. A bare number is none."""
    word = words[place] if place < len(words) else ""
    if word in ("noon", "midday"):
        return place + 1, datetime.time(12)
    if word == "midnight":
        return place + 1, datetime.time()
    match = CLOCK.fullmatch(word)
    if not match:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    end = place + 1
    if half is None and end < len(words) and words[end] in HALVES:
        half, end = words[end].replace(".", ""), end + 1
    if minute > 59 or hour > (12 if half else 23) or (half is None and match[2] is None):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return end, datetime.time(hour, minute)
