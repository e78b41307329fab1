"""Small calendar files for the tests, and what is read of them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.timezone import tzp

from listings.feeds.events import Reading, Window
from listings.feeds.readers.icalendar import read_icalendar

LONDON = ZoneInfo("Europe/London")
YEAR = Window(date(2026, 1, 1), date(2026, 12, 31), LONDON, occurrences=1000)


def event(*lines: str, uid: str = "a@example.org", name: str = "Yoga") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{name}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> str:
    """A file of these events, zones and properties of the calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *parts, "END:VCALENDAR", ""]
    return "\r\n".join("\n".join(lines).split("\n"))


def zone(name: str, standard: str, daylight: str = "") -> str:
    """A VTIMEZONE as Outlook writes it, from 1601; `standard` and `daylight` are offsets such as "+0000"."""
    summer = daylight or standard
    return "\n".join(
        [
            "BEGIN:VTIMEZONE",
            f"TZID:{name}",
            "BEGIN:STANDARD",
            "DTSTART:16011028T020000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
            f"TZOFFSETFROM:{summer}",
            f"TZOFFSETTO:{standard}",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:16010325T010000",
            "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
            f"TZOFFSETFROM:{standard}",
            f"TZOFFSETTO:{summer}",
            "END:DAYLIGHT",
            "END:VTIMEZONE",
        ]
    )


def ours(text: str | bytes, window: Window = YEAR) -> Reading:
    return read_icalendar(text, home=LONDON, window=window)


def starts(reading: Reading) -> list[str]:
    """The starts of what is live, as ISO 8601."""
    return [it.starts.isoformat() for _, it in reading.occurrences() if it.is_live]


def theirs(text: str | bytes, window: Window = YEAR, **options) -> list[icalendar.Event]:
    """What recurring-ical-events itself gives, in its order. What other files defined is forgotten first."""
    tzp.use_zoneinfo()
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text), **options)
    return found.between(window.starts, window.ends)


def their_starts(text: str | bytes, window: Window = YEAR, **options) -> list[str]:
    return sorted(it["DTSTART"].dt.isoformat() for it in theirs(text, window, **options))


def said(reading: Reading) -> str:
    return "\n".join(map(str, reading.problems))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
