"""What `when` and `at` stand for on the clocks of a place."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from mapping.nodes.window import Window, follows_clock, window

LONDON = ZoneInfo("Europe/London")
UTC = datetime.UTC


def at(text: str) -> datetime.datetime:
    """A time on the clocks of London."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


# A Wednesday, in the afternoon.
NOW = at("2026-12-02T15:00")


def ends(when: str, time_of_day: str = "", now: datetime.datetime = NOW) -> tuple[str, str]:
    found = window(when, time_of_day, LONDON, now)
    assert found.end is not None
    return f"{found.start:%Y-%m-%dT%H:%M}", f"{found.end:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("today", "2026-12-02T15:00", "2026-12-03T00:00"),
        ("tonight", "2026-12-02T17:00", "2026-12-03T04:00"),
        ("tomorrow", "2026-12-03T00:00", "2026-12-04T00:00"),
        ("weekend", "2026-12-05T00:00", "2026-12-07T00:00"),
        ("week", "2026-12-02T15:00", "2026-12-09T00:00"),
        ("wed", "2026-12-02T00:00", "2026-12-03T00:00"),
        ("tue", "2026-12-08T00:00", "2026-12-09T00:00"),
        ("2026-12-05", "2026-12-05T00:00", "2026-12-06T00:00"),
        ("2026-12-05..2026-12-12", "2026-12-05T00:00", "2026-12-13T00:00"),
        ("2026-12-05..", "2026-12-05T00:00", "2027-12-06T00:00"),
        ("..2026-12-12", "2026-12-02T15:00", "2026-12-13T00:00"),
    ],
)
def test_days(when, start, end):
    assert ends(when) == (start, end)


def test_tonight_begins_now_when_it_has_begun():
    assert ends("tonight", now=at("2026-12-02T21:30")) == ("2026-12-02T21:30", "2026-12-03T04:00")
    # At half past one at night it is the evening to come.
    assert ends("tonight", now=at("2026-12-02T01:30")) == ("2026-12-02T17:00", "2026-12-03T04:00")


def test_on_its_days_the_weekend_is_this_one():
    assert ends("weekend", now=at("2026-12-05T12:00")) == ("2026-12-05T12:00", "2026-12-07T00:00")
    assert ends("weekend", now=at("2026-12-06T12:00")) == ("2026-12-06T12:00", "2026-12-07T00:00")
    assert ends("weekend", now=at("2026-12-07T00:00")) == ("2026-12-12T00:00", "2026-12-14T00:00")


def test_a_time_of_day_is_of_each_day():
    found = window("2026-12-05..2026-12-07", "evening", LONDON, NOW)
    assert [(first, last) for first, last in found.parts] == [
        (at(f"2026-12-0{day}T17:00"), at(f"2026-12-0{day + 1}T00:00")) for day in (5, 6, 7)
    ]
    assert not found.meets(at("2026-12-05T10:00"), at("2026-12-05T12:00"))
    assert not found.meets(at("2026-12-06T14:00"), at("2026-12-06T17:00"))
    assert found.meets(at("2026-12-06T14:00"), at("2026-12-06T17:30"))
    assert found.meets(at("2026-12-05T09:00"), at("2026-12-08T09:00"))


def test_a_time_of_day_may_pass_midnight():
    assert ends("2026-12-05", "22:00-02:00") == ("2026-12-05T22:00", "2026-12-06T02:00")


def test_what_is_over_today_is_not_asked_for():
    assert window("today", "morning", LONDON, NOW).is_empty
    assert ends("today", "afternoon") == ("2026-12-02T15:00", "2026-12-02T17:00")
    assert ends("today", "evening") == ("2026-12-02T17:00", "2026-12-03T00:00")
    # The mornings of a week: today's is over.
    assert ends("week", "morning") == ("2026-12-03T05:00", "2026-12-08T12:00")
    assert window("..2026-11-01", "", LONDON, NOW).is_empty
    assert not window("..2026-11-01", "", LONDON, NOW).meets(at("2026-10-01T10:00"), at("2027-10-01T10:00"))


def test_what_ends_in_the_small_hours_is_of_the_evening_before():
    friday_night = at("2026-12-04T20:00"), at("2026-12-05T02:00")
    for when, meets in [("fri", True), ("sat", False), ("weekend", False), ("2026-12-04", True), ("2026-12-05", False)]:
        assert window(when, "", LONDON, NOW).meets(*friday_night) is meets, when
    # It is still on, though, at one in the morning.
    assert window("now", "", LONDON, at("2026-12-05T01:00")).meets(*friday_night)
    assert not window("today", "", LONDON, at("2026-12-05T01:00")).meets(*friday_night)
    # What goes on until the morning is of both days.
    night_shelter = at("2026-12-04T20:00"), at("2026-12-05T09:00")
    assert window("sat", "", LONDON, NOW).meets(*night_shelter)


def test_half_open_on_both_sides():
    found = window("2026-12-05T19:00", "", LONDON, NOW)
    assert found.meets(at("2026-12-05T19:00"), at("2026-12-05T21:00"))
    assert not found.meets(at("2026-12-05T17:00"), at("2026-12-05T19:00"))
    assert not window("tonight", "", LONDON, NOW).meets(at("2026-12-02T15:00"), at("2026-12-02T17:00"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-24", 24)])
def test_days_on_which_the_clocks_change(day, hours):
    found = window(day, "", LONDON, NOW)
    assert found.end.astimezone(UTC) - found.start.astimezone(UTC) == datetime.timedelta(hours=hours)


def test_now_in_the_hour_that_comes_twice():
    for hour in (0, 1):
        now = datetime.datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert window("now", "", LONDON, now).start.astimezone(UTC) == now
        assert ends("today", now=now) == ("2026-10-25T01:30", "2026-10-26T00:00")
        assert window("today", "", LONDON, now).start.astimezone(UTC) == now


def test_the_clock_is_that_of_the_place():
    new_york = ZoneInfo("America/New_York")
    # Past midnight in London, still Wednesday evening in New York.
    now = datetime.datetime(2026, 12, 3, 0, 30, tzinfo=UTC)
    assert window("tonight", "", new_york, now) == Window(
        now.astimezone(new_york), datetime.datetime(2026, 12, 3, 4, tzinfo=new_york)
    )
    assert window("tonight", "", LONDON, now).start == at("2026-12-03T17:00")


def test_what_follows_the_clock():
    assert follows_clock("now") and follows_clock("mon") and follows_clock("..2026-12-12")
    assert not follows_clock("2026-12-12") and not follows_clock("2026-12-05..") and not follows_clock("")
