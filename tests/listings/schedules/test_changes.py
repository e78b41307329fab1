"""One-off changes: added, taken back, carried along when the schedule itself changes; and where it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from listings.schedules.changes import carried, ended, with_change, without
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change, Schedule, Slot, Status

LONDON = ZoneInfo("Europe/London")
FIRST = date(2027, 1, 12)
SECOND = datetime(2027, 1, 19, 10)


def weekly(*starts: int, rule="FREQ=WEEKLY", **more) -> Schedule:
    times = tuple(Slot(time(hour), time(hour + 1)) for hour in starts or (10,))
    return Schedule(FIRST, times, LONDON, repeat=Repeat.parse(rule) if rule else None, **more)


def statuses(it: Schedule, until=date(2027, 1, 31)) -> list[str]:
    return [str(span.status) for span in it.spans(FIRST, until)]


def test_a_later_change_of_a_date_takes_the_place_of_the_first():
    once = with_change(weekly(), Change(SECOND, cancelled=True))
    twice = with_change(once, Change(SECOND, where="The library"))
    assert statuses(once) == ["on", "cancelled", "on"]
    assert statuses(twice) == ["on", "moved", "on"]
    assert without(twice, SECOND) == weekly()


def test_what_is_cancelled_stays_so_when_the_time_of_day_changes():
    before = with_change(weekly(10, 14), Change(SECOND, cancelled=True))
    after = weekly(11, 15)
    assert statuses(replace(after, changes=carried(before, after))) == ["on", "on", "cancelled", "on", "on", "on"]


def test_a_day_that_is_cancelled_stays_so_when_there_are_more_or_fewer_times():
    note = Change(SECOND, cancelled=True, note="No hall.")
    twice = weekly(11, 15)
    spans = replace(twice, changes=carried(with_change(weekly(), note), twice)).spans(FIRST, date(2027, 1, 31))
    assert [span.status for span in spans] == ["on", "on", "cancelled", "cancelled", "on", "on"]
    assert {span.change.note for span in spans if span.change} == {"No hall."}
    # Of two classes one was cancelled: nobody knows which one is left.
    half = with_change(weekly(10, 14), Change(SECOND, cancelled=True))
    assert statuses(replace(weekly(12), changes=carried(half, weekly(12)))) == ["on", "on", "on"]


def test_what_is_cancelled_stays_so_when_it_becomes_all_day():
    moved = Change(datetime(2027, 1, 26, 10), starts=datetime(2027, 1, 27, 12))
    before = with_change(with_change(weekly(), Change(SECOND, cancelled=True)), moved)
    after = replace(weekly(), times=())
    spans = replace(after, changes=carried(before, after)).spans(FIRST, date(2027, 1, 31))
    assert [span.status for span in spans] == [Status.ON, Status.CANCELLED, Status.ON]


def test_changes_of_dates_that_are_no_more_have_no_effect_and_come_back_with_them():
    before = with_change(weekly(), Change(SECOND, cancelled=True))
    fortnightly = weekly(rule="FREQ=WEEKLY;INTERVAL=2")
    fortnightly = replace(fortnightly, changes=carried(before, fortnightly))
    assert statuses(fortnightly) == ["on", "on"]
    assert statuses(replace(weekly(), changes=carried(fortnightly, weekly()))) == ["on", "cancelled", "on"]


def test_more_times_a_day_leave_changes_where_they_are():
    before = with_change(weekly(), Change(SECOND, cancelled=True))
    after = weekly(10, 14)
    assert carried(before, after) == before.changes


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (weekly(), "FREQ=WEEKLY;UNTIL=20270120"),
        (weekly(rule="FREQ=WEEKLY;COUNT=9"), "FREQ=WEEKLY;UNTIL=20270120"),
        (weekly(rule="FREQ=WEEKLY;COUNT=1"), "FREQ=WEEKLY;UNTIL=20270112"),
        (weekly(rule="FREQ=WEEKLY;UNTIL=20270115"), "FREQ=WEEKLY;UNTIL=20270115"),
    ],
)
def test_a_rule_is_ended(schedule, expected):
    assert ended(schedule, date(2027, 1, 20)).repeat.text == expected


def test_single_dates_are_ended():
    dates = weekly(rule="", also_on=(date(2027, 1, 5), date(2027, 2, 1)))
    assert ended(dates, date(2027, 1, 20)).also_on == (date(2027, 1, 5),)
    left = ended(dates, date(2027, 1, 6))
    assert (left.first, left.also_on) == (date(2027, 1, 5), ())


@pytest.mark.parametrize("schedule", [weekly(), weekly(rule=""), weekly(rule="", also_on=(date(2027, 2, 1),))])
def test_an_end_that_leaves_nothing_is_refused(schedule):
    with pytest.raises(ValueError, match="date"):
        ended(schedule, date(2027, 1, 11))


def test_what_is_cancelled_altogether_is_over_when_it_would_have_been():
    once = with_change(weekly(rule=""), Change(datetime(2027, 1, 12, 10), cancelled=True))
    assert once.last_until() == datetime(2027, 1, 12, 11, tzinfo=UTC)
