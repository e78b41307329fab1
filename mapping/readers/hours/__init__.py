"""Opening hours written for people, or in OpenStreetMap's notation -> an expression, and what it does not carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mapping.opening_hours.notation import MAX_LENGTH, NotationError, parse

from . import text as free_text
from .clauses import Clause, Days, Said
from .osm import looks_like_osm, read_osm_hours
from .reading import ReadHours, about_time, leftovers
from .words import DAY_NAMES, plain
from .write import write

__all__ = [
    "ReadHours",
    "looks_like_osm",
    "read_hours",
    "read_hours_by_day",
    "read_osm_hours",
]

_CLOSED = re.compile(r"\s*(?:closed|off|shut|-|–)\s*", re.IGNORECASE)
_ONLY_ASK = re.compile(
    r"\s*(?:open\s+)?(?:strictly\s+)?(?:by\s+)?(?:appointments?|arrangement|request)(?:\s+only)?\W*", re.IGNORECASE
)
_BY_DAYLIGHT = re.compile(
    r"\W*(?:open\s+)?(?:(?:daily|every\s?day|all\s+year(?:\s+round)?),?\s+)?(?:from\s+)?"
    r"(?P<from>dawn|sunrise)\s*(?:-|to|till|until)\s*(?P<to>dusk|sunset)"
    r"(?:,?\s+(?:daily|every\s?day|all\s+year(?:\s+round)?))?\W*",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)  # files say the same few things again and again
def read_hours(text: str) -> ReadHours:
    """Read opening hours as people in the UK write them, or OpenStreetMap's notation where it is that.

    >>> read_hours("Tuesdays and Fridays, 10am-2pm. Closed bank holidays.").expression
    'Tu,Fr 10:00-14:00; PH off'
    """
    if len(text) > 2 * MAX_LENGTH:
        return ReadHours(text, "", (f"{text.strip()[:100]}…",), ("The opening hours are too long to be read.",))
    if looks_like_osm(text):
        return read_osm_hours(text)
    if _ONLY_ASK.fullmatch(text):
        return ReadHours(text, f'"{text.strip().rstrip(".")}"')
    if daylight := _BY_DAYLIGHT.fullmatch(plain(text)):
        return ReadHours(text, f"{daylight['from']}-{daylight['to']}".lower())
    return _read(text, free_text.read(plain(text)))


def read_hours_by_day(cells: Mapping[int, str | None]) -> ReadHours:
    """Read one cell a weekday (0 = Monday), such as {0: "09:00-13:00,14:00-18:00", 6: "CLOSED"}."""
    clauses: list[Clause] = []
    source: list[str] = []
    rest: list[str] = []
    questions: list[str] = []
    for day, cell in sorted(cells.items()):
        if not cell or not cell.strip():
            continue
        source.append(f"{DAY_NAMES[day]} {cell.strip()}")
        only = frozenset((day,))
        if _CLOSED.fullmatch(cell):
            clauses.append(Clause(Days(only), closed=True))
            continue
        said = free_text.read(plain(cell), bare_is_daily=True)
        on_day = [clause for clause in said.clauses if day in clause.days.weekdays]
        left = [piece for piece in leftovers(cell, said.used) if about_time(piece, weakly=True)]
        questions += [question.replace("every day", DAY_NAMES[day]) for question in said.questions]
        if left or not on_day:
            rest.append(f"{DAY_NAMES[day]} {cell.strip()}")
        else:
            clauses += [_on(clause, only) for clause in on_day]
    expression = _valid(write(clauses))
    return ReadHours("; ".join(source), expression, tuple(rest), tuple(dict.fromkeys(questions)))


def _on(clause: Clause, only: frozenset[int]) -> Clause:
    return Clause(Days(only), clause.times, clause.dates, clause.term, clause.comment, clause.closed, clause.open_end)


def _read(text: str, said: Said) -> ReadHours:
    expression = _valid(write(said.clauses, said.otherwise))
    questions = tuple(dict.fromkeys(said.questions))
    if not expression:
        whole = " ".join(text.split())
        return ReadHours(text, "", (whole,) if about_time(whole, weakly=True) else (), questions)
    pieces = tuple(piece for piece in leftovers(text, said.used) if about_time(piece))
    return ReadHours(text, expression, pieces, questions)


def _valid(expression: str) -> str:
    """The expression, or nothing where the notation has no way to say it."""
    try:
        if expression:
            parse(expression)
    except NotationError:
        return ""
    return expression
