"""Bank holidays of the nations of the United Kingdom, from the PyPI package `holidays`."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays as calendars

# The nation of a place -> the package's subdivision of GB.
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}

# As the nations' governments call them; the package has names of its own.
_NAMES = {
    "Battle of the Boyne": "Battle of the Boyne (Orangemen’s Day)",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "May Day": "Early May bank holiday",
    "New Year Holiday": "2nd January",
    "New Year's Day": "New Year’s Day",
    "Saint Andrew's Day": "St Andrew’s Day",
    "Saint Patrick's Day": "St Patrick’s Day",
    "Spring Bank Holiday": "Spring bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
}
_SUBSTITUTE = " (observed)"


def bank_holidays(nation: str, year: int) -> dict[datetime.date, str]:
    """Return the bank holidays of `nation` in `year`, substitute days and single ones too, with their names.

    `nation` is one of `NATIONS`, or "" where it is not known: then there are none. Raises ValueError for another.
    """
    return dict(_bank_holidays(nation, year))


@lru_cache(maxsize=256)
def _bank_holidays(nation: str, year: int) -> dict[datetime.date, str]:
    if not nation:
        return {}
    if nation not in NATIONS:
        raise ValueError(f"No bank holidays are known for {nation!r}; use one of {', '.join(NATIONS)} or nothing.")
    found = calendars.country_holidays("GB", subdiv=NATIONS[nation], years=year, language="en_GB")
    return {day: "; ".join(_called(name) for name in names.split("; ")) for day, names in sorted(found.items())}


def _called(name: str) -> str:
    plain = name.removesuffix(_SUBSTITUTE)
    return _NAMES.get(plain, plain) + (" (substitute day)" if plain != name else "")
