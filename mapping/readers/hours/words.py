"""The words of opening hours as people write them: days, times, months, terms, and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

NOON = 12 * 60
DAY = 24 * 60
EVERY_DAY = frozenset(range(7))
OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
OSM_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_GROUPS = {"weekday": frozenset(range(5)), "weekend": frozenset((5, 6))}
_NTH = {
    "1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4,
    "5th": 5, "fifth": 5, "last": -1, "final": -1,
}  # fmt: skip
# Single days that are closed again and again, in the notation.
_NAMED_DAYS = {
    "christmas eve": "Dec 24", "christmas day": "Dec 25", "xmas day": "Dec 25", "boxing day": "Dec 26",
    "new year's eve": "Dec 31", "new years eve": "Dec 31", "new year's day": "Jan 01", "new years day": "Jan 01",
    "good friday": "easter -2 days", "easter sunday": "easter", "easter monday": "easter +1 day",
    "easter day": "easter",
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY_WORD = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
)
_NUMBER_WORD = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last|final)"

# In this order: an earlier rule wins at the same place.
_TOKENS = re.compile(
    rf"""
      (?P<notice>\b\d+\s?-?(?:h(?:ou)?rs?|days?)'?\s+(?:notice|in\s+advance|beforehand|cancellation)\b)
    | (?P<entry>\b(?:last\s+(?:entry|admission|orders?|appointments?|bookings?|food\s+orders?)|kitchen\s+closes)
        (?:\s+(?:is|at))*\s+\d{{1,2}}(?:[:.]\d\d)?(?:\s?[ap]m)?)
    | (?P<always>\b24\s?/\s?7\b(?:\s?/\s?365\b)?|\b24\s?-?\s?h(?:ou)?rs?\b(?:\s+(?:a|per)\s+day)?|\ball\s+day\b
        |\bround\s+the\s+clock\b)
    | (?P<alternate>\b(?:every\s+(?:other|second|2nd)|alternat(?:e|ing))\b(?=\s+(?:week|{_DAY_WORD}\b))
        |\bfortnightly\b|\bbi-?weekly\b|\bmonthly\b|\bonce\s+a\s+(?:month|fortnight)\b
        |\bevery\s+(?:two|three|four|2|3|4)\s+weeks\b)
    | (?P<nth>\b{_NUMBER_WORD}(?=[\s,&/]+(?:and\s+|or\s+)?(?:{_NUMBER_WORD}\b|{_DAY_WORD}\b)))
    | (?P<ofmonth>\b(?:of|in)\s+(?:(?:the|each|every|a)\s+)?month\b)
    | (?P<schoolhol>\b(?:local\s+)?(?:school|half[-\s]?term|summer|easter|christmas)\s+hol(?:s\b|idays?\b)
        |\bhalf[-\s]terms?\b)
    | (?P<bank>\b(?:all\s+)?(?:bank|public)\s+hol(?:s\b|idays?\b)(?:\s+mondays?\b)?|\b(?-i:BHs?)\b)
    | (?P<term>\b(?:(?:in|during)\s+)?(?:local\s+)?(?:school\s+)?term[-\s]?times?\b
        |\b(?:in|during)\s+(?:school\s+)?term\b|\bschool\s+days\b)
    | (?P<halfday>\bhalf[-\s]day(?:\s+closing)?\b|\bearly\s+closing\b)
    | (?P<ask>\b(?:strictly\s+)?(?:by|via|up?on|on)\s+(?:prior\s+|telephone\s+)?
        (?:appointments?|appt|arrangement|referrals?|requests?)\b
        |\b(?:appointments?|appt)\b|\breferrals?\s+only\b|\b(?:pre-?)?book(?:ed|ing)\s+(?:only|essential|required)\b)
    | (?P<named>\b(?:christmas\s+(?:eve|day)|xmas\s+day|boxing\s+day|new\s+year'?s\s+(?:eve|day)|good\s+friday
        |easter\s+(?:sunday|monday|day))\b)
    | (?P<season>\b(?:summer|winter|spring|autumn|christmas|xmas|easter|lent|advent|ramadan)(?:\s+months)?\b)
    | (?P<dates>\b(?P<da>\d{{1,2}})(?:st|nd|rd|th)?\s*(?P<sep>-|&|and|,)\s*
        (?P<db>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<mb>{_MONTH}))
    | (?P<date>(?<!\d-)(?<!\d\s-)(?<!\d-\s)(?<!\d\s-\s)\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+
        (?:of\s+)?(?P<m1>{_MONTH})(?:,?\s+(?P<y1>20\d\d)\b)?
        |\b(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d|\s?[ap]\.?m|\s*-\s*\d)
        (?:,?\s+(?P<y2>20\d\d)\b)?)
    | (?P<month>\b(?P<m3>{_MONTH})(?:\s+(?P<y3>20\d\d)\b)?)
    | (?P<group>\b(?:daily|every\s?day|(?:7|seven)\s+days(?:\s+(?:a|per)\s+week)?|weekdays?|weekends?)\b)
    | (?P<day>\b{_DAY_WORD}\b(?:'s|\.(?=\s*[-\d]))?)
    | (?P<noon>\b(?:12\s*)?(?:noon|midday)\b)
    | (?P<midnight>\b(?:12\s*)?midnight\b)
    | (?P<time>(?<![\d£$€.:])(?P<h>[01]?\d|2[0-4])(?:[:.](?P<m>[0-5]\d))?
        (?:\s?(?P<half>[ap])(?:m\b|\.m\b\.?))?(?:\s?h(?:ou)?rs\b)?(?![\d%]|[:.]\d))
    | (?P<four>(?<![\d£$€])(?:[01]\d|2[0-3])[0-5]\d(?=\s?(?:hrs)?\s*-\s*\d{{4}}(?:\b|\s?hrs))(?:\s?hrs\b)?
        |(?<=-)(?:[01]\d|2[0-3])[0-5]\d(?:\s?hrs)?\b|(?<=-\s)(?:[01]\d|2[0-3])[0-5]\d(?:\s?hrs)?\b)
    | (?P<except>\b(?:except(?:\s+for|\s+on)?|excluding|excl\b\.?|exc\b\.?|apart\s+from|not\s+incl(?:uding)?\b\.?
        |but\s+not|other\s+than|not\s+(?:open\s+)?(?:on|in|during)\b|not(?=\s+{_DAY_WORD}\b)))
    | (?P<including>\b(?:incl(?:uding|\b\.?)|as\s+well\s+as)\b)
    | (?P<closed>\b(?:closed|not\s+open|shut|off)\b)
    | (?P<sun>\b(?:dawn|dusk|sunrise|sunset|daylight)\b)
    | (?P<since>\b(?:starting|starts|beginning|as\s+of|with\s+effect\s+from|commencing)\b)
    | (?P<dash>-|=|\b(?:to|until|till|til|through|thru)\b)
    | (?P<and>&|\+|/|\b(?:and|or|plus|also)\b)
    | (?P<comma>,)
    | (?P<stop>[;\n]|\.(?!\d)|\|)
    | (?P<filler>\b(?:open|opens|opening|from|at|between|on|in|during|every|each|hours?|times?|only|hrs|weekly
        |the|are|is|throughout|over|inclusive|usually|week|weeks|we|re|our)\b|[:@()])
    | (?P<part>\b(?:mornings?|afternoons?|evenings?|lunchtimes?|nights?)\b)
    | (?P<word>\S[^\s,;.()&+/:\n-]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WITH_INNER_GROUPS = ("time", "dates", "date", "month")
_OSM_DAY = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b")
_DASHES = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
     "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2018": "'", "\t": " ", "\r": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text.

    For a time: `minute` of the day, and how it was written. For an nth, a month, a date or a named day: `osm`, as the
    notation writes it.
    """

    kind: str
    text: str
    start: int
    end: int
    days: frozenset[int] = frozenset()
    minute: int = 0
    half: str = ""  # "a", "p" or "": before or after noon, or not said; "m": midnight
    clock: bool = False  # written like 09:30 or 0930: a 24-hour time
    osm: str = ""


def plain(text: str) -> str:
    """`text` with one kind of dash, quote and space; the same length, so that positions hold."""
    return text.translate(_DASHES)


def tokens(text: str, osm: bool = False) -> list[Token]:
    """The words of `plain(text)`; with `osm`, two-letter days count (`We` is also a word)."""
    found: list[Token] = []
    osm_days = {match.start(): match for match in _OSM_DAY.finditer(text)} if osm else {}
    position = 0
    while position < len(text):
        if position in osm_days:
            match = osm_days[position]
            day = OSM_DAYS.index(match[0])
            found.append(Token("day", match[0], *match.span(), frozenset((day,))))
            position = match.end()
            continue
        match = _TOKENS.match(text, position)
        if match is None:
            position += 1
            continue
        found.append(_token(match))
        position = found[-1].end
    return found


def _token(match: re.Match[str]) -> Token:
    # `lastgroup` of a time, a date or a month is an inner group: ask for the outer one.
    kind = next((name for name in _WITH_INNER_GROUPS if match[name] is not None), match.lastgroup or "word")
    text, (start, end) = match[0], match.span()
    if kind == "time":
        return _time(match)
    if kind == "day":
        return Token("day", text, start, end, frozenset((_weekday(text),)))
    if kind == "group":
        name = text.lower().removesuffix("s")
        return Token("day", text, start, end, _GROUPS.get(name, EVERY_DAY))
    if kind == "noon":
        return Token("time", text, start, end, minute=NOON, half="p")
    if kind == "midnight":
        return Token("time", text, start, end, minute=DAY, half="m")
    if kind == "four":
        return Token("time", text, start, end, minute=int(text[:2]) * 60 + int(text[2:4]), clock=True)
    if kind == "nth":
        return Token("nth", text, start, end, osm=str(_NTH[text.lower()]))
    if kind == "named":
        return Token("named", text, start, end, osm=_NAMED_DAYS[" ".join(text.lower().split())])
    if kind == "month":
        year = f"{match['y3']} " if match["y3"] else ""
        return Token("month", text, start, end, osm=year + _month(match["m3"]))
    if kind == "dates":
        return _two_dates(match)
    if kind == "date":
        day, month = int(match["d1"] or match["d2"]), _month(match["m1"] or match["m2"])
        year = match["y1"] or match["y2"]
        if not 1 <= day <= _LONGEST[OSM_MONTHS.index(month)]:
            return Token("nodate", text, start, end)
        return Token("date", text, start, end, osm=f"{year} {month} {day:02}" if year else f"{month} {day:02}")
    return Token(kind, text, start, end)


def _two_dates(match: re.Match[str]) -> Token:
    """`24-26 December`, `25 and 26 December`; "10-6 April" and "2-4 May" are more likely times before a month."""
    first, last, month = int(match["da"]), int(match["db"]), _month(match["mb"])
    if not (1 <= first < last <= 31) or (match["sep"] == "-" and last <= 12):
        end = match.end("da")
        time = _TOKENS.fullmatch(match["da"])
        if time is None or time["time"] is None:
            return Token("word", match["da"], match.start(), end)
        return replace(_time(time), start=match.start(), end=end)
    osm = f"{month} {first:02}-{last:02}" if match["sep"] == "-" else f"{month} {first:02},{month} {last:02}"
    return Token("date", match[0], *match.span(), osm=osm)


def _weekday(text: str) -> int:
    return next(day for day, name in enumerate(DAY_NAMES) if text[:3].lower() == name[:3].lower())


def _month(text: str) -> str:
    return next(month for month in OSM_MONTHS if text[:3].lower() == month.lower())


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
    return Token("time", match[0], *match.span(), minute=minute, half=half, clock=padded and not half)
