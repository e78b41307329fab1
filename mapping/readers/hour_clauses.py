"""Which days go with which times: one pass over the words of opening hours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .hour_ranges import resolve
from .hour_words import DAY, EVERY_DAY, Token

_JOINERS = ("and", "comma")
_FILLERS = ("filler", "comma", "and", "dash", "part")
_ASK_FIRST = re.compile(
    r"\b(appointments?|appt|request|referral|arrangement|arranged|via|by|contact|phone|ring)\b",
    re.IGNORECASE,
)
_SEASON = re.compile(
    r"\b(january|february|march|april|june|july|august|september|october|november|december"
    r"|in may|during may|jan|feb|apr|aug|sept?|oct|nov|dec|week \d|easter|christmas"
    r"|fortnight(ly)?|monthly|bi-?weekly|alternate)\b",
    re.IGNORECASE,
)
_NOT_WEEKLY = re.compile(r"^[\s,(]*(of|in)\s+(the|each|every)?\s*month", re.IGNORECASE)
_EMPTY_WORDS = re.compile(
    r"(\b(and|also|open|opens|opening|on|only|from|at|between|every|hours?|times?|plus)\b"
    r"|[\s,;.:()&+/@=|-])*",
    re.IGNORECASE,
)
_EDGES = " ,;.:&+/@=|-\n"

Times = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Part:
    """A stretch of the text: its days, its times, or what else it is."""

    kind: str  # days, times, single, always, except, closed, stop, word, or one of _FILLERS
    start: int
    end: int
    days: frozenset[int] = frozenset()
    weekly: bool = True
    ranges: list[tuple[Token, Token]] = field(default_factory=list)
    half: str = ""


class Reading:
    """Spells (day, opens, closes) found in a text, days said to be closed, stretches not used."""

    def __init__(self, text: str, words: list[Token], bare_is_daily: bool = False) -> None:
        self.text = text
        self.spells: set[tuple[int, int | None, int | None]] = set()
        self.closed: set[int] = set()
        self._used: list[tuple[int, int]] = []
        self._daily = bare_is_daily
        self._parts = _parts(words)
        self._unsure = False
        self._read()
        if self._unsure:
            self.spells, self.closed, self._used = set(), set(), []

    def leftover(self, original: str) -> str:
        """What of `original` was not used, in its own spelling."""
        pieces, position = [], 0
        for start, end in [*sorted(self._used), (len(original), len(original))]:
            piece = original[position : max(position, start)].strip(_EDGES)
            if piece and not _EMPTY_WORDS.fullmatch(piece):
                pieces.append(" ".join(_unpaired(piece).split()))
            position = max(position, end)
        return " … ".join(pieces)

    def _read(self) -> None:
        times_first = self._times_first()
        at = 0
        while at < len(self._parts):
            part = self._parts[at]
            if part.kind == "days":
                at = self._days(at)
            elif part.kind == "times":
                at = self._times(at, times_first)
            elif part.kind == "always":
                at = self._always(at)
            elif part.kind == "closed":
                at = self._closed(at)
            else:
                at += 1

    def _times_first(self) -> bool:
        """Whether this text writes "9 - 4 Monday": times come before their days."""
        for at, part in enumerate(self._parts):
            if part.kind == "days":
                return False
            if part.kind == "times":
                after = self._skip(at + 1)
                return after < len(self._parts) and self._parts[after].kind == "days"
        return False

    def _skip(self, at: int) -> int:
        """The next part that is not filling."""
        while at < len(self._parts) and self._parts[at].kind in _FILLERS:
            at += 1
        return at

    def _kind(self, at: int) -> str:
        return self._parts[at].kind if at < len(self._parts) else "stop"

    def _days(self, at: int) -> int:
        part = self._parts[at]
        after = self._skip(at + 1)
        kind = self._kind(after)
        if kind == "times":
            self._open(part, self._parts[after], self._half(at + 1, after))
            return self._exceptions(part, after + 1)
        if kind == "always":
            self._say(part.days, ((0, DAY),), part.start, self._parts[after].end)
            return after + 1
        if kind == "closed":
            self._close(part.days, part.start, self._parts[after].end)
            return after + 1
        if self._day_stands_alone(at):
            if not self._asks_first(at) and self._is_weekly(part):
                self.spells |= {(day, None, None) for day in part.days}
                # The part of the day ("morning") is more than we keep: only the day is used up.
                self._used.append((part.start, part.end))
        return at + 1

    def _times(self, at: int, times_first: bool) -> int:
        part = self._parts[at]
        after = self._skip(at + 1)
        if times_first and self._kind(after) == "days":
            days = self._parts[after]
            self._open(days, part, "", start=part.start, end=days.end)
            return self._exceptions(days, after + 1)
        if self._daily and not any(p.kind == "days" for p in self._parts):
            self._open(_Part("days", part.start, part.start, EVERY_DAY), part, "")
        return at + 1

    def _always(self, at: int) -> int:
        part = self._parts[at]
        if not _ASK_FIRST.search(self._sentence(part.end)) and self._is_weekly(part):
            self._say(EVERY_DAY, ((0, DAY),), part.start, part.end)
        return at + 1

    def _closed(self, at: int) -> int:
        part = self._parts[at]
        after = self._skip(at + 1)
        if self._kind(after) == "days" and self._kind(self._skip(after + 1)) != "times":
            self._close(self._parts[after].days, part.start, self._parts[after].end)
            return after + 1
        if all(p.kind in ("closed", "stop", *_FILLERS) for p in self._parts):
            self.closed |= EVERY_DAY
            self._used.append((part.start, part.end))
        else:
            self._unsure = True  # closed when, or for what, we cannot tell
        return at + 1

    def _exceptions(self, of: _Part, at: int) -> int:
        """`... except Wed 9 - 2` after the days and times of `of`."""
        while True:
            head = self._skip(at)
            days_at = self._skip(head + 1)
            if self._kind(head) != "except" or self._kind(days_at) != "days":
                return at
            days = self._parts[days_at]
            self.spells = {s for s in self.spells if s[0] not in days.days}
            self._used.append((self._parts[head].start, days.end))
            times_at = self._skip(days_at + 1)
            if self._kind(times_at) == "times":
                self._open(days, self._parts[times_at], "")
                at = times_at + 1
            else:
                at = days_at + 1

    def _open(
        self, days: _Part, times: _Part, half: str, start: int | None = None, end: int | None = None
    ) -> None:
        """Add the spells of `times` on `days`, or the days only where the times are not clear."""
        start, end = start or min(days.start, times.start), end or times.end
        if not self._is_weekly(days):
            return
        ranges = [resolve(first, last, half) for first, last in times.ranges]
        if None in ranges:
            self.spells |= {(day, None, None) for day in days.days}
            self._used.append((days.start, days.end))
        else:
            self._say(days.days, tuple(ranges), start, end)

    def _say(self, days: frozenset[int], times: Times, start: int, end: int) -> None:
        self.spells |= {(day, opens, closes) for day in days for opens, closes in times}
        self._used.append((start, end))

    def _close(self, days: frozenset[int], start: int, end: int) -> None:
        self.spells = {s for s in self.spells if s[0] not in days}
        self.closed |= days
        self._used.append((start, end))

    def _half(self, start: int, end: int) -> str:
        halves = {p.half for p in self._parts[start:end] if p.kind == "part"} - {""}
        return halves.pop() if len(halves) == 1 else ""

    def _is_weekly(self, part: _Part) -> bool:
        if not part.weekly or _NOT_WEEKLY.match(self.text[part.end :]):
            return False
        begin = max(self.text.rfind(stop, 0, part.start) for stop in ".;\n")
        return not _SEASON.search(self.text[begin + 1 : part.end] + self._sentence(part.end))

    def _sentence(self, start: int) -> str:
        """The text from `start` to the end of its sentence."""
        found = re.compile(r"[;\n]|\.(?!\d)").search(self.text, start)
        return self.text[start : found.start() if found else len(self.text)]

    def _day_stands_alone(self, at: int) -> bool:
        """Whether the days begin a sentence or follow a clause, so that they can be hours at all."""
        before = at - 1
        while before >= 0 and self._parts[before].kind in (*_FILLERS, "single"):
            before -= 1
        return before < 0 or self._parts[before].kind in ("stop", "times", "days")

    def _asks_first(self, at: int) -> bool:
        """Whether one has to ask before coming: "Monday - Friday by appointment"."""
        part = self._parts[at]
        rest = self._sentence(part.end)
        later = [p.start for p in self._parts[at + 1 :] if p.kind == "days"]
        if later:
            rest = rest[: max(0, later[0] - part.end)]
        return bool(_ASK_FIRST.search(rest))


def _unpaired(text: str) -> str:
    """`text` without a bracket at an end whose other half is gone."""
    if text.count("(") > text.count(")"):
        text = text.rstrip("( ") if text.endswith("(") else text
    if text.count(")") > text.count("("):
        text = text.lstrip(") ") if text.startswith(")") else text
    return text


def _parts(words: list[Token]) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word.kind == "day":
            part, at = _day_list(words, at)
        elif word.kind == "time":
            part, at = _time_list(words, at)
        elif word.kind == "nth":
            part, at = _nth(words, at)
        else:
            half = ""
            if word.kind == "part":
                half = "a" if word.text.lower().startswith("morn") else "p"
                half = "" if word.text.lower().startswith("lunch") else half
            part, at = _Part(word.kind, word.start, word.end, half=half), at + 1
        parts.append(part)
    return parts


def _nth(words: list[Token], at: int) -> tuple[_Part, int]:
    """`1st and 3rd Saturday`: days that are not every week."""
    start = at
    while at < len(words) and words[at].kind in ("nth", *_JOINERS):
        at += 1
    if at < len(words) and words[at].kind == "day":
        part, at = _day_list(words, at)
        part.start, part.weekly = words[start].start, False
        return part, at
    return _Part("word", words[start].start, words[at - 1].end), at


def _day_list(words: list[Token], at: int) -> tuple[_Part, int]:
    """`Mon - Thu`, `Tues, Weds and Fri`, `Daily (except Tues & Sat)`."""
    days, end = _day_range(words, at)
    while True:
        ahead = end
        while ahead < len(words) and words[ahead].kind in _JOINERS:
            ahead += 1
        if ahead == end or ahead >= len(words) or words[ahead].kind != "day":
            break
        more, end = _day_range(words, ahead)
        days |= more
    part = _Part("days", words[at].start, words[end - 1].end, days)
    ahead = end
    while ahead < len(words) and words[ahead].kind == "filler":
        ahead += 1
    if ahead + 1 < len(words) and words[ahead].kind == "except" and words[ahead + 1].kind == "day":
        without, ahead = _day_list(words, ahead + 1)
        closing = ahead < len(words) and words[ahead].text == ")"
        ahead += closing
        if ahead < len(words) and words[ahead].kind == "time" and closing or ahead == len(words):
            part.days, part.end = days - without.days, words[ahead - 1].end
            return part, ahead
    return part, end


def _day_range(words: list[Token], at: int) -> tuple[frozenset[int], int]:
    first = words[at].days
    if (
        at + 2 < len(words)
        and words[at + 1].kind == "dash"
        and words[at + 2].kind == "day"
        and len(first) == len(words[at + 2].days) == 1
    ):
        (a,), (b,) = first, words[at + 2].days
        return frozenset((a + i) % 7 for i in range((b - a) % 7 + 1)), at + 3
    return first, at + 1


def _time_list(words: list[Token], at: int) -> tuple[_Part, int]:
    """`10am - 12noon and 2 - 4pm`; a lone time is `single`, a lone number just a word."""
    if not _is_range(words, at):
        word = words[at]
        kind = "single" if word.half or word.clock or ":" in word.text else "word"
        return _Part(kind, word.start, word.end), at + 1
    ranges = [(words[at], words[at + 2])]
    end = at + 3
    while True:
        ahead = end
        while ahead < len(words) and words[ahead].kind in _JOINERS:
            ahead += 1
        if ahead == end or not _is_range(words, ahead):
            break
        ranges.append((words[ahead], words[ahead + 2]))
        end = ahead + 3
    return _Part("times", words[at].start, words[end - 1].end, ranges=ranges), end


def _is_range(words: list[Token], at: int) -> bool:
    return [w.kind for w in words[at : at + 3]] == ["time", "dash", "time"]
