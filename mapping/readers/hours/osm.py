"""OpenStreetMap's notation as people type it: kept where it is right, mended where only its spelling is off."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from mapping.opening_hours.notation import (
    DAY,
    MAX_LENGTH,
    MAX_RULES,
    Modifier,
    NotationError,
    Rule,
    Separator,
    Span,
    check,
    parse,
    split,
)
from mapping.opening_hours.timeline import doubtful

from . import text as free_text
from .reading import ReadHours, about_time, leftovers
from .words import plain
from .write import clock, quoted, write

_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ENGLISH = re.compile(
    r"\b(?:mon|tues?|weds?|thur?s?|fri|sat|sun)(?:day)?s?\b|\d\s*[ap]\.?m\b|\b(?:daily|weekdays?|noon|midnight)\b",
    re.IGNORECASE,
)
_RULE_OF_DAYS = re.compile(rf"{_DAY}(?:\b|(?=\d))[-\s,\w\[\]]*?(?:\d{{1,2}}(?::\d\d)?\s*[-+–]|\boff\b|\bclosed\b|\")")
_STARTS_ALWAYS = re.compile(r"24/7\s*(?:[;,|]|$)")
_HAS_SELECTOR = re.compile(rf"\b{_DAY}\b|\b{_MONTH}\b|\bweek\b|24/7|\beaster\b|sun(?:rise|set)|dawn|dusk")
_WORDS_AFTER = re.compile(rf"(?P<days>{_DAY}(?:\s*[-,]\s*{_DAY})*)\s+(?P<words>[a-zA-Z][^\d\"]*)$")
_TIMES_MISSING_ZERO = re.compile(r"(?<![\d:\[/])(\d{1,2})(:\d\d)?\s*-\s*(\d{1,2})(:\d\d)?(?![\d:\]])")
_IMPOSSIBLE = re.compile(r"\b(?:Feb\s*(?:30|31)|(?:Apr|Jun|Sep|Nov)\s*31)\b")
_NAMES = {
    "Mo": "Monday", "Tu": "Tuesday", "We": "Wednesday", "Th": "Thursday", "Fr": "Friday", "Sa": "Saturday",
    "Su": "Sunday", "PH": "bank holidays",
}  # fmt: skip


def looks_like_osm(value: str) -> bool:
    """Whether `value` is OpenStreetMap's notation rather than written for people.

    >>> looks_like_osm("Mo-Fr 08:00-18:00, Sa 09:00-12:00"), looks_like_osm("Mon-Fri 8am-6pm")
    (True, False)
    """
    value = " ".join(plain(value).split())
    bare = re.sub(r'"[^"]*"', '""', value)
    if not value or _ENGLISH.search(bare):
        return False
    if _STARTS_ALWAYS.match(value) or _RULE_OF_DAYS.match(value):
        return True
    return bool(_HAS_SELECTOR.search(bare)) and _is_valid(value)


@lru_cache(maxsize=4096)
def read_osm_hours(value: str) -> ReadHours:
    """Read OpenStreetMap's notation. What is valid is kept as it is.

    Spelling that can mean one thing only is mended ("Fr11:00-12:00", "Mo-Fr 8-16", a missing semicolon). A rule that is
    still not valid is read as text; what is not understood even so weakens the days that it names.
    """
    stripped = value.strip()
    if not stripped:
        return ReadHours(value)
    if len(stripped) > MAX_LENGTH:
        return ReadHours(value, "", (f"{stripped[:100]}…",), ("The opening hours are too long to be read.",))
    for candidate in (" ".join(stripped.split()), mended(stripped)):
        if _is_valid(candidate):
            return ReadHours(value, candidate, (), _questions(candidate))
    return replace(_rule_by_rule(stripped), source=value)


def mended(value: str) -> str:
    """`value` with its spelling as the notation has it; what it says stays the same."""
    pieces = re.split(r'("[^"]*")', plain(value).replace("“", '"').replace("”", '"'))
    return "".join(piece if piece.startswith('"') else _mended(piece) for piece in pieces).strip(" ;,")


def _mended(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\b(mo|tu|we|th|fr|sa|su|ph|sh)\b", lambda m: _day(m[1]), text, flags=re.IGNORECASE)
    text = re.sub(rf"({_DAY})(?=\d)", r"\1 ", text)  # Fr11:00
    text = re.sub(rf"({_DAY})\s*-\s*(?={_DAY})", r"\1-", text)  # Mo - Fr
    text = re.sub(r"(\d)\s*-\s*(?=\d)", r"\1-", text)
    text = re.sub(rf"({_DAY}):\s*(?=\d)", r"\1 ", text)  # Mo-Fr: 09:00
    text = re.sub(r"(?<=\d)\.(?=\d\d\b)", ":", text)  # 9.00
    text = re.sub(r"(\d\d?:\d\d|\d)-(?=\s*(?:[,;]|$))", r"\1+", text)  # 16:00-
    text = _TIMES_MISSING_ZERO.sub(_with_minutes, text)
    text = re.sub(rf"(\d\d:\d\d\+?|\boff|\bclosed),?\s*(?={_DAY}\b)", _one_separator, text)
    text = re.sub(r"\s*;\s*(?:;\s*)*", "; ", text)
    return re.sub(r"(\d),\s+(?=\d\d?:)", r"\1,", text)


def _day(text: str) -> str:
    return text.upper() if text.lower() in ("ph", "sh") else text.capitalize()


def _one_separator(match: re.Match[str]) -> str:
    return f"{match[1]}, "


def _with_minutes(match: re.Match[str]) -> str:
    """`8-16` is 08:00-16:00; `9-5` could be until five in the afternoon and stays as it is."""
    begins, ends = int(match[1]), int(match[3])
    if not (match[2] and match[4]) and (ends <= begins or ends > 24):
        return match[0]
    return f"{begins:02}{match[2] or ':00'}-{ends:02}{match[4] or ':00'}"


def _is_valid(value: str) -> bool:
    try:
        parse(value)
    except NotationError:
        return False
    return not _IMPOSSIBLE.search(re.sub(r'"[^"]*"', "", value))  # "Feb 30" would be every day to the library


def _questions(expression: str) -> tuple[str, ...]:
    found: list[str] = []
    for number, rule in enumerate(parse(expression)):
        found += [_question(rule, span) for span in rule.spans]
        if number and rule.only_times and rule.separator is Separator.NORMAL and rule.modifier is not Modifier.CLOSED:
            found.append(f"“{rule.text}” has no days: is it about every day, in place of what is said before?")
    return tuple(dict.fromkeys(filter(None, found)))


def _question(rule: Rule, span: Span) -> str:
    if not doubtful(span) or not isinstance(span.start, int) or not isinstance(span.end, int):
        return ""
    days = rule.weekdays or ("PH" if rule.holidays else "")
    on = days.replace("-", " to ").replace(",", ", ") or "every day"
    for short, name in _NAMES.items():
        on = re.sub(rf"\b{short}\b", name, on)
    said = f"{clock(span.start)} to {clock(span.end % DAY)} on {on}"
    if span.end - span.start == DAY:
        return f"{said}: open all day or closed?"
    return f"{said}: closes before it opens?"


def _rule_by_rule(value: str) -> ReadHours:
    """Keep the rules that are valid by themselves; read the others as text."""
    kept: list[tuple[Separator, str]] = []
    rest: list[str] = []
    questions: list[str] = []
    for separator, rule in split(mended(value))[: MAX_RULES + 1]:
        if _is_valid(rule):
            kept.append((separator, rule))
            questions += _questions(rule)
            continue
        found = _WORDS_AFTER.fullmatch(rule)
        if found and _is_valid(commented := f'{found["days"]} "{quoted(found["words"])}"'):
            kept.append((separator, commented))
            continue
        text = plain(rule)
        said = free_text.read(text, osm=True, bare_is_daily=text[:1].isdigit())
        expression = write(said.clauses)
        left = any(about_time(piece) for piece in leftovers(rule, said.used))
        if expression and not left and _is_valid(expression):
            kept.append((separator, expression))
            questions += said.questions
        elif about_time(rule, weakly=True) or re.search(rf"\b{_DAY}\b|\d", rule):
            rest.append(rule)
    joined = ""
    for separator, rule in kept:
        mark = f" {separator} " if separator is Separator.FALLBACK else f"{separator} "
        joined += f"{mark if joined else ''}{rule}"
    if joined:
        try:
            check(joined)
            parse(joined)
        except NotationError:
            return ReadHours(value, "", (value,), tuple(questions))
    return ReadHours(value, joined, tuple(rest), tuple(dict.fromkeys(questions)))
