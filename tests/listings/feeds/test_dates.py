"""A schedule is made of a feed's event only where it says exactly the same dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listings.feeds.dates import dates_of
from listings.feeds.events import Window
from listings.schedules.schedule import Status

from .calendars import LONDON, calendar, event, ours
from .test_icalendar import RULES

WINDOW = Window(date(2026, 3, 1), date(2027, 10, 1), LONDON)


def made(*parts: str):
    (found,) = ours(calendar(*parts), WINDOW).events
    return found, dates_of(found, WINDOW, LONDON)


def is_on(spans) -> list[tuple]:
    return sorted((it.starts, it.ends, it.key) for it in spans if it.status != Status.CANCELLED)


def in_window(spans):
    begins, ends = WINDOW.starts.astimezone(UTC), WINDOW.ends.astimezone(UTC)
    return [it for it in spans if it.starts < ends and (it.ends or it.starts) > begins]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rule=RULES,
    ending=st.sampled_from(["", ";COUNT=9", ";UNTIL=20261101T235959Z", ";UNTIL=20261101"]),
    day=st.dates(date(2025, 6, 1), date(2026, 9, 1)),
    hour=st.integers(0, 23),
    minutes=st.sampled_from([0, 45, 90, 600]),
    skipped=st.integers(0, 60),
    moved=st.integers(0, 60),
)
def test_a_schedule_says_what_the_occurrences_say(rule, ending, day, hour, minutes, skipped, moved):
    def at(days: int, more: int = 0) -> str:
        local = datetime(day.year, day.month, day.day, hour) + timedelta(days=days, hours=more)
        return f"{local:%Y%m%dT%H%M%S}"

    zone = "TZID=Europe/London"
    length, exdate = f"DURATION:PT{minutes}M", f"EXDATE;{zone}:{at(skipped)}"
    core = event(f"DTSTART;{zone}:{at(0)}", length, f"RRULE:{rule}{ending}", exdate)
    other = event(f"RECURRENCE-ID;{zone}:{at(moved)}", f"DTSTART;{zone}:{at(moved, 26)}", length)
    reading = ours(calendar(core, other), WINDOW)
    (found,) = reading.events
    dates = dates_of(found, WINDOW, LONDON)
    begins, ends = WINDOW.starts, WINDOW.ends
    assert all(it.starts < ends and (it.ends or it.starts) >= begins for it in dates.spans)
    assert len(dates.spans) == len(found.occurrences)
    if dates.schedule is not None:
        spans = dates.schedule.spans(WINDOW.first - timedelta(days=40), WINDOW.last)
        given_, there = is_on(dates.spans), is_on(in_window(spans))
        assert [it for it in given_ if it not in is_on(spans)] == []
        assert [it for it in there if it not in given_] == []


def test_a_plain_rule_of_ours_becomes_a_schedule():
    _, dates = made(event("DTSTART;TZID=Europe/London:20260303T100000", "RRULE:FREQ=MONTHLY;BYDAY=1TU"))
    assert dates.schedule.repeat.text == "FREQ=MONTHLY;BYDAY=1TU" and dates.over is None


def test_midnight_to_midnight_is_a_whole_day():
    _, dates = made(event("DTSTART;TZID=Europe/London:20260714T000000", "DTEND;TZID=Europe/London:20260716T000000"))
    assert dates.schedule.is_all_day and dates.schedule.days == 2 and dates.spans[0].all_day


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;TZID=America/New_York:20260714T100000", "RRULE:FREQ=WEEKLY"),
        ("DTSTART:20260714T100000Z", "RRULE:FREQ=WEEKLY"),
        ("DTSTART;TZID=Europe/London:20260714T100000", "RRULE:FREQ=YEARLY;BYWEEKNO=20"),
        ("DTSTART;TZID=Europe/London:20260714T100000", "RRULE:FREQ=DAILY;BYHOUR=10,14;COUNT=4"),
        ("DTSTART;TZID=Europe/London:20260714T100000", "RDATE;TZID=Europe/London:20260715T140000"),
    ],
)
def test_what_ours_cannot_say_is_kept_date_by_date(lines):
    found, dates = made(event(*lines))
    assert dates.schedule is None and len(dates.spans) == len(found.occurrences) > 1
    assert dates.goes_on == ("COUNT" not in lines[1] and "RRULE" in lines[1])


def test_an_event_in_utc_is_on_the_clocks_of_the_place():
    _, dates = made(event("DTSTART:20260714T180000Z", "DTEND:20260714T193000Z"))
    assert dates.schedule.times[0].starts.isoformat() == "19:00:00"
    assert dates.spans[0].key == "2026-07-14T19:00"


def test_of_the_hour_that_comes_twice_each_time_is_there_once():
    from listings.feeds.dates import without_twins

    _, dates = made(event("DTSTART:20261025T003000Z", "RRULE:FREQ=HOURLY;COUNT=3"))
    assert len({it.key for it in without_twins(dates.spans)}) == len(without_twins(dates.spans))
