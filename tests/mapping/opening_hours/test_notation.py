"""Taking an expression apart."""

import pytest

from mapping.opening_hours import notation
from mapping.opening_hours.notation import Holiday, Modifier, NotationError, Separator, Span, SunTime, parse


def only(expression):
    (rule,) = parse(expression)
    return rule


@pytest.mark.parametrize(
    ("expression", "rules"),
    [
        ("Mo-Fr 08:00-18:00, Sa 09:00-12:00", [";Mo-Fr 08:00-18:00", ",Sa 09:00-12:00"]),
        ("Sa, Su 09:00-16:00", [";Sa, Su 09:00-16:00"]),
        ("Mo-Fr 10:00-12:00, 14:00-16:00", [";Mo-Fr 10:00-12:00, 14:00-16:00"]),
        ("Tu-Th,Su,PH 12:00-23:00, Fr,Sa 12:00-24:00", [";Tu-Th,Su,PH 12:00-23:00", ",Fr,Sa 12:00-24:00"]),
        ('Mo off, Tu 10:00-12:00 "a, b; c || d", We', [";Mo off", ',Tu 10:00-12:00 "a, b; c || d"', ",We"]),
        ('Mo || "by appointment"; PH off', [";Mo", '||"by appointment"', ";PH off"]),
        ("07:00-dusk, Su sunrise-sunset", [";07:00-dusk", ",Su sunrise-sunset"]),
        ("24/7; Mo off", [";24/7", ";Mo off"]),
        ('Mo off, 11:00-12:00 "ask", 13:00-14:00', [";Mo off", ',11:00-12:00 "ask"', ",13:00-14:00"]),
    ],
)
def test_where_a_rule_ends(expression, rules):
    assert [separator + text for separator, text in notation.split(expression)] == rules


@pytest.mark.parametrize(
    ("expression", "dates", "weekdays", "holidays", "both"),
    [
        ("Mo-Fr 10:00-12:00", "", "Mo-Fr", (), False),
        ("Su,PH 10:00-12:00", "", "Su", (Holiday("PH"),), False),
        ("PH,SH off", "", "", (Holiday("PH"), Holiday("SH")), False),
        ("PH -1 day 10:00-12:00", "", "", (Holiday("PH", -1),), False),
        ("PH Mo-Fr 10:00-12:00", "", "Mo-Fr", (Holiday("PH"),), True),
        ("We[2] PH 10:00-12:00", "", "We[2]", (Holiday("PH"),), True),
        ("Mo[1] -1 day,PH 10:00-11:00", "", "Mo[1] -1 day", (Holiday("PH"),), False),
        ("Oct Su[-1]-May 31: Mo-Su,PH 07:00-22:00", "Oct Su[-1]-May 31", "Mo-Su", (Holiday("PH"),), False),
        ("week 1-53/2 PH off", "week 1-53/2", "", (Holiday("PH"),), False),
        ("2026 Dec 24-26 off", "2026 Dec 24-26", "", (), False),
    ],
)
def test_the_days_of_a_rule(expression, dates, weekdays, holidays, both):
    rule = only(expression)
    assert (rule.dates, rule.weekdays, rule.holidays, rule.both) == (dates, weekdays, holidays, both)


@pytest.mark.parametrize(
    ("expression", "spans"),
    [
        ("Mo 9:00-12:00,13:00-17:30", (Span(540, 720), Span(780, 1050))),
        ("Mo 20:00-03:00", (Span(1200, 1620, wraps=True),)),
        ("Mo 20:00-27:00", (Span(1200, 1620),)),
        ("Mo 17:00+", (Span(1020, None, open_end=True),)),
        ("Mo 12:00-16:00+", (Span(720, 960, open_end=True),)),
        ("(sunset-01:30)-dusk", (Span(SunTime("sunset", -90), SunTime("dusk")),)),
        ("10:00-16:00/01:30", (Span(600, 960, every="01:30"),)),
        ("24/7", (Span(0, 1440),)),
        ("Mo-Fr", ()),
    ],
)
def test_the_times_of_a_rule(expression, spans):
    assert only(expression).spans == spans


def test_modifiers_and_comments():
    rules = parse('Mo 10:00-12:00 open "Lunch"; Tu "ask; or ring"; We closed; Th off "gone"; Fr unknown')
    assert [rule.modifier for rule in rules] == [
        Modifier.OPEN, Modifier.NONE, Modifier.CLOSED, Modifier.CLOSED, Modifier.UNKNOWN,
    ]  # fmt: skip
    assert [rule.comment for rule in rules] == ["Lunch", "ask; or ring", "", "gone", ""]


@pytest.mark.parametrize("expression", ["Dec 25 off", "Dec 25-26 off", "easter -2 days off", "2026 Dec 24 10:00-12:00"])
def test_rules_that_name_dates(expression):
    assert only(expression).names_dates


@pytest.mark.parametrize("expression", ["Dec off", "Jun 06-Aug 13 10:00-12:00", "Mo 10:00-12:00", "week 52 off"])
def test_rules_that_do_not(expression):
    assert not only(expression).names_dates


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("", "There are no opening hours"),
        ("   ", "There are no opening hours"),
        ("Mon-Fri 9-5", "not OpenStreetMap's notation"),
        ("Mo 10:00", "not OpenStreetMap's notation"),
        ("Mo 10:00-12:00; " * 100, "longer than 1000 characters"),
        ("; ".join(["Mo off"] * 65), "has 65 rules|have 65 rules"),
        ("Mo " + ",".join(["10:00-12:00"] * 33), "33 stretches"),
    ],
)
def test_what_is_refused_says_so(expression, words):
    with pytest.raises(NotationError, match=words):
        parse(expression)


def test_separators_are_kept():
    assert [rule.separator for rule in parse('Mo 10:00-12:00, Tu 10:00-12:00; We off || "ask"')] == [
        Separator.NORMAL, Separator.ADDITIONAL, Separator.NORMAL, Separator.FALLBACK,
    ]  # fmt: skip
