from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from listings.schedules.schedule import Schedule, Span
from listings.schedules.sentence import next_time, sentence, span_in_full

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_weekly_schedule_is_said_in_one_sentence():
    weekly = Schedule(date(2026, 10, 13), time(10), time(11, 30), True, date(2026, 12, 15), LONDON)
    assert sentence(weekly) == "Every Tuesday, 10:00 am-11:30 am until 15 December 2026"


def test_a_schedule_without_an_end_or_a_last_date():
    weekly = Schedule(date(2026, 10, 13), time(12), None, True, None, LONDON)
    assert sentence(weekly) == "Every Tuesday, 12:00 pm"


def test_a_single_date_is_said_in_full():
    once = Schedule(date(2026, 11, 24), time(0, 15), time(1), False, None, LONDON)
    assert sentence(once) == "Tuesday 24 November 2026, 12:15 am-1:00 am"


def test_summer_dates_are_on_summer_clocks():
    span = Span(datetime(2026, 7, 7, 9, tzinfo=UTC), datetime(2026, 7, 7, 10, tzinfo=UTC))
    assert span_in_full(span) == "Tuesday 7 July 2026, 10:00 am-11:00 am"


@pytest.mark.parametrize(
    ("starts", "ends", "weekly", "words"),
    [
        (datetime(2026, 11, 22, 19, tzinfo=UTC), None, False, "Today, 7:00 pm"),
        (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC), True, "Now, until 10:00 am"),
        (datetime(2026, 11, 23, 10, tzinfo=UTC), None, True, "Tomorrow, 10:00 am"),
        (datetime(2026, 11, 24, 10, tzinfo=UTC), None, True, "Every Tuesday, next 24 Nov"),
        (datetime(2026, 11, 24, 10, tzinfo=UTC), None, False, "Tuesday 24 Nov, 10:00 am"),
    ],
)
def test_a_card_says_when_in_a_few_words(starts, ends, weekly, words):
    assert next_time(Span(starts, ends), weekly, NOW) == words
