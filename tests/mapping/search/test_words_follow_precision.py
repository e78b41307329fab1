"""Whoever makes a place coarser, it is not found by its street or postcode from then on."""

from __future__ import annotations

import pytest
from django.test import Client

from mapping.models import Node
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(place):
    return NodeFactory(
        place=place,
        name="Altrincham Library",
        address="2 Pott Street, Altrincham",
        postcode="WA14 1AH",
        search_extra="library\nbooks\n2 Pott Street, Altrincham\nWA14 1AH\nWA141AH",
    )


def found(words: str) -> bool:
    answer = Client().get("/api/v1/nodes", {"place": "trafford", "q": words})
    return "Altrincham Library" in answer.content.decode()


def test_an_area_is_not_found_by_what_it_hides(library):
    assert found("Pott Street")
    Node.objects.filter(pk=library.pk).update(location_precision="area")
    assert not found("Pott Street") and not found("WA141AH")
    assert found("books")
    library.refresh_from_db()
    assert library.search_extra == "library\nbooks"


def test_to_the_postcode_leaves_the_postcode(library):
    library.location_precision = "postcode"
    library.save()
    library.refresh_from_db()
    assert library.search_extra == "library\nbooks\nWA14 1AH\nWA141AH"


def test_what_stays_as_it_is_keeps_its_words(library):
    Node.objects.filter(pk=library.pk).update(summary="Open late")
    library.refresh_from_db()
    assert "Pott Street" in library.search_extra
