"""A recurrence rule as other people's programs write it (RFC 5545, section 3.3.10) -> one that can be worked out.

Two things are put right. UNTIL is brought to the clocks of the event: dateutil wants it in UTC, and
recurring-ical-events 3.8.2 reads a local one as UTC and drops the day of one that is a date. And a rule that would
never come to an end is refused before anything looks for its dates.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from config.errors import HereaboutsError

SECONDS = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600, "DAILY": 86400, "WEEKLY": 604800}
FREQUENCIES = (*SECONDS, "MONTHLY", "YEARLY")
WITHIN_A_DAY = ("SECONDLY", "MINUTELY", "HOURLY")
# dateutil counts from the first date on, so these are as many steps as it takes before a rule is refused.
MAX_STEPS = 200_000
MAX_RULE = 2000
_PARTS = (
    "FREQ UNTIL COUNT INTERVAL BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS WKST"
).split()


class BadRule(HereaboutsError):
    """A rule that cannot be followed; the text says why."""

    status = 422


def local_rule(text: str, first: date | datetime, zone: tzinfo | None, last: datetime) -> str:
    """The rule with its UNTIL on the clocks of `zone` (None, or `first` a date: all day). Raises `BadRule`.

    first : start of the series, without a time zone; last : as far as anybody will look (without a time zone).
    """
    parts = _parts(text)
    if "RSCALE" in parts:
        raise BadRule(
            f"It repeats by another calendar than ours (RSCALE={parts['RSCALE'][:20]}), which is not read here."
        )
    for name in parts:
        if name not in _PARTS:
            raise BadRule(f"“{name[:20]}” is not a part of a rule for repeating.")
    if "UNTIL" in parts:
        parts["UNTIL"] = _local_until(parts["UNTIL"], first, zone)
    _must_end(parts, first, last)
    # UNTIL last, where recurring-ical-events looks for it.
    return ";".join(f"{name}={parts[name]}" for name in sorted(parts, key=lambda it: (it == "UNTIL", _PARTS.index(it))))


def _parts(text: str) -> dict[str, str]:
    if len(text) > MAX_RULE:
        raise BadRule("The rule for repeating is longer than any that makes sense.")
    parts: dict[str, str] = {}
    for part in text.upper().strip().split(";"):
        if not part:
            continue
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts or " " in part:
            raise BadRule(f"“{part[:40]}” is not a part of a rule for repeating.")
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(f"It does not say how often it repeats (FREQ={parts.get('FREQ', '')[:20]}).")
    if parts.get("COUNT", "").startswith("-"):
        # Some writers mean "for ever" by that.
        del parts["COUNT"]
    return parts


def _local_until(text: str, first: date | datetime, zone: tzinfo | None) -> str:
    try:
        if len(text) == 8:
            day = datetime.strptime(text, "%Y%m%d")
            # The last day counts: until its end.
            return f"{text}T235959" if isinstance(first, datetime) else f"{day:%Y%m%d}"
        at = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")
    except ValueError:
        raise BadRule(f"“{text[:40]}” is not the end of a rule (UNTIL).") from None
    if not isinstance(first, datetime):
        return f"{at:%Y%m%d}"
    if text.endswith("Z") and zone is not None:
        at = at.replace(tzinfo=UTC).astimezone(zone)
    return f"{at:%Y%m%dT%H%M%S}"


def _must_end(parts: dict[str, str], first: date | datetime, last: datetime) -> None:
    """Refuse what dateutil would count for hours, or for ever."""
    interval, count = _number(parts, "INTERVAL", 1), _number(parts, "COUNT", 0)
    frequency = parts["FREQ"]
    if _is_never(parts):
        raise BadRule("The rule for repeating has no date at all.")
    if "BYSETPOS" in parts and frequency in (*WITHIN_A_DAY, "DAILY"):
        times = 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            times *= len(parts[name].split(",")) if name in parts else 1
        if frequency != "DAILY" or any(abs(it) > times for it in _numbers(parts, "BYSETPOS")):
            raise BadRule("It picks times of a day (BYSETPOS) in a way that is not read here.")
    if frequency not in SECONDS:
        return
    start = first if isinstance(first, datetime) else datetime.combine(first, time())
    if "UNTIL" in parts:
        last = min(last, datetime.strptime(parts["UNTIL"][:8], "%Y%m%d") + timedelta(days=1))
    steps = max(0.0, (last - start).total_seconds()) / (SECONDS[frequency] * interval)
    if count and not any(name.startswith("BY") for name in parts):
        steps = min(steps, count)
    if steps > MAX_STEPS:
        raise BadRule(f"It repeats {_WORDS.get(frequency, 'for centuries')}: too often for a list.")


_WORDS = {"SECONDLY": "every few seconds", "MINUTELY": "every few minutes", "HOURLY": "every few hours"}


def _is_never(parts: dict[str, str]) -> bool:
    """Whether month and day of the month exclude each other (30 February): dateutil would look until the year 9999."""
    if "BYMONTHDAY" not in parts:
        return False
    months = _numbers(parts, "BYMONTH") or list(range(1, 13))
    days = _numbers(parts, "BYMONTHDAY")
    if any(not 1 <= it <= 12 for it in months):
        raise BadRule("It names a month that there is not (BYMONTH).")
    # 2024 is a leap year.
    return not any(1 <= abs(day) <= monthrange(2024, month)[1] for month in months for day in days)


def _number(parts: dict[str, str], name: str, default: int) -> int:
    if name not in parts:
        return default
    text = parts[name]
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) or len(text) > 9:
        raise BadRule(f"{name}={text[:20]} is not a number that a rule can have.")
    return int(text)


def _numbers(parts: dict[str, str], name: str) -> list[int]:
    try:
        return [int(it) for it in parts.get(name, "").split(",") if it]
    except ValueError:
        raise BadRule(f"{name}={parts[name][:40]} is not a list of numbers.") from None
