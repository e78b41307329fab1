"""Bank holidays: the nations differ, and so do what libraries say of them."""

import datetime

import opening_hours
import pytest

from mapping.opening_hours import NATIONS, bank_holidays


def dates(nation, year):
    return [f"{day:%m-%d}" for day in bank_holidays(nation, year)]


def test_the_nations_differ():
    both = ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-26", "12-28"]
    assert dates("england", 2026) == dates("wales", 2026) == both
    assert dates("northern-ireland", 2026) == sorted([*both, "03-17", "07-12", "07-13"])
    # No Easter Monday, the first Monday of August, and a day for the football.
    scottish = ["01-01", "01-02", "04-03", "05-04", "05-25", "06-15", "08-03", "11-30", "12-25", "12-26", "12-28"]
    assert dates("scotland", 2026) == scottish


def test_substitute_days_and_days_held_once():
    england, scotland = bank_holidays("england", 2022), bank_holidays("scotland", 2022)
    assert england[datetime.date(2022, 12, 27)] == "Christmas Day (substitute day)"
    assert england[datetime.date(2022, 6, 3)] == "Platinum Jubilee of Elizabeth II"
    assert datetime.date(2022, 9, 19) in england and datetime.date(2022, 5, 30) not in england
    assert scotland[datetime.date(2022, 1, 4)] == "2nd January (substitute day)"
    assert bank_holidays("scotland", 2023)[datetime.date(2023, 1, 2)] == "2nd January; New Year’s Day (substitute day)"


def test_they_have_the_names_that_people_know():
    names = {name for nation in NATIONS for year in range(2024, 2032) for name in bank_holidays(nation, year).values()}
    assert {"Boxing Day", "Boxing Day (substitute day)", "Summer bank holiday", "St Andrew’s Day"} <= names
    assert not any("observed" in name or "May Day" == name for name in names)


def test_a_nation_that_is_not_known_has_none_and_another_is_refused():
    assert bank_holidays("", 2026) == {}
    with pytest.raises(ValueError, match="Use one of|use one of"):
        bank_holidays("france", 2026)


def test_what_is_returned_can_be_changed_without_changing_the_next():
    bank_holidays("england", 2026).clear()
    assert bank_holidays("england", 2026)


def test_why_we_do_not_ask_opening_hours_for_holidays():
    """Its days for GB lack these three; when they no longer do, `days` can be simpler."""
    hours = opening_hours.OpeningHours("PH 00:00-24:00", country="GB", auto_timezone=False)
    missing = [(1, 1), (4, 6), (8, 31)]
    assert not any(hours.is_open(datetime.datetime(2026, month, day, 12)) for month, day in missing)
    assert hours.is_open(datetime.datetime(2026, 12, 25, 12))
