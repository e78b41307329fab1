"""Bank holidays of the nations of the United Kingdom, from the PyPI package `holidays`."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays as calendars

# The nation of a place -> the package's subdivision of GB.
NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}


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
    return dict(sorted(found.items()))
