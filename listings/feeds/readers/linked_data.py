"""Events that a web page says of itself in schema.org's words, as JSON-LD."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from config.errors import HereaboutsError

from ..entries import Entry
from ..events import FeedEvent, FeedOccurrence, FeedSeries, FeedStatus, Moment, Problem, Reading, Window
from ..plain_text import one_line, plain, web_address
from ..series import Series
from .moments import read_iso

MAX_EVENTS = 2000
MAX_DEEP = 12
_DAYS = {"monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA",
         "sunday": "SU"}  # fmt: skip
_EVERY = {"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY"}
_OTHER_EVENTS = ("Festival", "Hackathon", "CourseInstance", "EventSeries")
_OFF = ("cancelled", "postponed")


class _Scripts(HTMLParser):
    """The JSON-LD of a page, and the addresses of calendars that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.calendars: list[str] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        kind = said.get("type", "").lower()
        if tag == "script":
            self._within = "ld+json" in kind
            if self._within:
                self.scripts.append("")
        elif tag in ("link", "a") and said.get("href"):
            if "calendar" in kind or re.search(r"\.ics(?:$|\?)|^webcal:", said["href"]):
                self.calendars.append(said["href"])
            elif tag == "link" and kind in ("application/rss+xml", "application/atom+xml"):
                self.calendars.append(said["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._within = False

    def handle_data(self, data: str) -> None:
        if self._within:
            self.scripts[-1] += data


def read_page(text: str, *, home: ZoneInfo, window: Window, address: str = "") -> Reading:
    """Read the events of a web page; `address` is its own, for links that start from it."""
    parser = _Scripts()
    parser.feed(text)
    parser.close()
    reading = Reading("linked-data")
    things: list[Any] = []
    for number, script in enumerate(parser.scripts, start=1):
        try:
            bare = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", script).strip()
            things.append(json.loads(bare, strict=False))
        except (ValueError, RecursionError):
            message = "What it says in JSON-LD is not JSON."
            reading.problems.append(Problem(f"script {number}", message, "Have whoever looks after the page check it."))
            reading.is_whole = False
    _read(reading, things, home, window, address)
    if not reading.events:
        found = dict.fromkeys(urljoin(address, it) for it in parser.calendars)
        other = f"The page names this one: {next(iter(found))}" if found else (
            "Use the address of a calendar (it often ends with .ics), and make the calendar public: a page to sign in "
            "on cannot be read."
        )  # fmt: skip
        reading.problems.append(
            Problem("", "This is a web page, not a calendar, and it names no events in JSON-LD.", other)
        )
    return reading


def read_linked_data(data: Any, *, home: ZoneInfo, window: Window, address: str = "") -> Reading:
    """Read parsed JSON-LD that is a file of its own."""
    reading = Reading("linked-data")
    _read(reading, [data], home, window, address)
    if not reading.events:
        reading.problems.append(Problem("", "This is JSON, and there is no event in it.", "Check its address."))
    return reading


def _read(reading: Reading, things: list[Any], home: ZoneInfo, window: Window, address: str) -> None:
    seen: set[str] = set()
    for number, thing in enumerate(_events(things), start=1):
        if number > MAX_EVENTS:
            reading.problems.append(Problem("", f"More than {MAX_EVENTS:,} events: the rest was left out."))
            reading.is_whole = False
            return
        where = f"event {number}"
        try:
            event = _event(thing, number, home, window, address)
        except (ValueError, OverflowError, HereaboutsError) as error:
            said = str(error) if isinstance(error, HereaboutsError) else "Its date cannot be read."
            name = one_line(_text(thing.get("name")), 60)
            reading.problems.append(Problem(where, f"“{name}” was left out. {said}", "Give startDate as 2026-07-14."))
            reading.is_whole = False
            continue
        if event is None:
            reading.problems.append(Problem(where, "It has no name or no startDate.", "Give it both."))
        elif event.uid not in seen:
            seen.add(event.uid)
            reading.events.append(event)


def _events(thing: Any, deep: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the events anywhere in it: in lists, @graph, list items, parts of a series."""
    if deep > MAX_DEEP:
        return
    if isinstance(thing, list):
        for it in thing[:MAX_EVENTS]:
            yield from _events(it, deep + 1)
    elif isinstance(thing, dict):
        parts = thing.get("subEvent") or thing.get("subEvents")
        if _is_event(thing):
            if thing.get("startDate") or thing.get("eventSchedule") or not parts:
                yield thing
            yield from _events(parts, deep + 1)
            return
        for name in ("@graph", "itemListElement", "item", "event", "events", "mainEntity", "mainEntityOfPage"):
            if isinstance(thing.get(name), dict | list):
                yield from _events(thing[name], deep + 1)


def _is_event(thing: dict[str, Any]) -> bool:
    kinds = thing.get("@type") or thing.get("type") or ()
    names = [str(it).rpartition("/")[2] for it in (kinds if isinstance(kinds, list) else [kinds])]
    return any(it.endswith("Event") or it in _OTHER_EVENTS for it in names)


def _event(thing: dict[str, Any], number: int, home: ZoneInfo, window: Window, address: str) -> FeedEvent | None:
    name = one_line(_text(thing.get("name")), 250)
    if not name:
        return None
    status = _text(thing.get("eventStatus")).lower()
    off = FeedStatus.CANCELLED if any(it in status for it in _OFF) else FeedStatus.CONFIRMED
    schedules = thing.get("eventSchedule")
    series: FeedSeries | None = None
    if isinstance(schedules, list):
        schedules = schedules[0] if schedules else None
    if isinstance(schedules, dict):
        made = Series([_entry(schedules, name, off, home)], home, window)
        occurrences, series = tuple(made.occurrences()), made.kept
        first = _text(schedules.get("startDate"))
    elif thing.get("startDate"):
        first = _text(thing.get("startDate"))
        starts, ends = _span(first, _text(thing.get("endDate")), home)
        original = f"{starts:%Y-%m-%dT%H:%M}" if isinstance(starts, datetime) else starts.isoformat()
        occurrences = (FeedOccurrence(starts, ends, original, off),) if window.holds(starts, ends) else ()
    else:
        return None
    location, point = _location(thing.get("location"))
    url = web_address(urljoin(address, _text(thing.get("url")))) if thing.get("url") else ""
    return FeedEvent(
        uid=_uid(thing, url, name, first),
        name=name,
        description=plain(_text(thing.get("description"))),
        location=location,
        point=point,
        url=url,
        organiser=one_line(_text(_first(thing.get("organizer"))), 200),
        cost=_cost(thing),
        status=off,
        series=series,
        occurrences=occurrences,
        source=json.dumps(thing, sort_keys=True, ensure_ascii=False),
        line=number,
    )


def _uid(thing: dict[str, Any], url: str, name: str, first: str) -> str:
    own = thing.get("@id") or thing.get("identifier")
    said = own if isinstance(own, str) else ""
    if said or url:
        # Several dates of one event may share its page.
        return (said or f"{url} {first}")[:500]
    return f"no-uid-{hashlib.blake2b(f'{name} {first}'.encode(), digest_size=10).hexdigest()}"


def _span(first: str, last: str, home: ZoneInfo) -> tuple[Moment, Moment | None]:
    starts = read_iso(first, home)
    ends = read_iso(last, home) if last else None
    if not isinstance(starts, datetime):
        # Of dates the last one is included.
        over = ends.date() if isinstance(ends, datetime) else ends
        return starts, max(over or starts, starts) + timedelta(days=1)
    if isinstance(ends, datetime):
        return starts, ends if ends > starts else None
    return starts, None


def _entry(schedule: dict[str, Any], name: str, status: FeedStatus, home: ZoneInfo) -> Entry:
    """A schema.org Schedule as an entry of a calendar. Raises ValueError."""
    zone = home
    if named := _text(schedule.get("scheduleTimezone")):
        try:
            zone = ZoneInfo(named)
        except (KeyError, ValueError):
            raise ValueError(named) from None
    first = read_iso(_text(schedule.get("startDate")), zone)
    day = first.date() if isinstance(first, datetime) else first
    starts: Moment = _at(day, schedule.get("startTime"), zone) or first
    ends = _at(day, schedule.get("endTime"), zone)
    if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
        ends += timedelta(days=1)
    entry = Entry(0, uid="schedule", starts=starts, ends=ends if isinstance(starts, datetime) else None)
    entry.name, entry.status = name, status
    every = re.fullmatch(r"P(\d{1,3})([DWMY])", _text(schedule.get("repeatFrequency")).upper())
    if every is not None:
        rule = f"FREQ={_EVERY[every[2]]};INTERVAL={max(1, int(every[1]))}"
        days = [_DAYS[it] for text in _list(schedule.get("byDay")) if (it := text.rpartition("/")[2].lower()) in _DAYS]
        if days and every[2] == "W":
            rule += f";BYDAY={','.join(days)}"
        if count := str(schedule.get("repeatCount") or ""):
            rule += f";COUNT={count}"
        elif last := _text(schedule.get("endDate")):
            rule += f";UNTIL={last[:10].replace('-', '')}"
        entry.rules.append(rule)
    entry.left_out = [read_iso(it, zone) for it in _list(schedule.get("exceptDate"))]
    return entry


def _at(day: date, text: Any, zone: ZoneInfo) -> datetime | None:
    match = re.match(r"(\d{1,2}):(\d{2})", _text(text))
    if match is None:
        return None
    return datetime(day.year, day.month, day.day, int(match[1]), int(match[2]), tzinfo=zone)


def _location(it: Any) -> tuple[str, tuple[float, float] | None]:
    """The place in words, and its point."""
    it = _first(it)
    if not isinstance(it, dict):
        return one_line(_text(it), 400), None
    if "Virtual" in str(it.get("@type", "")):
        return "Online", None
    address = it.get("address")
    parts = [_text(it.get("name"))]
    if isinstance(address, dict):
        parts += [_text(address.get(name)) for name in ("streetAddress", "addressLocality", "postalCode")]
    else:
        parts.append(_text(address))
    point = None
    geo = it.get("geo")
    if isinstance(geo, dict):
        try:
            lon, lat = float(geo["longitude"]), float(geo["latitude"])
            point = (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon) else None
        except (KeyError, TypeError, ValueError):
            point = None
    return one_line(", ".join(dict.fromkeys(part for part in parts if part)), 400), point


def _cost(thing: dict[str, Any]) -> str:
    if thing.get("isAccessibleForFree") in (True, "true", "True"):
        return "Free"
    offer = _first(thing.get("offers"))
    if not isinstance(offer, dict):
        return ""
    price = _text(offer.get("price") if offer.get("price") is not None else offer.get("lowPrice"))
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,2})?", price):
        return ""
    if not float(price):
        return "Free"
    currency = _text(offer.get("priceCurrency")).upper()[:3]
    return f"£{price}" if currency in ("GBP", "") else f"{price} {currency}"


def _first(it: Any) -> Any:
    return it[0] if isinstance(it, list) and it else it


def _list(it: Any) -> list[str]:
    return [_text(part) for part in (it if isinstance(it, list) else [it]) if part][:500]


def _text(it: Any) -> str:
    """A value as text; of a thing its name or @value."""
    it = _first(it)
    if isinstance(it, dict):
        it = it.get("@value") or it.get("name") or it.get("@id") or ""
    return str(it).strip() if isinstance(it, str | int | float) and not isinstance(it, bool) else ""
