"""Every kind of schedule can be said in the form, is read back, and is typed again the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.posting import drafts
from listings.posting.repeat_choice import Often
from listings.posting.typed_schedule import typed_when
from listings.posting.when_form import WhenForm
from listings.schedules.repeat import Repeat, Weekday
from listings.schedules.schedule import Schedule, Slot
from tests import factories
from tests.listings.posting.forms import TUESDAY, again, when_form

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """It is the first of December 2026, whenever the tests run."""
    now = timezone.make_aware(timezone.datetime(2026, 12, 1, 9), LONDON)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Tuesday 12 January 2027, 10 am to 11.30 am"),
        ({"also_on": "5 February 2027"}, "12 January 2027 and 5 February 2027, 10 am to 11.30 am"),
        ({"repeats": "weekly"}, "Every Tuesday, 10 am to 11.30 am"),
        ({"repeats": "fortnightly"}, "Every second Tuesday, 10 am to 11.30 am"),
        ({"repeats": "weekly", "every": "3"}, "Every 3 weeks on Tuesday, 10 am to 11.30 am"),
        ({"repeats": "weekly", "weekdays": ["1", "3"]}, "Every Tuesday and Thursday, 10 am to 11.30 am"),
        ({"repeats": "weekly", "weekdays": list("01234")}, "Every Monday to Friday, 10 am to 11.30 am"),
        ({"repeats": "daily"}, "Every day, 10 am to 11.30 am"),
        ({"repeats": "monthly-date"}, "On the 12th of the month, 10 am to 11.30 am"),
        ({"repeats": "monthly-date", "month_days": "1st, 15th"}, "On the 1st and 15th of the month"),
        ({"repeats": "monthly-date", "month_days": "last"}, "On the last day of the month"),
        ({"repeats": "monthly", "nths": ["2", "4"]}, "Every 2nd and 4th Tuesday of the month, 10 am to 11.30 am"),
        ({"repeats": "monthly"}, "Every 2nd Tuesday of the month, 10 am to 11.30 am"),
        ({"repeats": "monthly", "weekdays": ["4"], "nths": ["-1"]}, "Every last Friday of the month"),
        ({"repeats": "yearly"}, "Every year on 12 January, 10 am to 11.30 am"),
        ({"repeats": "weekly", "until": "2027-03-02"}, "Every Tuesday, 10 am to 11.30 am, until 2 March 2027"),
        ({"repeats": "weekly", "count": "6"}, "Every Tuesday, 10 am to 11.30 am, 6 times"),
        ({"repeats": "weekly", "not_in_months": ["8"]}, "Every Tuesday, 10 am to 11.30 am, not in August"),
        ({"repeats": "weekly", "not_on_holidays": "on"}, "Every Tuesday, 10 am to 11.30 am, not on bank holidays"),
        ({"repeats": "weekly", "not_on": "Tuesday 19 January 2027"}, "not on 19 January 2027"),
        ({"repeats": "weekly", "also_on": "2027-01-14"}, "also on 14 January 2027"),
        ({"ends": ""}, "Tuesday 12 January 2027, 10 am"),
        ({"starts": "20:00", "ends": "09:00"}, "8 pm to 9 am (Wednesday)"),
        ({"starts": "18:00", "ends": "16:00", "later": "2"}, "6 pm to 4 pm (Thursday)"),
        ({"starts_2": "14:00", "ends_2": "15:30"}, "10 am to 11.30 am and 2 pm to 3.30 pm"),
        ({"all_day": "on"}, "Tuesday 12 January 2027, all day"),
        ({"all_day": "on", "days": "3"}, "Tuesday 12 January 2027, 3 days"),
    ],
)
def test_every_kind_of_schedule_is_said_back_and_typed_again(typed, said):
    form = when_form(**typed)
    assert form.schedule is not None, form.errors
    preview = form.said_back()
    assert said in preview.sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert preview.dates
    assert again(form.schedule) == form.schedule


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"repeats": None}, "repeats", "how often"),
        ({"repeats": "hourly"}, "repeats", "Choose one of these"),
        ({"date": ""}, "date", "on which date"),
        ({"date": "2020-01-01"}, "date", "has passed"),
        ({"date": "2031-01-01"}, "date", "more than two years"),
        ({"starts": ""}, "starts", "tick “All day”"),
        ({"ends": "09:00"}, "ends", "It would end at 9 am, before it starts at 10 am"),
        ({"starts_2": "10:00"}, "starts_2", "10 am is there twice"),
        ({"ends_3": "10:00"}, "starts_3", "Say when this one starts"),
        ({"ends": "09:00", "later": "0"}, "later", "Check how many days later"),
        ({"later": "31"}, "later", "whole number from 0 to 30"),
        ({"repeats": "weekly", "until": "2027-01-01"}, "until", "is before the first"),
        ({"repeats": "weekly", "until": "2027-02-01", "count": "3"}, "count", "not both"),
        ({"repeats": "fortnightly", "every": "3"}, "every", "Choose “Every week” there"),
        ({"repeats": "weekly", "weekdays": ["0"], "until": "2027-01-14"}, "until", "no such date up to"),
        ({"repeats": "weekly", "count": "1", "not_on": "2027-01-12"}, "date", "No date is left"),
        ({"repeats": "weekly", "not_on": "Chrismas"}, "not_on", "“Chrismas” is not a date"),
        ({"repeats": "monthly-date", "month_days": "32"}, "month_days", "“32” is not a day of the month"),
        ({"also_on": "2020-01-01"}, "also_on", "has passed"),
        ({"also_on": "9999-12-31"}, "also_on", "more than two years away"),
        ({"repeats": "no-date", "expires": "2020-01-01"}, "expires", "has passed"),
    ],
)
def test_a_mistake_is_explained_at_its_field(typed, field, said):
    form = when_form(**typed)
    assert form.schedule is None
    assert said in " ".join(form.errors[field]).replace("\N{NO-BREAK SPACE}", " ")


def test_the_first_date_is_put_on_the_rule_and_that_is_said():
    form = when_form(repeats="monthly", weekdays=["4"], nths=["-1"])
    assert form.schedule.first == date(2027, 1, 29)
    [note] = form.said_back().notes
    assert note == (
        "You gave Tuesday 12 January 2027. That is no date of this, so it begins on Friday 29 January 2027."
    )


def test_every_second_monday_from_a_tuesday_begins_on_the_next_monday():
    assert when_form(repeats="fortnightly", weekdays=["0"]).schedule.first == date(2027, 1, 18)


def test_what_does_not_apply_is_passed_over():
    form = when_form(weekdays=["0"], nths=["2"], until="2020-01-01", count="3", not_in_months=["1"], month_days="9")
    assert form.schedule == Schedule(TUESDAY, (Slot(time(10), time(11, 30)),), LONDON, nation="england")


def test_bank_holidays_are_of_the_nation_of_the_place():
    easter_monday = {"repeats": "weekly", "date": "2027-03-22", "not_on_holidays": "on"}
    english = when_form(**easter_monday)
    assert date(2027, 3, 29) not in english.schedule.dates(TUESDAY, date(2027, 4, 30))
    scottish = when_form(**easter_monday, place=factories.PlaceFactory.build(nation="scotland"))
    assert date(2027, 3, 29) in scottish.schedule.dates(TUESDAY, date(2027, 4, 30))


def test_a_place_without_a_nation_has_no_bank_holidays_to_leave_out():
    form = when_form(repeats="weekly", not_on_holidays="on", place=factories.PlaceFactory.build(nation=""))
    assert "not_on_holidays" not in form.fields
    assert not form.schedule.not_on_holidays


def test_the_hour_that_is_left_out_is_said_however_far_off():
    form = when_form(repeats="daily", starts="01:30", ends="01:45")
    one, other = form.said_back().notes
    assert "Sunday 28 March 2027" in one
    assert "an hour later" in one
    assert "Sunday 26 March 2028" in other
    assert not when_form(repeats="daily", starts="03:00", ends="").said_back().notes


def test_an_edit_may_have_begun_long_ago():
    before = Schedule(date(2019, 1, 1), (Slot(time(10), None),), LONDON, repeat=Repeat("WEEKLY"))
    assert again(before) == before


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=1TU,3TH", "FREQ=YEARLY;BYMONTH=5;BYDAY=1MO",
     "FREQ=WEEKLY;BYMONTH=6,7;BYDAY=TU", "FREQ=DAILY;BYDAY=MO,TU;COUNT=9",
     "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU"],
)  # fmt: skip
def test_a_rule_that_the_form_has_no_words_for_stays_as_it_was(rule):
    before = Schedule(TUESDAY, (Slot(time(10), None),), LONDON, repeat=Repeat.parse(rule)).on_rule()
    assert when_form(before=before, repeats=Often.AS_BEFORE).schedule.repeat.frequency == before.repeat.frequency
    assert again(before) == before


def test_as_before_is_no_answer_for_something_new():
    assert "repeats" in when_form(repeats=Often.AS_BEFORE).errors


days = st.dates(date(2026, 12, 1), date(2028, 11, 1))
slots = st.builds(
    lambda starts, lasts, nights: (
        Slot.between(starts, None)
        if lasts is None
        else Slot(
            starts,
            (timezone.datetime.combine(TUESDAY, starts) + timedelta(minutes=lasts)).time(),
            nights + (timezone.datetime.combine(TUESDAY, starts) + timedelta(minutes=lasts)).date().toordinal()
            - TUESDAY.toordinal(),
        )
    ),
    st.times().map(lambda it: it.replace(second=0, microsecond=0)),
    st.none() | st.integers(1, 1400),
    st.integers(0, 3),
)  # fmt: skip
repeats = st.one_of(
    st.builds(
        Repeat,
        st.just("WEEKLY"),
        st.integers(1, 5),
        st.sets(st.integers(0, 6)).map(lambda it: tuple(Weekday(day) for day in sorted(it))),
    ),
    st.builds(
        lambda interval, nths, days: Repeat(
            "MONTHLY", interval, tuple(Weekday(day, nth) for nth in nths for day in sorted(days))
        ),
        st.integers(1, 3),
        st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(
            lambda it: sorted(it, key=[1, 2, 3, 4, 5, -1].index)
        ),
        st.sets(st.integers(0, 6), min_size=1, max_size=3),
    ),
    st.builds(
        lambda interval, days: Repeat("MONTHLY", interval, month_days=days),
        st.integers(1, 3),
        st.sets(st.integers(1, 28) | st.just(-1)).map(lambda it: tuple(sorted(it, key=lambda n: (n < 0, n)))),
    ),
    st.builds(Repeat, st.sampled_from(["DAILY", "YEARLY"]), st.integers(1, 4)),
)
ends = st.just({}) | st.builds(lambda it: {"count": it}, st.integers(1, 40))


@st.composite
def schedules(draw):
    repeat = draw(st.none() | repeats)
    first = draw(days)
    given = {
        "times": tuple({it.starts: it for it in draw(st.lists(slots, max_size=5))}.values()),
        "also_on": tuple(sorted(draw(st.sets(days, max_size=3)) - {first})),
        "nation": "england",
    }
    given["times"] = tuple(sorted(given["times"], key=lambda it: it.starts))
    given["days"] = 1 if given["times"] else draw(st.integers(1, 5))
    if repeat is not None:
        repeat = Repeat(**{**vars(repeat), **draw(ends)})
        given |= {
            "not_on": tuple(sorted(draw(st.sets(days, max_size=3)))),
            "not_in_months": tuple(sorted(draw(st.sets(st.integers(1, 12), max_size=3)))),
            "not_on_holidays": draw(st.booleans()),
        }
    else:
        first, *others = sorted({first, *given["also_on"]})
        given["also_on"] = tuple(others)
    made = Schedule(first, zone=LONDON, repeat=repeat, **given)
    if repeat is None:
        return made
    # On the rule, as the form puts it.
    return replace(made, first=replace(repeat, interval=1, count=None).first_from(first))


@settings(max_examples=150)
@given(schedules())
def test_an_edit_that_changes_nothing_keeps_the_schedule(schedule):
    assert again(schedule) == schedule


@settings(max_examples=60)
@given(schedules())
def test_a_draft_keeps_every_kind_of_schedule(schedule):
    place = factories.PlaceFactory.build(nation="england")
    form = WhenForm(typed_when(schedule), place=place, before=schedule)
    assert form.is_valid(), form.errors
    sent = QueryDict(mutable=True)
    for name, value in form.data.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    kept = drafts.typed(sent)
    back = WhenForm(kept, place=place, before=schedule)
    assert back.is_valid(), back.errors
    assert back.schedule == form.schedule == schedule
