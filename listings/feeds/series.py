"""The occurrences of the entries that share one UID, worked out by recurring-ical-events and put right where it errs.

It is given the series without time zones, as its clocks show it: then two instants are the same occurrence only when
they are, and an EXDATE in another zone takes away no more than it names. What 3.8.2 does otherwise than one would
guess, and what is done about it here:

- all occurrences after a THISANDFUTURE share one RECURRENCE-ID: they are known by their start by the rule;
- cancelled ones are given like others, and in no order: they keep their status, and are sorted;
- the override of a timed occurrence by a date gives the moved and the original: the date is made a time first;
- a length of PT24H is taken for a day, one inside the lost hour of March lasts nothing: ends are worked out here.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes, vRecur
from recurring_ical_events import CalendarQuery, ComponentsWithName, Occurrence

from .entries import Entry, Length, Period
from .events import FeedOccurrence, FeedSeries, Moment, Window
from .rules import local_rule

ONE_DAY = timedelta(days=1)
NUMBER = "X-NUMBER"


class _Found(Occurrence):
    """An occurrence as what it comes from and its start, instead of a copy of the whole component."""

    def as_component(self, keep_recurrence_attributes: bool) -> tuple[int, Moment]:
        return int(self._adapter._component[NUMBER]), self.start


_EVENTS = (ComponentsWithName("VEVENT", occurrence=_Found),)


class Series:
    """Entries with one UID: the core, and what differs on single dates. Raises `BadRule`."""

    def __init__(self, entries: list[Entry], home: tzinfo, window: Window) -> None:
        self.home = home
        self.window = window
        cores = [it for it in entries if it.recurrence_id is None]
        # Of several versions the newest; of equal ones the first, as recurring-ical-events has it.
        self.core = max(cores, key=lambda it: it.sequence) if cores else None
        self.entries = [it for it in entries if it is self.core or it.recurrence_id is not None]
        self.left_over = [it for it in cores if it is not self.core]
        first = self.core or self.entries[0]
        self.zone = first.zone
        self.rules: list[str] = []
        if self.core is not None:
            last = self.window.ends.astimezone(self.zone or home).replace(tzinfo=None) + ONE_DAY
            self.rules = [local_rule(it, self._local(first.starts), self.zone, last) for it in self.core.rules]
        self._periods = {
            self._local(it.starts): it.ends for it in (self.core.also if self.core else []) if isinstance(it, Period)
        }
        self._ids = {id(it): self._replaced(it) for it in self.entries if it.recurrence_id is not None}

    @property
    def kept(self) -> FeedSeries:
        """The rule, for whoever wants to keep it."""
        core = self.core or self.entries[0]
        starts = self._local(core.starts)
        return FeedSeries(
            first=starts,
            length=self._wall_length(core),
            zone=self.zone,
            rule=self.rules[0] if self.rules else "",
            also=tuple(self._local(it) for it in core.also if not isinstance(it, Period)),
            left_out=tuple(self._local(it) for it in core.left_out),
            is_plain=len(self.rules) <= 1
            and not self._periods
            and self.core is not None
            and not any(it.this_and_future for it in self.entries),
        )

    def occurrences(self) -> list[FeedOccurrence]:
        """Return those of which any part lies in the window, in order, cancelled ones too."""
        if self._is_single:
            it = self._occurrence(self.core, self._local(self.core.starts))
            return [it] if self.window.holds(it.starts, it.ends) else []
        query = CalendarQuery(self._shadow(self.entries), components=_EVENTS)
        begins = self.window.starts.astimezone(self.zone or self.home).replace(tzinfo=None) - ONE_DAY
        ends = self.window.ends.astimezone(self.zone or self.home).replace(tzinfo=None) + ONE_DAY
        found: dict[str, FeedOccurrence] = {}
        for number, starts in query.between(begins, ends):
            it = self._occurrence(self.entries[number], starts)
            if self.window.holds(it.starts, it.ends):
                found.setdefault(f"{it.original} {it.starts}", it)
        return sorted(found.values(), key=lambda it: (self._instant(it.starts), it.original))

    @property
    def _is_single(self) -> bool:
        """Whether it is one date: nothing to work out."""
        core = self.core
        return len(self.entries) == 1 and core is not None and not (core.rules or core.also or core.left_out)

    def _occurrence(self, entry: Entry, starts: Moment) -> FeedOccurrence:
        original = starts
        replaced = self._ids.get(id(entry))
        if replaced is not None:
            own = self._local(entry.starts)
            if starts == own:
                original = replaced
            else:
                # One of those after a THISANDFUTURE: as far from its date as the first of them.
                original = _sum(starts, _difference(replaced, own))
        exact = entry.starts if replaced is not None and original == replaced else self._at(starts)
        core = self.core or entry
        return FeedOccurrence(
            starts=exact,
            ends=self._end(entry, starts, exact, original),
            original=_key(original),
            status=entry.status,
            name=entry.name if entry.name and entry.name != core.name else None,
            description=entry.description if entry.description and entry.description != core.description else None,
            location=entry.location if entry.location and entry.location != core.location else None,
            url=entry.url if entry.url and entry.url != core.url else None,
            is_shifted=_is_shifted(exact),
        )

    # --- ends

    def _end(self, entry: Entry, starts: Moment, exact: Moment, original: Moment) -> Moment | None:
        if not isinstance(exact, datetime):
            return exact + max(1, _days(entry)) * ONE_DAY
        period = self._periods.get(original) if entry is self.core else None
        length = period or entry.length
        if isinstance(period, datetime):
            return period if period > exact else None
        if isinstance(length, Length):
            return _after(exact, length)
        if entry.ends is None or not isinstance(entry.ends, datetime):
            return None
        zone = exact.tzinfo
        wall = entry.ends.astimezone(zone).replace(tzinfo=None) - entry.starts.astimezone(zone).replace(tzinfo=None)
        if wall <= timedelta(0):
            return None
        ends = (exact.replace(tzinfo=None) + wall).replace(tzinfo=zone)
        # Both in the hour that the clocks leave out: it lasts as long as it always does.
        return ends if ends.astimezone(UTC) > exact.astimezone(UTC) else _after(exact, Length(0, wall))

    def _wall_length(self, entry: Entry) -> timedelta | None:
        if self.zone is None:
            return max(1, _days(entry)) * ONE_DAY
        if entry.length is not None:
            return entry.length.wall or None
        wall = None if entry.ends is None else self._local(entry.ends) - self._local(entry.starts)
        return wall if wall and wall > timedelta(0) else None

    # --- without time zones and back

    def _local(self, moment: Moment | None) -> Moment:
        """A time as the clocks of the series show it; in a series of whole days its date."""
        if not isinstance(moment, datetime):
            return moment
        return moment.astimezone(self.zone or self.home).replace(tzinfo=None)

    def _at(self, local: Moment) -> Moment:
        if isinstance(local, datetime) and self.zone is not None:
            return local.replace(tzinfo=self.zone)
        return local.replace(tzinfo=self.home) if isinstance(local, datetime) else local

    def _instant(self, moment: Moment) -> datetime:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), tzinfo=self.home)
        return moment.astimezone(UTC)

    def _replaced(self, entry: Entry) -> Moment:
        """The start by the rule of what this entry replaces."""
        local = self._local(entry.recurrence_id)
        if self.core is None:
            return local
        starts = self._local(self.core.starts)
        if not isinstance(starts, datetime):
            return local.date() if isinstance(local, datetime) else local
        if isinstance(local, datetime):
            return local
        # Only the date is given, of an occurrence with a time: the one of that day.
        query = CalendarQuery(self._shadow([self.core]), components=_EVENTS)
        begins = datetime.combine(local, time())
        of_that_day = [
            at for _, at in query.between(begins, begins + ONE_DAY) if isinstance(at, datetime) and at.date() == local
        ]
        return min(of_that_day, default=datetime.combine(local, starts.time()))

    def _shadow(self, entries: list[Entry]) -> Calendar:
        """A calendar of these entries as recurring-ical-events reads it right: one UID, no zones, nothing but times."""
        calendar = Calendar()
        for number, entry in enumerate(entries):
            event = Event()
            event["UID"] = "series"
            event[NUMBER] = str(number)
            event["SEQUENCE"] = entry.sequence
            starts = self._local(entry.starts)
            event["DTSTART"] = vDDDTypes(starts)
            event["DTEND"] = vDDDTypes(_sum(starts, self._reach(entry)))
            if entry is self.core:
                self._add_dates(event)
            elif id(entry) in getattr(self, "_ids", {}):
                event["RECURRENCE-ID"] = vDDDTypes(self._ids[id(entry)])
                if entry.rules or entry.also or entry.left_out:
                    # An older version that is a series itself: recurring-ical-events looks whether it still counts.
                    event["EXDATE"] = []
                if entry.this_and_future:
                    event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
            calendar.add_component(event)
        return calendar

    def _add_dates(self, event: Event) -> None:
        core = self.core
        if self.rules:
            event["RRULE"] = [vRecur.from_ical(rule) for rule in self.rules]
        also = [self._local(it.starts if isinstance(it, Period) else it) for it in core.also]
        if also:
            event["RDATE"] = [vDDDLists([it]) for it in also]
        if core.left_out:
            event["EXDATE"] = [vDDDLists([self._local(it)]) for it in core.left_out]

    def _reach(self, entry: Entry) -> timedelta:
        """At least as long as it lasts, for the question which occurrences reach into the window."""
        if not isinstance(self._local(entry.starts), datetime):
            return max(1, _days(entry)) * ONE_DAY
        longest = [timedelta(0)]
        if entry.length is not None:
            longest.append(entry.length.wall)
        if isinstance(entry.ends, datetime):
            longest.append(self._local(entry.ends) - self._local(entry.starts))
        if entry is self.core:
            for starts, ends in self._periods.items():
                longest.append(ends.wall if isinstance(ends, Length) else self._local(ends) - starts)
        return max(longest)


def _days(entry: Entry) -> int:
    """How many days an all-day entry lasts."""
    if entry.length is not None:
        return entry.length.days + (1 if entry.length.time else 0)
    return (entry.ends - entry.starts).days if entry.ends is not None else 1


def _after(starts: datetime, length: Length) -> datetime | None:
    """The end: days on the calendar first, then time on the clock."""
    zone = starts.tzinfo
    day = (starts.replace(tzinfo=None) + length.days * ONE_DAY).replace(tzinfo=zone, fold=starts.fold)
    ends = (day.astimezone(UTC) + length.time).astimezone(zone)
    return ends if ends.astimezone(UTC) > starts.astimezone(UTC) else None


def _is_shifted(moment: Moment) -> bool:
    """Whether clocks never show it: the hour that is left out in March."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return False
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None)


def _difference(later: Moment, earlier: Moment) -> timedelta:
    if isinstance(later, datetime) != isinstance(earlier, datetime):
        later, earlier = _as_time(later), _as_time(earlier)
    return later - earlier


def _sum(moment: Moment, length: timedelta) -> Moment:
    if not isinstance(moment, datetime) and length % ONE_DAY:
        moment = _as_time(moment)
    return moment + length


def _as_time(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def _key(moment: Moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat()
