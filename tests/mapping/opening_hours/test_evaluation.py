"""Open, closed, perhaps: what an expression says of days in December 2026 (the 20th is a Sunday)."""

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.opening_hours import Interval, Reason, State, intervals, state_at
from mapping.opening_hours.days import weekdays_named

LONDON = zoneinfo.ZoneInfo("Europe/London")
MARK = {State.OPEN: "", State.PERHAPS: "?"}


def evaluate(expression, first="2026-12-20", days=8, **more):
    start = datetime.date.fromisoformat(first)
    more = {"nation": "england", "timezone": "Europe/London", **more}
    return intervals(expression, start, start + datetime.timedelta(days=days), **more)


def said(found: list[Interval]) -> str:
    """`20 10:00-12:00, 21 20:00-22 03:00?`: days of the month, and ? for perhaps."""

    def end(interval):
        last = interval.end.strftime("%H:%M")
        if interval.end.date() == interval.start.date() + datetime.timedelta(days=1) and last == "00:00":
            return "24:00"
        same = interval.end.date() == interval.start.date()
        return last if same else f"{interval.end:%d} {last}"

    return ", ".join(f"{it.start:%d %H:%M}-{end(it)}{MARK[it.state]}" for it in found)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # Rules replace, add, take away and fall back.
        ("Mo-We 10:00-12:00; Tu 14:00-15:00; PH off", "21 10:00-12:00, 22 14:00-15:00, 23 10:00-12:00"),
        ("Mo-Tu 10:00-12:00, Tu 14:00-15:00", "21 10:00-12:00, 22 10:00-12:00, 22 14:00-15:00"),
        ("Mo-Tu 10:00-12:00; Tu 11:00-15:00 off", "21 10:00-12:00, 22 10:00-11:00"),
        ("Mo-Tu 10:00-17:00; 12:00-12:40 closed", "21 10:00-12:00, 21 12:40-17:00, 22 10:00-12:00, 22 12:40-17:00"),
        ("Mo-We 10:00-12:00, Tu off", "21 10:00-12:00, 23 10:00-12:00"),
        ("Mo 10:00-12:00 || Mo 11:00-14:00", "21 10:00-14:00"),
        ("Mo 10:00-12:00 || Mo-Tu 11:00-13:00 unknown", "21 10:00-12:00, 21 12:00-13:00?, 22 11:00-13:00?"),
        ("Mo-We off; Tu 10:00-12:00", "22 10:00-12:00"),
        ("off", ""),
        ("Mo-Su off", ""),
        # Past midnight.
        ("Mo 20:00-03:00", "21 20:00-22 03:00"),
        ("Mo 20:00-27:00", "21 20:00-22 03:00"),
        ("Sa 20:00-03:00; PH,Su off", ""),
        ("Mo 20:00-03:00; Tu off", "21 20:00-24:00"),
        ("Mo-Su 20:00-03:00; We off; PH off",
         "20 00:00-03:00, 20 20:00-21 03:00, 21 20:00-22 03:00, 22 20:00-24:00, 24 20:00-24:00, 27 20:00-24:00"),
        ("Mo 20:00-03:00; Tu 10:00-12:00", "21 20:00-24:00, 22 00:00-03:00?, 22 10:00-12:00"),
        ("Mo 20:00-03:00, Tu 10:00-12:00", "21 20:00-22 03:00, 22 10:00-12:00"),
        ("Tu 10:00-12:00; Mo 20:00-03:00", "21 20:00-22 03:00, 22 10:00-12:00"),
        ("Mo 22:00-02:00; Mo 10:00-11:00", "21 10:00-11:00"),
        ("Mo-Tu 20:00-03:00; Tu 01:00-02:00 off", "21 20:00-22 01:00, 22 02:00-03:00, 22 20:00-23 03:00"),
        # Comments, open ends and what is unknown.
        ('Mo 10:00-12:00 "ring first"', "21 10:00-12:00?"),
        ('Mo 10:00-12:00 open "Lunch"', "21 10:00-12:00"),
        ("Mo 10:00-12:00 unknown", "21 10:00-12:00?"),
        ('Mo-Tu 10:00-12:00; Tu "by appointment"', "21 10:00-12:00, 22 00:00-24:00?"),
        ("Mo 12:00-16:00+", "21 12:00-16:00, 21 16:00-24:00?"),
        ("Mo 11:00+", "21 11:00-24:00?"),
        ("Mo 17:00+", "21 17:00-22 03:00?"),
        ("We 22:00+", "23 22:00-24 06:00?"),
        ("Mo-Tu", "21 00:00-23 00:00?"),
        ("Mo open", "21 00:00-24:00"),
        ("Mo 10:00-11:00/20", "21 10:00-11:00?"),
        # Likely a slip.
        ("Mo 00:00-00:00", "21 00:00-24:00?"),
        ("Mo 12:00-10:00", "21 12:00-22 10:00?"),
        ("Mo 18:00-09:00", "21 18:00-22 09:00"),
        ("Mo 00:00-24:00", "21 00:00-24:00"),
        ("Mo 10:00-18:00; 10:00-15:00; We-Su off; PH off", "21 10:00-15:00, 21 15:00-18:00?, 22 10:00-15:00"),
        # Only closings: nobody said that it never opens.
        ("Mo off; PH off", "20 00:00-24:00?, 22 00:00-25 00:00?, 27 00:00-24:00?"),
        # Months, weeks, dates, nth weekdays.
        ("Nov 10:00-12:00; Dec 22-23 14:00-15:00", "22 14:00-15:00, 23 14:00-15:00"),
        ("Dec Mo[3] 10:00-12:00", "21 10:00-12:00"),
        ("week 52 Tu 10:00-12:00", "22 10:00-12:00"),
        ("2025 Mo 10:00-12:00", ""),
    ],
)  # fmt: skip
def test_what_rules_say_together(expression, expected):
    assert said(evaluate(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # 25 Friday, 26 Saturday, 28 Monday (substitute day).
        ("Fr-Mo 10:00-12:00; PH off", "27 10:00-12:00"),
        ("Fr-Mo 10:00-12:00", "25 10:00-12:00?, 26 10:00-12:00?, 27 10:00-12:00, 28 10:00-12:00?"),
        ("Su,PH 10:00-12:00", "25 10:00-12:00, 26 10:00-12:00, 27 10:00-12:00, 28 10:00-12:00"),
        ("PH,Su 10:00-12:00", "25 10:00-12:00, 26 10:00-12:00, 27 10:00-12:00, 28 10:00-12:00"),
        ("PH Mo-Fr 10:00-12:00", "25 10:00-12:00, 28 10:00-12:00"),
        ("Sa PH 10:00-12:00", "26 10:00-12:00"),
        ("PH -1 day 10:00-12:00", "25 10:00-12:00, 27 10:00-12:00"),
        ("PH +1 day 10:00-12:00", "26 10:00-12:00, 27 10:00-12:00, 29 10:00-12:00"),
        ("Dec 26-31 PH 10:00-12:00", "26 10:00-12:00, 28 10:00-12:00"),
        ('PH "ask"', "25 00:00-27 00:00?, 28 00:00-24:00?"),
        ('Fr 10:00-12:00 "PH off"', "25 10:00-12:00?"),
        ("Fr-Mo 10:00-12:00; Dec 26 14:00-15:00",
         "25 10:00-12:00?, 26 14:00-15:00, 27 10:00-12:00, 28 10:00-12:00?"),
        ("Th-Fr 20:00-02:00", "25 00:00-02:00, 25 20:00-26 02:00?"),
        ("24/7", "25 00:00-30 00:00"),
        ("00:00-24:00", "25 00:00-30 00:00"),
        ("24/7; Tu off", "25 00:00-24:00?, 26 00:00-24:00?, 27 00:00-24:00, 28 00:00-24:00?"),
    ],
)  # fmt: skip
def test_bank_holidays(expression, expected):
    assert said(evaluate(expression, "2026-12-25", 5)) == expected


def test_a_holiday_is_told_by_its_name():
    (interval,) = evaluate("Fr 10:00-16:00")
    assert (interval.state, interval.reason, interval.comment) == (
        State.PERHAPS, Reason.BANK_HOLIDAY, "Christmas Day",
    )  # fmt: skip


def test_each_nation_has_its_own_holidays():
    for nation, expected in [("scotland", "30 10:00-12:00?"), ("england", "30 10:00-12:00"), ("", "30 10:00-12:00")]:
        assert said(evaluate("Mo 10:00-12:00", "2026-11-30", 1, nation=nation)) == expected


def test_school_holidays_are_not_known():
    assert said(evaluate("Mo 10:00-12:00; SH Mo off")) == "21 10:00-12:00?"
    assert said(evaluate("SH Mo 10:00-12:00")) == "21 10:00-12:00?"
    # With and without holidays it is open from 11 to 12.
    both = evaluate("Mo 10:00-12:00; SH Mo 11:00-13:00")
    assert said(both) == "21 10:00-11:00?, 21 11:00-12:00, 21 12:00-13:00?"
    assert both[0].reason is Reason.SCHOOL_HOLIDAY


def test_the_sun_is_as_exact_as_the_place():
    assert said(evaluate("Mo 12:00-sunset")) == "21 12:00-15:35, 21 15:35-16:26?"
    exact = evaluate("Mo 12:00-sunset", coordinates=(53.45, -2.3))
    assert [it.state for it in exact] == [State.OPEN] and f"{exact[0].end:%H:%M}" == "15:51"
    elsewhere = evaluate("Mo 12:00-sunset", timezone="Europe/Helsinki", nation="")
    assert [it.state for it in elsewhere] == [State.PERHAPS]


# What was not understood.


def test_a_piece_weakens_the_days_that_it_names():
    found = evaluate("Mo-We 10:00-12:00", not_understood=("Tues by arrangement",))
    assert said(found) == "21 10:00-12:00, 22 10:00-12:00?, 23 10:00-12:00"
    assert (found[1].reason, found[1].comment) == (Reason.NOT_UNDERSTOOD, "Tues by arrangement")


def test_a_day_that_only_the_rest_names_is_perhaps():
    assert said(evaluate("Mo 10:00-12:00", not_understood=("some Wednesdays",))) == "21 10:00-12:00, 23 00:00-24:00?"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri by appointment", [0, 1, 2, 3, 4]),
        ("Sat to Mon, ring first", [0, 5, 6]),
        ("not at weekends", [5, 6]),
        ("Tues; Weds.", [1, 2]),
        ("Sa-Su maybe", [5, 6]),
        ("We in months with an R", [2]),
        ("We are closed in wet months, on sunny days and for weddings", []),
    ],
)
def test_the_weekdays_that_a_piece_names(text, days):
    assert sorted(weekdays_named(text)) == days


def test_a_piece_without_days_weakens_all():
    found = evaluate("Mo-Tu 10:00-12:00", not_understood=("except in bad weather",))
    assert said(found) == "21 10:00-12:00?, 22 10:00-12:00?"


@pytest.mark.parametrize("expression", ["", "Mon-Fri 9-5", 'Mo "', "Mo 10:00-12:00; " * 90])
def test_what_cannot_be_evaluated_is_perhaps_throughout(expression):
    (whole,) = evaluate(expression, not_understood=("ask inside",))
    assert (whole.state, whole.reason) == (State.PERHAPS, Reason.NOT_UNDERSTOOD)
    assert whole.end - whole.start == datetime.timedelta(days=8)


def test_nothing_said_is_nothing_found():
    assert evaluate("") == []


# Clocks.


def utc(found):
    edges = [[moment.astimezone(datetime.UTC) for moment in (it.start, it.end)] for it in found]
    return [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in edges]


def test_ten_is_ten_in_summer_and_in_winter():
    march = evaluate("10:00-12:00", "2027-03-27", 2)  # clocks go forward on the 28th
    assert utc(march) == [("27 10:00", "27 12:00"), ("28 09:00", "28 11:00")]
    assert said(march) == "27 10:00-12:00, 28 10:00-12:00"


def test_the_hour_left_out_in_march():
    # 01:00 to 02:00 does not happen: what lies in it is gone, what reaches into it begins or ends at the change.
    assert evaluate("01:10-01:50", "2027-03-28", 1) == []
    assert utc(evaluate("00:30-01:30", "2027-03-28", 1)) == [("28 00:30", "28 01:00")]
    assert utc(evaluate("01:30-03:00", "2027-03-28", 1)) == [("28 01:00", "28 02:00")]
    assert utc(evaluate("24/7", "2027-03-28", 1)) == [("28 00:00", "28 23:00")]


def test_the_hour_that_comes_twice_in_october():
    # A time that clocks show twice is the first of the two; 01:00 to 02:00 is two hours.
    assert utc(evaluate("01:10-01:50", "2026-10-25", 1)) == [("25 00:10", "25 00:50")]
    assert utc(evaluate("01:00-02:00", "2026-10-25", 1)) == [("25 00:00", "25 02:00")]
    assert utc(evaluate("Sa 22:00-01:30", "2026-10-24", 2)) == [("24 21:00", "25 00:30")]
    assert utc(evaluate("24/7", "2026-10-25", 1)) == [("24 23:00", "26 00:00")]


def test_another_time_zone():
    (interval,) = evaluate("Mo 10:00-12:00", timezone="America/New_York", nation="")
    assert interval.start.astimezone(datetime.UTC).hour == 15
    with pytest.raises(ValueError, match="no time zone"):
        evaluate("Mo 10:00-12:00", timezone="Mars/Olympus")


# One moment.


def at(expression, moment, **more):
    more = {"nation": "england", "timezone": "Europe/London", **more}
    return state_at(expression, datetime.datetime.fromisoformat(moment).replace(tzinfo=LONDON), **more)


def test_a_moment_has_its_interval():
    open_now = at("Mo 10:00-12:00", "2026-12-21T10:00")
    assert open_now.state is State.OPEN and f"{open_now.end:%d %H:%M}" == "21 12:00"
    after = at("Mo 10:00-12:00", "2026-12-21T12:00")
    assert after.state is State.CLOSED and f"{after.start:%d %H:%M} {after.end:%d %H:%M}" == "21 12:00 28 10:00"
    assert at("Mo 10:00-12:00", "2026-12-28T11:00").reason is Reason.BANK_HOLIDAY
    assert at("Su 20:00-03:00", "2026-12-21T02:00").state is State.OPEN
    never = at("off", "2026-12-21T12:00")
    assert never.state is State.CLOSED and never.end > never.start
    assert at("", "2026-12-21T12:00", not_understood=("ask",)).state is State.PERHAPS


def test_a_moment_in_the_hour_that_comes_twice():
    first = datetime.datetime(2026, 10, 25, 1, 20, tzinfo=LONDON)
    for moment, state in [(first, State.OPEN), (first.replace(fold=1), State.CLOSED)]:
        found = state_at("Su 01:10-01:50", moment, nation="", timezone="Europe/London")
        assert found.state is state
        start, instant, end = (it.astimezone(datetime.UTC) for it in (found.start, moment, found.end))
        assert start <= instant < end


# Limits and what holds for all.


def test_how_far_one_call_reaches():
    with pytest.raises(ValueError, match="up to 400 days"):
        evaluate("24/7", days=401)
    assert evaluate("24/7", days=0) == []
    assert len(evaluate("10:00-12:00", days=400)) == 400


def test_years_ahead_are_no_different():
    assert said(evaluate("Mo 10:00-12:00", "2080-12-23", 1)) == "23 10:00-12:00"
    assert said(evaluate("PH 10:00-12:00", "2080-12-25", 1)) == "25 10:00-12:00"


_days = st.sampled_from(["", "Mo-Fr ", "Sa,Su ", "PH ", "Su,PH ", "SH ", "Dec ", "Mo[1] ", "We[-1],Fr ", "Dec 24-26 ",
                         "week 1-53/2 Tu ", "easter -2 days ", "2026-2027 Fr ", "PH Mo-Fr ", "PH +1 day "])  # fmt: skip
_time = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
_span = st.one_of(st.tuples(_time, _time).map("-".join), _time.map("{}+".format), st.just("sunrise-20:00"))
_rule = st.tuples(
    _days,
    st.lists(_span, min_size=1, max_size=3).map(",".join),
    st.sampled_from(["", " off", " unknown", ' "ask"', " open"]),
).map("".join)
_expressions = st.lists(st.tuples(_rule, st.sampled_from(["; ", ", ", " || "])), min_size=1, max_size=6).map(
    lambda rules: "".join(rule + separator for rule, separator in rules[:-1]) + rules[-1][0]
)


@given(_expressions, st.dates(datetime.date(2026, 1, 1), datetime.date(2028, 1, 1)), st.sampled_from(["england", ""]))
def test_intervals_are_in_order_apart_and_inside(expression, start, nation):
    end = start + datetime.timedelta(days=9)
    found = intervals(expression, start, end, nation=nation, timezone="Europe/London")
    edges = [moment.astimezone(datetime.UTC) for it in found for moment in (it.start, it.end)]
    assert edges == sorted(edges)
    assert all(it.start.astimezone(datetime.UTC) < it.end.astimezone(datetime.UTC) for it in found)
    assert all(it.state is not State.CLOSED and (it.reason is Reason.NONE) == (it.state is State.OPEN) for it in found)
    first, last = (datetime.datetime.combine(day, datetime.time(), LONDON) for day in (start, end))
    assert all(first <= it.start and it.end <= last for it in found)
    for one, other in zip(found, found[1:], strict=False):
        touching = one.end == other.start
        assert not touching or (one.state, one.reason, one.comment) != (other.state, other.reason, other.comment)


@given(_expressions, st.dates(datetime.date(2026, 1, 1), datetime.date(2028, 1, 1)), st.integers(1, 8))
def test_a_window_does_not_change_what_it_shows(expression, start, days):
    """Two calls for two halves say the same as one call for both."""
    middle, end = start + datetime.timedelta(days=days), start + datetime.timedelta(days=9)
    where = {"nation": "wales", "timezone": "Europe/London"}
    cut = datetime.datetime.combine(middle, datetime.time(), LONDON)
    whole = set()
    for it in intervals(expression, start, end, **where):
        pieces = [(it.start, cut), (cut, it.end)] if it.start < cut < it.end else [(it.start, it.end)]
        whole |= {(*piece, it.state, it.reason, it.comment) for piece in pieces}
    halves = [*intervals(expression, start, middle, **where), *intervals(expression, middle, end, **where)]
    assert {(it.start, it.end, it.state, it.reason, it.comment) for it in halves} == whole
