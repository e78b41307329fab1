"""What a process remembers of a place answers as the database does."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils import timezone

from config import remembered
from mapping import search
from mapping.models import PUBLIC, Node, NodeKind, OpeningInterval, SourceRecord, StepFree, Viewer, Visibility
from mapping.nodes import occasions
from mapping.nodes.window import window, zone_of
from mapping.search import at_hand
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
        assert at_hand.times(asked, PUBLIC, windows) == occasions.counts(nodes, windows)
    assert at_hand.times(query, PUBLIC, windows)["now"] == 2
