"""Times in words, as questions and cards say them."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest

from mapping.nodes.occasions import Occasion
from mapping.nodes.time_description import UNBROKEN, occasion_in_words, question_in_words, span_in_words

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def plain(words: str) -> str:
    return words.replace(UNBROKEN, " ")


# A Monday.
NOW = at("2026-11-30T12:00")


@pytest.mark.parametrize(
    ("when", "time_of_day", "words"),
    [
        ("now", "", "now"),
        ("wed", "", "on Wednesday"),
        ("2026-11-25T10:00", "", "at 10 am on 25 November 2026"),
        ("2026-11-25", "", "on 25 November 2026"),
        ("tonight", "", "tonight"),
        ("weekend", "", "this weekend"),
        ("week", "evening", "in the next seven days in the evening"),
        ("today", "morning", "this morning"),
        ("tomorrow", "evening", "tomorrow evening"),
        ("sat", "18:00-22:30", "on Saturday from 6 pm to 10.30 pm"),
        ("2026-12-05..2026-12-12", "", "from 5 December 2026 to 12 December 2026"),
        ("2026-12-05..", "", "from 5 December 2026 on"),
        ("..2026-12-12", "", "until 12 December 2026"),
    ],
)
def test_a_question_in_words(when, time_of_day, words):
    assert plain(question_in_words(when, time_of_day)) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-30T10:00", "2026-11-30T11:30", "Today 10 am to 11.30 am"),
        ("2026-11-30T19:00", "2026-11-30T21:00", "Tonight 7 pm to 9 pm"),
        ("2026-11-30T19:00", "2026-12-01T02:00", "Tonight 7 pm to 2 am (Tuesday)"),
        ("2026-11-30T19:00", "2026-12-01T00:00", "Tonight 7 pm to midnight"),
        ("2026-12-01T09:00", "2026-12-01T12:00", "Tomorrow 9 am to noon"),
        ("2026-12-04T19:00", "2026-12-05T02:00", "Friday 7 pm to 2 am (Saturday)"),
        ("2026-12-07T19:00", "2026-12-07T21:00", "Monday 7 December 7 pm to 9 pm"),
        ("2026-12-04T20:00", "2026-12-05T09:00", "Friday 8 pm to 9 am (Saturday)"),
        ("2026-12-04T18:00", "2026-12-06T14:00", "Friday 6 pm to Sunday 2 pm"),
        ("2026-12-04T18:00", None, "Friday 6 pm"),
        ("2028-01-01T18:00", None, "Saturday 1 January 2028 6 pm"),
        ("2026-11-28T10:00", "2026-12-05T16:00", "Saturday 28 November 10 am to Saturday 4 pm"),
    ],
)
def test_a_span_in_words(start, end, words):
    assert plain(span_in_words(at(start), at(end) if end else None, NOW, LONDON)) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-12-04T00:00", "2026-12-05T00:00", "Friday, all day"),
        ("2026-12-04T00:00", None, "Friday, all day"),
        ("2026-12-04T00:00", "2026-12-07T00:00", "Friday to Sunday"),
    ],
)
def test_whole_days_in_words(start, end, words):
    assert span_in_words(at(start), at(end) if end else None, NOW, LONDON, all_day=True) == words


def test_more_times_are_counted():
    first = Occasion(at("2026-12-04T18:00"), at("2026-12-04T19:00"), all_day=False, more=2)
    assert plain(occasion_in_words(first, NOW, LONDON)) == "Friday 6 pm to 7 pm, and 2 more times"


def test_no_line_ends_inside_a_time():
    words = span_in_words(at("2026-12-04T19:00"), at("2026-12-05T02:00"), NOW, LONDON)
    assert words.split(" ") == ["Friday", UNBROKEN.join("7 pm to 2 am (Saturday)".split())]
    assert f"6{UNBROKEN}pm" in question_in_words("sat", "18:00-22:00")


def test_times_never_wrap_past_midnight():
    """Whatever the length, no hour is above twelve, and an end on another day says which."""
    for hours in range(1, 60):
        start = at("2026-12-04T19:00")
        words = plain(span_in_words(start, start + datetime.timedelta(hours=hours), NOW, LONDON))
        assert all(int(hour) <= 12 for hour in re.findall(r"(\d+)(?:\.\d\d)? [ap]m", words))
        if hours > 5:
            assert "Saturday" in words or "Sunday" in words or "Monday" in words, words
