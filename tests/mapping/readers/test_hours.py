"""Opening hours: what is understood, and that nothing is guessed."""

from __future__ import annotations

import csv
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.readers.hours import parse_hours, parse_hours_by_day, parse_osm_hours

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def said(hours) -> str:
    """Hours as a line that a test can hold against another."""

    def clock(minutes):
        return "?" if minutes is None else f"{minutes // 60}:{minutes % 60:02}"

    return " ".join(f"{DAYS[s.day]} {clock(s.opens)}-{clock(s.closes)}" for s in hours.spells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wednesday 10am - 4pm", "Wed 10:00-16:00"),
        ("Wednesday 9:30am - 12noon", "Wed 9:30-12:00"),
        ("Thursday 1.30 - 3.30pm", "Thu 13:30-15:30"),
        ("Friday 12 - 2pm", "Fri 12:00-14:00"),
        ("Weds 12-2pm", "Wed 12:00-14:00"),
        ("Sunday 11-1pm", "Sun 11:00-13:00"),
        ("Friday 10 - 11.30am", "Fri 10:00-11:30"),
        ("Wednesday 10 - 12", "Wed 10:00-12:00"),
        ("Mon - Sat 10.00 - 4.00", " ".join(f"{d} 10:00-16:00" for d in DAYS[:6])),
        ("Tuesdays, Wednesdays and Fridays, 10am-2pm", "Tue 10:00-14:00 Wed 10:00-14:00 Fri 10:00-14:00"),
        ("Tues/Weds 10am - 12pm. Thurs 10am - 2pm", "Tue 10:00-12:00 Wed 10:00-12:00 Thu 10:00-14:00"),
        ("Mon-Fri 09:00-17:00", " ".join(f"{d} 9:00-17:00" for d in DAYS[:5])),
        ("Tuesday 6pm - 8pm and Sunday 3pm - 5pm", "Tue 18:00-20:00 Sun 15:00-17:00"),
        ("9 - 4 weekdays except Wed 9 - 2",
         "Mon 9:00-16:00 Tue 9:00-16:00 Wed 9:00-14:00 Thu 9:00-16:00 Fri 9:00-16:00"),
        ("Daily (except Tues & Sat) 10:30am - 12pm",
         "Mon 10:30-12:00 Wed 10:30-12:00 Thu 10:30-12:00 Fri 10:30-12:00 Sun 10:30-12:00"),
        ("Wednesday 2=3pm and 6-7pm, Thursday 1-3pm", "Wed 14:00-15:00 Wed 18:00-19:00 Thu 13:00-15:00"),
        ("Mon – Tue 9am to 5pm, Wednesday closed", "Mon 9:00-17:00 Tue 9:00-17:00"),
        ("Fridays and Saturdays 7pm - midnight", "Fri 19:00-24:00 Sat 19:00-24:00"),
        ("Saturday 8pm - 2am", "Sat 20:00-26:00"),
        ("Monday 0900-1230", "Mon 9:00-12:30"),
        ("Tuesday evening 7 - 9", "Tue 19:00-21:00"),
        ("Closed", ""),
    ],
)  # fmt: skip
def test_it_understands(text, expected):
    hours = parse_hours(text)
    assert said(hours) == expected
    assert hours.leftover == ""


@pytest.mark.parametrize(
    ("text", "expected", "leftover"),
    [
        ("Tuesday from 11am", "Tue ?-?", "from 11am"),
        ("Monday & Friday 12noon", "Mon ?-? Fri ?-?", "12noon"),
        ("Thursday morning, tinned food only", "Thu ?-?", "morning, tinned food only"),
        ("Friday 2 - 4", "Fri ?-?", "2 - 4"),
        ("Wednesday 7 - 9", "Wed ?-?", "7 - 9"),
        ("Tuesdays 12pm - 3pm; 1st Saturday of month 10am - 12noon", "Tue 12:00-15:00",
         "1st Saturday of month 10am - 12noon"),
        ("Mon & Thur 1-3pm (except bank holidays)", "Mon 13:00-15:00 Thu 13:00-15:00", "(except bank holidays)"),
        ("Monday - Friday via referral and Saturdays 10am -2pm", "Sat 10:00-14:00",
         "Monday - Friday via referral and"),
    ],
)  # fmt: skip
def test_it_keeps_what_it_does_not_understand(text, expected, leftover):
    hours = parse_hours(text)
    assert (said(hours), hours.leftover) == (expected, leftover)


@pytest.mark.parametrize(
    "text",
    [
        "By appointment",
        "Mon - Fri by appointment",
        "24/7 upon request",
        "One morning per week",
        "5 days and 5 evenings per week",
        "Not known",
        "See above",
        "Closed during August 2017. Please go to the other centre. Mon- Thursday 10 - 12noon",
        "Closed for lunch 1-2pm, Monday to Friday 9am-5pm",
        "Last Friday of the month 7pm - 9pm",
        "Every other Tuesday 2pm - 4pm",
        "In December: Monday 10am - 4pm",
        "Please ring 0161 736 7644",
        "We also provide a hot meal for 50p",
        "Fortnightly on Tuesday 10am - 12pm",
    ],
)
def test_it_does_not_guess(text):
    hours = parse_hours(text)
    assert hours.spells == ()
    assert hours.leftover


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/7", " ".join(f"{d} 0:00-24:00" for d in DAYS)),
        ("Mo-Fr 09:00-12:00,13:00-17:00; We off",
         " ".join(f"{d} 9:00-12:00 {d} 13:00-17:00" for d in ("Mon", "Tue", "Thu", "Fri"))),
        ("Mo-Sa 08:00-20:00; Sa 09:00-12:00; PH off",
         " ".join(f"{d} 8:00-20:00" for d in DAYS[:5]) + " Sat 9:00-12:00"),
        ("Fr-Mo 22:00-04:00", "Mon 22:00-28:00 Fri 22:00-28:00 Sat 22:00-28:00 Sun 22:00-28:00"),
        ("09:00-17:00", " ".join(f"{d} 9:00-17:00" for d in DAYS)),
        ("PH,Su 08:30-18:00", "Sun 8:30-18:00"),
    ],
)  # fmt: skip
def test_it_understands_openstreetmap(text, expected):
    assert said(parse_osm_hours(text)) == expected


@pytest.mark.parametrize("text", ["sunrise-sunset", "Apr-Sep Mo-Fr 09:00-17:00", "Mo[1] 10:00-12:00", "07:00 - dusk"])
def test_it_leaves_the_rest_of_openstreetmap_alone(text):
    hours = parse_osm_hours(text)
    assert (hours.spells, hours.leftover) == ((), text)


def test_a_column_a_day():
    hours = parse_hours_by_day({0: "09:00-13:00,14:00-18:00", 5: "10am - 4pm", 6: "CLOSED", 1: None, 2: "ask"})
    assert said(hours) == "Mon 9:00-13:00 Mon 14:00-18:00 Sat 10:00-16:00"
    assert hours.leftover == "Wednesday ask"


words = st.sampled_from(
    "monday tue weds - to & and , ; . ( ) 9 10am 2pm 12noon 14:30 0900 closed except from daily weekdays "
    "1st last of month by appointment 24/7 evening only August £2 off".split()
)


@settings(max_examples=400)
@given(st.one_of(st.lists(words, max_size=14).map(" ".join), st.text(max_size=80)))
def test_any_text_gives_hours_that_can_be_kept(text):
    for hours in (parse_hours(text), parse_osm_hours(text), parse_hours_by_day({3: text})):
        for day, opens, closes in hours.spells:
            assert 0 <= day <= 6
            assert (opens is None) == (closes is None)
            if opens is not None:
                assert 0 <= opens < 1440 and opens < closes <= 2880
        kept = [(day, opens) for day, opens, _ in hours.spells]
        assert len(kept) == len(set(kept))


@given(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1439))
def test_clock_times_are_read_exactly(day, opens, length):
    closes = min(opens + length, 1439)
    if closes <= opens:
        return
    text = f"{DAYS[day]} {opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
    assert parse_hours(text).spells == ((day, opens, closes),)


def test_the_food_banks_of_greater_manchester(data_folder):
    with (data_folder / "trafford/community/gm_food_banks.csv").open(encoding="utf-8") as handle:
        texts = [row["Opening times"] for row in csv.DictReader(handle)]
    names_a_day = re.compile(r"mon|tue|wed|thu|fri|sat(?!ion)|sun|daily|weekday", re.I)
    with_a_day = [text for text in texts if names_a_day.search(text)]
    understood = [text for text in texts if parse_hours(text).understood]
    day_only = [t for t in texts if parse_hours(t).spells and not parse_hours(t).understood]
    assert (len(texts), len(with_a_day)) == (171, 138)
    # Of 138 texts that name a day: 131 with times, 5 with the day only, 2 by appointment or elsewhere.
    assert (len(understood), len(day_only)) == (131, 5)


def test_the_pharmacies_and_hubs_of_trafford(data_folder):
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    pharmacies = json.loads((data_folder / "trafford/context/trafford_pharmacies.geojson").read_bytes())
    for one in pharmacies["features"]:
        cells = {i: one["properties"][f"opening_hours_{name}"] for i, name in enumerate(names)}
        hours = parse_hours_by_day(cells)
        assert hours.understood and not hours.leftover
    hubs = json.loads((data_folder / "trafford/community/trafford_community_hubs.geojson").read_bytes())
    assert all(parse_hours(h["properties"]["opening_hours"]).understood for h in hubs["features"])
