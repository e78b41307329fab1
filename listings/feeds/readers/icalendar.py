"""iCalendar files (RFC 5545), as Google, Outlook, Apple and everybody else writes them."""

from __future__ import annotations

import time
from dataclasses import replace
from zoneinfo import ZoneInfo

from config.errors import HereaboutsError

from ..content_lines import Block, read_blocks, shortened
from ..entries import Entry, EntryReader, unescape
from ..events import FeedEvent, FeedStatus, Problem, Reading, Window
from ..plain_text import one_line
from ..rules import BadRule
from ..series import Series
from ..zones import Zones
from .text import decode, is_web_page, other_file

MAX_EVENTS = 10_000
MAX_PROBLEMS = 200
# So long (seconds) the rules of one file may take altogether.
MAX_SECONDS = 60.0


def looks_like_icalendar(text: str) -> bool:
    return "BEGIN:V" in text[:5000].upper()


def read_icalendar(data: bytes | str, *, home: ZoneInfo, window: Window) -> Reading:
    """Read a calendar file; `home` is the zone of times without one. Whatever is wrong becomes problems."""
    reading = Reading("icalendar")
    problems = reading.problems
    text = decode(data) if isinstance(data, bytes) else data
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if not looks_like_icalendar(text):
        problems.append(no_calendar(text, data))
        return reading
    top = read_blocks(text, problems)
    calendars = [it for it in top.blocks if it.name == "VCALENDAR"] or [top]
    reading.is_whole = all(it.is_whole for it in calendars)
    definitions = {}
    for block in (zone for calendar in calendars for zone in calendar.walk("VTIMEZONE")):
        name = next((it.value for it in block.properties([]) if it.name == "TZID"), "")
        definitions.setdefault(name, block.text())
    zones = Zones(home, definitions)
    entries: dict[str, list[Entry]] = {}
    for calendar in calendars:
        _read_calendar(reading, calendar, zones, entries)
    until = time.monotonic() + MAX_SECONDS
    for together in entries.values():
        if time.monotonic() > until:
            message = "The rules of this calendar take too long to work out: its last events were left out."
            problems.append(Problem(f"line {together[0].line}", message, "Take old events out of it."))
            reading.is_whole = False
            break
        event = _event(together, home, window, problems)
        if event is None:
            reading.unreadable.add(together[0].uid)
        else:
            reading.events.append(replace(event, source=_source(together, definitions, calendars)))
    problems.sort(key=lambda it: int(it.where[5:]) if it.where.startswith("line ") else 0)
    if len(problems) > MAX_PROBLEMS:
        more = len(problems) - MAX_PROBLEMS
        del problems[MAX_PROBLEMS:]
        problems.append(Problem("", f"There are {more:,} more problems like these."))
    return reading


def _read_calendar(reading: Reading, calendar: Block, zones: Zones, entries: dict[str, list[Entry]]) -> None:
    problems = reading.problems
    said = {it.name: it for it in calendar.properties(problems)}
    if not reading.title and (title := said.get("X-WR-CALNAME") or said.get("NAME")):
        reading.title = one_line(unescape(title.value), 200)
    if (scale := said.get("CALSCALE")) and scale.value.strip().upper() != "GREGORIAN":
        reading.is_whole = False
        message = f"The calendar counts by “{shortened(scale.value)}”, which is not read here."
        problems.append(Problem(f"line {scale.line}", message))
        return
    zone = None
    if (named := said.get("X-WR-TIMEZONE")) and named.value.strip():
        zone = zones.find(named.value)
        if zone is None:
            message = f"Nobody says what the time zone “{shortened(named.value)}” is."
            problems.append(Problem(f"line {named.line}", message, "Choose it by its city, such as Europe/London."))
    is_cancelled = "METHOD" in said and said["METHOD"].value.strip().upper() == "CANCEL"
    reader = EntryReader(zones, zone, problems)
    count = sum(map(len, entries.values()))
    for block in calendar.walk("VEVENT"):
        if not block.is_whole:
            continue
        if count >= MAX_EVENTS:
            message = f"There are more than {MAX_EVENTS:,} events: those from here on were left out."
            problems.append(Problem(f"line {block.line}", message, "Take old ones out."))
            reading.is_whole = False
            return
        entry = reader.read(block)
        reading.unreadable |= reader.unreadable
        if entry is None:
            continue
        count += 1
        if is_cancelled:
            entry.status = FeedStatus.CANCELLED
        entries.setdefault(entry.uid, []).append(entry)


def _event(entries: list[Entry], home: ZoneInfo, window: Window, problems: list[Problem]) -> FeedEvent | None:
    first = next((it for it in entries if it.recurrence_id is None), entries[0])
    named = f"“{shortened(first.name)}”" if first.name else "The event"
    where = f"line {first.line}"
    try:
        series = Series(entries, home, window)
        occurrences = series.occurrences()
    except BadRule as error:
        problems.append(Problem(where, f"{named} was left out. {error}", "Write its dates one by one, or change it."))
        return None
    except HereaboutsError:
        raise
    except Exception:  # whatever arithmetic on other people's dates raises: this event only
        problems.append(Problem(where, f"{named} was left out: its dates cannot be worked out.", "Write it anew."))
        return None
    if len(occurrences) > window.occurrences:
        message = f"{named} has more than {window.occurrences:,} dates: only the first of them were taken."
        problems.append(Problem(where, message))
        occurrences = occurrences[: window.occurrences]
    for it in series.left_over:
        message = f"{named} stands here again with the same UID; the one in line {series.core.line} was taken."
        problems.append(Problem(f"line {it.line}", message, "Give every event a UID of its own."))
    if any(it.is_shifted for it in occurrences):
        message = f"{named} begins in the hour that is left out when clocks go forward: it is an hour later that night."
        problems.append(Problem(where, message))
    core = series.core or first
    return FeedEvent(
        uid=core.uid,
        name=core.name,
        description=core.description,
        location=core.location,
        point=core.point,
        url=core.url,
        categories=core.categories,
        organiser=core.organiser,
        sequence=max(0, *(it.sequence for it in series.entries)),
        status=core.status,
        is_private=core.is_private,
        changed=max((it.changed for it in series.entries if it.changed), default=None),
        series=series.kept,
        occurrences=tuple(occurrences),
        line=core.line,
    )


def _source(entries: list[Entry], definitions: dict[str, str], calendars: list[Block]) -> str:
    """A file of these entries alone, with the zones that they name."""
    blocks = "\n".join(it.source for it in entries)
    zones = [text for name, text in definitions.items() if name and name in blocks]
    zone = next((line for it in calendars for _, line in it.lines if line.upper().startswith("X-WR-TIMEZONE")), "")
    head = [zone] if zone else []
    return "\n".join(["BEGIN:VCALENDAR", *head, *zones, blocks, "END:VCALENDAR"])


def no_calendar(text: str, data: bytes | str) -> Problem:
    if not text.strip():
        return Problem("", "There is nothing in it.", "Check its address, or write the file again.")
    if is_web_page(text):
        return Problem(
            "",
            "This is a web page, not a calendar.",
            "Use the address of the calendar itself (it often ends with .ics), and make the calendar public: "
            "a page to sign in on cannot be read.",
        )
    what = other_file(data) if isinstance(data, bytes) else ""
    message = f"This is {what}, not a calendar." if what else "This is not a calendar: it has no BEGIN:VCALENDAR."
    return Problem("", message, "Use the address of an iCalendar file (.ics).")
