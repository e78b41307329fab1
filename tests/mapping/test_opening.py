"""Opening hours in words."""

import datetime

import pytest

from mapping import opening
from mapping.models import OpeningHours

# Monday, Tuesday: 9 to 12 and 13 to 17; Friday: 20 to 2 at night; Saturday: times not known.
WEEK = [(0, 540, 720), (0, 780, 1020), (1, 540, 720), (1, 780, 1020), (4, 1200, 1560), (5, None, None)]


def hours(rows):
    return [OpeningHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in rows]


def at(day, clock):
    """A local time in the week of Monday, 23 November 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime.datetime(2026, 11, 23 + day, hour, minute)


@pytest.mark.parametrize(
    ("day", "clock", "is_open", "words"),
    [
        (0, "08:59", False, "Opens at 9 am"),
        (0, "09:00", True, "Open now until noon"),
        (0, "12:00", False, "Opens at 1 pm"),
        (0, "16:59", True, "Open now until 5 pm"),
        (0, "17:00", False, "Opens tomorrow 9 am"),
        (1, "18:00", False, "Opens Friday 8 pm"),
        (4, "23:30", True, "Open now until 2 am"),
        (5, "01:59", True, "Open now until 2 am"),
        (5, "02:00", None, "Open today, times not known"),
        (6, "12:00", False, "Opens tomorrow 9 am"),
    ],
)
def test_how_things_stand(day, clock, is_open, words):
    state = opening.state_at(hours(WEEK), at(day, clock))
    assert (state.is_open, state.words) == (is_open, words)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(day, 0, 1440) for day in range(7)], "Open now"),
        ([(0, 0, 1440), (1, 0, 600)], "Open now until tomorrow 10 am"),
        ([(0, 0, 1440), (1, 0, 900)], "Open now"),
        ([(0, 600, 1440), (1, 0, 300)], "Open now until 5 am"),
        ([(0, 600, 900), (0, 840, 1020)], "Open now until 5 pm"),
        ([(6, 600, 900)], "Opens Sunday 10 am"),
        ([(1, None, None)], "Opens tomorrow"),
        ([(3, None, None)], "Opens Thursday"),
        ([(0, 540, 600)], "Opens Monday 9 am"),
    ],
    ids=str,
)
def test_spells_that_touch_are_one(rows, words):
    assert opening.state_at(hours(rows), at(0, "14:00")).words == words


def test_nothing_known_is_nothing_said():
    assert opening.state_at([], at(0, "12:00")) is None
    assert opening.week([]) == []
    assert opening.day_in_words([], 2) == ""


def test_a_week_in_words():
    week = dict(opening.week(hours([*WEEK, (6, 0, 1440)])))
    assert week["Monday"] == ["9 am to noon", "1 pm to 5 pm"]
    assert week["Wednesday"] == []
    assert week["Friday"] == ["8 pm to 2 am"]
    assert week["Saturday"] == ["open, times not known"]
    assert week["Sunday"] == ["all day"]
    assert opening.day_in_words(hours(WEEK), 4) == "Friday 8 pm to 2 am"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "midnight"),
        (720, "noon"),
        (570, "9.30 am"),
        (605, "10.05 am"),
        (780, "1 pm"),
        (1440, "midnight"),
        (15, "12.15 am"),
    ],
)
def test_the_clock_in_words(minutes, words):
    assert opening.clock(minutes) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [("now", "now"), ("wed", "on Wednesday"), ("2026-11-25T10:00", "at 10 am on 25 November 2026")],
)
def test_a_moment_in_words(value, words):
    assert opening.moment_in_words(value) == words
