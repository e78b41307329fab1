"""One VEVENT of a file: its times on known clocks, its texts plain. Those with one UID make an event (`series.py`)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar.prop import vDate, vDatetime

from .content_lines import Block, Property, shortened
from .events import FeedStatus, Moment, Problem
from .plain_text import has_markup, one_line, plain, web_address
from .zones import Zones

DURATION = re.compile(
    r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.IGNORECASE
)
MAX_DATES = 5000
# What changes each time that a calendar is asked for; and whose addresses are nobody else's business.
_LEFT_OUT = re.compile(
    r"\s*(?:DTSTAMP|CREATED|LAST-MODIFIED|ORGANIZER|ATTENDEE|CONTACT|ATTACH|X-WR-\w+|X-LIC-\w+)\s*[:;]", re.IGNORECASE
)
_DATES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Length:
    """A DURATION: `days` on the calendar, `time` on the clock. P1D ends at the same time, PT24H after 24 hours."""

    days: int
    time: timedelta

    @property
    def wall(self) -> timedelta:
        return timedelta(days=self.days) + self.time


@dataclass(frozen=True, slots=True)
class Period:
    """An RDATE with an end or a length of its own."""

    starts: Moment
    ends: Moment | Length


@dataclass(slots=True)
class Entry:
    """What one VEVENT says. Every time is aware: a floating one is on the clocks of the place.

    `zone` is the zone of DTSTART, None for a date.
    """

    line: int
    source: str = ""
    uid: str = ""
    starts: Moment | None = None
    ends: Moment | None = None
    length: Length | None = None
    rules: list[str] = field(default_factory=list)
    also: list[Moment | Period] = field(default_factory=list)
    left_out: list[Moment] = field(default_factory=list)
    recurrence_id: Moment | None = None
    this_and_future: bool = False
    sequence: int = -1
    status: FeedStatus = FeedStatus.CONFIRMED
    is_private: bool = False
    name: str = ""
    description: str = ""
    location: str = ""
    point: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    organiser: str = ""
    changed: datetime | None = None

    @property
    def zone(self) -> tzinfo | None:
        return self.starts.tzinfo if isinstance(self.starts, datetime) else None


class EntryReader:
    """Makes entries of the blocks of one file. `calendar_zone` is its X-WR-TIMEZONE, None where it has none."""

    def __init__(self, zones: Zones, calendar_zone: tzinfo | None, problems: list[Problem]) -> None:
        # UIDs of those that could not be read.
        self.unreadable: set[str] = set()
        self.zones = zones
        self.calendar_zone = calendar_zone
        self.problems = problems
        self._unknown: set[str] = set()
        # Whether the start of the entry that is read has no zone.
        self._floats = False

    def read(self, block: Block) -> Entry | None:
        """The entry, or None where it has no usable start; what is wrong becomes problems."""
        entry = Entry(line=block.line, source=_source(block))
        rich, self._floats = "", False
        for it in block.properties(self.problems):
            try:
                match it.name:
                    case "DTSTART":
                        if entry.starts is None:
                            entry.starts = self.moment(it.value, it)
                    case "DTEND":
                        entry.ends = self.moment(it.value, it) if it.value.strip() else None
                    case "DURATION":
                        entry.length = read_length(it.value)
                    case "RRULE":
                        entry.rules += [it.value.strip()] if it.value.strip() else []
                    case "RDATE":
                        entry.also += [self._date_or_period(text, it) for text in _listed(it.value)]
                    case "EXDATE":
                        entry.left_out += [self.moment(text, it) for text in _listed(it.value)]
                    case "RECURRENCE-ID":
                        entry.recurrence_id = self.moment(it.value, it)
                        entry.this_and_future = str(it.params.get("RANGE", "")).upper() == "THISANDFUTURE"
                    case "X-ALT-DESC":
                        if "html" in str(it.params.get("FMTTYPE", "")).lower():
                            rich = _text(it)
                    case _:
                        self._say(entry, it)
            except (ValueError, OverflowError) as error:
                said = str(error) if isinstance(error, _Unreadable) else "cannot be read"
                what = f"{it.name} “{shortened(it.value)}” {said}"
                if it.name in _DATES:
                    # Shown on a wrong day it would do harm.
                    self._problem(it.line, f"{what}, so its event was left out.", "Correct it, or write it anew.")
                    self.unreadable.add(_uid_of(block))
                    return None
                self._problem(it.line, f"{what}, and was left out.")
        if rich and (not entry.description or has_markup(entry.description)):
            entry.description = plain(rich, markup=True)
        if entry.starts is None:
            name = f"“{shortened(entry.name)}”" if entry.name else "The event"
            self._problem(block.line, f"{name} has no start that can be read, and was left out.", "Give it a date.")
            self.unreadable.add(entry.uid)
            return None
        if not entry.uid:
            entry.uid = self._made_uid(entry)
        self._put_right(entry)
        return entry

    def _put_right(self, entry: Entry) -> None:
        """Bring start and end to one kind and one order, and a floating start to the zone that its dates name."""
        starts, ends = entry.starts, entry.ends
        if not isinstance(starts, datetime) and (
            isinstance(ends, datetime) or (entry.length is not None and entry.length.time)
        ):
            # From a date to a time: its start is a midnight.
            zone = ends.tzinfo if isinstance(ends, datetime) else self.calendar_zone or self.zones.home
            entry.starts = starts = _midnight(starts, zone)
        elif isinstance(starts, datetime) and ends is not None and not isinstance(ends, datetime):
            entry.ends = ends = _midnight(ends, starts.tzinfo)
        if ends is not None and ends < starts:
            entry.starts, entry.ends = ends, starts
            self._problem(entry.line, f"“{shortened(entry.name)}” ended before it began: the two were exchanged.")
        if self._floats and isinstance(entry.starts, datetime):
            clock = entry.starts.time()
            for it in (*entry.left_out, *(it for it in entry.also if not isinstance(it, Period))):
                # The same figures, with a zone: that is the one of the start too.
                if isinstance(it, datetime) and it.tzinfo is not self.zones.home and it.time() == clock:
                    zone, before = it.tzinfo, entry.starts.tzinfo
                    entry.starts = entry.starts.replace(tzinfo=zone)
                    if isinstance(entry.ends, datetime) and entry.ends.tzinfo is before:
                        entry.ends = entry.ends.replace(tzinfo=zone)
                    break

    def _say(self, entry: Entry, it: Property) -> None:
        """The properties that are texts."""
        match it.name:
            case "UID":
                entry.uid = " ".join(_text(it).split())[:500]
            case "SUMMARY":
                entry.name = one_line(_text(it), 250)
            case "DESCRIPTION":
                entry.description = plain(_text(it))
            case "LOCATION":
                entry.location = one_line(_text(it).replace("\n", ", "), 400)
            case "URL":
                entry.url = web_address(it.value)
            case "GEO":
                entry.point = _point(it.value)
            case "CATEGORIES":
                entry.categories += tuple(
                    word for text in re.split(r"(?<!\\),", it.value) if (word := one_line(unescape(text), 80))
                )
            case "ORGANIZER":
                # Its address is somebody's e-mail: only the name is kept.
                name = one_line(str(it.params.get("CN", "")), 200)
                entry.organiser = "" if "@" in name else name
            case "SEQUENCE":
                entry.sequence = max(0, min(int(it.value), 2**31 - 1))
            case "STATUS":
                word = it.value.strip().lower()
                entry.status = FeedStatus(word) if word in list(FeedStatus) else entry.status
            case "CLASS":
                entry.is_private = it.value.strip().upper() in ("PRIVATE", "CONFIDENTIAL")
            case "LAST-MODIFIED":
                at = self.moment(it.value, it)
                entry.changed = at.astimezone(UTC) if isinstance(at, datetime) else None

    def moment(self, text: str, it: Property) -> Moment:
        """A date, or a time on known clocks. Raises ValueError."""
        text = text.strip().upper()
        if len(text) == 8:
            return vDate.from_ical(text)
        at = vDatetime.from_ical(text)
        if at.tzinfo is not None:
            return at.astimezone(self.calendar_zone) if self.calendar_zone else at
        if it.zone:
            zone = self.zones.find(it.zone)
            if zone is not None:
                utc = self.calendar_zone is not None and at.replace(tzinfo=zone).tzname() == "UTC"
                return at.replace(tzinfo=zone).astimezone(self.calendar_zone) if utc else at.replace(tzinfo=zone)
            self._unknown_zone(it)
        self._floats = self._floats or it.name == "DTSTART" and self.calendar_zone is None
        return at.replace(tzinfo=self.calendar_zone or self.zones.home)

    def _date_or_period(self, text: str, it: Property) -> Moment | Period:
        begins, slash, ends = text.partition("/")
        if not slash:
            return self.moment(begins, it)
        starts = self.moment(begins, it)
        return Period(starts, read_length(ends) if ends.strip().upper().startswith("P") else self.moment(ends, it))

    def _unknown_zone(self, it: Property) -> None:
        if it.zone and it.zone not in self._unknown:
            self._unknown.add(it.zone)
            self._problem(
                it.line,
                f"Nobody says what the time zone “{shortened(it.zone)}” is: its times were read as those of the place.",
                "Choose the time zone of the calendar by its city, such as Europe/London.",
            )

    def _made_uid(self, entry: Entry) -> str:
        said = f"{entry.name}\n{entry.starts}\n{entry.location}"
        return f"no-uid-{hashlib.blake2b(said.encode(), digest_size=10).hexdigest()}"

    def _problem(self, line: int, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(f"line {line}", message, remedy))


class _Unreadable(ValueError):
    """What is wrong with a value, to stand in the middle of a sentence."""


def read_length(text: str) -> Length:
    """A DURATION. Raises ValueError."""
    match = DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()[1:]):
        raise _Unreadable("is no length of time")
    sign, weeks, days, hours, minutes, seconds = match.groups()
    if sign == "-":
        raise _Unreadable("is a length of time below nothing")
    clock = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return Length(int(weeks or 0) * 7 + int(days or 0), clock)


def _listed(text: str) -> list[str]:
    parts = [it.strip() for it in text.split(",") if it.strip()]
    if len(parts) > MAX_DATES:
        raise _Unreadable(f"names more than {MAX_DATES:,} dates")
    return parts


def _text(it: Property) -> str:
    return unescape(it.value)


def unescape(text: str) -> str:
    """A TEXT value (RFC 5545, section 3.3.11) without its backslashes."""
    return re.sub(r"\\(.)", lambda it: "\n" if it[1] in "nN" else it[1], text)


def _point(text: str) -> tuple[float, float] | None:
    latitude, _, longitude = text.replace("\\", "").replace(",", ";").partition(";")
    lat, lon = float(latitude), float(longitude)
    # Nought and nought is what programs write that know no place.
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon) else None


def _source(block: Block) -> str:
    """The block without what is not kept, and without its alarms."""
    lines = [line for _, line in block.lines if not _LEFT_OUT.match(line)]
    return "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def _uid_of(block: Block) -> str:
    found = next((it for it in block.properties([]) if it.name == "UID"), None)
    return " ".join(_text(found).split())[:500] if found else ""


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
