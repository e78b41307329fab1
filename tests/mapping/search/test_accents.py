"""Accents and apostrophes make no difference, wherever names and words are looked for."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from listings.posting.venues import organisations_like, venues_like
from mapping.models import PUBLIC, GazetteerEntry, Node, SearchWord, Street
from mapping.network import snapshots
from mapping.network.node_lookup import NodeLookup
from mapping.readers.street_names import street_key
from mapping.search import geocoding, names, spelling
from mapping.search.interpret import interpret
from mapping.search.query import Query
from tests.factories import NodeFactory, OrganisationFactory, SourceFactory

pytestmark = pytest.mark.django_db
HERE = Point(-2.30, 53.45, srid=4326)
SHAPES = ("St Peters Hall", "St Peter’s Hall", "St Peter's Hall", "St. Peter`s Hall", "Saint Peterʼs Hall")


def found(text: str, place=None) -> set[str]:
    return set(Query(place=place, q=text).restrict(Node.objects.visible_to(PUBLIC)).values_list("name", flat=True))


@pytest.mark.parametrize(
    "typed", ["café siân", "cafe sian", "CAFÉ", "cafés", "cafes", "caf*", "caf\u00e9*", '"cafe sian"']
)
@pytest.mark.parametrize("written", ["Café Siân", "Cafe Sian"])
def test_words_are_found_with_and_without_accents(typed, written):
    NodeFactory(name=written)
    assert found(typed) == {written}


def test_words_of_summaries_and_categories_lose_their_accents_too():
    NodeFactory(name="Green Row", search_extra="Crèche", summary="Près du château")
    assert found("creche") == found("chateau") == found("Château près") == {"Green Row"}


def test_a_name_without_its_accent_comes_first(place):
    NodeFactory(place=place, name="Cafe Sian friends", summary="Cafe Sian, cafe Sian")
    NodeFactory(place=place, name="Café Siân")
    nodes = Query(place=place, q="cafe sian").apply(Node.objects.visible_to(PUBLIC))
    assert [it.name for it in nodes] == ["Café Siân", "Cafe Sian friends"]


def test_known_words_have_no_accents(place):
    NodeFactory(place=place, name="Café Siân", search_extra="Crèche")
    spelling.rebuild()
    assert {"cafe", "sian", "creche"} <= set(SearchWord.objects.values_list("word", flat=True))
    assert interpret("crechh", place).corrected_text == "creche"
    assert spelling.words_of("Smørrebrød Łódź") == ["smorrebrod", "lodz"]


@pytest.mark.parametrize("typed", SHAPES)
@pytest.mark.parametrize("written", SHAPES[:3])
def test_a_poster_and_the_network_find_a_name_in_any_shape(typed, written, place):
    hall = NodeFactory(place=place, kind="asset", name=written, location=HERE)
    NodeFactory(place=place, kind="asset", name="Saint Paul's Hall", location=HERE)
    group = OrganisationFactory(place=place, name=f"Friends of {written}")
    first = venues_like(place, typed)[0]
    assert (first.pk, first.rank) == (hall.pk, 0)
    assert organisations_like(place, f"friends of {typed}")[0].pk == group.pk
    match = NodeLookup(place, snapshots.load(place, PUBLIC), PUBLIC).find(None, typed)
    assert match.uuid == str(hall.uuid)


def test_names_that_are_alike_are_found_across_accents(place):
    NodeFactory(place=place, name="Église Saint-Étienne")
    assert [it.name for it in names.like(Node.objects.all(), "eglize st etiene")] == ["Église Saint-Étienne"]


@pytest.mark.parametrize("typed", ["Llansiân", "llansian", "St. Siân’s Green", "Saint Sians Green"])
def test_places_are_found_with_and_without_accents(typed):
    for name in ("Llansiân", "St Siân's Green"):
        GazetteerEntry.objects.create(name=name, district="", point=HERE)
    assert len(geocoding.named(typed)) == 1


def test_streets_are_found_with_and_without_accents():
    Street.objects.create(name="Siân's Café Road", town="", point=HERE, source=SourceFactory())
    assert street_key("Sian’s Cafe Rd") == street_key("Siân's Café Road")
    assert [it.kind for it in geocoding.named("Sians cafe rd")] == ["street"]


def test_something_called_so_is_a_name_and_no_place(place):
    GazetteerEntry.objects.create(name="Sale", district="", point=HERE)
    NodeFactory(place=place, name="Café in Sale")
    assert interpret("cafe in sale", place).spot is None
