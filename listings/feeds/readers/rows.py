"""A row of a table, or the properties of a feature, as one date of an event: which column means what."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from ..events import FeedEvent, FeedOccurrence, FeedSeries, FeedStatus, Moment, Problem, Reading, Window
from ..plain_text import one_line, plain, web_address
from .moments import Times, Unreadable, read_date, read_days, read_iso, read_times

# What columns are called; the first that is there counts.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("title", "name", "event", "eventname", "eventtitle", "what", "activity", "summary", "subject", "session"),
    "date": ("date", "startdate", "eventdate", "day", "dates", "datestart", "datefrom", "when", "dtstart"),
    "start": ("start", "starttime", "time", "times", "from", "starts", "begins", "timestart", "timefrom", "startsat"),
    "end": ("end", "endtime", "finish", "finishtime", "to", "until", "ends", "timeend", "timeto", "endsat", "dtend"),
    "end_date": ("enddate", "lastdate", "dateend", "dateto", "finishdate"),
    "venue": ("venue", "location", "where", "place", "venuename", "hall", "locationname"),
    "address": ("address", "venueaddress", "streetaddress", "street"),
    "postcode": ("postcode", "postalcode", "venuepostcode", "zip"),
    "description": ("description", "details", "notes", "about", "information", "info", "blurb", "moreinformation"),
    "url": ("url", "link", "website", "web", "webpage", "bookinglink", "booking", "moreinfo"),
    "cost": ("cost", "price", "fee", "tickets", "admission"),
    "category": ("category", "categories", "type", "kind"),
    "uid": ("id", "uid", "eventid", "reference", "ref"),
    "status": ("status", "state", "cancelled", "canceled"),
    "organiser": ("organiser", "organizer", "group", "runby", "host", "leader"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "latitude": ("latitude", "lat"),
}  # fmt: skip
_BY_NAME = {name: column for column, names in COLUMNS.items() for name in names}
_CANCELLED = re.compile(r"^(?:yes|true|x|y|1)$|cancel", re.IGNORECASE)


def column_of(heading: str) -> str | None:
    """Which column a heading means ("Start time (24h)" is "start"), None when it is none of ours."""
    plain_name = re.sub(r"\(.*?\)", "", heading)
    return _BY_NAME.get(re.sub(r"[^a-z]", "", plain_name.lower()))


@dataclass(slots=True)
class _Gathered:
    event: FeedEvent
    occurrences: list[FeedOccurrence] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


class Rows:
    """Gathers rows into events: those with one id, or one name at one venue, are dates of one event."""

    def __init__(self, reading: Reading, home: tzinfo, window: Window) -> None:
        self.reading = reading
        self.home = home
        self.window = window
        self._gathered: dict[str, _Gathered] = {}

    def take(self, where: str, number: int, row: Mapping[str, str], point: tuple[float, float] | None = None) -> None:
        """Take one row, column -> text; what is wrong becomes a problem."""
        name = one_line(row.get("name", ""), 250)
        if not name:
            self._problem(where, "There is no title.", "Say what it is called.")
            return
        location = ", ".join(
            dict.fromkeys(text for it in ("venue", "address", "postcode") if (text := one_line(row.get(it, ""), 200)))
        )
        said = row.get("uid", "").strip() or f"{name}\n{location}".casefold()
        uid = row.get("uid", "").strip()[:500] or hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
        try:
            starts, ends = self._times(row)
        except Unreadable as error:
            said = one_line(str(error), 60)
            if said:
                self._problem(where, f"“{said}” is not a date or time that can be read.", _REMEDY)
            else:
                self._problem(where, f"“{name}” has no date.", _REMEDY)
            self.reading.unreadable.add(uid)
            return
        status = FeedStatus.CANCELLED if _CANCELLED.search(row.get("status", "").strip()) else FeedStatus.CONFIRMED
        original = f"{starts:%Y-%m-%dT%H:%M}" if isinstance(starts, datetime) else starts.isoformat()
        gathered = self._gathered.get(uid)
        if gathered is None:
            gathered = self._gathered[uid] = _Gathered(
                FeedEvent(
                    uid=uid,
                    name=name,
                    description=plain(row.get("description", "")),
                    location=location,
                    point=point or _point(row),
                    url=web_address(row.get("url", "")),
                    categories=tuple(it for it in (one_line(w, 80) for w in row.get("category", "").split(",")) if it),
                    organiser=one_line(row.get("organiser", ""), 200),
                    cost=one_line(row.get("cost", ""), 200),
                    line=number,
                )
            )
        if any(it.original == original for it in gathered.occurrences):
            self._problem(where, f"“{name}” stands twice in the table at the same time.", "Take one of them out.")
            return
        gathered.rows.append(repr(sorted(row.items())))
        gathered.occurrences.append(
            FeedOccurrence(
                starts,
                ends,
                original,
                status,
                location=location if location != gathered.event.location else None,
            )
        )

    def finish(self) -> None:
        """Put the events into the reading, with those of their dates that lie in the window."""
        for it in self._gathered.values():
            kept = sorted(
                (at for at in it.occurrences if self.window.holds(at.starts, at.ends)), key=lambda at: at.original
            )
            self.reading.events.append(
                replace(
                    it.event,
                    occurrences=tuple(kept[: self.window.occurrences]),
                    series=_series(it.occurrences),
                    source="\n".join(it.rows),
                )
            )

    def _times(self, row: Mapping[str, str]) -> tuple[Moment, Moment | None]:
        """Start and end. Raises `Unreadable`, with nothing when there is no date."""
        text = row.get("date", "").strip()
        start, end = row.get("start", "").strip(), row.get("end", "").strip()
        if "date" not in row:
            # A column "Start" may have date and time.
            text, start = start, ""
        if not text:
            raise Unreadable("")
        try:
            at = read_iso(text, self.home)
            if isinstance(at, datetime):
                return at, self._iso_end(end or row.get("end_date", ""), at)
        except ValueError:
            pass
        day, ends_on = read_days(text, self.window.first)
        times = read_times(start) if start else self._times_beside(text)
        if row.get("end_date", "").strip():
            ends_on = read_date(row["end_date"], day)
        ends = times.ends
        if end:
            # "9.30am" and, in its own column, "2.30": what says neither am nor pm is read by the beginning.
            beside = read_times(f"{start} - {end}").ends if start and ends is None and ends_on == day else None
            try:
                ends = beside or read_times(end).starts or ends
            except Unreadable:
                ends_on = read_date(end, day)
        if times.starts is None:
            return day, max(ends_on, day) + timedelta(days=1)
        starts = datetime.combine(day, times.starts, tzinfo=self.home)
        if ends is None:
            return starts, None
        over = datetime.combine(ends_on, ends, tzinfo=self.home)
        # Nine in the evening to two.
        return starts, over if over > starts else over + timedelta(days=1)

    def _times_beside(self, text: str) -> Times:
        """The time in a cell that has the date too ("14 July, 7pm")."""
        bare = re.sub(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\b\d{4}\b|\d{1,2}(?:st|nd|rd|th)\b", " ", text)
        bare = re.sub(r"\b\d{1,2}\s+(?=[A-Za-z]{3})(?![ap]\.?m)", " ", bare)
        try:
            return read_times(bare)
        except Unreadable:
            return Times()

    def _iso_end(self, text: str, starts: datetime) -> Moment | None:
        if not text.strip():
            return None
        try:
            ends = read_iso(text, self.home)
        except ValueError:
            found = read_times(text).starts
            ends = datetime.combine(starts.date(), found, tzinfo=starts.tzinfo) if found else starts
        return ends if isinstance(ends, datetime) and ends > starts else None

    def _problem(self, where: str, message: str, remedy: str = "") -> None:
        self.reading.problems.append(Problem(where, message, remedy))


def _series(occurrences: list[FeedOccurrence]) -> FeedSeries | None:
    """All the dates of an event as one series, when they are alike: the same every day that a window is looked at."""
    ordered = sorted(occurrences, key=lambda it: it.original)
    first = ordered[0]
    length = None if first.ends is None else _wall(first.ends) - _wall(first.starts)
    starts = [_wall(it.starts) for it in ordered]
    return FeedSeries(
        first=starts[0],
        length=length,
        zone=first.starts.tzinfo if isinstance(first.starts, datetime) else None,
        also=tuple(starts[1:]),
        is_plain=len({isinstance(it, datetime) for it in starts}) == 1,
    )


def _wall(moment: Moment) -> Moment:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


_REMEDY = "Write the date as 14/07/2026 or 14 July 2026, and the time as 19:30 or 7.30pm."


def headings_of(cells: Iterable[str]) -> dict[int, str]:
    """Which column each cell of a heading row means; of two with one meaning the first."""
    found: dict[int, str] = {}
    for at, cell in enumerate(cells):
        column = column_of(cell)
        if column and column not in found.values():
            found[at] = column
    return found


def is_usable(columns: Iterable[str]) -> bool:
    """Whether these columns say what it is and when."""
    known = set(columns)
    return "name" in known and bool(known & {"date", "start"})


def _point(row: Mapping[str, str]) -> tuple[float, float] | None:
    try:
        lon, lat = float(row["longitude"]), float(row["latitude"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 and (lat or lon) else None
