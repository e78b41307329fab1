"""When the sun rises and sets, as exactly as the place is known."""

from __future__ import annotations

import datetime
import zoneinfo
from functools import lru_cache

import opening_hours

from .notation import DAY, SunTime

Coordinates = tuple[float, float]  # latitude, longitude
_PAIRS = {("sunrise", "sunset"): "sunrise-sunset", ("dawn", "dusk"): "dawn-dusk"}
# The outermost inhabited places of each nation: every other place lies between them.
_CORNERS: dict[str, tuple[Coordinates, ...]] = {
    "england": ((49.9, -6.4), (55.8, -2.0), (52.5, 1.8), (50.0, -5.2), (54.6, -3.6)),
    "wales": ((51.4, -3.5), (53.4, -4.4), (51.9, -5.3), (53.0, -2.7)),
    "scotland": ((54.7, -4.9), (60.8, -0.8), (57.8, -8.6), (55.9, -2.1)),
    "northern-ireland": ((54.0, -6.6), (55.3, -6.2), (54.4, -8.1), (54.4, -5.4)),
}
_CORNERS[""] = tuple(corner for corners in _CORNERS.values() for corner in corners)


@lru_cache(maxsize=1024)
def bounds(event: str, day: datetime.date, nation: str, timezone: str, place: Coordinates | None) -> tuple[int, int]:
    """Return the earliest and the latest local minute of `event` on `day`.

    They are the same minute where `place` is given. Without it they are those of the nation; outside Great Britain's
    time zone nothing is known of them, and they are the whole day.
    """
    if place is None and timezone != "Europe/London":
        return 0, DAY
    zone = zoneinfo.ZoneInfo(timezone)
    pair = next(pair for pair in _PAIRS if event in pair)
    minutes = []
    for corner in (place,) if place else _CORNERS[nation]:
        found = _of_day(_PAIRS[pair], day, zone, corner)
        if found is None:  # a day without night, or a night without day
            return 0, DAY
        minutes.append(found[pair.index(event)])
    return min(minutes), max(minutes)


def at(time: SunTime, day: datetime.date, nation: str, timezone: str, place: Coordinates | None) -> tuple[int, int]:
    """Return the earliest and the latest minute of `time`, its offset counted."""
    earliest, latest = bounds(time.event, day, nation, timezone, place)
    return max(0, earliest + time.offset), max(0, latest + time.offset)


def _of_day(expression: str, day: datetime.date, zone: zoneinfo.ZoneInfo, place: Coordinates) -> tuple[int, int] | None:
    first = datetime.datetime.combine(day, datetime.time(), zone)
    last = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), zone)
    hours = opening_hours.OpeningHours(expression, timezone=zone, coords=place, auto_country=False, max_interval_days=2)
    for begins, ends, state, _ in hours.intervals(first, last):
        if state == opening_hours.State.OPEN:
            return begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute or DAY
    return None
