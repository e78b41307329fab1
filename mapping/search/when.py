"""Reading `when` and `at` from a URL: each into its one spelling, and each fault with its remedy.

What they stand for on the clock is `mapping/nodes/window.py`; which words mean them, `when_words.py`.
"""

from __future__ import annotations

import datetime
import re

from django.utils.translation import gettext as _

from mapping.models.hours import DAYS
from mapping.nodes.window import MAX_RANGE_DAYS, NAMED, NOW, TIMES_OF_DAY, TO, TONIGHT, WEEK

from .parameters import Reader

# Years whose days can be asked for.
FIRST_YEAR, LAST_YEAR = 2000, 2099
# As people say them, or as older addresses have them.
ALSO = {
    "this-weekend": "weekend",
    "this-week": "week",
    "this-morning": "today",
    "this-afternoon": "today",
    "this-evening": "tonight",
}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
CLOCK = r"(\d{1,2})(?::(\d\d))?"
TIMES = re.compile(rf"{CLOCK}-{CLOCK}")


def read(reader: Reader) -> tuple[str, str]:
    """Return `when` and `at`; `open`, as addresses had it before there were dates, is another name of `when`."""
    at = _at(reader)
    name = "when" if reader.first("when") else "open"
    return _when(reader, name), at


def settled(when: str, at: str) -> tuple[str, str]:
    """Return both in the one way in which they are said: a time of day goes with days, and alone it is this week's."""
    if at and not when:
        return WEEK, at
    if when in (NOW, TONIGHT) or "T" in when:
        return when, ""
    return when, at


def _when(reader: Reader, name: str) -> str:
    value = reader.first(name)
    low = value.lower().replace(" ", "-")
    low = ALSO.get(low, low)
    if not value:
        return ""
    if low in NAMED or low in DAYS:
        return low
    if low[:3] in DAYS and low.endswith("day") and low.isalpha():
        return low[:3]
    if TO in value:
        return _range(reader, name, value)
    moment = _moment(value)
    if moment is None:
        reader.refuse(name, value, _("“%(value)s” is not a time that can be searched."), _remedy())
        return ""
    if not _in_reach(reader, name, value, moment):
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M" if "T" in value.upper() else "%Y-%m-%d")


def _remedy() -> str:
    return _(
        "Use now, today, tonight, tomorrow, weekend, week, a day from mon to sun, a date, two dates with .. between "
        "them, or a local date and time such as 2026-11-25T10:00."
    )


def _moment(value: str) -> datetime.datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d(T|$)", value.upper()):
        return None
    try:
        moment = datetime.datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return None if moment.tzinfo else moment


def _in_reach(reader: Reader, name: str, value: str, date: datetime.date) -> bool:
    if FIRST_YEAR <= date.year <= LAST_YEAR:
        return True
    reader.refuse(
        name,
        value,
        _("Nobody knows what is on or open in %(year)d."),
        _("Use a year from %(first)d to %(last)d."),
        year=date.year,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )
    return False


def _range(reader: Reader, name: str, value: str) -> str:
    """`2026-12-05..2026-12-12`; one end may be left out."""
    parts = value.split(TO)
    ends = [_date(part) for part in parts]
    if len(parts) != 2 or not any(parts) or any(part and end is None for part, end in zip(parts, ends, strict=True)):
        reader.refuse(
            name,
            value,
            _("“%(value)s” is not a stretch of days that can be searched."),
            _("Give two dates such as 2026-12-05..2026-12-12; leave one out for no end."),
        )
        return ""
    if not all(_in_reach(reader, name, value, end) for end in ends if end is not None):
        return ""
    first, last = ends
    if first is not None and last is not None:
        if last < first:
            reader.refuse(
                name, value, _("“%(value)s” ends before it begins."), _("Put the earlier date before the two dots.")
            )
            return ""
        if (last - first).days >= MAX_RANGE_DAYS:
            reader.refuse(
                name,
                value,
                _("“%(value)s” is longer than can be searched at once."),
                _("Ask for %(most)d days or fewer."),
                most=MAX_RANGE_DAYS,
            )
            return ""
        if first == last:
            return first.isoformat()
    return TO.join("" if end is None else end.isoformat() for end in ends)


def _date(text: str) -> datetime.date | None:
    if not DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _at(reader: Reader) -> str:
    """`morning`, `afternoon`, `evening`, or two times such as `18:00-22:00`; the second may be past midnight."""
    value = reader.first("at")
    low = value.lower().replace(" ", "")
    if not value:
        return {"this-morning": "morning", "this-afternoon": "afternoon"}.get(
            reader.first("when").lower().replace(" ", "-"), ""
        )
    if low in TIMES_OF_DAY:
        return low
    match = TIMES.fullmatch(low)
    times = [_clock(*match.groups()[:2]), _clock(*match.groups()[2:])] if match else [None]
    if None in times or times[0] == times[1]:
        reader.refuse(
            "at",
            value,
            _("“%(value)s” is not a time of day that can be searched."),
            _("Use morning, afternoon, evening, or two times such as 18:00-22:00."),
        )
        return ""
    return "-".join(f"{it:%H:%M}" for it in times if it is not None)


def _clock(hour: str, minute: str | None) -> datetime.time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        hours = 0
    return datetime.time(hours, minutes) if hours < 24 and minutes < 60 else None
