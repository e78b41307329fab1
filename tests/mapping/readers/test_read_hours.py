"""Opening hours as people write them, as an expression; and what it does not carry."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.opening_hours import State, intervals
from mapping.opening_hours.notation import parse
from mapping.readers.hours import looks_like_osm, read_hours, read_hours_by_day, read_osm_hours
from mapping.readers.hours.words import DAY_NAMES

CASES = Path(__file__).parent / "opening_hours_cases.csv"


def cases():
    with CASES.open(encoding="utf-8", newline="") as handle:
        return [pytest.param(row, id=row["text"][:60]) for row in csv.DictReader(handle)]


@pytest.mark.parametrize("case", cases())
def test_cases_that_went_wrong_elsewhere(case):
    """Each row has the structure of a public bug report; `expression` is what is right."""
    read = read_osm_hours(case["text"]) if case["notation"] == "osm" else read_hours(case["text"])
    assert read.expression == case["expression"]
    assert " | ".join(read.not_understood) == case["not understood"]
    assert bool(read.questions) == (case["question"] == "yes")
    assert read.source == case["text"]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("Wednesday 10am - 4pm", "We 10:00-16:00"),
        ("Wednesday 9:30am - 12noon", "We 09:30-12:00"),
        ("Thursday 1.30 - 3.30pm", "Th 13:30-15:30"),
        ("Sunday 11-1pm", "Su 11:00-13:00"),
        ("Mon - Sat 10.00 - 4.00", "Mo-Sa 10:00-16:00"),
        ("Tues/Weds 10am - 12pm. Thurs 10am - 2pm", "Tu,We 10:00-12:00; Th 10:00-14:00"),
        ("9 - 4 weekdays except Wed 9 - 2", "Mo,Tu,Th,Fr 09:00-16:00; We 09:00-14:00"),
        ("Daily (except Tues & Sat) 10:30am - 12pm", "Mo,We-Fr,Su 10:30-12:00"),
        ("Wednesday 2=3pm and 6-7pm, Thursday 1-3pm", "We 14:00-15:00,18:00-19:00; Th 13:00-15:00"),
        ("Fridays and Saturdays 7pm - 2am, Sunday noon - 6pm", "Fr,Sa 19:00-02:00, Su 12:00-18:00"),
        ("Tuesday evening 7 - 9", "Tu 19:00-21:00"),
        ("Mon to Fri 8:30 AM – 6:00 PM", "Mo-Fr 08:30-18:00"),
        ("Tues 14.00hrs - 16.00hrs", "Tu 14:00-16:00"),
        ("Monday-Thursday 9am-5pm, Friday 9am-1pm, Saturday closed", "Mo-Th 09:00-17:00; Fr 09:00-13:00"),
        ("Friday 12 - 2pm", "Fr 12:00-14:00"),
        ("Friday 10 - 11.30am", "Fr 10:00-11:30"),
        ("Wednesday 10 - 12", "We 10:00-12:00"),
        ("Mon – Tue 9am to 5pm, Wednesday closed", "Mo,Tu 09:00-17:00"),
        ("Fridays and Saturdays 7pm - midnight", "Fr,Sa 19:00-24:00"),
        ("Saturday 8pm - 2am", "Sa 20:00-02:00"),
        ("Monday 0900-1230", "Mo 09:00-12:30"),
        ("24/7 upon request", '00:00-24:00 "upon request"'),
        ("Closed", "off"),
        ("Open 24 hours a day, 7 days a week", "00:00-24:00"),
        # Bank holidays.
        ("Mon & Thur 1-3pm (except bank holidays)", "Mo,Th 13:00-15:00; PH off"),
        ("Mon-Fri 9-5. Closed bank holidays.", "Mo-Fr 09:00-17:00; PH off"),
        ("Open Monday 1-3pm\nNot open on Bank Holidays", "Mo 13:00-15:00; PH off"),
        ("Mon-Sat 9am-5.30pm, Sun & Bank Hols 11am-5pm", "Mo-Sa 09:00-17:30; Su,PH 11:00-17:00"),
        ("Mon-Fri 9-5, closed weekends and public holidays", "Mo-Fr 09:00-17:00; PH off"),
        ("Daily 9-5 including bank holidays", "Mo-Su,PH 09:00-17:00"),
        # Not every week.
        ("Tuesdays 12pm - 3pm; 1st Saturday of month 10am - 12noon", "Tu 12:00-15:00, Sa[1] 10:00-12:00"),
        ("2nd and 4th Tuesday 10am-12pm", "Tu[2,4] 10:00-12:00"),
        ("Last Friday of the month 7pm - 9pm", "Fr[-1] 19:00-21:00"),
        ("Every other Wednesday 2pm-4pm", 'We 14:00-16:00 "Every other Wednesday"'),
        ("Fortnightly on Tuesday 10am - 12pm", 'Tu 10:00-12:00 "Fortnightly on Tuesday"'),
        ("every 3rd Tuesday 10-12", 'Tu 10:00-12:00 "every 3rd Tuesday"'),
        # Months, terms, dates.
        ("In December: Monday 10am - 4pm", "Dec Mo 10:00-16:00"),
        ("April to September: Mon-Fri 9am-5pm; October to March: Mon-Fri 10am-3pm",
         "Apr-Sep Mo-Fr 09:00-17:00; Oct-Mar Mo-Fr 10:00-15:00"),
        ("Sundays 2pm-4pm April to September", "Apr-Sep Su 14:00-16:00"),
        ("Mon-Fri 9am-5pm, not in August", "Mo-Fr 09:00-17:00; Aug off"),
        ("Closed during August 2017. Mon- Thursday 10 - 12noon (term-time only)",
         "Mo-Th 10:00-12:00; 2017 Aug off; SH Mo-Th off"),
        ("Mon-Fri 9-5; closed 24 December - 2 January", "Mo-Fr 09:00-17:00; Dec 24-Jan 02 off"),
        ("Mon-Fri 9-5; closed 25 and 26 December", "Mo-Fr 09:00-17:00; Dec 25,Dec 26 off"),
        ("Open daily 10am-4pm except Christmas Day", "10:00-16:00; Dec 25 off"),
        ("Tuesdays 10am-12pm from 3rd September", 'Tu 10:00-12:00 "from 3rd September"'),
        ("Mon-Fri 9am - 5pm, Easter to October", 'Mo-Fr 09:00-17:00 "Easter to October"'),
        ("Closed in August", "Aug off"),
        # Only part of what one would like to know.
        ("Tuesday from 11am", "Tu 11:00+"),
        ("Wednesday 7:30pm", "We 19:30+"),
        ("Thursday morning, tinned food only", 'Th "morning"'),
        ("First Tuesday", "Tu[1] unknown"),
        ("By appointment", '"By appointment"'),
        ("Mon - Fri by appointment", 'Mo-Fr "by appointment"'),
        ("Monday - Friday via referral and Saturdays 10am -2pm", 'Sa 10:00-14:00, Mo-Fr "via referral"'),
        ("Mon 10-12 or by appointment", 'Mo 10:00-12:00 || "by appointment"'),
        ("Closed for lunch 1-2pm, Monday to Friday 9am-5pm", "Mo-Fr 09:00-17:00; 13:00-14:00 off"),
        ("Mon-Fri 07:30-18:30 (last entry 17:30)", "Mo-Fr 07:30-18:30"),
        ("Open Thu-Sun 11am-11pm (kitchen closes 9pm)", "Th-Su 11:00-23:00"),
        ("Open daily, dawn to dusk.", "dawn-dusk"),
        ("Mon-Fri 10am-3pm (not Wed)", "Mo,Tu,Th,Fr 10:00-15:00"),
        ("Thursdays, 13:00 to 15:00, until 18 December 2026", 'Th 13:00-15:00 "until 18 December 2026"'),
        ("2pm - 4pm last Sunday of the month, April to October", "Apr-Oct Su[-1] 14:00-16:00"),
        ("Mon to Sat: 8am - 8pm; Bank Holidays: 9am - 5pm", "Mo-Sa 08:00-20:00; PH 09:00-17:00"),
    ],
)  # fmt: skip
def test_text_that_is_understood_whole(text, expression):
    read = read_hours(text)
    assert (read.expression, read.not_understood, read.questions) == (expression, (), ())


@pytest.mark.parametrize(
    ("text", "expression", "not_understood"),
    [
        ("Daily 10-4 (10-6 April to September)", "10:00-16:00", "(10-6 April to September)"),
        ("Wed 2-4pm (1st and 3rd of the month)", "We 14:00-16:00", "(1st and 3rd of the month)"),
        ("May Day to end of August: daily", "", "May Day to end of August: daily"),
        ("5 days and 5 evenings per week", "", "5 days and 5 evenings per week"),
        ("Mon-Fri 9-5pm for calls; 10am-2pm for food", "Mo-Fr 09:00-17:00", "for calls; 10am-2pm for food"),
        ("Closed on Monday 9-5", "", "Closed on Monday 9-5"),
        ("10am to 4pm", "", "10am to 4pm"),
        ("The park is open in daylight", "", "The park is open in daylight"),
        ("One morning per week", "", "One morning per week"),
    ],
)
def test_what_is_not_understood_is_kept(text, expression, not_understood):
    read = read_hours(text)
    assert (read.expression, " | ".join(read.not_understood)) == (expression, not_understood)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        # parse-opening-hours 0.4.2 leaves out Saturday, and Sunday and Monday
        # (findings/parse-opening-hours-saturday-is-left-out.sh).
        ("Weekdays 9am to 5pm, Saturday 10am to 2pm", "Mo-Fr 09:00-17:00; Sa 10:00-14:00"),
        ("Sat - Mon 10am-12pm", "Mo,Sa,Su 10:00-12:00"),
        # recurrent 0.4.1 has these on every week (findings/recurrent-first-saturday-is-every-saturday.sh).
        ("second and fourth Tuesday of the month 10am-12", "Tu[2,4] 10:00-12:00"),
        ("every first Saturday 10am-12noon", 'Sa 10:00-12:00 "every first Saturday"'),
        ("alternate Wednesdays 2-4pm", 'We 14:00-16:00 "alternate Wednesdays"'),
    ],
)
def test_what_libraries_leave_out_is_kept(text, expression):
    read = read_hours(text)
    assert (read.expression, read.not_understood, read.questions) == (expression, (), ())


@pytest.mark.parametrize("text", ["", "Not known", "N/A", "See above", "Please ring 0161 496 0000", "50p a meal"])
def test_text_without_any_hours_says_nothing(text):
    read = read_hours(text)
    assert (read.source, read.expression, read.not_understood, read.questions) == (text, "", (), ())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Sunday: 00:00 - 00:00", "Sunday, 00:00 to 00:00: open all day, or closed?"),
        ("Saturday 12am-3pm", "Saturday, 12am to 3pm: is “12am” noon or midnight?"),
        ("Sat 9am-12am", "Saturday, 9am to 12am: is “12am” noon or midnight?"),
        ("Mon 2pm-10am", "Monday, 2pm to 10am: closes before it opens?"),
        ("Mon-Thu 12:00-10:00", "Monday to Thursday, 12:00 to 10:00: closes before it opens?"),
        ("Friday 2 - 4", "Friday, 2 to 4: morning, afternoon or evening?"),
        ("Mon-Fri 9-5. Helpline 24 hours", "“Helpline 24 hours”: open day and night, or something else?"),
        ("Tue 10-12. 24 hours' notice please",
         "“24 hours' notice please”: is it open to everybody at these times, or only after notice?"),
    ],
)  # fmt: skip
def test_what_can_be_meant_in_two_ways_is_a_question(text, question):
    read = read_hours(text)
    assert read.questions == (question,)
    if "24 hours" not in text:
        found = evaluate(read)
        assert found and all(it.state is State.PERHAPS for it in found)


def evaluate(read, days=7):
    start = datetime.date(2026, 11, 2)
    return intervals(read.expression, start, start + datetime.timedelta(days=days), nation="england",
                     timezone="Europe/London", not_understood=read.not_understood)  # fmt: skip


# OpenStreetMap's notation.


@pytest.mark.parametrize(
    "value",
    ["Mo-Fr 08:00-18:00, Sa 09:00-12:00", "24/7", "Mo-Th 11:00-1:00", "Mo-Sa 10:00-18:00; Tu by appointment", "PH off",
     "Apr-Sep 10:00-16:00", "sunrise-sunset", "Mo-Fr 9-17", 'Mo "ask"'],
)  # fmt: skip
def test_notation_is_recognised(value):
    assert looks_like_osm(value)


@pytest.mark.parametrize(
    "value",
    ["Mon-Fri 8am-6pm", "24/7 except Sunday", "24/7 upon request", "10am - 4pm", "Closed", "We are open", "Sat 10-12",
     "Friday: 9:00 - 12:00", "Su casa es mi casa", "", "09:00-17:00"],
)  # fmt: skip
def test_text_for_people_is_not(value):
    assert not looks_like_osm(value)


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        ("Mo-su 09:00-19:00", "Mo-su 09:00-19:00"),
        ("Mo-Th 11:00-23:00; Fr11:00-24:00", "Mo-Th 11:00-23:00; Fr 11:00-24:00"),
        ("Mo-Fr 08:00-19:00 Sa 09:00-19:00 Su 12:00-18:00", "Mo-Fr 08:00-19:00, Sa 09:00-19:00, Su 12:00-18:00"),
        ("Mo 10:00-12:00,Tu 13:00-14:00", "Mo 10:00-12:00, Tu 13:00-14:00"),
        ("Mo - Fr 10:00 – 12:00", "Mo-Fr 10:00-12:00"),
        ("Mo-Fr 7:00-21; Sa-Su 12:00-18:00", "Mo-Fr 07:00-21:00; Sa-Su 12:00-18:00"),
        ("Mo-Fr 16:00-, Sa 14:00-", "Mo-Fr 16:00+, Sa 14:00+"),
        ("Mo-Fr: 09.00-17.00", "Mo-Fr 09:00-17:00"),
        ("Mo-Fr 9-5", "Mo-Fr 09:00-17:00"),
        ('Mo "ring; or 9-5"; Tu10:00-12:00', 'Mo "ring; or 9-5"; Tu 10:00-12:00'),
        ("Mo-Fr 09:00-17:00; Tu by appointment", 'Mo-Fr 09:00-17:00; Tu "by appointment"'),
    ],
)
def test_spelling_is_mended(value, expression):
    read = read_osm_hours(value)
    assert (read.source, read.expression, read.not_understood) == (value, expression, ())


def test_a_rule_that_is_not_understood_weakens_its_days():
    read = read_osm_hours("Mo-Fr 09:00-17:00; We 9ish-late-ish")
    assert read.expression == "Mo-Fr 09:00-17:00; We unknown"
    read = read_osm_hours("Mo-Fr 09:00-17:00; We in months with an R from 9:00")
    assert (read.expression, read.not_understood) == ("Mo-Fr 09:00-17:00", ("We in months with an R from 9:00",))
    states = {it.start.weekday(): it.state for it in evaluate(read)}
    assert states == {0: "open", 1: "open", 2: "perhaps", 3: "open", 4: "open"}


def test_the_source_is_kept_as_it_was_written():
    for text in ("  Mo-Fr  09:00-17:00 ", " Fr11:00-12:00\n", "\tMo 10:00-12:00; Tu by appointment", " Mon 10-12 "):
        assert read_hours(text).source == text and read_hours(text).expression
    assert read_osm_hours(" Mo 10:00-12:00 ").source == " Mo 10:00-12:00 "


def test_questions_about_notation():
    assert read_osm_hours("Su 00:00-00:00").questions == ("00:00 to 00:00 on Sunday: open all day or closed?",)
    assert read_osm_hours("Sa-Su 12:00-10:00").questions == (
        "12:00 to 10:00 on Saturday to Sunday: closes before it opens?",
    )
    assert read_osm_hours("Fr 18:00-09:00").questions == ()
    (question,) = read_osm_hours("Mo-Fr 10:00-18:00; 10:00-15:00").questions
    assert question == "“10:00-15:00” has no days: is it about every day, in place of what is said before?"


def test_a_date_that_does_not_exist_is_not_every_day():
    """To the library "Feb 30" is every day of the year."""
    read = read_osm_hours("Mo 10:00-12:00; Feb 30 10:00-12:00")
    assert read.expression == "Mo 10:00-12:00" and read.not_understood == ("Feb 30 10:00-12:00",)


def test_what_is_too_long_is_not_read():
    for read in (read_hours("Mon 10-12 " * 400), read_osm_hours("Mo 10:00-12:00; " * 100)):
        assert read.expression == "" and read.questions == ("The opening hours are too long to be read.",)
        assert len(read.not_understood[0]) < 120


# A column for each day.


def test_a_column_a_day():
    cells = {0: "09:00-13:00,14:00-18:00", 2: "ask", 5: "10am - 4pm", 6: "CLOSED", 1: None, 3: " "}
    read = read_hours_by_day(cells)
    assert read.expression == "Mo 09:00-13:00,14:00-18:00; Sa 10:00-16:00"
    assert read.not_understood == ("Wednesday ask",)
    assert read.source == "Monday 09:00-13:00,14:00-18:00; Wednesday ask; Saturday 10am - 4pm; Sunday CLOSED"


def test_forms_that_fill_in_midnight():
    read = read_hours_by_day({5: "09:00-17:00", 6: "00:00 - 00:00"})
    assert read.expression == 'Sa 09:00-17:00, Su "00:00 - 00:00"'
    assert read.questions == ("Sunday, 00:00 to 00:00: open all day, or closed?",)


def test_a_week_of_closed_columns():
    assert read_hours_by_day(dict.fromkeys(range(7), "closed")).expression == "off"
    assert read_hours_by_day({0: "closed"}).expression == "Mo off"
    assert read_hours_by_day({}).expression == ""


# Whatever is written.

words = st.sampled_from(
    "monday tue weds - to & and , ; . ( ) 9 10am 2pm 12noon 14:30 0900 closed except from daily weekdays 24-26 or "
    "other 1st last of month by appointment 24/7 evening only August £2 off bank holidays term time school holidays : "
    "until every other fortnightly May 3rd September 2026 Christmas Day half day notice 24 hours late summer not in "
    'lunch Mo Tu-Fr PH SH 09:00-17:00 10:00-12:00 || " unknown sunset + week [1] Dec'.split()
)


@given(st.one_of(st.lists(words, max_size=14).map(" ".join), st.text(max_size=80)))
def test_any_text_gives_an_expression_that_can_be_evaluated(text):
    for read in (read_hours(text), read_osm_hours(text), read_hours_by_day({3: text})):
        if read.expression:
            parse(read.expression)
            evaluate(read)
        assert all(isinstance(piece, str) and piece for piece in (*read.not_understood, *read.questions))
    opened = [it for it in evaluate(read_hours_by_day({3: text})) if it.state is State.OPEN]
    assert all(it.start.weekday() in (3, 4) for it in opened)


@given(st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1439))
def test_clock_times_are_read_exactly(day, opens, length):
    closes = min(opens + length, 1439)
    if closes <= opens:
        return
    name = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day]
    span = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
    assert read_hours(f"{name} {span}").expression == f"{name[:2]} {span}"


# Texts that nobody here wrote: those of the food banks of Greater Manchester, the hubs and the pharmacies of Trafford.

JUDGED = Path(__file__).parent / "opening_hours_judged.csv"


def judged():
    with JUDGED.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def as_judged(kind, text):
    cells = dict(enumerate(text.split("|")))
    read = read_hours_by_day(cells) if kind == "pharmacy" else read_hours(text)
    return (read.expression, str(len(read.not_understood)), str(len(read.questions)))


def test_texts_that_were_judged_by_eye():
    """Texts with more than hours in them are not kept here, only what was read: the next test has them."""
    rows = judged()
    for row in rows:
        if row["text"]:
            read = as_judged(row["of"], row["text"])
            assert read == (row["expression"], row["not understood"], row["questions"]), row["text"]
    # Of 191 different texts none is wrong; 14 have no hours in them.
    found = {word: sum(row["judged"] == word for row in rows) for word in {row["judged"] for row in rows}}
    assert found == {"right": 174, "rightly nothing": 14, "perhaps is too careful": 2, "in part": 1}


def test_the_real_texts_are_those_that_were_judged(data_folder):
    with (data_folder / "trafford/community/gm_food_banks.csv").open(encoding="utf-8") as handle:
        texts = [("food bank", row["Opening times"]) for row in csv.DictReader(handle)]
    hubs = json.loads((data_folder / "trafford/community/trafford_community_hubs.geojson").read_bytes())
    texts += [("hub", hub["properties"]["opening_hours"]) for hub in hubs["features"]]
    pharmacies = json.loads((data_folder / "trafford/context/trafford_pharmacies.geojson").read_bytes())
    for one in pharmacies["features"]:
        cells = [one["properties"][f"opening_hours_{name.lower()}"] or "" for name in DAY_NAMES]
        texts.append(("pharmacy", "|".join(cells)))
    rows = {row["digest"]: row for row in judged()}
    assert len(texts) == sum(int(row["times"]) for row in rows.values()) == 234
    for kind, text in texts:
        row = rows[hashlib.blake2b(text.encode(), digest_size=6).hexdigest()]
        assert as_judged(kind, text) == (row["expression"], row["not understood"], row["questions"]), text
