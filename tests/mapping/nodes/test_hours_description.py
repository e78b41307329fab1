"""Opening hours in words: how things stand, the usual week, the days that differ."""

import datetime
import zoneinfo

import pytest

from mapping.models import OpeningHours
from mapping.nodes import hours_description
from mapping.nodes.window import day
from mapping.opening_hours import State

LONDON = zoneinfo.ZoneInfo("Europe/London")
# Monday, Tuesday: 9 to 12 and 13 to 17; Friday: 20 to 2 at night.
WEEK = "Mo,Tu 09:00-12:00,13:00-17:00; Fr 20:00-02:00; PH off"


def hours(expression, nation="england", not_understood=()):
    return OpeningHours(
        expression=expression, nation=nation, timezone="Europe/London", not_understood=list(not_understood)
    )


def at(date, clock):
    return datetime.datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=LONDON)


def standing(expression, date, clock="12:00", **more):
    return hours_description.standing(hours(expression, **more), at(date, clock))


@pytest.mark.parametrize(
    ("day", "clock", "state", "words"),
    [
        (23, "08:59", State.CLOSED, "Opens at 9 am"),  # a Monday in November
        (23, "09:00", State.OPEN, "Open now until noon"),
        (23, "12:00", State.CLOSED, "Opens at 1 pm"),
        (23, "16:59", State.OPEN, "Open now until 5 pm"),
        (23, "17:00", State.CLOSED, "Opens tomorrow 9 am"),
        (24, "18:00", State.CLOSED, "Opens Friday 8 pm"),
        (27, "23:30", State.OPEN, "Open now until 2 am"),
        (28, "01:59", State.OPEN, "Open now until 2 am"),
        (28, "02:00", State.CLOSED, "Opens Monday 9 am"),
        (29, "12:00", State.CLOSED, "Opens tomorrow 9 am"),
    ],
)
def test_how_things_stand(day, clock, state, words):
    found = standing(WEEK, f"2026-11-{day}", clock)
    assert (found.state, found.words) == (state, words)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("24/7", "Open now"),
        ("Mo 00:00-24:00; Tu 00:00-10:00; PH off", "Open now until tomorrow 10 am"),
        ("Mo 10:00-24:00; Tu 00:00-05:00; PH off", "Open now until 5 am"),
        ("Mo 10:00-15:00,14:00-17:00; PH off", "Open now until 5 pm"),
        ("Su 10:00-15:00; PH off", "Opens Sunday 10 am"),
        ("Mo 09:00-10:00; PH off", "Opens Monday 9 am"),
        ("Sa[1] 10:00-12:00; PH off", "Opens on Saturday 5 December, 10 am"),
        ("Jul 10:00-12:00; PH off", "Closed for the next weeks"),
        ('"by appointment"', "By appointment: ask first"),
        ("Mo-Fr 13:00+; PH off", "Open from 1 pm, nobody says how long"),
        ('Tu 10:00-12:00 "ring first"; PH off', "Perhaps open tomorrow from 10 am (ring first): ask first"),
    ],
    ids=str,
)
def test_what_comes_next(expression, words):
    assert standing(expression, "2026-11-23", "14:00").words == words


@pytest.mark.parametrize(
    ("expression", "date", "clock", "words"),
    [
        ("Mo-Su 10:00-16:00", "2026-12-28", "12:00", "Usually 10 am to 4 pm; today is Boxing Day"),
        ("Mo-Su 10:00-16:00", "2026-12-28", "08:00", "Usually 10 am to 4 pm; today is Boxing Day"),
        ("Mo-Su 10:00-16:00", "2026-12-24", "17:00", "Usually 10 am to 4 pm tomorrow; that is Christmas Day"),
        ("Mo 10:00-16:00", "2026-12-24", "17:00", "Usually 10 am to 4 pm on Monday; that is Boxing Day"),
        ("Mo-Su 10:00-16:00; PH off", "2026-12-25", "12:00", "Closed today (Christmas Day). Opens Sunday 10 am"),
    ],
)
def test_bank_holidays(expression, date, clock, words):
    found = standing(expression, date, clock)
    assert found.words.startswith(words)
    assert found.state != State.OPEN


def test_a_holiday_of_one_nation_is_an_ordinary_day_of_another():
    said = {nation: standing("Mo-Fr 10:00-16:00", "2026-11-30", nation=nation) for nation in ("england", "scotland")}
    assert said["england"].words == "Open now until 4 pm"
    assert said["scotland"].words.endswith("so check first") and "Andrew" in said["scotland"].words


def test_what_was_not_understood_makes_it_perhaps():
    found = standing("Mo-Fr 10:00-16:00; PH off", "2026-11-23", not_understood=["not every Monday"])
    assert found.state == State.PERHAPS and found.words == "Perhaps open now: check first"
    found = standing("", "2026-11-23", not_understood=["now and then"])
    assert found.state == State.PERHAPS and found.words == "See its hours, which are in words only"


def test_nothing_known_is_nothing_said():
    monday = day(datetime.date(2026, 11, 23), LONDON)
    for nothing in (None, hours("")):
        assert hours_description.standing(nothing, at("2026-11-23", "12:00")) is None
        assert hours_description.week(nothing, datetime.date(2026, 11, 23)) is None
        assert hours_description.asked_in_words(nothing, monday) == ""
        assert hours_description.ordinary_rows(nothing, datetime.date(2026, 11, 23)) == []


def test_a_week_in_words():
    found = hours_description.week(hours(WEEK + "; Su 00:00-24:00"), datetime.date(2026, 11, 2))
    week = dict(found.days)
    assert week["Monday"] == ["9 am to noon", "1 pm to 5 pm"]
    assert week["Wednesday"] == []
    assert week["Friday"] == ["8 pm to 2 am"]
    assert week["Sunday"] == ["all day"]
    assert found.differing == ()
    friday = day(datetime.date(2026, 11, 27), LONDON)
    assert hours_description.asked_in_words(hours(WEEK), friday) == "Friday 8 pm to 2 am"


def test_days_that_differ():
    expression = "Mo-Sa 10:00-16:00; Dec 24 10:00-12:00; Sa[1] 10:00-12:00"
    found = hours_description.week(hours(expression), datetime.date(2026, 12, 1))
    assert dict(found.days)["Saturday"] == ["some weeks: see below"]
    assert [(it.day, it.why, it.words) for it in found.differing] == [
        ("Saturday 5 December", "", "10 am to noon"),
        ("Saturday 12 December", "", "10 am to 4 pm"),
        ("Saturday 19 December", "", "10 am to 4 pm"),
        ("Thursday 24 December", "", "10 am to noon"),
        ("Friday 25 December", "Christmas Day", "usually 10 am to 4 pm: check first"),
        ("Saturday 26 December", "Boxing Day", "usually 10 am to 4 pm: check first"),
        ("Monday 28 December", "Boxing Day (substitute day)", "usually 10 am to 4 pm: check first"),
        ("Friday 1 January", "New Year’s Day", "usually 10 am to 4 pm: check first"),
    ]
    assert found.has_more
    once = hours_description.week(hours("Tu 12:00-15:00, Sa[1] 10:00-12:00; PH off"), datetime.date(2026, 11, 1))
    assert dict(once.days)["Saturday"] == [] and dict(once.days)["Tuesday"] == ["noon to 3 pm"]
    said = [(it.day, it.words) for it in once.differing]
    assert said == [("Saturday 7 November", "10 am to noon"), ("Saturday 5 December", "10 am to noon")]


def test_a_holiday_that_is_off_says_closed():
    found = hours_description.week(hours("Mo-Fr 10:00-16:00; PH off"), datetime.date(2026, 12, 1))
    assert ("Christmas Day", "closed") in [(it.why, it.words) for it in found.differing]
    # On a Saturday it is closed anyway.
    assert not [it for it in found.differing if it.date.weekday() == 5]


def test_what_is_open_day_and_night_is_open_every_day():
    found = hours_description.week(hours("24/7"), datetime.date(2026, 12, 1))
    assert {tuple(spans) for _day, spans in found.days} == {("all day",)}
    assert {it.words for it in found.differing} <= {"all day"}


def test_an_evening_that_runs_into_a_day_of_its_own_hours_stays_with_the_evening():
    found = dict(
        hours_description.week(hours("Fr 20:00-02:00; Sa 10:00-16:00; PH off"), datetime.date(2026, 11, 2)).days
    )
    assert found["Friday"] == ["8 pm to midnight", "perhaps midnight to 2 am"]
    assert found["Saturday"] == ["10 am to 4 pm"]


def test_the_usual_week_as_rows():
    rows = hours_description.ordinary_rows(
        hours('Mo 20:00-01:00; We 10:00-12:00 "ring first"'), datetime.date(2026, 11, 2)
    )
    assert rows == [(0, 1200, 1500), (2, None, None)]


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
    assert hours_description.clock(minutes) == words
