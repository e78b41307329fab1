"""The result of reading opening hours, and what of a text was not read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .words import Token, tokens

_EDGES = " ,;.:&+/@=|-\n"
_EMPTY_WORDS = re.compile(
    r"(\b(and|also|open|opens|opening|on|only|from|at|between|every|each|hours?|times?|plus|are|is|the|we|week(?:ly)?)\b"
    r"|[\s,;.:()&+/@=|-])*",
    re.IGNORECASE,
)
# Words that say something about time. The second line only beside others: "a hot meal each lunchtime" is no hours.
_OF_TIME = frozenset(
    (
        *("day", "group", "nth", "month", "date", "nodate", "named", "season", "term", "schoolhol", "bank", "ask"),
        *("alternate", "since", "closed", "except", "halfday", "always", "sun"),
    )
)
_WEAKLY_OF_TIME = frozenset(("part", "ofmonth"))
_WEAK_WORDS = re.compile(
    r"\b(days?|weeks?|hours|times?|mornings?|evenings?|sessions?|breakfast|lunch|dinner)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ReadHours:
    """Opening hours as they were read.

    `source` is the text as it was written. `expression` is OpenStreetMap's opening_hours notation, "" when nothing was
    understood. `not_understood`: pieces of the source that say something about time which the expression does not
    carry. `questions`: what a steward should look at, in plain words.
    """

    source: str = ""
    expression: str = ""
    not_understood: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def leftovers(original: str, used: Iterable[tuple[int, int]]) -> list[str]:
    """The stretches of `original` that are not `used`, in its own spelling."""
    pieces, position = [], 0
    for start, end in [*sorted(used), (len(original), len(original))]:
        piece = original[position : max(position, start)].strip(_EDGES)
        if piece and not _EMPTY_WORDS.fullmatch(piece):
            pieces.append(" ".join(_unpaired(piece).split()))
        position = max(position, end)
    return pieces


def about_time(piece: str, weakly: bool = False) -> bool:
    """Whether a piece says anything about when; with `weakly`, vague words such as "evenings" count too."""
    words = tokens(piece)
    if any(word.kind in _OF_TIME or _is_clock_time(word) for word in words) or _has_range(words):
        return True
    return weakly and (any(word.kind in _WEAKLY_OF_TIME for word in words) or bool(_WEAK_WORDS.search(piece)))


def _is_clock_time(word: Token) -> bool:
    return word.kind == "time" and bool(word.half or ":" in word.text) or word.kind == "four"


def _has_range(words: list[Token]) -> bool:
    kinds = [word.kind for word in words]
    return any(kinds[at : at + 3] == ["time", "dash", "time"] for at in range(len(kinds)))


def _unpaired(text: str) -> str:
    """`text` without a bracket at an end whose other half is gone."""
    if text.count("(") > text.count(")"):
        text = text.rstrip("( ") if text.endswith("(") else text
        text = text.lstrip("( ") if text.startswith("(") else text
    if text.count(")") > text.count("("):
        text = text.lstrip(") ") if text.startswith(")") else text
        text = text.rstrip(") ") if text.endswith(")") else text
    return text
