"""Facts that people look for, as filters, as choices of the form and as words."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from mapping import search
from mapping.models import PUBLIC, Visibility
from mapping.search import fact_facets
from mapping.search.counted import counted
from mapping.search.interpret import interpret
from mapping.search.query import Query
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place):
    here = {"place": place, "category": None}
    NodeFactory(name="Yoga", features=["free", "bsl"], languages=["pl", "en"], audiences=["women"], min_age=16, **here)
    NodeFactory(name="Storytime", features=["free"], audiences=["children"], min_age=2, max_age=7, **here)
    NodeFactory(name="Village Hall", step_free="yes", features=["hearing-loop", "parking"], **here)
    NodeFactory(name="Scout Hall", features=["step-free"], **here)
    NodeFactory(name="Attic Hall", step_free="no", **here)
    NodeFactory(name="Free Church", **here)
    NodeFactory(name="Car park", search_extra="Parking", **here)
    NodeFactory(name="Hidden", features=["online"], visibility=Visibility.MEMBERS, **here)
    return place


def found(town, text: str) -> set[str]:
    return {node.name for node in search.answer(QueryDict(text), town).page}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("feature=free", {"Yoga", "Storytime"}),
        # All that are chosen have to hold.
        ("feature=free&feature=bsl", {"Yoga"}),
        ("feature=free,bsl", {"Yoga"}),
        # The older field and the token say the same.
        ("feature=step-free", {"Village Hall", "Scout Hall"}),
        ("feature=step-free&feature=hearing-loop", {"Village Hall"}),
        ("feature=online", set()),
        ("language=pl", {"Yoga"}),
        ("language=pl,ur", {"Yoga"}),
        ("for=children,women", {"Yoga", "Storytime"}),
        ("age=1", set()),
        ("age=2", {"Storytime"}),
        ("age=7", {"Storytime"}),
        ("age=8", set()),
        ("age=40", {"Yoga"}),
        ("age=5&feature=free&for=children", {"Storytime"}),
    ],
)
def test_filters(town, text, names):
    assert found(town, text) == names


def test_only_what_occurs_is_offered_with_its_count(town):
    def offered(text: str) -> dict[str, dict[str, int | None]]:
        groups = search.answer(QueryDict(text), town, lenient=True, path="/x/").filters
        return {it["name"]: {option["value"]: option["count"] for option in it.get("options", ())} for it in groups}

    groups = offered("")
    assert groups["feature"] == {"step-free": 2, "hearing-loop": 1, "bsl": 1, "parking": 1, "free": 2}
    assert groups["language"] == {"en": 1, "pl": 1}
    assert groups["for"] == {"children": 1, "women": 1}
    assert "age" in groups
    # A second feature narrows down; of languages and people, a second one adds.
    assert offered("feature=bsl")["feature"] == {"bsl": 1, "free": 1}
    assert offered("for=women")["for"] == {"children": 1, "women": 1}
    assert not {"feature", "language", "for", "age"} & set(offered("q=church"))


def test_where_nothing_has_any_the_choices_cost_one_query(place, django_assert_num_queries):
    NodeFactory(place=place)
    query = Query(place=place)
    with django_assert_num_queries(1):
        assert fact_facets.groups(query, PUBLIC, counted(query, PUBLIC)) == []


def test_the_results_say_what_was_asked(town):
    said = search.answer(QueryDict("feature=bsl,free&language=pl&for=women&age=20"), town, lenient=True, path="/x/")
    assert said.results.count_text == (
        "1 result in Trafford with British Sign Language (BSL), Free in Polish for Women for age 20"
    )
    assert said.filters_chosen == 5
    assert said.clear_url == "/x/"


def test_nothing_found_offers_the_rest(town):
    nothing = search.answer(QueryDict("q=yoga&feature=parking"), town, lenient=True, path="/x/")
    assert ("1 result whatever it has", "/x/?q=yoga") in [(it.text, it.url) for it in nothing.results.other_ways]


@pytest.mark.parametrize(
    ("typed", "feature", "words"),
    [
        ("step-free hall", ("step-free",), "hall"),
        ("wheelchair accessible hall", ("step-free",), "hall"),
        ("hall with parking", ("parking",), "hall"),
        ("free yoga", ("free",), "yoga"),
        ("free", ("free",), ""),
        ("BSL yoga", ("bsl",), "yoga"),
        ("free bsl yoga", ("bsl", "free"), "yoga"),
        ("hearing loops", ("hearing-loop",), ""),
        # Something is called so.
        ("free church", (), "free church"),
        # Alone it is a thing, not a fact of one.
        ("parking", (), "parking"),
        # Nobody here has it, or nobody that the reader may know of.
        ("quiet hours", (), "quiet hours"),
        ("online", (), "online"),
    ],
)
def test_words_that_are_a_fact_become_a_filter(town, typed, feature, words):
    query = interpret(typed, town).change(Query(place=town))
    assert (query.feature, query.q) == (feature, words)


def test_free_of_something_is_not_free(town):
    assert interpret("gluten free", town).feature == interpret("smoke-free", town).feature == ()


def test_time_and_facts_together(town):
    query = interpret("free events this weekend", town).change(Query(place=town))
    assert query.query_string == "feature=free&kind=activity&when=weekend"
