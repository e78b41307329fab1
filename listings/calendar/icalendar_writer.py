"""Events as an iCalendar file (RFC 5545, RFC 7986) that every calendar reads alike.

    write("What is on in Sale", [event, ...], address="https://...")      # -> bytes

Pure: values in, bytes out, the same for the same values. A schedule is one VEVENT for each of its times of day: its
rule begins on a date of the rule, ends in UTC, leaves dates out on the event's own clocks, and has further dates beside
it. A date that was moved or cancelled, or lasts otherwise because the clocks change in it, is an event of its own that
says which one it replaces.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listings.schedules.schedule import ONE_DAY, Change, Schedule, Slot, Span, Status

from .content_lines import line, text, uri, written
from .time_zone import changes, vtimezone

PRODUCT = "-//Hereabouts//Calendar//EN"
# Said once for all: the number of a listing is unique wherever it is read.
DOMAIN = "hereabouts"
# How often those who follow a file are asked to look again.
REFRESH = timedelta(hours=6)
# Of the time zone in a file without events; any would do.
YEARS_OF_NOTHING = (2020, 2030)
# So near a change of the clocks a date may last otherwise than by the clocks: they change by two hours at most.
ABOUT = timedelta(hours=3)


@dataclass(frozen=True)
class Event:
    """A listing as other calendars show it. `changed` is when its record last was (aware); `point` is (lat, lon).

    It has a `schedule`, whose exceptions are told up to the day `until`, or single `dates` from a feed.
    `places` says where a change of venue leads to, by the venue's id. `since`: what was before is not told.
    """

    uuid: str
    name: str
    changed: datetime
    created: datetime
    url: str = ""
    description: str = ""
    location: str = ""
    point: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    sequence: int = 0
    schedule: Schedule | None = None
    since: date = date(2000, 1, 1)
    until: date = date(2000, 1, 1)
    dates: tuple[Span, ...] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    places: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Times:
    """When one VEVENT is: local times, or dates when `all_day`; `ends` None when nobody said."""

    starts: datetime
    ends: datetime | None
    all_day: bool
    zone: ZoneInfo

    @property
    def lines(self) -> list[str]:
        found = [_when("DTSTART", self.starts, self.all_day, self.zone)]
        if self.ends is not None:
            found.append(_when("DTEND", self.ends, self.all_day, self.zone))
        return found


def write(
    name: str, events: Iterable[Event], *, address: str = "", description: str = "", zone: ZoneInfo | None = None
) -> bytes:
    """Return the file. `address` is where it can be read again, `description` says what is in it.

    Without any event it holds `zone`: a calendar has to hold something (RFC 5545, section 3.6).
    """
    body: list[str] = []
    years: dict[str, tuple[ZoneInfo, set[int]]] = {}
    for event in events:
        own = event.schedule.zone if event.schedule else event.zone
        told = list(_event(event, years.setdefault(own.key, (own, set()))[1]))
        body += told
    head = [
        line("BEGIN", "VCALENDAR"),
        line("VERSION", "2.0"),
        line("PRODID", PRODUCT),
        line("CALSCALE", "GREGORIAN"),
        line("NAME", text(name)),
        line("X-WR-CALNAME", text(name)),
    ]
    if description:
        head += [line("DESCRIPTION", text(description)), line("X-WR-CALDESC", text(description))]
    if address:
        head.append(line("SOURCE;VALUE=URI", uri(address)))
    every = f"PT{int(REFRESH.total_seconds()) // 3600}H"
    head += [line("REFRESH-INTERVAL;VALUE=DURATION", every), line("X-PUBLISHED-TTL", every)]
    zones = [it for _key, (own, used) in sorted(years.items()) if used for it in vtimezone(own, min(used), max(used))]
    if not zones and zone is not None:
        zones = vtimezone(zone, *YEARS_OF_NOTHING)
    return written([*head, *zones, *body, line("END", "VCALENDAR")])


def _event(event: Event, years: set[int]) -> Iterator[str]:
    if event.schedule is None:
        for span in event.dates:
            yield from _single(event, span, years)
        return
    schedule = event.schedule
    slots: Sequence[Slot | None] = schedule.times or (None,)
    for number, slot in enumerate(slots, 1):
        uid = f"{event.uuid}@{DOMAIN}" if number == 1 else f"{event.uuid}.{number}@{DOMAIN}"
        yield from _Series(event, schedule, slot, uid, years).lines()


# --- single dates


def _single(event: Event, span: Span, years: set[int]) -> Iterator[str]:
    original = span.original or span.starts.astimezone(event.zone).replace(tzinfo=None)
    key = f"{original:%Y%m%d}" if span.all_day else f"{original:%Y%m%dT%H%M}"
    times = _times(span, event.zone)
    years.add(times.starts.year)
    yield from _vevent(event, f"{event.uuid}.{key}@{DOMAIN}", times.lines, span.status, span.change)


def _times(span: Span, zone: ZoneInfo) -> Times:
    starts = span.starts.astimezone(zone).replace(tzinfo=None)
    ends = span.ends.astimezone(zone).replace(tzinfo=None) if span.ends else None
    return Times(starts, ends, span.all_day, zone)


def _comes_twice(local: datetime) -> bool:
    """Whether the clocks show this time twice, as they do in autumn."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _when(name: str, local: datetime, all_day: bool, zone: ZoneInfo) -> str:
    if all_day:
        return line(f"{name};VALUE=DATE", f"{local:%Y%m%d}")
    aware = local.replace(tzinfo=zone)
    if _comes_twice(aware) and name != "RECURRENCE-ID":
        # Readers do not agree which of the two is meant.
        return line(name, _utc(aware))
    return line(f"{name};TZID={zone.key}", f"{local:%Y%m%dT%H%M%S}")


def _vevent(
    event: Event, uid: str, when: Sequence[str], status: Status, change: Change | None, replaces: str = ""
) -> Iterator[str]:
    """One VEVENT. `when` are the lines of its times, `replaces` that of the date that it stands for."""
    where = event.location
    if change is not None and not change.cancelled:
        elsewhere = ", ".join(it for it in (event.places.get(change.venue or 0, ""), change.where) if it)
        where = elsewhere or (event.location if not change.venue else "")
    note = change.note if change is not None else ""
    description = "\n\n".join(it for it in (note, event.description) if it)
    yield line("BEGIN", "VEVENT")
    yield line("UID", uid)
    yield line("DTSTAMP", _utc(event.changed))
    yield line("CREATED", _utc(event.created))
    yield line("LAST-MODIFIED", _utc(event.changed))
    yield line("SEQUENCE", str(event.sequence))
    if replaces:
        yield replaces
    yield from when
    yield line("SUMMARY", text(event.name))
    if description:
        yield line("DESCRIPTION", text(description))
    if where:
        yield line("LOCATION", text(where))
    if event.point is not None and where == event.location:
        yield line("GEO", f"{event.point[0]:.6f};{event.point[1]:.6f}")
    if event.url:
        yield line("URL", uri(event.url))
    if event.categories:
        yield line("CATEGORIES", ",".join(text(it) for it in event.categories))
    yield line("STATUS", "CANCELLED" if status == Status.CANCELLED else "CONFIRMED")
    yield line("END", "VEVENT")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# --- series


@dataclass(frozen=True)
class _Series:
    """One time of day of a schedule (`slot` None: all day) as a VEVENT with what replaces single dates of it."""

    event: Event
    schedule: Schedule
    slot: Slot | None
    uid: str
    years: set[int]

    def lines(self) -> Iterator[str]:
        schedule = self.one_slot
        if schedule.repeat is None:
            # Dates without a rule are events of their own: ical.js 2.2.1 loses the first of a series of RDATE alone.
            days = [schedule.first, *schedule.also_on]
            yield from self._alone(schedule.dates(min(days), max(days)))
            return
        first, last, left_out = self._bounds(schedule)
        also = [it for it in schedule.also_on if it >= self.event.since and it not in schedule.not_on]
        also = [it for it in also if not self._is_of_rule(it)]
        # Further dates are events of their own: node-ical 0.26.1 and icalevents 0.3.1 read no RDATE
        # (findings/extra-dates-left-out.sh), and readers do not agree on dates before a rule begins.
        yield from self._alone(also)
        if first is None:
            return
        when = self._usual(first)
        when.append(line("RRULE", self._rule(last)))
        if left_out := [it for it in left_out if it > first]:
            when.append(self._listed("EXDATE", left_out))
        yield from self._series(first, when, max(self.event.until, first).year)

    def _alone(self, days: Iterable[date]) -> Iterator[str]:
        """Each of `days` as an event of its own, that says itself what became of it."""
        uid, _at, domain = self.uid.partition("@")
        for day in days:
            of_day = self.uid if day == self.schedule.first else f"{uid}.{day:%Y%m%d}@{domain}"
            for span in self._spans(day):
                yield from dataclasses.replace(self, uid=of_day)._replacement(span, replaces=False)

    @property
    def one_slot(self) -> Schedule:
        return dataclasses.replace(self.schedule, times=(self.slot,) if self.slot else ())

    def _bounds(self, schedule: Schedule) -> tuple[date | None, date | None, list[date]]:
        """The first date of the series as it is told, the last of its rule where it ends, and what is left out."""
        last = schedule.repeat.until
        if schedule.repeat.count is not None:
            last = max((it.date() for it in schedule.repeat.rule_from(schedule.first)), default=None)
            if last is None:
                return None, None, []
        horizon = max(self.event.until, schedule.first) + 366 * ONE_DAY
        begins = max(schedule.first, self.event.since)
        left_out = list(schedule.left_out(begins, horizon)) if self._leaves_out else []
        gone = set(left_out)
        for day in schedule.repeat.dates(schedule.first, begins, last or horizon):
            # A date that does not take place would be a bad one to begin with.
            if day not in gone:
                return day, last, left_out
        return None, last, left_out

    @property
    def _leaves_out(self) -> bool:
        it = self.schedule
        return bool(it.not_on or it.not_in_months or it.not_on_holidays)

    def _is_of_rule(self, day: date) -> bool:
        repeat = self.schedule.repeat
        return repeat is not None and day in set(repeat.dates(self.schedule.first, day, day))

    def _spans(self, day: date) -> list[Span]:
        """What is on by the rule on `day`, as it was changed."""
        found = self.one_slot.spans(day, day)
        return [it for it in found if it.original is not None and it.original.date() == day]

    def _series(self, first: date, when: Sequence[str], last_year: int) -> Iterator[str]:
        self.years.update((first.year, last_year))
        yield from _vevent(self.event, self.uid, when, Status.ON, None)
        changed = {it.original.date() for it in self.schedule.changes}
        changed = {it for it in changed if it not in self.schedule.also_on or self._is_of_rule(it)}
        for day in sorted(it for it in changed | self._odd_days(first.year, last_year) if it >= first):
            for span in self._spans(day):
                if span.change is not None or (self.slot is not None and self._is_odd(span)):
                    yield from self._replacement(span, replaces=True)

    def _plain(self, day: date) -> Times:
        """The times of a usual date, as if it were `day`: whatever the clocks do in it."""
        if self.slot is None:
            starts = datetime.combine(day, time())
            return Times(starts, starts + self.schedule.days * ONE_DAY, True, self.schedule.zone)
        starts = datetime.combine(day, self.slot.starts)
        ends = None if self.slot.ends is None else datetime.combine(day + self.slot.nights * ONE_DAY, self.slot.ends)
        return Times(starts, ends, False, self.schedule.zone)

    def _usual(self, first: date) -> list[str]:
        """The times of the series. Where the clocks change in its first date, how long it lasts stands for its end."""
        times = self._plain(first)
        if times.ends is None or first not in self._odd_days(first.year - 1, first.year):
            return times.lines
        minutes = int((times.ends - times.starts).total_seconds()) // 60
        lasts = f"PT{minutes // 60}H{minutes % 60}M" if minutes % 60 else f"PT{minutes // 60}H"
        return [_when("DTSTART", times.starts, False, times.zone), line("DURATION", lasts)]

    def _rule(self, last: date | None) -> str:
        repeat = dataclasses.replace(self.schedule.repeat.in_full(self.schedule.first), until=None, count=None)
        if last is None:
            return repeat.text
        if self.slot is None:
            return f"{repeat.text};UNTIL={last:%Y%m%d}"
        # The last second of the last day, in UTC: the rule's own start may be in an hour that there is not.
        end = self.schedule.instant(datetime.combine(last, time(23, 59, 59)))
        return f"{repeat.text};UNTIL={_utc(end)}"

    def _listed(self, name: str, days: Iterable[date]) -> str:
        if self.slot is None:
            return line(f"{name};VALUE=DATE", ",".join(f"{it:%Y%m%d}" for it in days))
        at = [datetime.combine(it, self.slot.starts) for it in days]
        return line(f"{name};TZID={self.schedule.zone.key}", ",".join(f"{it:%Y%m%dT%H%M%S}" for it in at))

    def _odd_days(self, first: int, last: int) -> set[date]:
        """The days of these years on which it may last otherwise than by the clocks: these change during it."""
        if self.slot is None:
            return set()
        return {day for change in changes(self.schedule.zone, first, last) for day in self._days_over(change.local)}

    def _days_over(self, moment: datetime) -> Iterator[date]:
        """The days on which, if it began then, it would be on about `moment`, when clocks change."""
        for nights in range(self.slot.nights + 1):
            times = self._plain(moment.date() - nights * ONE_DAY)
            if times.starts < moment + ABOUT and (times.ends or times.starts) > moment - ABOUT:
                yield times.starts.date()

    def _is_odd(self, span: Span) -> bool:
        """Whether it lasts otherwise than by the clocks, or begins or ends in an hour that there is not, or twice."""
        if span.is_shifted or _comes_twice(span.starts.astimezone(self.schedule.zone)):
            return True
        if span.ends is None or span.original is None:
            return False
        usual = self._plain(span.original.date())
        ends = span.ends.astimezone(self.schedule.zone)
        if _comes_twice(ends) or ends.replace(tzinfo=None) != usual.ends:
            return True
        return span.ends - span.starts != usual.ends - usual.starts

    def _replacement(self, span: Span, *, replaces: bool) -> Iterator[str]:
        original = _when("RECURRENCE-ID", span.original, self.slot is None, self.schedule.zone) if replaces else ""
        times = _times(span, self.schedule.zone)
        self.years.add(times.starts.year)
        yield from _vevent(self.event, self.uid, times.lines, span.status, span.change, original)
