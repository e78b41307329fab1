"""What a process remembers of a place answers as the database does."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import timezone

from config import remembered
from mapping import search
from mapping.models import (
    PUBLIC,
    Node,
    NodeKind,
    NodeState,
    OpeningInterval,
    SourceRecord,
    StepFree,
    Viewer,
    Visibility,
)
from mapping.nodes import occasions
from mapping.nodes.window import window, zone_of
from mapping.search import at_hand
from mapping.search.query import Query
from tests.factories import CategoryFactory, NodeFactory, OrganisationFactory, SourceFactory

pytestmark = pytest.mark.django_db
QUESTIONS = (
    "",
    "category=food-bank",
    "category=help",
    "category=help&category=park",
    "kind=organisation",
    "category=help&kind=organisation",
    "category=nothing-of-it",
    "limit=2",
    "limit=2&page=2",
    "category=help&limit=1&page=3",
    "limit=2&page=99",
    "q=bank",
    "q=bank&category=help",
    "q=bank&kind=organisation",
    "q=bank&sort=name",
    "q=nowhere",
    "sort=name",
    "feature=accessible-toilet",
    "near=53.44,-2.30",
    "q=green&near=53.44,-2.30",
    "bbox=-2.4,53.3,-2.2,53.5",
)


@pytest.fixture
def things(place):
    help_ = CategoryFactory(slug="help", name="Help", position=2)
    bank = CategoryFactory(slug="food-bank", name="Food bank", parent=help_, position=3)
    park = CategoryFactory(slug="park", name="Park", position=1)
    CategoryFactory(slug="nothing-of-it", name="Nothing", position=4)
    NodeFactory(
        name="Bank of food", category=bank, features=["accessible-toilet"], step_free=StepFree.YES, languages=["cy"]
    )
    NodeFactory(name="A bank", category=bank, min_age=5, fading_since=timezone.now())
    NodeFactory(name="Far bank", category=bank, location=None)
    NodeFactory(name="Green", category=park, audiences=["families"], confirmed_at=timezone.now())
    NodeFactory(name="Nothing", category=None)
    OrganisationFactory(name="The Hub", category=help_)
    NodeFactory(name="Secret", category=bank, visibility=Visibility.MEMBERS)
    council, library = (
        SourceFactory(slug="council", title="A council"),
        SourceFactory(slug="library", title="The library"),
    )
    for name, source in (("Green", library), ("The Hub", council), ("A bank", library)):
        SourceRecord.objects.create(source=source, key=name, node=Node.objects.get(name=name))
    NodeFactory(name="Over", category=bank, over_at=timezone.now() - timezone.timedelta(days=1))
    return place


@pytest.fixture
def held(settings):
    settings.PAGE_COPIES_MB = 8
    remembered.forget()
    with remembered.nothing():
        remembered.hold("1 5")
        yield
    remembered.forget()


def said(question: str, place, viewer: Viewer = PUBLIC) -> dict:
    found = search.answer(QueryDict(question), place, viewer, path="/x/", lenient=True)
    results = found.results
    return {
        "total": results.total,
        "count": found.count(),
        "bounds": results.bounds,
        "pages": (results.pages, results.query.page),
        "cards": [it["name"] for it in results.cards],
        "page": [it.name for it in found.page],
        "filters": found.filters,
        "text": results.count_text,
        "outside": results.outside,
        "sources": [it.title for it in found.sources],
        "other ways": [(it.text, it.url) for it in results.other_ways],
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_says_what_the_database_says(things, settings, question):
    from_database = said(question, things)
    settings.PAGE_COPIES_MB = 8
    remembered.forget()
    with remembered.nothing():
        remembered.hold("1 5")
        query = search.answer(QueryDict(question), things, lenient=True).query
        assert at_hand.answers(query, PUBLIC) is not None
        assert said(question, things) == from_database
    assert "Secret" not in str(from_database) and "Over" not in str(from_database)


@pytest.mark.parametrize("question", ["when=now", "confirmed=1"])
def test_what_it_does_not_know_is_asked_of_the_database(things, held, question):
    query = search.answer(QueryDict(question), things, lenient=True).query
    assert at_hand.answers(query, PUBLIC) is None


def test_it_is_for_what_everybody_sees_of_a_home(things, held):
    query = search.answer(QueryDict(""), things).query
    assert at_hand.answers(query, Viewer(user_id=1, place_ids=frozenset({things.pk}))) is None
    assert at_hand.answers(query.replace(place=None), PUBLIC) is None


def test_a_large_place_is_not_remembered(things, held, monkeypatch):
    monkeypatch.setattr(at_hand, "MAX_ROWS", 2)
    assert at_hand.answers(search.answer(QueryDict(""), things).query, PUBLIC) is None
    assert said("", things)["total"] == 6


def test_once_read_the_database_is_not_asked(things, held, django_assert_num_queries):
    query = search.answer(QueryDict("kind=organisation"), things).query
    assert [NodeKind(it.kind) for it in at_hand.answers(query, PUBLIC)] == [NodeKind.ORGANISATION]
    with django_assert_num_queries(0):
        assert len(at_hand.answers(query, PUBLIC)) == 1


def test_a_question_is_asked_once_for_all_that_is_said_of_it(things, held, django_assert_num_queries):
    query = search.answer(QueryDict(""), things).query
    at_hand.answers(query, PUBLIC)
    with django_assert_num_queries(1):
        assert [len(at_hand.answers(query.replace(q="bank", **more), PUBLIC)) for more in ({}, {"page": 2})] == [3, 3]
        assert at_hand.answers(query.replace(q="bank", kind=("organisation",)), PUBLIC) == []


def test_what_came_after_the_state_was_read_is_asked_of_the_database(things, held):
    query = search.answer(QueryDict(""), things).query
    assert len(at_hand.answers(query, PUBLIC)) == 6
    NodeFactory(name="Late bank")
    assert at_hand.answers(query.replace(q="bank"), PUBLIC) is None
    assert "Late bank" in said("q=bank", things)["cards"]


def test_what_was_hidden_after_the_state_was_read_is_not_shown(things, held):
    assert "A bank" in said("", things)["cards"]
    Node.objects.filter(name="A bank").update(visibility=Visibility.MEMBERS)
    assert "A bank" not in str(said("", things)["cards"]) + str(said("q=bank", things)["cards"])


def test_what_cards_show_is_read_once_and_still_asked_whether_it_may_be_seen(things, held):
    assert said("kind=organisation", things)["cards"] == ["The Hub"]
    Node.objects.filter(name="The Hub").update(name="Renamed behind the state")
    # Until the state is another one, what was read in it is shown.
    assert said("kind=organisation", things)["cards"] == ["The Hub"]
    Node.objects.filter(kind=NodeKind.ORGANISATION).update(state=NodeState.ARCHIVED)
    assert said("kind=organisation", things)["cards"] == []
    remembered.hold("1 6")
    assert said("kind=organisation", things)["total"] == 0


def test_a_change_of_the_state_shows_it_at_once(things, held):
    said("kind=organisation", things)
    Node.objects.filter(name="The Hub").update(name="Renamed")
    remembered.hold("1 6")
    assert said("kind=organisation", things)["cards"] == ["Renamed"]


WORDS = (
    "library", "libraries", "sale library", "Café", "cafe", "st mary's", "saint marys", "chemist", "food bank", "hall",
    "o'neill", "the", "it", "IT help", "100%", "library -plaque", '"sale library"', "libr*", "library or cafe",
)  # fmt: skip
NAMES = (
    ("Sale Library", "library"), ("Library", "pharmacy"), ("Old library, Sale Library Lane", None), ("Café", None),
    ("LIBRARY", "cafe"), ("cafe", "cafe"), ("Ca-fe", "cafe"), ("St Mary's", None), ("St. Mary’s Hall", "cafe"),
    ("Saint Marys", None), ("The chemist", None), ("Pharmacy of O'Neill", "pharmacy"), ("Food bank", "food-bank"),
    ("Foodbank hall", None), ("IT help in the library", "library"), ("100% library cafe", "cafe"),
    ("Zed library", "library"), ("zed Library", "library"),
)  # fmt: skip


@pytest.fixture
def many(place):
    kinds = {slug: CategoryFactory(slug=slug, name=slug) for slug in ("pharmacy", "food-bank", "library", "cafe")}
    here, elsewhere = Point(-2.32, 53.42, srid=4326), Point(-1.0, 53.42, srid=4326)
    for n, (name, kind) in enumerate(NAMES):
        for more in range(2):
            NodeFactory(
                name=name,
                category=kinds.get(kind),
                summary="library cafe " * (n % 3),
                location=(here, elsewhere, None)[(n + more) % 3],
                fading_since=timezone.now() if (n + more) % 5 == 0 else None,
            )
    return place


@pytest.mark.parametrize("sort", ["", "name"])
@pytest.mark.parametrize("text", WORDS)
def test_words_are_answered_in_the_order_of_the_database(many, held, text, sort):
    query = Query(place=many, q=text, sort=sort)
    in_order = query.apply(Node.objects.visible_to(PUBLIC), PUBLIC).values_list("pk", flat=True)
    assert [it.pk for it in at_hand.answers(query, PUBLIC)] == list(in_order)


def test_times_are_counted_as_the_database_counts_them(things, held, settings):
    for node in Node.objects.filter(name__in=["Green", "Far bank"]):
        now = timezone.now()
        OpeningInterval.objects.create(
            node=node, state="open", period=(now - timezone.timedelta(hours=1), now + timezone.timedelta(hours=30))
        )
    query = search.answer(QueryDict(""), things).query
    windows = {it: window(it, "", zone_of(things)) for it in ("now", "today", "tomorrow", "week")}
    for asked in (query, query.replace(category=("help",)), query.replace(q="green"), query.replace(q="nothing")):
        nodes = asked.restrict(Node.objects.visible_to(PUBLIC), PUBLIC)
        assert at_hand.times(asked, PUBLIC, tuple(windows), lambda: windows) == occasions.counts(nodes, windows)
    assert at_hand.times(query, PUBLIC, tuple(windows), lambda: windows)["now"] == 2
