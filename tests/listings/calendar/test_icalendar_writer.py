"""Files of ours, read back by other calendars: exactly our occurrences."""

from __future__ import annotations

import dataclasses
import datetime
import re
import tempfile
from datetime import UTC, date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from listings.calendar.icalendar_writer import Event, write
from listings.schedules.repeat import DAILY, MONTHLY, WEEKLY, YEARLY, Repeat, Weekday
from listings.schedules.schedule import Change, Schedule, Slot, Span, Status

from . import readers

LONDON = ZoneInfo("Europe/London")
UUID = "0f3b3a3e-98a5-4f6e-9d9a-6d5c0d3f1c11"
CHANGED = datetime.datetime(2026, 11, 30, 9, 0, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2028, 6, 30)
TEN = Slot(time(10), time(11, 30))
needs_node = pytest.mark.skipif(
    readers.NODE is None or not readers.ICAL_JS.exists(), reason="Node.js or ical.js is not installed here"
)


def an_event(schedule: Schedule | None = None, **more) -> Event:
    given = {"uuid": UUID, "name": "Tea dance", "changed": CHANGED, "created": CHANGED, "until": LAST, "since": FIRST}
    return Event(**{**given, "schedule": schedule, **more})


def a_schedule(**more) -> Schedule:
    given = {"first": date(2026, 12, 8), "times": (TEN,), "zone": LONDON, "repeat": Repeat(WEEKLY)}
    return Schedule(**{**given, **more})


def wanted(schedule: Schedule, last: date = LAST):
    """What our own arithmetic says, as the readers give it."""
    found = []
    for number, slot in enumerate(schedule.times or (None,)):
        one = dataclasses.replace(schedule, times=(slot,) if slot else ())
        for span in one.spans(FIRST, last):
            if span.status == Status.CANCELLED:
                continue
            local = span.starts.astimezone(schedule.zone)
            if span.all_day:
                end = span.ends.astimezone(schedule.zone).date()
                found.append((number, local.date(), end, True))
            else:
                found.append((number, span.starts, span.ends, False))
    return sorted(found, key=str)


def plain(found):
    """With the number of the time of day instead of the UID."""
    parts = re.compile(rf"{UUID}(?:\.(\d{{1,2}}))?(?:\.\d{{8}})?@hereabouts")
    return sorted(
        ((int(parts.fullmatch(uid)[1] or 1) - 1, start, end, all_day) for uid, start, end, all_day in found), key=str
    )


def lines(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


# --- what stands in it


def test_a_weekly_class_is_one_event_with_a_rule_on_its_own_clocks():
    told = lines(write("Sale", [an_event(a_schedule(not_on=(date(2026, 12, 29),)), url="https://example.org/node/1")]))
    assert told[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert "DTSTART;TZID=Europe/London:20261208T100000" in told
    assert "DTEND;TZID=Europe/London:20261208T113000" in told
    assert "RRULE:FREQ=WEEKLY" in told
    assert "EXDATE;TZID=Europe/London:20261229T100000" in told
    assert f"UID:{UUID}@hereabouts" in told
    assert "DTSTAMP:20261130T090012Z" in told
    assert told.count("BEGIN:VEVENT") == 1
    assert told.count("BEGIN:VTIMEZONE") == 1


def test_the_same_record_gives_the_same_bytes():
    event = an_event(a_schedule(not_on_holidays=True, nation="england", not_in_months=(8,)))
    assert write("Sale", [event]) == write("Sale", [event])


def test_texts_are_escaped_also_in_x_properties():
    """icalendar 7.3.2 writes `X-WR-CALNAME` as it stands: a comma or a line break in it makes another file."""
    name = "Sale; Ashton,\nand \\ Timperley\x07"
    content = write(name, [an_event(a_schedule(), name=name, description="a\r\nb")], description=name)
    calendar = icalendar.Calendar.from_ical(content)
    assert r"X-WR-CALNAME:Sale\; Ashton\,\nand \\ Timperley" in lines(content)
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == "Sale; Ashton,\nand \\ Timperley"
    assert str(calendar.walk("VEVENT")[0]["DESCRIPTION"]) == "a\nb"
    assert b"\x07" not in content
    library = icalendar.Calendar()
    library.add("x-wr-calname", "Sale, Ashton")
    assert b"X-WR-CALNAME:Sale, Ashton" in library.to_ical(), "icalendar escapes X- values now: ours may go"


def test_no_line_is_longer_than_75_octets():
    content = write("Äöü " * 40, [an_event(a_schedule(), name="é" * 200, description="日本 " * 100)])
    assert max(len(it) for it in content.split(b"\r\n")) <= 75
    content.decode()


def test_a_rule_ends_in_utc():
    """icalendar 7.3.2 writes an aware London UNTIL without Z, which dateutil 2.9 refuses beside an aware DTSTART."""
    told = lines(write("Sale", [an_event(a_schedule(repeat=Repeat(WEEKLY, until=date(2027, 6, 29))))]))
    assert "RRULE:FREQ=WEEKLY;UNTIL=20270629T225959Z" in told
    library = icalendar.vRecur(freq="weekly", until=datetime.datetime(2027, 6, 29, 10, tzinfo=LONDON))
    assert not library.to_ical().decode().endswith("Z"), "icalendar writes UNTIL in UTC now: ours may go"


def test_a_series_begins_on_its_rule():
    """A DTSTART that is off its rule is three series in dateutil, recurring-ical-events and ical.js."""
    schedule = a_schedule(first=date(2026, 12, 2), repeat=Repeat(WEEKLY, weekdays=(Weekday(1),))).on_rule()
    assert "DTSTART;TZID=Europe/London:20261208T100000" in lines(write("Sale", [an_event(schedule)]))
    # Neither does it begin with a date that is left out.
    schedule = a_schedule(not_on=(date(2026, 12, 8),))
    assert "DTSTART;TZID=Europe/London:20261215T100000" in lines(write("Sale", [an_event(schedule)]))


def test_a_cancelled_and_a_moved_date_replace_their_own():
    changes = (
        Change(datetime.datetime(2026, 12, 15, 10), cancelled=True, note="The hall is let."),
        Change(
            datetime.datetime(2026, 12, 22, 10),
            starts=datetime.datetime(2026, 12, 23, 14),
            venue=7,
            where="upstairs",
        ),
    )
    event = an_event(
        a_schedule(changes=changes), location="Sale Hall", point=(53.4, -2.3), places={7: "Sale Library"}, sequence=2
    )
    calendar = icalendar.Calendar.from_ical(write("Sale", [event]))
    usual, cancelled, moved = calendar.walk("VEVENT")
    assert {str(it["UID"]) for it in (usual, cancelled, moved)} == {f"{UUID}@hereabouts"}
    assert {int(it["SEQUENCE"]) for it in (usual, cancelled, moved)} == {2}
    assert str(cancelled["STATUS"]) == "CANCELLED"
    assert cancelled["RECURRENCE-ID"].dt == datetime.datetime(2026, 12, 15, 10, tzinfo=LONDON)
    assert "The hall is let." in str(cancelled["DESCRIPTION"])
    assert moved["RECURRENCE-ID"].dt == datetime.datetime(2026, 12, 22, 10, tzinfo=LONDON)
    assert moved["DTSTART"].dt == datetime.datetime(2026, 12, 23, 14, tzinfo=LONDON)
    assert moved["DTEND"].dt == datetime.datetime(2026, 12, 23, 15, 30, tzinfo=LONDON)
    assert (str(usual["LOCATION"]), str(moved["LOCATION"])) == ("Sale Hall", "Sale Library, upstairs")
    assert "GEO" in usual and "GEO" not in moved


def test_a_single_date_that_is_cancelled_is_no_series():
    change = Change(datetime.datetime(2026, 12, 8, 10), cancelled=True)
    [event] = icalendar.Calendar.from_ical(write("Sale", [an_event(a_schedule(repeat=None, changes=(change,)))])).walk(
        "VEVENT"
    )
    assert str(event["STATUS"]) == "CANCELLED"
    assert "RECURRENCE-ID" not in event and "RRULE" not in event


def test_dates_of_a_feed_have_lasting_names():
    starts = datetime.datetime(2026, 12, 8, 19, tzinfo=UTC)
    span = Span(starts, starts + datetime.timedelta(hours=2), datetime.datetime(2026, 12, 8, 19))
    moved = dataclasses.replace(span, starts=starts + datetime.timedelta(days=1), status=Status.MOVED)
    for it in (span, moved):
        told = lines(write("Sale", [an_event(dates=(it,))]))
        assert f"UID:{UUID}.20261208T1900@hereabouts" in told


def test_a_calendar_without_events_is_a_calendar_all_the_same():
    """RFC 5545, section 3.6: it has to hold at least one component; icalendar 7.3.2 does not mind, others do."""
    told = lines(write("Sale", [], zone=LONDON))
    assert told.count("BEGIN:VTIMEZONE") == 1 and "BEGIN:VEVENT" not in told


# --- read back

WINTER, SUMMER = datetime.datetime(2026, 12, 8, 10, tzinfo=UTC), datetime.datetime(2027, 6, 29, 9, tzinfo=UTC)


@needs_node
@pytest.mark.parametrize("device", ["UTC", "America/New_York", "Europe/London"])
def test_ical_js_reads_winter_and_summer_in_london(device, tmp_path):
    """With the VTIMEZONE of icalendar 7.3.2 (`add_missing_timezones`), ical.js 2.2 reads winter an hour early."""
    schedule = a_schedule()
    content = write("Sale", [an_event(schedule)])
    starts = [it[1] for it in readers.by_ical_js(content, LAST, tmp_path, device)]
    assert WINTER in starts and SUMMER in starts
    assert plain(readers.by_ical_js(content, LAST, tmp_path, device)) == wanted(schedule)


@needs_node
def test_what_the_library_writes_of_zones_is_read_an_hour_early(tmp_path):
    """Why we write zones ourselves: when this fails, icalendar or ical.js has changed."""
    calendar = icalendar.Calendar()
    event = icalendar.Event()
    event.add("uid", "1")
    event.add("dtstart", WINTER.astimezone(LONDON))
    calendar.add_component(event)
    calendar.add_missing_timezones()
    [(_uid, starts, _ends, _all_day)] = readers.by_ical_js(calendar.to_ical(), LAST, tmp_path)
    assert starts == WINTER - datetime.timedelta(hours=1)


def test_vobject_reads_winter_and_summer_in_london():
    schedule = a_schedule()
    found = readers.by_vobject(write("Sale", [an_event(schedule)]), LAST)
    assert plain(found) == wanted(schedule)
    assert {WINTER, SUMMER} <= {it[1] for it in found}


NIGHT = Slot(time(20), time(9), 1)
ODD = {
    "over the clocks, weekly": a_schedule(first=date(2027, 3, 27), times=(NIGHT,)),
    "over the clocks, daily": a_schedule(first=date(2027, 3, 20), times=(NIGHT,), repeat=Repeat(DAILY)),
    "in the hour that is left out": a_schedule(first=date(2027, 3, 21), times=(Slot(time(1, 30), time(3)),)),
    "up to the hour that is left out": a_schedule(first=date(2027, 3, 21), times=(Slot(time(0), time(1)),)),
    "in the hour that comes twice": a_schedule(first=date(2026, 10, 18), times=(Slot(time(1, 30), time(3)),)),
    "without an end": a_schedule(times=(Slot(time(10)),)),
    "all day": a_schedule(times=()),
    "three days": a_schedule(times=(), days=3, repeat=Repeat(MONTHLY, month_days=(1,)), first=date(2026, 12, 1)),
    "twice a day": a_schedule(times=(TEN, Slot(time(14), time(15)))),
    "not on holidays": a_schedule(
        first=date(2026, 12, 7), repeat=Repeat(WEEKLY, weekdays=(Weekday(0),)), not_on_holidays=True, nation="england"
    ),
    "not in August, but once": a_schedule(not_in_months=(8,), also_on=(date(2027, 8, 3), date(2027, 8, 5))),
    "so many times": a_schedule(repeat=Repeat(WEEKLY, count=7), not_on=(date(2026, 12, 15),)),
    "also before it begins": a_schedule(also_on=(date(2026, 11, 3), date(2026, 12, 10))),
    "some dates": a_schedule(repeat=None, also_on=(date(2026, 12, 20), date(2026, 11, 3))),
    "the last Friday": a_schedule(first=date(2026, 12, 25), repeat=Repeat(MONTHLY, weekdays=(Weekday(4, -1),))),
    "every second Tuesday": a_schedule(repeat=Repeat(WEEKLY, interval=2), not_on=(date(2026, 12, 8),)),
    "the last working day": a_schedule(
        first=date(2026, 12, 31),
        repeat=Repeat(MONTHLY, weekdays=tuple(Weekday(n) for n in range(5)), position=(-1,)),
    ),
    "yearly": a_schedule(first=date(2026, 2, 14), repeat=Repeat(YEARLY)),
    "in New York": a_schedule(zone=ZoneInfo("America/New_York"), first=date(2027, 3, 9)),
    "in Lord Howe": a_schedule(zone=ZoneInfo("Australia/Lord_Howe")),
    "in Karachi": a_schedule(zone=ZoneInfo("Asia/Karachi")),
    "in Casablanca": a_schedule(zone=ZoneInfo("Africa/Casablanca")),
    "cancelled and moved": a_schedule(
        changes=(
            Change(datetime.datetime(2026, 12, 15, 10), cancelled=True),
            Change(datetime.datetime(2026, 12, 22, 10), starts=datetime.datetime(2026, 12, 23, 14)),
            Change(datetime.datetime(2027, 3, 2, 10), where="The library"),
        )
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_recurring_ical_events_finds_exactly_our_dates(name):
    schedule = ODD[name]
    content = write("Sale", [an_event(schedule)])
    assert plain(readers.recurring(content, FIRST, LAST)) == wanted(schedule)


@needs_node
@pytest.mark.parametrize("name", ODD)
def test_ical_js_finds_exactly_our_dates(name, tmp_path):
    schedule = ODD[name]
    content = write("Sale", [an_event(schedule)])
    assert plain(readers.by_ical_js(content, LAST, tmp_path)) == wanted(schedule)


@pytest.mark.parametrize("name", ODD)
def test_vobject_finds_exactly_our_dates(name):
    schedule = ODD[name]
    content = write("Sale", [an_event(schedule)])
    assert plain(readers.by_vobject(content, LAST)) == wanted(schedule)


# --- any schedule

DAYS = st.dates(date(2026, 3, 1), date(2027, 4, 30))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))


@st.composite
def slots(draw) -> Slot:
    starts = draw(TIMES)
    return Slot.between(starts, draw(st.none() | TIMES.filter(lambda it: it != starts)))


@st.composite
def rules(draw) -> Repeat:
    frequency = draw(st.sampled_from([DAILY, WEEKLY, MONTHLY]))
    more = {}
    if frequency == WEEKLY:
        more["weekdays"] = tuple(sorted(map(Weekday, draw(st.sets(st.integers(0, 6), max_size=3)))))
    elif frequency == MONTHLY and draw(st.booleans()):
        days = draw(st.sets(st.tuples(st.integers(0, 6), st.sampled_from([1, 2, 4, -1])), min_size=1, max_size=2))
        more["weekdays"] = tuple(Weekday(*it) for it in sorted(days))
    elif frequency == MONTHLY:
        more["month_days"] = (draw(st.integers(1, 28)),)
    end = draw(st.sampled_from(["", "until", "count"]))
    if end == "until":
        more["until"] = draw(st.dates(date(2027, 5, 1), date(2027, 12, 31)))
    elif end == "count":
        more["count"] = draw(st.integers(1, 60))
    return Repeat(frequency, interval=draw(st.integers(1, 3)), **more)


@st.composite
def schedules(draw) -> Schedule:
    times = sorted(draw(st.lists(slots(), max_size=2, unique_by=lambda it: it.starts)), key=lambda it: it.starts)
    made = Schedule(
        first=draw(DAYS),
        times=tuple(times),
        zone=LONDON,
        days=draw(st.integers(1, 3)) if not times else 1,
        repeat=draw(st.none() | rules()),
        also_on=tuple(sorted(draw(st.sets(DAYS, max_size=3)))),
        not_in_months=tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=2)))),
        not_on_holidays=draw(st.booleans()),
        nation="england",
    )
    # A rule may end before it has a date.
    assume(made.repeat is None or made.repeat.first_from(made.first) is not None)
    made = made.on_rule()
    dates = [it.original for it in made.spans(FIRST, date(2027, 12, 31))][:12]
    made = dataclasses.replace(
        made,
        not_on=tuple(sorted(draw(st.sets(st.sampled_from([it.date() for it in dates]), max_size=2))) if dates else ()),
    )
    if not dates:
        return made
    changes = []
    for original in sorted(draw(st.sets(st.sampled_from(dates), max_size=3))):
        if draw(st.booleans()):
            changes.append(Change(original, cancelled=True))
        else:
            starts = datetime.datetime.combine(draw(DAYS), draw(TIMES) if times else time())
            changes.append(Change(original, starts=starts))
    return dataclasses.replace(made, changes=tuple(changes))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(schedules())
def test_any_schedule_is_read_back_as_it_is(schedule):
    content, expected = write("Sale", [an_event(schedule)]), wanted(schedule)
    assert plain(readers.recurring(content, FIRST, LAST)) == expected
    assert plain(readers.by_vobject(content, LAST)) == expected


@needs_node
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(schedules())
def test_ical_js_reads_any_schedule_back_as_it_is(schedule):
    content = write("Sale", [an_event(schedule)])
    with tempfile.TemporaryDirectory() as folder:
        assert plain(readers.by_ical_js(content, LAST, Path(folder))) == wanted(schedule)


def test_further_dates_are_events_of_their_own():
    """node-ical 0.26.1 and icalevents 0.3.1 read no RDATE (findings/extra-dates-left-out.sh)."""
    told = lines(write("Sale", [an_event(a_schedule(also_on=(date(2026, 12, 10),)))]))
    assert not any(it.startswith("RDATE") for it in told)
    assert f"UID:{UUID}.20261210@hereabouts" in told
    assert "DTSTART;TZID=Europe/London:20261210T100000" in told


@pytest.mark.parametrize(
    ("repeat", "first", "rule"),
    [
        (Repeat(MONTHLY), date(2027, 1, 31), "RRULE:FREQ=MONTHLY;BYMONTHDAY=31"),
        (Repeat(YEARLY), date(2028, 2, 29), "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        (Repeat(WEEKLY), date(2026, 12, 8), "RRULE:FREQ=WEEKLY"),
    ],
)
def test_the_day_of_the_month_is_said(repeat, first, rule):
    """Else node-ical 0.26.1 gives months without a 31st their last day (findings/node-ical-monthly-on-the-31st.sh)."""
    assert rule in lines(write("Sale", [an_event(a_schedule(first=first, repeat=repeat))]))
