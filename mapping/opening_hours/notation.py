"""The parts of an opening_hours expression: its rules, and of each rule the days, the times and the state.

Grammar: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification (0.7). Which days a selector names is
left to `opening_hours` (see `days`); what is taken apart here is what we decide ourselves: separators, holidays,
times of day, comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import opening_hours

from config.errors import HereaboutsError

MAX_LENGTH = 1000  # characters
MAX_RULES = 64
MAX_SPANS = 32  # of one rule
DAY = 24 * 60


class NotationError(HereaboutsError, ValueError):
    """The expression is not opening_hours notation, or more of it than we evaluate; says what is wrong."""

    status = 422


class Separator(StrEnum):
    """What stands before a rule."""

    NORMAL = ";"  # replaces what earlier rules said of its days
    ADDITIONAL = ","  # adds to it
    FALLBACK = "||"  # counts where they leave it closed


class Modifier(StrEnum):
    """What a rule says of its times. `NONE`: open, when there is no comment either."""

    NONE = ""
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SunTime:
    """`event` (dawn, sunrise, sunset, dusk), `offset` minutes later."""

    event: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a day, minutes after midnight; over 1440 is the next day. `end` None: no closing time is given."""

    start: int | SunTime
    end: int | SunTime | None
    open_end: bool = False  # "12:00-16:00+": may be open longer
    every: str = ""  # "10:00-16:00/30": points in time
    wraps: bool = False  # written with an end that is not after its start, so that it ends the next day


@dataclass(frozen=True, slots=True)
class Holiday:
    """`PH` or `SH`, `offset` days later."""

    kind: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its days are those of `dates` that are also in `weekdays` or among `holidays`.

    `dates` and `weekdays` are selectors in the notation, "" for every day. With `both`, a holiday has to fall on one
    of `weekdays` ("PH Mo-Fr"). `spans` is empty where no times are given.
    """

    text: str
    separator: Separator
    dates: str = ""
    weekdays: str = ""
    holidays: tuple[Holiday, ...] = ()
    both: bool = False
    always: bool = False
    spans: tuple[Span, ...] = ()
    modifier: Modifier = Modifier.NONE
    comment: str = ""

    @property
    def names_dates(self) -> bool:
        """Whether single dates are named, as in "Dec 25-26" or "easter"; such a rule knows of the holidays there."""
        if not self.dates:
            return False
        return all(_NAMED_DATE.fullmatch(part.strip()) for part in self.dates.split(","))

    @property
    def closes_every_day(self) -> bool:
        """Whether it says that something is shut for good."""
        every_day = not self.dates and self.weekdays in ("", "Mo-Su") and not (self.holidays and not self.weekdays)
        return self.modifier is Modifier.CLOSED and every_day and not self.spans

    @property
    def only_times(self) -> bool:
        """Whether it has times but says nothing of days, so that it is about every day."""
        return bool(self.spans) and not (self.always or self.dates or self.weekdays or self.holidays)

    @property
    def whole_days(self) -> bool:
        """Whether it says that something is open on every day from midnight to midnight."""
        if self.always:
            return True
        every_day = not self.dates and not self.holidays and self.weekdays in ("", "Mo-Su")
        return every_day and any(s.start == 0 and s.end == DAY for s in self.spans)


_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_NAMED_DATE = re.compile(
    rf"(\d{{4}}\s*)?(({_MONTH})\s*(\d\d?)(-\d\d?|\s*-\s*(\d{{4}}\s*)?\3\s*\d\d?)?|easter)(\s*[-+]\d+\s*days?)?"
)
_COMMENT = re.compile(r'"[^"]*"')
_TIME_AHEAD = re.compile(r"\s*(?:\d{1,2}:\d\d|sunrise|sunset|dawn|dusk|\()", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d\d|\b(?:sunrise|sunset|dawn|dusk)\b|\(", re.IGNORECASE)
_MODIFIER = re.compile(r"\b(open|off|closed|unknown)\s*$", re.IGNORECASE)
_HOLIDAY = re.compile(r"\b(PH|SH)(?:\s*([+-]\d+)\s*days?)?", re.IGNORECASE)
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:\s*-\s*(?:Mo|Tu|We|Th|Fr|Sa|Su))?(?:\[[-\d,\s]*\](?:\s*[+-]\d+\s*days?)?)?"
_SELECTOR_ITEM = rf"(?:{_WEEKDAY}|(?:PH|SH)(?:\s*[+-]\d+\s*days?)?)"
_WEEKDAY_SELECTOR = re.compile(rf"{_SELECTOR_ITEM}(?:(?:\s*,\s*|\s+){_SELECTOR_ITEM})*$", re.IGNORECASE)
_POINT = r"(?:(\d{1,2}):(\d\d)|\(?\s*(sunrise|sunset|dawn|dusk)\s*(?:([+-])\s*(\d{1,2}):(\d\d)\s*\))?)"
_SPAN = re.compile(rf"\s*{_POINT}\s*(?:(\+)|-\s*{_POINT}\s*(\+|/\s*\d+(?::\d\d)?)?)\s*", re.IGNORECASE)


@lru_cache(maxsize=8192)  # many places keep the same hours
def parse(expression: str) -> tuple[Rule, ...]:
    """Return the rules of `expression`. Raises NotationError.

    >>> [(rule.weekdays, rule.spans) for rule in parse("Mo-Fr 09:00-17:00")]
    [('Mo-Fr', (Span(start=540, end=1020, open_end=False, every='', wraps=False),))]
    """
    check(expression)
    rules = tuple(_rule(separator, text) for separator, text in split(expression))
    if len(rules) > MAX_RULES:
        raise NotationError(f"These opening hours have {len(rules)} rules; up to {MAX_RULES} are read.")
    return rules


def check(expression: str) -> None:
    """Raise NotationError where `opening_hours` does not take `expression`, or it is too long."""
    if len(expression) > MAX_LENGTH:
        raise NotationError(f"These opening hours are longer than {MAX_LENGTH} characters.")
    # An empty one would count as always open.
    if not expression.strip():
        raise NotationError("There are no opening hours here.")
    try:
        opening_hours.OpeningHours(expression, auto_country=False, auto_timezone=False)
    except Exception as error:  # its ParserError has no common base with what else it may raise
        raise NotationError("This is not OpenStreetMap's notation for opening hours.") from error


def split(expression: str) -> list[tuple[Separator, str]]:
    """Return the rules of `expression` as text, each with what stands before it.

    A comma separates rules after a modifier or a comment, and after times where no time follows; elsewhere it is part
    of a list ("Sa,Su", "09:00-12:00,13:00-17:00").
    """
    bare = _COMMENT.sub(lambda found: '"' + "x" * (len(found[0]) - 2) + '"', expression)
    rules: list[tuple[Separator, str]] = []
    separator, begin, at = Separator.NORMAL, 0, 0
    while at < len(bare):
        found = _separator(bare, begin, at)
        if found is None:
            at += 1
            continue
        rules.append((separator, expression[begin:at].strip()))
        separator, at = found, at + len(found)
        begin = at
    rules.append((separator, expression[begin:].strip()))
    return [(kind, text) for kind, text in rules if text]


def _separator(bare: str, begin: int, at: int) -> Separator | None:
    if bare[at] == ";":
        return Separator.NORMAL
    if bare.startswith("||", at):
        return Separator.FALLBACK
    if bare[at] != ",":
        return None
    so_far = bare[begin:at].rstrip()
    if _MODIFIER.search(so_far) or so_far.endswith(('"', "24/7")):
        return Separator.ADDITIONAL
    return Separator.ADDITIONAL if _TIME.search(so_far) and not _TIME_AHEAD.match(bare, at + 1) else None


def _rule(separator: Separator, text: str) -> Rule:
    comments = [found[1:-1].strip() for found in _COMMENT.findall(text)]
    rest = _COMMENT.sub("", text).strip().lstrip(":").strip()  # '"in term": Mo' says its comment first
    modifier, rest = _take_modifier(rest)
    always = rest.startswith("24/7")
    found = None if always else _TIME.search(rest)
    days = "" if always else rest[: found.start() if found else None].strip().rstrip(":").strip()
    spans = _spans(rest[found.start() :]) if found else ()
    if always:
        spans = (Span(0, DAY),)
    dates, weekdays, holidays, both = _days(days)
    return Rule(
        text, separator, dates, weekdays, holidays, both, always, spans, modifier, "; ".join(filter(None, comments))
    )


def _take_modifier(text: str) -> tuple[Modifier, str]:
    found = _MODIFIER.search(text)
    if found is None:
        return Modifier.NONE, text
    word = found[1].lower()
    return Modifier.CLOSED if word == "off" else Modifier(word), text[: found.start()].strip()


def _days(text: str) -> tuple[str, str, tuple[Holiday, ...], bool]:
    """Take holidays out of a selector: (dates, weekdays, holidays, both)."""
    found = _WEEKDAY_SELECTOR.search(text)
    if found is None:
        if _HOLIDAY.search(text):
            raise NotationError(f"“{text}” names holidays in a place where they are not read.")
        return text, "", (), False
    # "Oct Su[-1]" is a date: the weekday belongs to its month unless more days follow.
    dates, selector = text[: found.start()].strip().rstrip(":").strip(), found[0]
    if not _HOLIDAY.search(selector):
        return (dates, selector, (), False) if not dates else (text, "", (), False)
    holidays = tuple(Holiday(kind.upper(), int(offset or 0)) for kind, offset in _HOLIDAY.findall(selector))
    weekdays = ",".join(re.findall(_WEEKDAY, _HOLIDAY.sub("", selector), re.IGNORECASE))
    both = bool(weekdays) and not re.search(r"(PH|SH|days?)\s*,\s*[A-Z]|,\s*(PH|SH)", selector, re.IGNORECASE)
    return dates, weekdays, holidays, both


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for part in text.split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise NotationError(f"“{part.strip()}” is not a stretch of time.")
        spans.append(_span(found.groups()))
    if len(spans) > MAX_SPANS:
        raise NotationError(f"A rule has {len(spans)} stretches of time; up to {MAX_SPANS} are read.")
    return tuple(spans)


def _span(groups: tuple[str | None, ...]) -> Span:
    start = _point(groups[:6])
    if groups[6]:
        return Span(start, None, open_end=True)
    end, after = _point(groups[7:13]), groups[13] or ""
    wraps = isinstance(start, int) and isinstance(end, int) and end <= start
    if isinstance(end, int) and wraps:
        end += DAY
    every = after[1:].strip() if after.startswith("/") else ""
    return Span(start, end, open_end=after == "+", every=every, wraps=wraps)


def _point(groups: tuple[str | None, ...]) -> int | SunTime:
    hour, minute, event, sign, hours, minutes = groups
    if hour is not None:
        return int(hour) * 60 + int(minute or 0)
    offset = int(hours or 0) * 60 + int(minutes or 0)
    return SunTime((event or "").lower(), -offset if sign == "-" else offset)
