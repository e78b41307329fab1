"""From two times as people write them to minutes of the day: "10 - 2pm" is 10:00 to 14:00."""

from __future__ import annotations

from config.errors import HereaboutsError

from .words import DAY, NOON, Token

EVENING = 17 * 60
NIGHT_ENDS = 6 * 60


class Doubtful(HereaboutsError, ValueError):
    """The two times can be meant in several ways; the question for a steward is in plain words."""

    status = 422


def resolve(first: Token, last: Token, part: str = "") -> tuple[int, int]:
    """(opens, closes) in minutes; closes is over 1440 past midnight. Raises `Doubtful`.

    `part` is "a" or "p" where the text says morning, or afternoon, evening or night.
    """
    said = f"{first.text.strip()} to {last.text.strip()}"
    if first.minute % DAY == last.minute % DAY and first.half == last.half:
        if first.minute % DAY == 0:
            raise Doubtful(f"{said}: open all day, or closed?")
        raise Doubtful(f"{said}: opens and closes at the same time?")
    if _is_12am(first) and last.minute > NIGHT_ENDS and last.half != "m":
        raise Doubtful(f"{said}: is “12am” noon or midnight?")
    if _is_12am(last) and not first.half == "p" and first.minute < EVENING:
        raise Doubtful(f"{said}: is “12am” noon or midnight?")
    if last.text.lower().startswith("12") and last.half == "p" and first.half == "p" and first.minute >= EVENING:
        raise Doubtful(f"{said}: is “12pm” noon or midnight?")
    if _either_one(first, last):
        raise Doubtful(f"{said}: does it close in the afternoon, or after midnight?")
    span = _resolve(first, last, part)
    if span is None and first.half and last.half:
        raise Doubtful(f"{said}: closes before it opens?")
    if span is None:
        raise Doubtful(f"{said}: morning, afternoon or evening?")
    opens, closes = span
    if not (0 <= opens < DAY and opens < closes <= opens + DAY):
        raise Doubtful(f"{said}: closes before it opens?")
    if closes > DAY + NIGHT_ENDS and not (opens >= EVENING and closes <= DAY + NOON):
        raise Doubtful(f"{said}: closes before it opens?")
    return span


def _is_12am(time: Token) -> bool:
    return time.half == "a" and time.minute == 0 and time.text.startswith("12")


def _either_one(first: Token, last: Token) -> bool:
    """ "11:00 - 1:00": by a 24-hour clock until one at night, by a 12-hour clock until one in the afternoon."""
    unsaid = not (first.half or last.half) and ":" in first.text and ":" in last.text
    return unsaid and not last.clock and 0 < last.minute < 4 * 60 and 10 * 60 <= first.minute < 13 * 60


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
    """Neither says am or pm: only what can be one thing. "9 - 4" and "9 - 12" can; "2 - 4" and "7 - 9" cannot."""
    opens = first.minute
    if not 7 * 60 <= opens < 13 * 60:
        return None
    span = _after(opens, last)
    if span and (span[1] > NOON or opens >= 10 * 60 or (span[1] == NOON and opens >= 8 * 60)):
        return span
    return None
