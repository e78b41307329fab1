"""Words that mean a time: "yoga tonight", "what's on this weekend near M33", "library on Saturday", "open now".

`read` takes them out of a text and leaves the rest. A day of the week alone is as often a part of a name ("Saturday
Club"): it is taken when a word before it says that a time is meant, or with `bare`.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from mapping.models.hours import DAYS
from mapping.nodes.window import NOW, ONE_DAY, TO, TODAY, TOMORROW, TONIGHT, WEEK, WEEKEND

from .clock_words import clock_times

DAY = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
YEAR = re.compile(r"20\d\d")
ISO = re.compile(r"20\d\d-\d\d-\d\d")
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})(?:/((?:20)?\d\d))?")
PARTS = {"morning": "morning", "afternoon": "afternoon", "evening": "evening", "night": "evening"}
# What is on, as people ask for it; at the beginning of a text.
WHATS_ON = re.compile(
    r"(?:what(?:['’]?s|\s+is)?\s+(?:on|happening|going\s+on|to\s+do)|(?:any|some)?things?\s+(?:on|to\s+do|happening))\b",
    re.IGNORECASE,
)
EVENTS = re.compile(r"(?:^|(?<=\s))(?:events?|activities)(?=$|[\s,.?!])", re.IGNORECASE)
# After these nothing else was asked for but events.
NOTHING_ELSE = re.compile(r"(?:(?:in|near|at|around|by|close to|next to|for)\s.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class WhenWords:
    """What a text says of time: `when` and `at` as `Query` has them, and the text without that (`rest`).

    `is_open`: it asked for what is open. `is_dated`: for what is on, so that only what has dates can be meant.
    """

    rest: str
    when: str = ""
    at: str = ""
    is_open: bool = False
    is_dated: bool = False


def read(text: str, today: datetime.date, *, bare: bool = False) -> WhenWords | None:
    """Return what `text` says of time, where it says anything; `today` is the date of the place."""
    asks, rest = False, text
    if match := WHATS_ON.match(text):
        asks, rest = True, text[match.end() :].strip(" ?!.,")
    found = _Reading(rest, today).first(bare=bare or asks)
    if found is not None:
        rest = found.rest
    if not asks and (match := EVENTS.search(rest)):
        without = _tidy(f"{rest[: match.start()]} {rest[match.end() :]}")
        if found is not None or NOTHING_ELSE.fullmatch(without):
            asks, rest = True, without
    if found is None and not asks:
        return None
    when, at = (found.when, found.at) if found is not None else (WEEK, "")
    return WhenWords(_tidy(rest), when, at, found is not None and found.is_open, asks)


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ?!,")


class _Reading:
    """Goes through the words of a text, each in small letters and without the marks at its end."""

    def __init__(self, text: str, today: datetime.date) -> None:
        self.written = text.split()
        self.words = [word.lower().rstrip(",.?!") for word in self.written]
        self.today = today

    def first(self, *, bare: bool) -> WhenWords | None:
        """The first time that is said, the longest way of saying it."""
        for start in range(len(self.words)):
            found = self._at(start, bare)
            if found is not None:
                end, when, at, is_open = found
                rest = " ".join([*self.written[:start], *self.written[end:]])
                return WhenWords(rest, when, at, is_open)
        return None

    def _is(self, place: int, *words: str) -> bool:
        return self.words[place : place + len(words)] == list(words)

    def _word(self, place: int) -> str:
        return self.words[place] if place < len(self.words) else ""

    def _at(self, start: int, bare: bool) -> tuple[int, str, str, bool] | None:
        """The time that begins with the word at `start`: where it ends, `when`, `at`, whether it has to be open."""
        place, is_open = start, False
        if self._word(place) in ("open", "opening"):
            is_open, place = True, place + 1
            place += self._word(place) == "right"
        if (is_open or self._is(place, "on") or (bare and place == 0)) and self._word(
            place + self._is(place, "on")
        ) == NOW:
            return place + self._is(place, "on") + 1, NOW, "", is_open
        found = self._named(place) or self._day(place, bare or is_open)
        if found is None:
            return None
        end, when, at = found
        if not at:
            end, at = self._part(end)
        end, when, at = self._clock(end, when, at)
        return end, when, at, is_open

    def _named(self, place: int) -> tuple[int, str, str] | None:
        """`tonight`, `this morning`, `at the weekend`, `this week`."""
        word, next_one = self._word(place), self._word(place + 1)
        if word in (TODAY, TONIGHT, TOMORROW):
            return place + 1, word, ""
        if word == "this" and next_one in PARTS:
            at = PARTS[next_one]
            return place + 2, *((TONIGHT, "") if at == "evening" else (TODAY, at))
        if word == "this" and next_one == "week":
            return place + 2, WEEK, ""
        if word == "next" and next_one == "week":
            monday = self.today + (7 - self.today.weekday()) * ONE_DAY
            return place + 2, f"{monday}{TO}{monday + 6 * ONE_DAY}", ""
        if word == "next" and next_one == WEEKEND:
            saturday = self.today + (12 - self.today.weekday()) * ONE_DAY
            return place + 2, f"{saturday}{TO}{saturday + ONE_DAY}", ""
        if word == "this" and next_one == WEEKEND:
            return place + 2, WEEKEND, ""
        if word == "in" and (found := self._month(place + 1)):
            return *found, ""
        if word in ("on", "at", "over", "for"):
            after = place + 1 + (next_one in ("the", "this"))
            if self._word(after) in (WEEKEND, "weekends"):
                return after + 1, WEEKEND, ""
        after = place + 2 * self._is(place, "in", "the")
        if self._word(after) == "next" and self._word(after + 1) in ("7", "seven") and self._word(after + 2) == "days":
            return after + 3, WEEK, ""
        return None

    def _day(self, place: int, bare: bool) -> tuple[int, str, str] | None:
        """`on Saturday`, `next Friday`, `5 December`; without a word before it where that is enough (`bare`)."""
        before = self._word(place)
        preceded = before in ("on", "this", "next", "every")
        after = place + preceded
        if preceded and self._word(after) == "the":
            after += 1
        if found := self._date(after):
            return *found, ""
        match = DAY.fullmatch(self._word(after))
        if match and (preceded or bare):
            when = match[1][:3]
            if before == "next" and DAYS.index(when) == self.today.weekday():
                return after + 1, (self.today + 7 * ONE_DAY).isoformat(), ""
            return after + 1, when, ""
        if bare and self._word(place) == WEEKEND:
            return place + 1, WEEKEND, ""
        return None

    def _date(self, place: int) -> tuple[int, str] | None:
        """`5 December 2026`, `Saturday the 5th of December`, `December 5`, `2026-12-05`, `5/12`."""
        if DAY.fullmatch(self._word(place)) and (found := self._date(place + 1 + self._is(place + 1, "the"))):
            return found
        word = self._word(place)
        if ISO.fullmatch(word):
            return self._dated(place + 1, int(word[8:]), int(word[5:7]), int(word[:4]))
        if match := SLASHES.fullmatch(word):
            year = int(match[3]) % 100 + 2000 if match[3] else None
            return self._dated(place + 1, int(match[1]), int(match[2]), year)
        number, month, end = NUMBER.fullmatch(word), self._word(place + 1), place + 2
        if number and month == "of":
            month, end = self._word(place + 2), place + 3
        if not number:
            number, month, end = NUMBER.fullmatch(month), word, place + 2
        if not number or not MONTH.fullmatch(month):
            return None
        year = self._word(end)
        if YEAR.fullmatch(year):
            return self._dated(end + 1, int(number[1]), MONTHS.index(month[:3]) + 1, int(year))
        return self._dated(end, int(number[1]), MONTHS.index(month[:3]) + 1, None)

    def _month(self, place: int) -> tuple[int, str] | None:
        """`January`, `May 2027`: the next of that name, what is left of this one. March alone is a town as well."""
        name, year = self._word(place), self._word(place + 1)
        has_year = YEAR.fullmatch(year) is not None
        if not MONTH.fullmatch(name) or (name == "march" and not has_year):
            return None
        month = MONTHS.index(name[:3]) + 1
        of_year = int(year) if has_year else self.today.year + (month < self.today.month)
        first = datetime.date(of_year, month, 1)
        last = first.replace(day=monthrange(of_year, month)[1])
        if last < self.today:
            return None
        first = max(first, self.today)
        return place + 1 + has_year, f"{first}{TO}{last}" if first < last else f"{last}"

    def _dated(self, end: int, day: int, month: int, year: int | None) -> tuple[int, str] | None:
        """A date; without a year, the next of that day and month."""
        for candidate in [year] if year else range(self.today.year, self.today.year + 9):
            try:
                date = datetime.date(candidate, month, day)
            except ValueError:
                continue
            if year or date >= self.today:
                return end, date.isoformat()
        return None

    def _part(self, place: int) -> tuple[int, str]:
        """`evening`, `in the morning`."""
        after = place + 2 * self._is(place, "in", "the")
        part = PARTS.get(self._word(after).removesuffix("s"))
        return (after + 1, part) if part else (place, "")

    def _clock(self, place: int, when: str, at: str) -> tuple[int, str, str]:
        """`at 7 pm`, `after 18:00`, `from 6 to 9 pm`."""
        found = clock_times(self.words[place:])
        if found is None:
            return place, when, at
        if found.moment is None:
            return place + found.length, (TODAY if when == TONIGHT else when), found.at
        date = self._first_date(when)
        if date is None:
            return place, when, at
        return place + found.length, f"{date}T{found.moment:%H:%M}", ""

    def _first_date(self, when: str) -> datetime.date | None:
        if when in (TODAY, TONIGHT):
            return self.today
        if when == TOMORROW:
            return self.today + ONE_DAY
        if when in DAYS:
            return self.today + (DAYS.index(when) - self.today.weekday()) % 7 * ONE_DAY
        return datetime.date.fromisoformat(when) if ISO.fullmatch(when) else None
