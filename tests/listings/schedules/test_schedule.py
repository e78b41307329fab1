from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from listings.schedules.repeat import Repeat, UnknownRule, Weekday
from listings.schedules.schedule import Change, Schedule, Slot, Status

LONDON = ZoneInfo("Europe/London")
START, END = date(2026, 10, 1), date(2027, 10, 1)


def schedule(rule="FREQ=WEEKLY", first=date(2026, 10, 13), starts=time(10), ends=time(11, 30), **more):
    repeat = Repeat.parse(rule) if rule else None
    return Schedule(first, (Slot.between(starts, ends),), LONDON, repeat=repeat, **more)


def days(it: Schedule, end: date) -> list[date]:
    return list(it.dates(START, end))


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_go_back():
    spans = schedule().spans(START, date(2026, 11, 3))
    assert [span.starts.astimezone(LONDON).hour for span in spans] == [10, 10, 10, 10]
    assert [span.starts.astimezone(UTC).hour for span in spans] == [9, 9, 10, 10]


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_go_forward():
    one, two = schedule(first=date(2027, 3, 23)).spans(date(2027, 3, 23), date(2027, 3, 30))
    assert two.starts - one.starts == timedelta(weeks=1, hours=-1)


def test_the_last_date_is_included():
    assert days(schedule("FREQ=WEEKLY;UNTIL=20261027"), END) == [
        date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 27),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2", date(2026, 10, 13), ["10-13", "10-27", "11-10"]),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", date(2026, 10, 13), ["10-13", "10-27", "11-10"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 10, 30), ["10-30", "11-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 10, 31), ["10-31", "12-31"]),
        ("FREQ=DAILY;COUNT=3", date(2026, 10, 30), ["10-30", "10-31", "11-01"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE", date(2026, 11, 2), ["11-02", "11-04", "11-09"]),
    ],
)
def test_rules_of_dates(rule, first, expected):
    found = days(schedule(rule, first), END)
    assert [f"{it:%m-%d}" for it in found[: len(expected)]] == expected


def test_exceptions():
    weekly = schedule(first=date(2026, 12, 8), not_on=(date(2026, 12, 15),), also_on=(date(2026, 12, 17),))
    assert days(weekly, date(2026, 12, 24)) == [date(2026, 12, 8), date(2026, 12, 17), date(2026, 12, 22)]
    assert not any(it.month == 8 for it in days(schedule(not_in_months=(8,)), END))
    # 25 December 2026 is a Friday; England, Wales and Northern Ireland have the 28th (a Monday) as well.
    fridays = schedule(first=date(2026, 12, 18), not_on_holidays=True, nation="england")
    assert days(fridays, date(2027, 1, 8)) == [date(2026, 12, 18), date(2027, 1, 8)]


def test_a_series_begins_on_its_rule():
    # A Wednesday, and every Tuesday: readers of calendars disagree on what the first date is.
    assert schedule("FREQ=WEEKLY;BYDAY=TU", date(2026, 10, 14)).on_rule().first == date(2026, 10, 20)
    with pytest.raises(ValueError):
        schedule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").on_rule()


def test_cancelled_and_moved():
    moved = Change(datetime(2026, 10, 20, 10), starts=datetime(2026, 10, 21, 12), where="The library")
    gone = Change(datetime(2026, 10, 27, 10), cancelled=True)
    spans = schedule(changes=(moved, gone)).spans(START, date(2026, 10, 31))
    assert [(it.status, it.key) for it in spans] == [
        (Status.ON, "2026-10-13T10:00"), (Status.MOVED, "2026-10-20T10:00"), (Status.CANCELLED, "2026-10-27T10:00"),
    ]  # fmt: skip
    # It lasts as long as on other days.
    assert spans[1].starts == datetime(2026, 10, 21, 11, tzinfo=UTC)
    assert spans[1].ends - spans[1].starts == timedelta(minutes=90)


def test_what_was_moved_into_a_window_is_found_in_it():
    moved = Change(datetime(2026, 10, 20, 10), starts=datetime(2026, 12, 25, 12))
    [span] = schedule("FREQ=WEEKLY;COUNT=2", changes=(moved,)).spans(date(2026, 12, 1), date(2026, 12, 31))
    assert span.key == "2026-10-20T10:00"


def test_next_dates_leave_out_what_is_cancelled():
    gone = Change(datetime(2026, 10, 20, 10), cancelled=True)
    found = schedule(changes=(gone,)).next_spans(datetime(2026, 10, 13, 9, 30, tzinfo=UTC), 2)
    # What is going on is still next.
    assert [it.key for it in found] == ["2026-10-13T10:00", "2026-10-27T10:00"]


def test_a_rule_whose_dates_are_far_between():
    leap = schedule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29))
    assert [it.key for it in leap.next_spans(datetime(2026, 11, 1, tzinfo=UTC), 1)] == ["2028-02-29T10:00"]


def test_a_date_at_the_end_of_the_calendar_is_no_fault():
    far = schedule(also_on=(date(9999, 12, 31),))
    assert len(far.next_spans(datetime(2026, 11, 1, tzinfo=UTC), 3)) == 3


def test_when_it_is_over():
    assert schedule().last_until() is None
    assert schedule("").last_until() == datetime(2026, 10, 13, 10, 30, tzinfo=UTC)
    assert schedule("", ends=None).last_until() == datetime(2026, 10, 13, 11, tzinfo=UTC)
    assert schedule("FREQ=WEEKLY;COUNT=2").last_until() == datetime(2026, 10, 20, 10, 30, tzinfo=UTC)


def test_overnight_all_day_and_several_days():
    [night] = schedule("", starts=time(20), ends=time(9)).spans(START, END)
    assert night.ends - night.starts == timedelta(hours=13)
    [fair] = Schedule(date(2026, 10, 24), (), LONDON, days=2).spans(START, END)
    # The clocks go back on the second day.
    assert fair.all_day and fair.ends - fair.starts == timedelta(hours=49)


def test_the_hour_that_is_left_out_in_spring_keeps_the_length():
    last_sunday = date(2027, 3, 28)
    [span] = schedule("", last_sunday, time(1, 30), time(2, 15)).spans(last_sunday, last_sunday)
    assert span.is_shifted and span.ends - span.starts == timedelta(minutes=45)
    [inside] = schedule("", last_sunday, time(1, 15), time(1, 45)).spans(last_sunday, last_sunday)
    assert inside.ends - inside.starts == timedelta(minutes=30)


@pytest.mark.parametrize(
    "text",
    [
        "", "RUBBISH", "FREQ=HOURLY", "FREQ=WEEKLY;BYHOUR=9", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=x",
        "FREQ=DAILY;UNTIL=20270101;COUNT=2", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=-1",
    ],
)  # fmt: skip
def test_what_is_no_rule_of_dates_is_refused(text):
    with pytest.raises(UnknownRule):
        Repeat.parse(text)


RULES = st.builds(
    Repeat,
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    interval=st.integers(1, 4),
    count=st.none() | st.integers(1, 30),
) | st.builds(
    lambda nths, day: Repeat("MONTHLY", weekdays=tuple(Weekday(day, nth) for nth in sorted(nths))),
    nths=st.sets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=2),
    day=st.integers(0, 6),
) | st.builds(
    lambda days: Repeat("WEEKLY", weekdays=tuple(Weekday(day) for day in sorted(days))),
    days=st.sets(st.integers(0, 6), min_size=1, max_size=4),
)  # fmt: skip


@given(
    repeat=RULES,
    first=st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    starts=st.times(time(0), time(23, 59)).map(lambda it: it.replace(second=0, microsecond=0, fold=0)),
    left_out=st.sets(st.integers(0, 400), max_size=3),
)
def test_occurrences_are_those_of_recurring_ical_events(repeat, first, starts, left_out):
    """recurring-ical-events 3.8.2 and icalendar 7.3.2 (PyPI) are the second opinion."""
    it = Schedule(
        first, (Slot(starts, None),), LONDON, repeat=repeat,
        not_on=tuple(sorted(first + timedelta(days=n) for n in left_out)),
    ).on_rule()  # fmt: skip
    event = icalendar.Event()
    event.add("uid", "x")
    event.add("dtstart", datetime.combine(it.first, starts, LONDON))
    event.add("rrule", icalendar.vRecur.from_ical(repeat.text))
    for day in it.not_on:
        event.add("exdate", datetime.combine(day, starts, LONDON))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    start, end = it.first, it.first + timedelta(days=200)
    found = recurring_ical_events.of(calendar).between(
        datetime.combine(start, time(), LONDON), datetime.combine(end + timedelta(days=1), time(), LONDON)
    )
    theirs = sorted(event.start.astimezone(UTC) for event in found)
    ours = [span.starts for span in it.spans(start, end)]
    assert ours == theirs, (str(it), set(ours) ^ set(theirs))


@given(
    first=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    starts=st.times(),
    ends=st.none() | st.times(),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_occurrences_end_after_they_start_and_come_in_order(first, starts, ends, zone):
    it = replace(schedule(first=first, starts=starts, ends=ends), zone=ZoneInfo(zone))
    spans = it.spans(first, first + timedelta(days=400))
    assert len(spans) > 50
    assert all(span.ends is None or span.ends > span.starts for span in spans)
    assert all(one.starts < two.starts for one, two in zip(spans, spans[1:], strict=False))
