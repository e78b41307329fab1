"""`when` and `at` in a URL: one spelling of each, faults with their remedy, and the older `open` beside them."""

import pytest

from mapping.search.query import Query, QueryError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"open": "tue", "when": "wed"}, {"when": "wed"}),
        ({"when": "This Weekend"}, {"when": "weekend"}),
        ({"when": "this morning"}, {"at": "morning", "when": "today"}),
        ({"when": "2026-12-05..2026-12-05"}, {"when": "2026-12-05"}),
        ({"when": "2026-12-05..2026-12-12"}, {"when": "2026-12-05..2026-12-12"}),
        ({"when": "2026-12-05.."}, {"when": "2026-12-05.."}),
        ({"when": "today", "at": "6-22"}, {"at": "06:00-22:00", "when": "today"}),
        ({"when": "today", "at": "20:00-24:00"}, {"at": "20:00-00:00", "when": "today"}),
        # A time of day alone is this week's; with a moment it says nothing.
        ({"at": "evening"}, {"at": "evening", "when": "week"}),
        ({"when": "now", "at": "evening"}, {"when": "now"}),
        ({"when": "tonight", "at": "evening"}, {"when": "tonight"}),
        ({"when": "2026-12-05T10:00", "at": "evening"}, {"when": "2026-12-05T10:00"}),
        ({"sort": "date"}, {}),
        ({"sort": "date", "when": "today"}, {"sort": "date", "when": "today"}),
        ({"sort": "date", "when": "today", "kind": "activity"}, {"kind": ["activity"], "when": "today"}),
        (
            {"sort": "relevance", "when": "today", "kind": "activity"},
            {"kind": ["activity"], "sort": "relevance", "when": "today"},
        ),
        ({"feature": "free,bsl"}, {"feature": ["bsl", "free"]}),
        ({"for": ["children", "women"], "age": "07"}, {"age": "7", "for": ["children", "women"]}),
    ],
)
def test_there_is_one_spelling_of_each(given, expected):
    assert Query.from_params(given).to_params() == expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"when": "someday"}, "when"),
        ({"when": "2026-12-12..2026-12-05"}, "when"),
        ({"when": "2026-12-05..2028-12-05"}, "when"),
        ({"when": "..", "open": "now"}, "when"),
        ({"when": "2026-12-05..now"}, "when"),
        ({"when": "2026-12-05..2026-12-06..2026-12-07"}, "when"),
        ({"when": "2026-02-30.."}, "when"),
        ({"when": "1990-01-01..1990-01-02"}, "when"),
        ({"when": "today", "at": "teatime"}, "at"),
        ({"when": "today", "at": "18:00-18:00"}, "at"),
        ({"when": "today", "at": "25:00-26:00"}, "at"),
        ({"when": "today", "at": "18:00"}, "at"),
    ],
)
def test_a_fault_is_said_with_its_remedy(given, field):
    with pytest.raises(QueryError) as caught:
        Query.from_params(given)
    [problem] = caught.value.problems
    assert problem.field == field and problem.remedy
    # The rest is asked all the same.
    assert field not in caught.value.query.to_params()


def test_the_older_name_is_understood_and_led_on():
    assert Query.from_params({"open": "tue"}) == Query(when="tue")
    assert Query.from_params({"open": "tue"}).url("/x/") == "/x/?when=tue"


@pytest.mark.parametrize(
    ("when", "follows"),
    [("now", True), ("weekend", True), ("tue", True), ("..2026-12-12", True), ("2026-12-12", False), ("", False)],
)
def test_what_follows_the_clock(when, follows):
    assert Query(when=when).depends_on_time is follows
