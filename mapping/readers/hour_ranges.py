"""From two times as people write them to minutes of the day: "10 - 2pm" is 10:00 to 14:00."""

from __future__ import annotations

from .hour_words import DAY, NOON, Token

EVENING = 17 * 60


def resolve(first: Token, last: Token, part: str = "") -> tuple[int, int] | None:
    """(opens, closes) in minutes, closes over 1440 past midnight; None when it could be two things.

    `part` is "a" or "p" where the text says morning, or afternoon, evening or night.
    """
    span = _resolve(first, last, part)
    return span if span and 0 <= span[0] < DAY and span[0] < span[1] <= span[0] + DAY else None


def _resolve(first: Token, last: Token, part: str) -> tuple[int, int] | None:
    if part and not (first.half or last.half) and not (first.clock and last.clock):
        half = "p" if part == "p" or last.minute >= NOON else "a"
        return _before(first, _half(last, half))
    if last.half == "m":
        return _to_midnight(first)
    if first.half == "m":
        first = Token("time", "", 0, 0, minute=0, half="a")
    if first.half and last.half:
        return _ordered(first.minute, last.minute, first.minute >= EVENING)
    if last.half:
        return _before(first, last.minute)
    if first.half:
        return _after(first.minute, last)
    if (first.clock and last.clock) or _only_24(first) or _only_24(last):
        return _ordered(first.minute, last.minute, first.clock and last.clock)
    return _unsaid(first, last)


def _only_24(time: Token) -> bool:
    return time.minute >= 13 * 60 or time.minute < 60


def _half(time: Token, half: str) -> int:
    if time.minute >= 13 * 60:
        return time.minute
    return time.minute % NOON + (NOON if half == "p" else 0)


def _readings(time: Token) -> tuple[int, ...]:
    """The minutes of the day that a time without am or pm can mean."""
    if _only_24(time):
        return (time.minute,)
    return (time.minute % NOON, time.minute % NOON + NOON)


def _before(first: Token, closes: int) -> tuple[int, int] | None:
    """The latest reading of `first` before `closes`: "10 - 2pm", "1 - 3pm", "11 - 1pm"."""
    if first.half:
        return _ordered(first.minute, closes, False)
    closes = closes or DAY
    fitting = [minute for minute in _readings(first) if minute < closes]
    return (max(fitting), closes) if fitting else None


def _after(opens: int, last: Token) -> tuple[int, int] | None:
    """The earliest reading of `last` after `opens`: "9am - 5"."""
    fitting = [minute for minute in _readings(last) if minute > opens]
    return (opens, min(fitting)) if fitting else None


def _to_midnight(first: Token) -> tuple[int, int] | None:
    if first.half or _only_24(first):
        return (first.minute, DAY)
    return (max(_readings(first)), DAY)


def _ordered(opens: int, closes: int, past_midnight: bool) -> tuple[int, int] | None:
    if opens >= DAY:
        return None
    if closes == 0:
        closes = DAY
    if closes <= opens:
        closes += DAY if past_midnight else 0
    return (opens, closes) if closes > opens else None


def _unsaid(first: Token, last: Token) -> tuple[int, int] | None:
    """Neither says am or pm: only what can be one thing. "9 - 4" can; "2 - 4" and "7 - 9" cannot."""
    opens = first.minute
    if not 7 * 60 <= opens < 13 * 60:
        return None
    span = _after(opens, last)
    if span and (span[1] > NOON or opens >= 10 * 60):
        return span
    return None
