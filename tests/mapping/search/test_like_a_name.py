"""Names that a text may have been meant for, and what is not read to find them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mapping.models import PUBLIC, Viewer, Visibility
from mapping.search import spelling
from mapping.search.corrections import corrections
from tests.factories import NodeFactory, PlaceFactory

pytestmark = pytest.mark.django_db

NAMES = ["Santiago's", "L'Osteria", "The Vale Centre", "Sale Library", "Studio 54b", "Café Zoë", "St John's Church"]


@pytest.fixture
def town():
    place = PlaceFactory(slug="trafford")
    for name in [*NAMES, "Sail Makers", "Traffic Lights", "Transport for All"]:
        NodeFactory(name=name, place=place)
    spelling.rebuild()
    return place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Satniago's", "Santiago's"),
        ("satniagos", "Santiago's"),
        ("l'osterai", "L'Osteria"),
        ("Thee Vale Centre", "The Vale Centre"),
        ("Vale the Centr", "The Vale Centre"),
        ("Sals Library", "Sale Library"),
        ("Studoi 54b", "Studio 54b"),
        ("cafe zoee", "Café Zoë"),
        ("St Jonh's Chruch", "St John's Church"),
    ],
)
def test_a_name_is_found_whose_words_are_all_like_those_of_the_text(town, text, name):
    assert name in list(corrections(text, town, PUBLIC))


@pytest.mark.parametrize("text", ["a", "a:*", "ac*", "st", "Trafford", "Transfer Sael", "quux library"])
def test_no_name_is_compared_where_a_word_is_like_none_that_is_known(town, text):
    with CaptureQueriesContext(connection) as asked:
        assert not set(corrections(text, town, PUBLIC)) & set(NAMES)
    assert not [it["sql"] for it in asked if "SIMILARITY(" in it["sql"]]


def test_only_records_that_have_the_words_are_compared(town, monkeypatch):
    monkeypatch.setattr("mapping.search.corrections.MANY_NAMES", 1)
    assert "Sale Library" in list(corrections("Sals Library", town, PUBLIC))


def test_members_are_given_names_that_not_everybody_sees(town):
    NodeFactory(name="Refuge Zanzibar", place=town, visibility=Visibility.MEMBERS)
    member = Viewer(user_id=1, place_ids=frozenset({town.pk}))
    assert "Refuge Zanzibar" in list(corrections("Refuge Zanzibr", town, member))
    assert "Refuge Zanzibar" not in list(corrections("Refuge Zanzibr", town, PUBLIC))
