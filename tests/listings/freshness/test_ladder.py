from __future__ import annotations

import datetime

import pytest

from listings.freshness.ladder import Act, Facts, Ladder, Step, next_step

UTC = datetime.UTC
START = datetime.datetime(2026, 1, 1, 12, tzinfo=UTC)


def days(n: float) -> datetime.datetime:
    return START + datetime.timedelta(days=n)


@pytest.mark.parametrize(("ladder", "asks"), [(Ladder.STANDING, (304, 335, 365)), (Ladder.RUNNING, (120, 134, 148))])
def test_it_asks_three_times_each_on_its_day(ladder, asks):
    asked: list[datetime.datetime] = []
    facts = Facts(ladder, START)
    for number, day in enumerate(asks, 1):
        assert next_step(facts, asked, days(day) - datetime.timedelta(seconds=1)) is None
        assert next_step(facts, asked, days(day)) == Step(Act.ASK, days(day), number)
        asked.append(days(day))


def test_it_fades_after_the_third_letter_and_then_rests():
    asked = [days(304), days(335), days(365)]
    assert next_step(Facts(Ladder.STANDING, START), asked, days(394)) is None
    assert next_step(Facts(Ladder.STANDING, START), asked, days(395)).act == Act.FADE
    faded = Facts(Ladder.STANDING, START, fading_since=days(395))
    assert next_step(faded, asked, days(395 + 179)) is None
    assert next_step(faded, asked, days(395 + 180)).act == Act.ARCHIVE


def test_what_was_never_asked_never_fades_however_old_it_is():
    step = next_step(Facts(Ladder.STANDING, START), [], days(3000))
    assert (step.act, step.number) == (Act.ASK, 1)
    # And the letters come a week apart at least, not all on one day.
    assert next_step(Facts(Ladder.STANDING, START), [days(3000)], days(3006)) is None
    assert next_step(Facts(Ladder.STANDING, START), [days(3000)], days(3007)).number == 2


def test_what_has_an_end_of_its_own_is_never_asked():
    assert next_step(Facts(Ladder.ONCE, START), [], days(5000)) is None
    assert next_step(Facts(Ladder.ONCE, START, fading_since=days(1)), [], days(5000)) is None


def test_a_series_with_seasons_is_asked_a_month_before_its_next_one():
    season = days(240)
    facts = Facts(Ladder.SEASONAL, START, season=season)
    assert next_step(facts, [], days(209)) is None
    assert next_step(facts, [], days(210)) == Step(Act.ASK, days(210), 1)
    assert next_step(facts, [days(210)], days(219)).number == 2
    assert next_step(facts, [days(210), days(219)], days(230)).number == 3
    # Once the season has begun, the one after it is the next: what was asked counts still.
    later = Facts(Ladder.SEASONAL, START, season=days(600))
    assert next_step(later, [days(210), days(219), days(230)], days(239)) is None
    assert next_step(later, [days(210), days(219), days(230)], days(240)).act == Act.FADE


def test_a_season_confirmed_shortly_before_needs_no_letter():
    facts = Facts(Ladder.SEASONAL, days(185), season=days(240))
    assert next_step(facts, [], days(239)) is None


def test_without_a_season_in_sight_nothing_is_due():
    assert next_step(Facts(Ladder.SEASONAL, START), [], days(5000)) is None
