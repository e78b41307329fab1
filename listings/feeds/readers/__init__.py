"""One reader for each format that a feed comes in, bytes -> `Reading`. Pure: no models, no network, no traceback."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ..events import Problem, Reading, Window
from .icalendar import read_icalendar
from .text import MAX_BYTES

__all__ = ["MAX_BYTES", "read"]


def read(data: bytes, *, home: ZoneInfo, window: Window) -> Reading:
    """Read a feed in whatever format it is; `home` is the zone of times that name none."""
    if len(data) > MAX_BYTES:
        remedy = "Take old events out of it, or give the address of a shorter one."
        return Reading(problems=[Problem("", f"It is larger than {MAX_BYTES >> 20} MB.", remedy)])
    return read_icalendar(data, home=home, window=window)
