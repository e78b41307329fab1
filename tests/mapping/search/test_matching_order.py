"""What is searched besides the words as they are typed, and what comes first."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict

from mapping import search
from mapping.models import GazetteerEntry
from mapping.search import near_words, people_words, spelling, synonyms
from tests.factories import CategoryFactory, NodeFactory, opens

ROOT = Path(__file__).resolve().parents[3]
HERE, ELSEWHERE = Point(-2.32, 53.42, srid=4326), Point(-1.0, 53.42, srid=4326)


@pytest.fixture
def town(place):
    kinds = {slug: CategoryFactory(slug=slug) for slug in ("pharmacy", "food-bank", "library", "cafe", "plaque")}

    def put(name, kind, extra="", **more):
        category = kinds[kind]
        return NodeFactory(name=name, category=category, search_extra=f"{category.name}\n{extra}", **more)

    put("Barry Bladon", "pharmacy")
    put("Stretford Foodbank", "food-bank", location=HERE)
    put("Salford Food Bank", "food-bank", location=ELSEWHERE)
    put("St. Joseph’s Hall", "plaque", location=HERE)
    put("First dentist", "plaque", summary="A dentist lived here.")
    put("Library plaque, about a library", "plaque", "library library")
    opens(put("Sale Reads", "library"), "Mo 10:00-16:00")
    GazetteerEntry.objects.create(name="Sale", district="Trafford", point=HERE)
    spelling.rebuild()
    return place


def ask(place, text):
    return search.answer(QueryDict(mutable=True) | {"q": text}, place, path="/list/", lenient=True)


def names(place, text):
    return [it.name for it in ask(place, text).results.nodes]


@pytest.mark.django_db
class TestWords:
    @pytest.mark.parametrize("text", ["chemist", "Chemists", "dispensing chemist", "pharmacies"])
    def test_a_thing_is_found_by_what_else_it_is_called(self, town, text):
        assert names(town, text) == ["Barry Bladon"]

    @pytest.mark.parametrize("text", ["food bank", "foodbank", "food-bank", "Food Banks"])
    def test_joined_split_and_with_a_hyphen_are_one(self, town, text):
        assert names(town, text) == ["Stretford Foodbank", "Salford Food Bank"]

    @pytest.mark.parametrize(
        "text", ["St Joseph's Hall", "Saint Josephs Hall", "St. Joseph’s hall", "st josephʼs hall", "ST JOSEPH`S HALL"]
    )
    def test_saints_and_apostrophes_of_any_shape(self, town, text):
        assert names(town, text) == ["St. Joseph’s Hall"]

    def test_two_words_are_one_word_of_a_record(self, town):
        NodeFactory(name="Bookworms")
        assert names(town, "book worms") == ["Bookworms"]

    def test_it_is_computers(self, town):
        NodeFactory(name="Laptop Tuesdays")
        NodeFactory(name="Help for all")
        assert names(town, "IT help") == names(town, "it classes") == names(town, "IT") == ["Laptop Tuesdays"]

    def test_quotes_mean_these_words(self, town):
        assert names(town, '"salford food"') == ["Salford Food Bank"]
        assert names(town, '"food salford"') == []


@pytest.mark.django_db
class TestOrder:
    def test_the_one_of_that_name_comes_first(self, town):
        assert names(town, "salford food bank")[0] == "Salford Food Bank"
        assert names(town, "Stretford food bank")[0] == "Stretford Foodbank"

    def test_what_is_of_the_kind_comes_before_what_has_the_word_more_often(self, town):
        assert names(town, "library") == ["Sale Reads", "Library plaque, about a library"]

    def test_what_lies_outside_comes_last_and_is_counted(self, town):
        found = ask(town, "food bank").results
        assert found.count_text == "2 results for “food bank”, 1 of them in Trafford"
        assert ask(town, "chemist").results.count_text == "1 result for “chemist” in Trafford"


@pytest.mark.django_db
class TestNothing:
    @pytest.mark.parametrize("text", ["dentist", "dentists", "nearest dentist", "dentist near me"])
    def test_there_is_none_of_that_kind(self, town, text):
        found = ask(town, text)
        assert found.meaning.is_missing
        assert found.meaning.note.startswith("Nothing on this map is listed as “dentist")
        assert "These have the words in them." in found.meaning.note

    def test_no_name_stands_for_a_question(self, town):
        found = ask(town, "cinema")
        assert (found.results.total, found.meaning.note) == (0, "Nothing on this map is listed as “cinema”.")

    def test_what_says_what_was_asked_for_is_not_left_out(self, town):
        NodeFactory(name="Support group")
        assert names(town, "pottery support group") == []

    def test_hours_that_nobody_knows_are_said(self, town):
        found = ask(town, "plaque open saturday")
        assert "Of none of these we know that it is open then" in found.meaning.note
        assert found.query.when == "" and found.results.total == 3
        # Beside a place, it is said after the redirect, too.
        there = ask(town, "plaque open saturday in Sale").elsewhere
        assert there == "/list/?near=Sale,+Trafford&q=plaque+open+saturday"
        again = search.answer(QueryDict(there.partition("?")[2]), town, path="/list/", lenient=True)
        assert not again.elsewhere and "Of none of these" in again.meaning.note

    def test_hours_that_are_known_are_asked(self, town):
        assert ask(town, "library open monday").elsewhere == "/list/?q=library&when=mon"


@pytest.mark.django_db
class TestNearAndForWhom:
    @pytest.mark.parametrize(
        "text", ["food bank near me", "nearest food bank", "where is the closest food bank to me?"]
    )
    def test_near_me_is_no_word_and_what_to_do_is_said(self, town, text):
        found = ask(town, text)
        assert found.query.q == "food bank" and found.results.total == 2
        assert "press “Near me” or add a postcode" in found.meaning.note

    def test_nearest_to_a_place_is_near_it(self, town):
        assert ask(town, "nearest food bank to Sale").elsewhere.startswith("/list/?near=Sale,+Trafford&q=food+bank")

    def test_for_whom_is_a_filter_where_something_is_for_them(self, town):
        NodeFactory(name="Yoga", audiences=["older-people"])
        assert ask(town, "yoga for over 60s").elsewhere == "/list/?for=older-people&q=yoga"
        assert ask(town, "yoga for carers").elsewhere == ""


def test_words_that_say_near_me():
    assert near_words.read("doctors around here") == "doctors"
    assert near_words.read("near Sale") is None and near_words.read("Nearby Nature") == "Nature"
    assert near_words.without_opening("Is there a library?") == "library"
    assert near_words.without_opening("Where to turn") == "Where to turn"


def test_words_that_say_for_whom():
    assert list(people_words.read("clubs for kids")) == [("children", "clubs")]
    assert list(people_words.read("kids play area")) == []


def test_the_table_names_categories_that_there_are():
    known = set(tomllib.loads((ROOT / "mapping/vocabulary/categories.toml").read_text()))
    assert {slug for it in synonyms.table().values() for slug in it.category} <= known


def test_phrases_are_the_longest_that_begin_at_a_word():
    found = synonyms.parts("the halls to hire in St. Mary’s")
    assert [(it.words, it.meaning is not None) for it in found] == [
        (("the",), False),
        (("halls", "to", "hire"), True),
        (("in",), False),
        (("St",), False),
        (("Mary’s",), False),
    ]
