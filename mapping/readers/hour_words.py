"""The words of opening hours: days, times and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass

NOON = 12 * 60
DAY = 24 * 60
EVERY_DAY = frozenset(range(7))

_DAYS = {
    "mon": 0, "monday": 0, "tue": 1, "tues": 1, "tuesday": 1, "wed": 2, "weds": 2, "wednesday": 2,
    "thu": 3, "thur": 3, "thurs": 3, "thursday": 3, "fri": 4, "friday": 4, "sat": 5,
    "saturday": 5, "sun": 6, "sunday": 6,
}  # fmt: skip
_OSM_DAYS = {"Mo": 0, "Tu": 1, "We": 2, "Th": 3, "Fr": 4, "Sa": 5, "Su": 6}
_GROUPS = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "everyday": EVERY_DAY,
    "7 days a week": EVERY_DAY,
    "seven days a week": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekday": frozenset(range(5)),
    "weekends": frozenset((5, 6)),
    "weekend": frozenset((5, 6)),
}

# In this order: an earlier rule wins at the same place.
_TOKENS = re.compile(
    r"""
      (?P<always>\b24\s?/\s?7\b|\b24\s?h(?:ou)?rs\b)
    | (?P<nth>\b(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|alternate|every\s+other)
        (?=[\s,&/and]+(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|
        (?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)))
    | (?P<group>\b(?:daily|every\s?day|(?:7|seven)\s+days\s+a\s+week|weekdays?|weekends?)\b)
    | (?P<day>\b(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?
        |sat(?:urday)?|sun(?:day)?)s?\b(?:'s|\.(?=\s*[-\d]))?)
    | (?P<noon>\b(?:12\s*)?(?:noon|midday)\b)
    | (?P<midnight>\b(?:12\s*)?midnight\b)
    | (?P<time>(?<![\d£$€.:])(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?
        (?:\s?(?P<half>[ap])\.?m\b\.?)?(?![\d%]|[:.]\d))
    | (?P<four>(?<![\d£$€])(?:[01]\d|2[0-3])[0-5]\d(?=\s*(?:hrs)?\s*-\s*\d{4}\b)
        |(?<=-)(?:[01]\d|2[0-3])[0-5]\d\b)
    | (?P<except>\b(?:except(?:\s+for)?|excluding|apart\s+from|not\s+incl(?:uding)?)\b)
    | (?P<closed>\b(?:closed|not\s+open|shut|off)\b(?!\s+(?:on\s+|at\s+)?(?:all\s+)?
        (?:bank|public)\s+hol))
    | (?P<dash>-|=|\b(?:to|until|till|til|through|thru)\b)
    | (?P<and>&|\+|/|\b(?:and|or|plus|also)\b)
    | (?P<comma>,)
    | (?P<stop>[;\n]|\.(?!\d)|\|)
    | (?P<filler>\b(?:open|opens|opening|from|at|between|on|every|hours?|times?|only|hrs)\b|[:@()])
    | (?P<part>\b(?:mornings?|afternoons?|evenings?|lunchtimes?|nights?)\b)
    | (?P<word>\S[^\s,;.()&+/:\n-]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OSM_DAY = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b")
_DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
     "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\t": " ", "\r": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text. For a time: `minute` of the day, and how it was written."""

    kind: str
    text: str
    start: int
    end: int
    days: frozenset[int] = frozenset()
    minute: int = 0
    half: str = ""  # "a", "p" or "": before or after noon, or not said
    clock: bool = False  # written like 09:30 or 0930: a 24-hour time


def plain(text: str) -> str:
    """`text` with one kind of dash and space; the same length, so that positions hold."""
    return text.translate(_DASHES)


def tokens(text: str, osm: bool = False) -> list[Token]:
    """The words of `plain(text)`; with `osm`, two-letter days count (`We` is also a word)."""
    text = text.replace("\x01", " ")
    if osm:  # each day marked, so that its two letters are told from a word's
        text = _OSM_DAY.sub(lambda m: m[0] + "\x01", text)
    found: list[Token] = []
    position = 0
    while position < len(text):
        if text[position] in " \x01":
            position += 1
            continue
        if osm and text[position + 2 : position + 3] == "\x01":
            day = _OSM_DAYS[text[position : position + 2]]
            found.append(Token("day", "", position, position + 2, frozenset((day,))))
            position += 3
            continue
        match = _TOKENS.match(text, position)
        if match is None:
            position += 1
            continue
        found.append(_token(match))
        position = match.end()
    return found


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or "word"
    # `lastgroup` of a time is an inner group: ask for the outer one.
    if match["time"] is not None:
        return _time(match)
    text = match[0]
    start, end = match.span()
    if kind == "day":
        name = re.sub(r"('s|\.)$", "", text.lower())
        day = _DAYS.get(name, _DAYS.get(name.removesuffix("s")))
        return Token("day", text, start, end, frozenset(() if day is None else (day,)))
    if kind == "group":
        return Token("day", text, start, end, _GROUPS[re.sub(r"\s+", " ", text.lower())])
    if kind == "noon":
        return Token("time", text, start, end, minute=NOON, half="p")
    if kind == "midnight":
        return Token("time", text, start, end, minute=DAY, half="m")
    if kind == "four":
        minute = int(text[:2]) * 60 + int(text[2:])
        return Token("time", text, start, end, minute=minute, clock=True)
    return Token(kind, text, start, end)


def _time(match: re.Match[str]) -> Token:
    hour, minutes, half = int(match["h"]), match["m"], (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        half = "" if hour > 12 else half  # "14:00pm" says the same twice
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = hour * 60 + int(minutes or 0)
    if minute > DAY:
        return Token("word", match[0], *match.span())
    padded = len(match["h"]) == 2 and minutes is not None and ":" in match[0]
    return Token(
        "time", match[0], *match.span(), minute=minute, half=half, clock=padded and not half
    )
