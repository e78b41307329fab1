from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from listings.schedules.schedule import Schedule

LONDON = ZoneInfo("Europe/London")


def schedule(first=date(2026, 10, 13), starts=time(10), ends=time(11, 30), weekly=True, until=None):
    return Schedule(first, starts, ends, weekly, until, LONDON)


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_go_back():
    spans = list(schedule().spans(date(2026, 11, 3)))
    assert [span.starts.astimezone(LONDON).hour for span in spans] == [10, 10, 10, 10]
    assert [span.starts.astimezone(UTC).hour for span in spans] == [9, 9, 10, 10]


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_go_forward():
    spans = list(schedule(first=date(2027, 3, 23)).spans(date(2027, 3, 30)))
    assert [span.starts.astimezone(LONDON).time() for span in spans] == [time(10), time(10)]
    assert spans[1].starts - spans[0].starts == timedelta(weeks=1, hours=-1)


def test_the_last_date_is_included():
    days = list(schedule(until=date(2026, 10, 27)).days(date(2027, 10, 13)))
    assert days == [date(2026, 10, 13), date(2026, 10, 20), date(2026, 10, 27)]


def test_a_single_date_is_one_whatever_the_horizon():
    assert len(list(schedule(weekly=False).spans(date(2020, 1, 1)))) == 1


def test_an_end_in_the_small_hours_is_the_next_day():
    span = next(schedule(starts=time(20), ends=time(1)).spans(date(2027, 1, 1)))
    assert span.ends - span.starts == timedelta(hours=5)
    assert not schedule(starts=time(20), ends=time(10)).is_in_order


def test_the_hour_that_is_left_out_in_spring_keeps_the_length():
    last_sunday = date(2027, 3, 28)
    span = next(schedule(first=last_sunday, starts=time(1, 30), ends=time(2, 15)).spans(last_sunday))
    assert span.ends - span.starts == timedelta(minutes=45)


def test_what_is_going_on_is_still_next():
    now = datetime(2026, 10, 13, 9, 30, tzinfo=UTC)
    assert schedule().next_spans(now, 1, date(2027, 1, 1))[0].starts < now


@given(
    first=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    starts=st.times(),
    ends=st.none() | st.times(),
    weekly=st.booleans(),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_occurrences_end_after_they_start_and_come_in_order(first, starts, ends, weekly, zone):
    it = Schedule(first, starts, ends, weekly, None, ZoneInfo(zone))
    if not it.is_in_order:
        return
    spans = list(it.spans(first + timedelta(days=400)))
    assert all(span.ends is None or span.ends > span.starts for span in spans)
    assert all(one.starts < two.starts for one, two in zip(spans, spans[1:], strict=False))
