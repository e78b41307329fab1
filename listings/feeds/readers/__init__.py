"""One reader for each format that a feed comes in, bytes -> `Reading`. Pure: no models, no network, no traceback."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from ..events import Problem, Reading, Window
from .geojson import is_geojson, read_geojson
from .icalendar import looks_like_icalendar, no_calendar, read_icalendar
from .linked_data import read_linked_data, read_page
from .syndication import looks_like_syndication, read_syndication
from .table import looks_like_table, read_table
from .text import MAX_BYTES, decode, is_web_page

__all__ = ["MAX_BYTES", "read"]


def read(data: bytes, *, home: ZoneInfo, window: Window, address: str = "", format: str = "") -> Reading:
    """Read a feed in whatever format it is, whatever its name and type say.

    home : the zone of times that name none; address : where it comes from; format : of `FeedFormat`, only for what
    does not show what it is. Whatever is wrong becomes problems.
    """
    if len(data) > MAX_BYTES:
        remedy = "Take old events out of it, or give the address of a shorter one."
        return Reading(problems=[Problem("", f"It is larger than {MAX_BYTES >> 20} MB.", remedy)])
    text = decode(data).removeprefix("\ufeff")
    if looks_like_icalendar(text):
        return read_icalendar(text, home=home, window=window)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError) as error:
            where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
            return Reading(problems=[Problem(where, "It begins as JSON does, but is not.", "Have it written again.")])
        if is_geojson(parsed):
            return read_geojson(parsed, home=home, window=window)
        return read_linked_data(parsed, home=home, window=window, address=address)
    if start == "<":
        if is_web_page(text):
            return read_page(text, home=home, window=window, address=address)
        if looks_like_syndication(text):
            return read_syndication(data, home=home, window=window, address=address)
    if looks_like_table(text) or format == "csv":
        return read_table(text, home=home, window=window)
    return Reading(problems=[no_calendar(text, data)])
