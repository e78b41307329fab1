"""What the readers of feeds give: events with their occurrences, and problems in words. No models here."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

# A date is the whole day, a datetime always knows its time zone.
Moment = date | datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, or was read otherwise than it was written.

    where : "line 12", "row 7", or empty for the whole; message, remedy : whole sentences, the remedy may be empty.
    """

    where: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        said = " ".join(it for it in (str(self.message), str(self.remedy)) if it)
        return f"{self.where}: {said}" if self.where else said


class FeedStatus(enum.StrEnum):
    """STATUS of RFC 5545, section 3.8.1.11."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class FeedKind(enum.StrEnum):
    """What it is for residents: something that is on, or something to read, hear or watch."""

    EVENT = "event"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class FeedLink:
    """Something to hear or watch; `media` is "audio", "video" or empty."""

    url: str
    media: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class FeedOccurrence:
    """One time that it is on.

    original : its start by the rule, local, "2026-07-14T19:00" or "2026-07-14"; with the UID it identifies the
        occurrence, wherever that is moved to.
    name, description, location, url : None where they are those of the event.
    is_shifted : its start lies in the hour that is left out when clocks go forward.
    """

    starts: Moment
    ends: Moment | None
    original: str
    status: FeedStatus = FeedStatus.CONFIRMED
    name: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    is_shifted: bool = False

    @property
    def all_day(self) -> bool:
        return not isinstance(self.starts, datetime)

    @property
    def is_live(self) -> bool:
        return self.status != FeedStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class FeedSeries:
    """The rule that the occurrences come from, for whoever wants to keep it: wall times in `zone`.

    first : start of the first (a date: all day); rule : RRULE, its UNTIL a local date or time; plain : whether rule,
    first and exceptions say everything (no RDATE with a length of its own, no THISANDFUTURE, one RRULE at most).
    """

    first: date | datetime
    length: timedelta | None
    zone: tzinfo | None
    rule: str = ""
    also: tuple[date | datetime, ...] = ()
    left_out: tuple[date | datetime, ...] = ()
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """Everything under one UID. Texts are plain, without mark-up.

    source : the part of the feed that says it, without what changes each time: the same text is the same event. Of a
    calendar it is a calendar file itself, from which later dates can be worked out.
    sequence : which of two versions is newer (RFC 5545, section 3.8.7.4); line : where it begins in the file, or its
    row; point : longitude and latitude (WGS84); is_private : whoever wrote it does not want it shown.
    """

    uid: str
    name: str
    description: str = ""
    location: str = ""
    point: tuple[float, float] | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    organiser: str = ""
    cost: str = ""
    sequence: int = 0
    status: FeedStatus = FeedStatus.CONFIRMED
    kind: FeedKind = FeedKind.EVENT
    is_private: bool = False
    changed: datetime | None = None
    published: datetime | None = None
    links: tuple[FeedLink, ...] = ()
    series: FeedSeries | None = None
    occurrences: tuple[FeedOccurrence, ...] = ()
    source: str = ""
    line: int = 0


@dataclass(slots=True)
class Reading:
    """What a reader found. `format` is the name of the reader, `title` what the feed calls itself.

    unreadable : UIDs of events that are in the feed and could not be read; is_whole : nothing says that more events
    are in it, or were, than could be read. What is neither read nor unreadable in a whole feed is in it no more.
    """

    format: str = ""
    title: str = ""
    events: list[FeedEvent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    is_whole: bool = True

    def occurrences(self) -> list[tuple[FeedEvent, FeedOccurrence]]:
        """Every occurrence with its event, in order of time."""
        found = [(event, it) for event in self.events for it in event.occurrences]
        return sorted(found, key=lambda it: (instant(it[1].starts), it[0].uid, it[1].original))


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both included, on the clocks of `zone`.

    `occurrences` of one event at most are worked out.
    """

    first: date
    last: date
    zone: tzinfo
    occurrences: int = 2000

    @property
    def starts(self) -> datetime:
        return datetime.combine(self.first, time(), tzinfo=self.zone)

    @property
    def ends(self) -> datetime:
        """The midnight after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), tzinfo=self.zone)

    def holds(self, starts: Moment, ends: Moment | None) -> bool:
        """Whether any of it lies in the window; what has no length, when it begins in it."""
        begins, over = instant(starts, self.zone), instant(ends, self.zone) if ends is not None else None
        if over is None or over <= begins:
            return self.starts <= begins < self.ends
        return begins < self.ends and over > self.starts


def instant(moment: Moment, zone: tzinfo | None = None) -> datetime:
    """The moment as an aware datetime to compare by; a date is its midnight in `zone` (None: UTC)."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment, time(), tzinfo=zone or UTC).astimezone(UTC)
