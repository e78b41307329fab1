"""The dates of a feed's event as ours: a schedule where a rule of ours says the same, else dates one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listings.schedules.repeat import Repeat, UnknownRule
from listings.schedules.schedule import MAX_DAYS, MAX_NIGHTS, Change, Schedule, Slot, Span, Status

from .events import FeedEvent, FeedOccurrence, FeedSeries, Moment, Window

ONE_DAY = timedelta(days=1)
MAX_ALSO = 400


@dataclass(frozen=True, slots=True)
class Dates:
    """`schedule` says all of `spans` and what comes after; None: `spans` are all that is known until the window ends.

    over : when the last is over; None: it goes on. Those that are cancelled count where there are no others.
    """

    schedule: Schedule | None
    spans: tuple[Span, ...]
    over: datetime | None
    goes_on: bool = False


# What a venue is for a location in words: its id, or None.
Places = dict[str, int | None]


def locations(event: FeedEvent) -> set[str]:
    """The locations of single occurrences that are not those of the event."""
    return {it.location for it in event.occurrences if it.location}


def dates_of(event: FeedEvent, window: Window, home: ZoneInfo, places: Places | None = None) -> Dates:
    """The dates of an event that are not over when the window begins, and as far as it goes."""
    places = places or {}
    series = event.series or _alone(event)
    given = [_span(it, series, home, places) for it in event.occurrences]
    given = sorted(given, key=lambda it: (it.starts, it.key))
    schedule = _schedule(series, given, window, home) if series is not None else None
    if schedule is not None:
        return Dates(schedule, tuple(given), schedule.last_until())
    goes_on = bool(series and series.rule and not ({"UNTIL", "COUNT"} & {it[:5] for it in series.rule.split(";")}))
    live = [it for it in given if it.status != Status.CANCELLED] or given
    over = None if goes_on else max((it.until for it in live), default=None)
    return Dates(None, tuple(given), over, goes_on)


def _alone(event: FeedEvent) -> FeedSeries | None:
    """The series of an event that has one occurrence and no rule."""
    if len(event.occurrences) != 1:
        return None
    it = event.occurrences[0]
    wall = _wall(it.starts)
    length = None if it.ends is None else _wall(it.ends) - wall
    return FeedSeries(wall, length, it.starts.tzinfo if isinstance(it.starts, datetime) else None)


# --- one by one


def _span(it: FeedOccurrence, series: FeedSeries | None, home: ZoneInfo, places: Places) -> Span:
    starts, ends = _instant(it.starts, home), None if it.ends is None else _instant(it.ends, home)
    original = _original(it, series, home)
    all_day = it.all_day or _is_whole_days(starts, ends, home)
    status = Status.ON
    venue, where = places.get(it.location or ""), it.location or ""
    if not it.is_live:
        status = Status.CANCELLED
    elif where or starts != original.replace(tzinfo=home).astimezone(UTC):
        status = Status.MOVED if where or _is_moved(it, series) else Status.ON
    change = None
    if status != Status.ON:
        change = Change(
            original,
            cancelled=status == Status.CANCELLED,
            starts=_local(it.starts, home) if status == Status.MOVED else None,
            ends=_local(it.ends, home) if status == Status.MOVED and it.ends is not None else None,
            venue=venue,
            where=where[:300],
        )
    return Span(starts, ends, original, status, all_day=all_day, change=change, is_shifted=it.is_shifted)


def _original(it: FeedOccurrence, series: FeedSeries | None, home: ZoneInfo) -> datetime:
    """Its start by the rule, on the clocks of the place where the event is not told of by others'."""
    original = datetime.fromisoformat(it.original)
    if series is None or series.zone is None or series.rule or len(it.original) == 10:
        return original
    return original.replace(tzinfo=series.zone).astimezone(home).replace(tzinfo=None)


def _is_moved(it: FeedOccurrence, series: FeedSeries | None) -> bool:
    if len(it.original) == 10 or not isinstance(it.starts, datetime):
        return f"{it.starts:%Y-%m-%d}" != it.original[:10]
    zone = series.zone if series is not None and series.zone is not None else it.starts.tzinfo
    return f"{it.starts.astimezone(zone):%Y-%m-%dT%H:%M}" != it.original and not it.is_shifted


def _is_whole_days(starts: datetime, ends: datetime | None, home: ZoneInfo) -> bool:
    """From midnight to midnight: how some calendars write whole days."""
    if ends is None or ends - starts < timedelta(hours=23):
        return False
    return starts.astimezone(home).time() == time() == ends.astimezone(home).time()


# --- as a schedule


def _schedule(series: FeedSeries, given: list[Span], window: Window, home: ZoneInfo) -> Schedule | None:
    """A schedule that says exactly what was given; None where ours cannot."""
    if not series.is_plain or not given and series.rule:
        return None
    try:
        plain = _without_changes(series, home)
    except (UnknownRule, ValueError, OverflowError):
        return None
    if plain is None:
        return None
    begins, ends = window.starts.astimezone(UTC), window.ends.astimezone(UTC)
    days = (window.first - (MAX_NIGHTS + 1) * ONE_DAY, window.last + ONE_DAY)
    if not plain.repeats:
        days = (min(days[0], plain.first), max(days[1], plain.first))
    expected = {it.key: it for it in plain.spans(*days)}
    changes, seen = [], set()
    for it in given:
        was = expected.get(it.key)
        if was is None or it.key in seen:
            return None
        seen.add(it.key)
        if (it.starts, it.ends, it.status) != (was.starts, was.ends, Status.ON):
            if not series.rule and it.status == Status.ON:
                # Of a list of dates each may end when it likes; it is not moved for that.
                return None
            changes.append(it.change or _change(it, home))
    left = [it for key, it in expected.items() if key not in seen and it.until > begins and it.starts < ends]
    # What has no length and begins where the window does is not in it.
    if any((it.ends or it.starts) > begins for it in left):
        return None
    if not changes:
        return plain
    schedule = replace(plain, changes=tuple(sorted(changes, key=lambda it: it.original)))
    made = {it.key: it for it in schedule.spans(*days)}
    same = all(
        it.key in made and (made[it.key].starts, made[it.key].ends) == (it.starts, it.ends)
        for it in given
        if it.status != Status.CANCELLED
    )
    return schedule if same else None


def _change(it: Span, home: ZoneInfo) -> Change:
    return Change(it.original, starts=_local(it.starts, home), ends=None if it.ends is None else _local(it.ends, home))


def _without_changes(series: FeedSeries, home: ZoneInfo) -> Schedule | None:
    first, length, also = series.first, series.length, series.also
    if isinstance(first, datetime) and series.zone is not None and not _is_home(series.zone, home):
        if series.rule or also:
            # Its clocks change on other days than ours.
            return None
        first = first.replace(tzinfo=series.zone).astimezone(home).replace(tzinfo=None)
    times: tuple[Slot, ...] = ()
    days = 1
    if isinstance(first, datetime):
        if first.second or (length and length > MAX_NIGHTS * ONE_DAY):
            return None
        if first.time() == time() and length and not length % ONE_DAY:
            days = length // ONE_DAY
        else:
            over = None if length is None else first + length
            nights = 0 if over is None else (over.date() - first.date()).days
            times = (Slot(first.time(), None if over is None else over.time(), nights),)
    else:
        days = max(1, (length or ONE_DAY) // ONE_DAY)
    if days > MAX_DAYS or len(also) > MAX_ALSO:
        return None
    if any(isinstance(it, datetime) and isinstance(first, datetime) and it.time() != first.time() for it in also):
        return None
    day = _day(first)
    more = sorted({_day(it) for it in also} - {day})
    repeat = None
    if series.rule:
        repeat = Repeat.parse(_until_that_counts(series.rule, first))
        begins = repeat.first_from(day)
        if begins is None:
            return None
        if begins != day:
            # An event may begin on a day of its own: then that is a further date.
            more, day = sorted({*more, day}), begins
    left_out = [it for it in series.left_out if not isinstance(it, datetime) or _takes_away(it, first)]
    return Schedule(
        first=day,
        times=times,
        zone=home,
        days=days,
        repeat=repeat,
        also_on=tuple(more),
        not_on=tuple(sorted({_day(it) for it in left_out})),
    )


def _until_that_counts(rule: str, first: Moment) -> str:
    """UNTIL as the last date: a time of day before the start leaves that day out."""
    parts = []
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL" and len(value) >= 15 and isinstance(first, datetime):
            at = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")
            last = at.date() if at.time() >= first.time() else at.date() - ONE_DAY
            part = f"UNTIL={last:%Y%m%d}"
        parts.append(part)
    return ";".join(parts)


def _takes_away(left_out: datetime, first: Moment) -> bool:
    return not isinstance(first, datetime) or left_out.time() == first.time()


def _is_home(zone, home: ZoneInfo) -> bool:
    """Whether clocks show the same as at home, now and in winter and summer of some years."""
    if getattr(zone, "key", None) == home.key:
        return True
    if getattr(zone, "key", None) in ("UTC", "Etc/UTC"):
        return home.key in ("UTC", "Etc/UTC")
    return all(
        datetime(year, month, day, 12, tzinfo=zone).utcoffset()
        == datetime(year, month, day, 12, tzinfo=home).utcoffset()
        for year in (2025, 2026, 2027, 2028)
        for month, day in ((1, 15), (3, 15), (3, 30), (4, 15), (7, 15), (10, 20), (10, 31), (11, 10))
    )


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _wall(moment: Moment) -> Moment:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment


def _instant(moment: Moment, home: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), tzinfo=home)
    return moment.astimezone(UTC)


def _local(moment: Moment, home: ZoneInfo) -> datetime:
    return _instant(moment, home).astimezone(home).replace(tzinfo=None)


def without_twins(spans: Iterable[Span]) -> list[Span]:
    """Of those with one key the first: the hour that comes twice in autumn has each time twice."""
    found: dict[str, Span] = {}
    for it in spans:
        found.setdefault(it.key, it)
    return list(found.values())
