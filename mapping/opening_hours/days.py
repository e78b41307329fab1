"""Which days a selector of the notation names; the library `opening_hours` answers."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

import opening_hours

from .holidays import bank_holidays
from .notation import Holiday, NotationError, Rule

ONE_DAY = datetime.timedelta(days=1)
# A change further off than this is no change to the library: it need not look through the centuries for one.
_FAR = 800
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_GROUPS = {"weekday": range(5), "weekend": (5, 6), "daily": range(7), "every day": range(7), "everyday": range(7)}
_DAY = r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_NAMED = re.compile(
    rf"\b(?P<first>{_DAY})\b\.?(?:\s*(?:-|–|to|until|till)\s*(?P<last>{_DAY})\b)?"
    r"|\b(?P<group>weekday|weekend|daily|every ?day)s?\b"
    r"|\b(?P<osm>Mo|Tu|We|Th|Fr|Sa|Su)\b(?:-(?P<to>Mo|Tu|We|Th|Fr|Sa|Su)\b)?",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\s+(?:are|will|do|don['’]t|have|can|may|also|only|open|close|offer|run|meet|serve|provide|welcome|ask|try|aim|hope"
    r"|need|would|cannot|can['’]t|give|work|hold)\b"
)
_OSM = ("mo", "tu", "we", "th", "fr", "sa", "su")


def weekdays_named(text: str) -> frozenset[int]:
    """Return the weekdays (0 = Monday) that a piece of text names, in words or in the notation.

    >>> sorted(weekdays_named("not Mon - Wed, nor at weekends"))
    [0, 1, 2, 5, 6]
    """
    days: set[int] = set()
    for found in _NAMED.finditer(text):
        if found["group"]:
            days.update(_GROUPS[found["group"].lower()])
            continue
        if found["osm"]:
            # Two letters count only as they stand in the notation, and "We are closed" is no Wednesday.
            if found["osm"] == "We" and not found["to"] and _VERB.match(text, found.end()):
                continue
            first, last = _OSM.index(found["osm"].lower()), _OSM.index((found["to"] or found["osm"]).lower())
            if not found["osm"][0].isupper():
                continue
        else:
            first = _WEEKDAYS[found["first"][:3].lower()]
            last = _WEEKDAYS[found["last"][:3].lower()] if found["last"] else first
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def days_of(rule: Rule, start: datetime.date, end: datetime.date, nation: str, school_holidays: bool) -> list[bool]:
    """Say of each day from `start` up to, not including, `end` whether `rule` is about it.

    `school_holidays`: whether to take every day as one, or none; they are not known.
    """
    if not rule.holidays:
        return list(_named(f"{rule.dates} {rule.weekdays}".strip(), start, end))
    in_dates = _named(rule.dates, start, end)
    on_weekday = _named(rule.weekdays, start, end) if rule.weekdays else (False,) * len(in_dates)
    on_holiday = [False] * len(in_dates)
    for holiday in rule.holidays:
        for at, is_one in enumerate(_holidays(holiday, start, end, nation, school_holidays)):
            on_holiday[at] |= is_one
    if rule.both:
        return [all(three) for three in zip(in_dates, on_weekday, on_holiday, strict=True)]
    return [dated and (a or b) for dated, a, b in zip(in_dates, on_weekday, on_holiday, strict=True)]


def holidays_between(nation: str, start: datetime.date, end: datetime.date) -> dict[datetime.date, str]:
    """Return the bank holidays of `nation` of the years from `start` to `end`, with their names."""
    found: dict[datetime.date, str] = {}
    for year in range(start.year, end.year + 1):
        found |= bank_holidays(nation, year)
    return found


@lru_cache(maxsize=4096)  # few selectors and few windows: "Mo-Fr" of the next 35 days is asked again and again
def _named(selector: str, start: datetime.date, end: datetime.date) -> tuple[bool, ...]:
    count = (end - start).days
    if not selector:
        return (True,) * count
    midnight = datetime.time()
    first, last = datetime.datetime.combine(start, midnight), datetime.datetime.combine(end, midnight)
    named = [False] * count
    try:
        whole_days = opening_hours.OpeningHours(
            f"{selector} 00:00-24:00", auto_country=False, auto_timezone=False, max_interval_days=_FAR
        )
        for begins, ends, state, _ in whole_days.intervals(first, last):
            if state == opening_hours.State.OPEN:
                for at in range((begins.date() - start).days, -((first - ends) // ONE_DAY)):
                    named[at] = True
    except Exception as error:  # a selector that stands alone only here can still be refused
        raise NotationError(f"“{selector}” names no days.") from error
    return tuple(named)


def _holidays(
    holiday: Holiday, start: datetime.date, end: datetime.date, nation: str, school_holidays: bool
) -> list[bool]:
    count = (end - start).days
    if holiday.kind == "SH":
        return [school_holidays] * count
    shift = datetime.timedelta(days=holiday.offset)
    found = holidays_between(nation, start - shift, end - shift)
    return [start + at * ONE_DAY - shift in found for at in range(count)]
