"""Opening hours written for people -> spells of an ordinary week. What is not understood is kept.

Nothing is guessed: a day without times is `day only` (both minutes None), "1st Saturday", "by
appointment" and "in August" give nothing, and whatever was not used comes back as `leftover`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import opening_hours

from ..hour_clauses import Reading
from ..hour_words import plain, tokens

LONGEST_TEXT = 2000
_OSM_SEASON = re.compile(
    r"\b(PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter)\b|\[|\""
)
_HOLIDAY_TOO = re.compile(r"\b[PS]H\s*,\s*(?=[A-Z])|,\s*[PS]H\b")


class Spell(NamedTuple):
    """Open on `day` (0 = Monday) from `opens` to `closes`, minutes after midnight.

    `closes` is over 1440 when the spell goes past midnight. Both None: open that day, times unknown.
    """

    day: int
    opens: int | None
    closes: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """What was understood (`spells`, in order, not overlapping) and what was not (`leftover`)."""

    spells: tuple[Spell, ...] = ()
    leftover: str = ""

    @property
    def understood(self) -> bool:
        """Whether there is at least one spell with both times."""
        return any(spell.opens is not None for spell in self.spells)


NO_HOURS = Hours()


@dataclass(frozen=True, slots=True)
class ReadHours:
    """Opening hours as they were read.

    `expression` is in OpenStreetMap's opening_hours notation, "" when nothing was understood. `not_understood`:
    pieces of the source that say something about time which the expression does not carry. `questions`: what a
    steward should look at, in plain words.
    """

    source: str = ""
    expression: str = ""
    not_understood: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


_OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_LOOKS_LIKE_OSM = re.compile(r"24/7|(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b[-, ]*)+(?:\d|off|closed)|\d\d:\d\d-\d\d:\d\d$")


def looks_like_osm(value: str) -> bool:
    """Whether `value` is in OpenStreetMap's notation rather than written for people."""
    return bool(_LOOKS_LIKE_OSM.match(value.strip()))


def read_hours(text: str) -> ReadHours:
    """Read opening hours as people in the UK write them, or OpenStreetMap's notation where it is that."""
    if looks_like_osm(text):
        return read_osm_hours(text)
    return _read(text, parse_hours(text))


def read_osm_hours(value: str) -> ReadHours:
    """Read OpenStreetMap's notation: validated, and kept as it is."""
    value = value.strip()
    if value and opening_hours.validate(value):
        return ReadHours(value, value)
    return _read(value, parse_osm_hours(value))


def read_hours_by_day(cells: Mapping[int, str | None]) -> ReadHours:
    """Read one cell a weekday, 0 = Monday."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    source = "; ".join(f"{names[day]} {cell}" for day, cell in sorted(cells.items()) if cell)
    return _read(source, parse_hours_by_day(cells))


def _read(source: str, hours: Hours) -> ReadHours:
    rules = []
    for day, opens, closes in hours.spells:
        if opens is None:
            rules.append(f"{_OSM_DAYS[day]} unknown")
        else:
            rules.append(
                f"{_OSM_DAYS[day]} {opens // 60:02}:{opens % 60:02}-{closes // 60 % 24:02}:{closes % 60:02}"
            )
    return ReadHours(source, ", ".join(rules), (hours.leftover,) if hours.leftover else ())


@lru_cache(maxsize=4096)  # files say the same few things again and again
def parse_hours(text: str) -> Hours:
    """Read opening hours as people write them.

    >>> parse_hours("Tuesdays and Fridays, 10am-2pm").spells
    (Spell(day=1, opens=600, closes=840), Spell(day=4, opens=600, closes=840))
    """
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        return NO_HOURS
    reading = Reading(plain(text), tokens(plain(text)))
    return _hours(reading, text)


@lru_cache(maxsize=4096)
def parse_osm_hours(text: str) -> Hours:
    """Read the common part of OpenStreetMap's `opening_hours`; later rules replace earlier days.

    >>> parse_osm_hours("Mo-Fr 09:00-17:00; We 09:00-12:00; PH off").spells[2]
    Spell(day=2, opens=540, closes=720)
    """
    week: dict[int, list[Spell]] = {}
    leftover: list[str] = []
    for rule in text.strip()[:LONGEST_TEXT].split(";"):
        rule = rule.strip()
        if not rule:
            continue
        rule = _HOLIDAY_TOO.sub("", rule)  # we keep ordinary weeks only
        if _OSM_SEASON.search(rule):
            leftover.append(rule)
            continue
        reading = Reading(plain(rule), tokens(plain(rule), osm=True), bare_is_daily=True)
        hours = _hours(reading, rule)
        if hours.leftover or not (hours.spells or reading.closed):
            leftover.append(rule)
            continue
        for day in {spell.day for spell in hours.spells} | reading.closed:
            week[day] = [spell for spell in hours.spells if spell.day == day]
    return Hours(_tidy(s for spells in week.values() for s in spells), "; ".join(leftover))


def parse_hours_by_day(cells: Mapping[int, str | None]) -> Hours:
    """Read one cell a weekday, such as {0: "09:00-13:00,14:00-18:00", 6: "CLOSED"}."""
    spells: list[Spell] = []
    leftover: list[str] = []
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for day, cell in sorted(cells.items()):
        if not cell:
            continue
        reading = Reading(plain(cell), tokens(plain(cell)), bare_is_daily=True)
        hours = _hours(reading, cell)
        on_day = [spell for spell in hours.spells if spell.day == day]
        if hours.leftover or not (on_day or reading.closed or _is_closed(cell)):
            leftover.append(f"{names[day]} {cell}")
        else:
            spells += on_day
    return Hours(_tidy(spells), "; ".join(leftover))


def _hours(reading: Reading, text: str) -> Hours:
    return Hours(_tidy(Spell(*spell) for spell in reading.spells), reading.leftover(text))


def _is_closed(text: str) -> bool:
    return text.strip().lower() in ("closed", "off", "shut", "-")


def _tidy(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """In order; overlapping spells joined; no `day only` for a day that has times."""
    everything = set(spells)
    timed_days = {spell.day for spell in everything if spell.opens is not None}
    joined: list[Spell] = []
    for day, opens, closes in sorted(s for s in everything if s.opens is not None):
        last = joined[-1] if joined else None
        if last and last.day == day and opens <= last.closes:
            joined[-1] = last._replace(closes=max(last.closes, closes))
        else:
            joined.append(Spell(day, opens, closes))
    joined += [s for s in everything if s.opens is None and s.day not in timed_days]
    return tuple(sorted(joined, key=lambda s: (s.day, s.opens or 0)))
