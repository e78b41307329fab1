from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change, Schedule, Slot, Span, Status
from listings.schedules.sentence import next_time, sentence, span_in_full

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MORNING = Slot(time(10), time(11, 30))


def plain(text: str) -> str:
    """Without the spaces that may not be broken."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def said(rule: str, first=date(2026, 12, 8), times=(MORNING,), **more) -> str:
    repeat = Repeat.parse(rule) if rule else None
    return plain(sentence(Schedule(first, times, LONDON, repeat=repeat, **more)))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "Tuesday 8 December 2026, 10 am to 11.30 am"),
        ("FREQ=WEEKLY", "Every Tuesday, 10 am to 11.30 am"),
        ("FREQ=WEEKLY;UNTIL=20261215", "Every Tuesday, 10 am to 11.30 am, until 15 December 2026"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "Every Tuesday and Thursday, 10 am to 11.30 am"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every Monday to Friday, 10 am to 11.30 am"),
        ("FREQ=WEEKLY;INTERVAL=2", "Every second Tuesday, 10 am to 11.30 am"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "Every 3 weeks on Tuesday, 10 am to 11.30 am"),
        ("FREQ=WEEKLY;COUNT=6", "Every Tuesday, 10 am to 11.30 am, 6 times"),
        ("FREQ=WEEKLY;COUNT=1", "Every Tuesday, 10 am to 11.30 am, 1 time"),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", "Every 2nd and 4th Tuesday of the month, 10 am to 11.30 am"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every last Friday of the month, 10 am to 11.30 am"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", "Every 1st Tuesday of the month, 10 am to 11.30 am"),
        ("FREQ=MONTHLY;BYMONTHDAY=8", "On the 8th of the month, 10 am to 11.30 am"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=8", "On the 8th of every second month, 10 am to 11.30 am"),
        ("FREQ=DAILY", "Every day, 10 am to 11.30 am"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days, 10 am to 11.30 am"),
        ("FREQ=YEARLY", "Every year on 8 December, 10 am to 11.30 am"),
        ("FREQ=YEARLY;INTERVAL=2", "Every second year on 8 December, 10 am to 11.30 am"),
        ("FREQ=YEARLY;INTERVAL=4", "Every 4 years on 8 December, 10 am to 11.30 am"),
    ],
)
def test_a_rule_is_said_in_one_sentence(rule, words):
    assert said(rule) == words


def test_exceptions_are_said_after_it():
    words = said(
        "FREQ=WEEKLY", not_in_months=(8,), not_on_holidays=True, nation="england", not_on=(date(2026, 12, 22),)
    )
    assert words == "Every Tuesday, 10 am to 11.30 am, not in August, not on bank holidays, not on 22 December 2026"


def test_several_times_a_day():
    assert said("FREQ=WEEKLY", times=(MORNING, Slot(time(14), None))) == "Every Tuesday, 10 am to 11.30 am and 2 pm"


def test_overnight_says_on_which_day_it_ends():
    night = (Slot.between(time(20), time(9)),)
    assert said("FREQ=WEEKLY", times=night) == "Every Tuesday, 8 pm to 9 am (Wednesday)"
    assert said("FREQ=WEEKLY;BYDAY=TU,TH", times=night) == "Every Tuesday and Thursday, 8 pm to 9 am (next day)"
    assert said("", first=date(2026, 12, 11), times=night) == "Friday 11 December 2026, 8 pm to 9 am (Saturday)"


def test_all_day_and_several_days():
    assert said("", times=()) == "Tuesday 8 December 2026, all day"
    assert said("", times=(), days=3) == "Tuesday 8 December 2026, 3 days"


def test_times_never_wrap():
    words = sentence(Schedule(date(2026, 12, 11), (Slot.between(time(19), time(2)),), LONDON))
    assert words.endswith("7\N{NO-BREAK SPACE}pm\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}2\N{NO-BREAK SPACE}am"
                          "\N{NO-BREAK SPACE}(Saturday)")  # fmt: skip


def test_summer_dates_are_on_summer_clocks():
    span = Span(datetime(2026, 7, 7, 9, tzinfo=UTC), datetime(2026, 7, 7, 10, tzinfo=UTC))
    assert plain(span_in_full(span)) == "Tuesday 7 July 2026, 10 am to 11 am"


def test_what_became_of_a_date_is_said():
    gone = Span(datetime(2026, 12, 8, 10, tzinfo=UTC), None, status=Status.CANCELLED)
    assert plain(span_in_full(gone)) == "Tuesday 8 December 2026, 10 am: cancelled"
    [span] = Schedule(date(2027, 3, 28), (Slot(time(1, 30), time(2, 15)),), LONDON).spans(
        date(2027, 3, 28), date(2027, 3, 28)
    )
    assert "the clocks go forward" in span_in_full(span)


@pytest.mark.parametrize(
    ("starts", "ends", "repeats", "words"),
    [
        (datetime(2026, 11, 22, 19, tzinfo=UTC), None, "", "Tonight, 7 pm"),
        (datetime(2026, 11, 22, 15, tzinfo=UTC), None, "", "Today, 3 pm"),
        (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC), "", "Now, until 10 am"),
        (datetime(2026, 11, 21, 18, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC), "", "Now, until 2 am"),
        (
            datetime(2026, 11, 20, 18, tzinfo=UTC),
            datetime(2026, 11, 23, 17, tzinfo=UTC),
            "",
            "Now, until 5 pm (Monday)",
        ),
        (
            datetime(2026, 11, 20, 18, tzinfo=UTC),
            datetime(2026, 11, 30, 17, tzinfo=UTC),
            "",
            "Now, until 5 pm (Monday 30 November)",
        ),
        (datetime(2026, 11, 23, 10, tzinfo=UTC), None, "Every Monday", "Tomorrow, 10 am"),
        (datetime(2026, 11, 24, 10, tzinfo=UTC), None, "Every Tuesday", "Every Tuesday, next 24 Nov"),
        (datetime(2026, 11, 24, 10, tzinfo=UTC), None, "", "Tuesday 24 Nov, 10 am"),
    ],
)
def test_a_card_says_when_in_a_few_words(starts, ends, repeats, words):
    assert plain(next_time(Span(starts, ends), repeats, NOW)) == words


def test_a_change_is_part_of_the_value():
    weekly = Schedule(date(2026, 12, 8), (MORNING,), LONDON, repeat=Repeat.parse("FREQ=WEEKLY"))
    changed = Schedule(**{**weekly.__dict__, "changes": (Change(datetime(2026, 12, 8, 10), cancelled=True),)})
    assert weekly != changed and "!2026-12-08T10:00" in str(changed)
