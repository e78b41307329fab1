"""Dates and times of day as people write them into tables, day first, and as programs do (ISO 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from config.errors import HereaboutsError

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?(?!\d)")
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?(?![\d:.])")
# "1-3 Dec", "1st & 2nd December": a day before a day of the same month.
_DAYS = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:st|nd|rd|th)?\s*(-|–|—|&|\+|\bto\b|\buntil\b|\band\b)\s*"
    r"(?=\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9}))"
)
# Between two dates that are each written in full.
_TO_DATE = re.compile(r"\s+(?:-|–|—|to|until|till?)\s+")
_CLOCK = re.compile(
    r"(?<![\d/.-])(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])\.?\s?m\b\.?|(?<![\d/.-])(\d{1,2})[:.](\d{2})(?::\d{2})?(?![\d/.-])"
)
# Digits may stand before the word: "12noon".
_WORD = re.compile(r"(?<![a-z])(noon|midday|midnight)\b")
_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0)}
# An hour of which nobody says which half of the day it is in: "4", "4.30", "9:15". "04:30" and "16:30" say it.
_OPEN_HOUR = re.compile(r"([1-9]|1[0-2])(?:[:.]([0-5]\d)(?![\d:.])(?!\s*[ap]\.?\s?m\b)|(?=\s*(?:$|[(,;])))")
_TO = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b|\btill?\b)\s*")
_ALL_DAY = re.compile(r"\ball[ -]day\b|\bwhole day\b")


class Unreadable(HereaboutsError, ValueError):
    """Not a date or time that is known here; the text is what was written."""


@dataclass(frozen=True, slots=True)
class Times:
    """What a cell says of the time of day: from `starts` to `ends`; both None: all day, or nothing."""

    starts: time | None = None
    ends: time | None = None


def read_iso(text: str, zone: tzinfo) -> date | datetime:
    """A date or time of ISO 8601; a time without an offset is on the clocks of `zone`. Raises ValueError."""
    text = text.strip()
    if len(text) == 10:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d)", "", text))
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def read_date(text: str, near: date) -> date:
    """The date in a text, day before month; without a year the one nearest to `near` that is not long past.

    Raises `Unreadable`.
    """
    words = " ".join(text.lower().split())
    try:
        if match := _ISO.search(words):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _FIGURES.search(words):
            year = int(match[3])
            return date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
        for match in _DAY_MONTH.finditer(words):
            if match[2] in MONTHS:
                return _in_year(int(match[1]), MONTHS[match[2]], match[3], near)
        for match in _MONTH_DAY.finditer(words):
            if match[1] in MONTHS:
                return _in_year(int(match[2]), MONTHS[match[1]], match[3], near)
    except ValueError:
        raise Unreadable(text) from None
    raise Unreadable(text)


def read_days(text: str, near: date) -> tuple[date, date]:
    """The first and the last day in a text: "1-3 December", "28 Nov - 2 Dec 2026", or one date twice.

    Raises `Unreadable`, also for days with a gap between them ("1 and 8 December"): those are two dates.
    """
    words = " ".join(text.lower().split())
    match = _DAYS.search(words)
    if match is not None and match[3] in MONTHS:
        last = read_date(words[match.end() :], near)
        day = int(match[1])
        together = day < last.day and (match[2] not in ("&", "+", "and") or day == last.day - 1)
        if not together or day < 1:
            raise Unreadable(text)
        return last.replace(day=day), last
    parts = _TO_DATE.split(words)
    if len(parts) == 2:
        try:
            last = read_date(parts[1], near)
            first = read_date(parts[0], last - timedelta(days=60))
        except Unreadable:
            # "14 July, 7 to 9 pm"
            first = last = read_date(text, near)
        if first > last:
            raise Unreadable(text)
        return first, last
    return (day := read_date(text, near)), day


def _in_year(day: int, month: int, year: str | None, near: date) -> date:
    if year:
        return date(int(year), month, day)
    # 29 February may not be there this year.
    for this in (near.year, near.year + 1, near.year + 2, near.year + 3, near.year + 4):
        try:
            found = date(this, month, day)
        except ValueError:
            continue
        if found >= near - timedelta(days=90):
            return found
    raise ValueError("no such day")


def read_times(text: str) -> Times:
    """The times of day in a text: "7.30pm", "19:00-21:00", "7 to 9 pm", "noon", "all day". Raises `Unreadable`."""
    words = " ".join(text.lower().split())
    if not words or _ALL_DAY.search(words):
        return Times()
    parts = _TO.split(words)
    found = [_clock(part) for part in parts if part]
    clocks = [it for it in found if it is not None]
    if not clocks:
        raise Unreadable(text)
    if len(parts) == 2 and found[0] is None and found[1] is not None and (bare := re.fullmatch(r"\d{1,2}", parts[0])):
        # "7 to 9 pm": the first half has no more than its hour.
        return Times(_before(int(bare[0]), found[1]), found[1])
    if len(parts) == 2 and None not in found and "m" not in parts[0] and re.search(r"[ap]\.?\s?m", parts[1]):
        # "7.30-9pm" is in the evening at both ends.
        return Times(_before(found[0].hour, found[1], found[0].minute), found[1])
    if len(parts) == 2 and found[0] is not None and (ends := _end(parts[1], found[0], parts[0])) is not None:
        return Times(found[0], ends)
    return Times(clocks[0], clocks[1] if len(clocks) > 1 else None)


def _end(text: str, starts: time, said: str) -> time | None:
    """The end that `text` gives without "am" or "pm", else None; `said` is what was written of the beginning."""
    if not (_WORD.search(said) or re.search(r"[ap]\.?\s?m\b", said)):
        # By a clock of 24 hours: "10.30-12", "19.30-21".
        hour = int(text) if re.fullmatch(r"\d{1,2}", text) else 0
        return time(hour) if starts.hour < hour < 24 else None
    match = _OPEN_HOUR.match(text)
    if match is None:
        return None
    hour, minute = int(match[1]) % 12, int(match[2] or 0)
    choices = [time(hour, minute), time(hour + 12, minute)]
    # "11am-1" lasts until the next one o'clock, "10pm-2" until two at night.
    return min((it for it in choices if it > starts), default=choices[0])


def _before(hour: int, ends: time, minute: int = 0) -> time:
    """The last such hour before `ends`: 7 before 9 pm is 7 pm, 11 before 1 pm is 11 am."""
    if hour > 12:
        return time(hour, minute)
    choices = [time(it, minute) for it in (hour % 12, hour % 12 + 12)]
    return max((it for it in choices if it < ends), default=choices[1])


def _clock(text: str) -> time | None:
    if word := _WORD.search(text):
        return _WORDS[word[1]]
    match = _CLOCK.search(text)
    if match is None:
        return None
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    if hour == 24 and not minute:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
