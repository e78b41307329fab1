"""Search of the whole site."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from cms.commands import ensure_pages
from mapping.models import Actor, Postcode
from tests.factories import NodeFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def box(*edges):
    return MultiPolygon(Polygon.from_bbox(edges), srid=4326)


@pytest.fixture
def two(place):
    ensure_pages(place, Actor.command("test"))
    other = PlaceFactory(name="Leeds", slug="leeds", code="E2", boundary=box(-1.8, 53.7, -1.3, 53.9))
    ensure_pages(other, Actor.command("test"))
    NodeFactory(name="Longford Park", place=place)
    NodeFactory(name="Roundhay Park", place=other, location=Point(-1.5, 53.83, srid=4326))
    Postcode.objects.create(code="LS82JL", point=Point(-1.5, 53.83, srid=4326))
    return place, other


def test_the_only_place_is_gone_to_at_once(client, place):
    response = client.get("/search/?q=food+bank&open=wed")
    assert (response.status_code, response["Location"]) == (302, "/trafford/map/?q=food+bank&open=wed")


def test_words_are_searched_in_every_place(client, two):
    page = client.get("/search/?q=park").content.decode()
    assert "Longford Park" in page and "Roundhay Park" in page
    assert "2 results for “park”" in page


def test_a_postcode_leads_into_the_place_that_holds_it(client, two):
    response = client.get("/search/?q=ls8+2jl")
    assert (response.status_code, response["Location"]) == (302, "/leeds/map/?near=LS8+2JL")


def test_without_a_question_the_places_are_shown(client, two):
    page = client.get("/search/").content.decode()
    assert 'href="/trafford/"' in page and 'href="/leeds/"' in page


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 5000, "near=zzz", "page=x", "bbox=1", "q=park&exact=1"])
def test_nothing_that_is_asked_breaks_it(client, two, query):
    assert client.get(f"/search/?{query}").status_code == 200
