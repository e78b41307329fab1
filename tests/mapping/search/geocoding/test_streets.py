"""Streets as places to look near."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.http import QueryDict
from django.utils.http import urlencode

from mapping import search
from mapping.models import GazetteerEntry, Postcode
from mapping.search import geocoding
from mapping.search.interpret import interpret
from tests.factories import NodeFactory, PlaceFactory, StreetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def streets(place):
    for name, town, area, lon, lat in [
        ("Harboro Road", "Sale", "Ashton upon Mersey", -2.342, 53.426),
        ("Park Road", "Sale", "Brooklands", -2.32, 53.41),
        ("Park Road", "Altrincham", "Timperley North", -2.33, 53.39),
        ("Moss Lane", "Sale", "Manor", -2.35, 53.41),
        ("Moss Lane", "Sale", "Priory", -2.31, 53.42),
        ("Church Street", "Leeds", "Harehills", -1.5, 53.8),
        ("St John's Road", "Sale", "Manor", -2.33, 53.415),
        ("Broadway", "Sale", "Manor", -2.335, 53.418),
    ]:
        StreetFactory(name=name, town=town, area=area, point=Point(lon, lat, srid=4326))
    for name, district, lon, lat in [("Sale", "Trafford", -2.32, 53.425), ("Ashton", "Trafford", -2.345, 53.425)]:
        GazetteerEntry.objects.create(name=name, district=district, kind="town", point=Point(lon, lat, srid=4326))
    Postcode.objects.create(code="M33", point=Point(-2.33, 53.42, srid=4326))
    return place


@pytest.mark.parametrize(
    "text",
    [
        "Harboro Road", "harboro rd", "HARBORO RD.", "Harboro Rd, Sale", "harboro rd sale",
        "Harboro Road, Sale, Trafford", "Harboro Road, M33", "Harboro Road M33",
        "Harboro Road, Ashton upon Mersey", "Harboro Road, Ashton",
    ],
)  # fmt: skip
def test_a_street_is_a_place_however_it_is_written(streets, text):
    [spot] = geocoding.find(text, streets)
    assert (spot.near, spot.kind, spot.inside, spot.note) == ("Harboro Road, Sale", "street", True, "")
    assert (spot.lon, spot.lat) == (-2.342, 53.426)


@pytest.mark.parametrize("text", ["St. John’s Rd", "saint johns road", "St Johns Road, sale"])
def test_saints_and_apostrophes_of_any_shape(streets, text):
    [spot] = geocoding.find(text, streets)
    assert spot.near == "St John's Road, Sale"


def test_a_street_of_several_towns_is_asked_about_by_town_then_by_ward(streets):
    assert {it.near for it in geocoding.find("park rd", streets)} == {"Park Road, Altrincham", "Park Road, Sale"}
    wards = {it.near for it in geocoding.find("Moss Lane", streets)}
    assert wards == {"Moss Lane, Sale, Manor", "Moss Lane, Sale, Priory"}
    assert [it.near for it in geocoding.find("Park Road, Timperley", streets)] == ["Park Road, Altrincham"]


def test_what_is_offered_finds_itself_again(streets):
    for text in ("Park Road", "Moss Lane"):
        for spot in geocoding.find(text, streets):
            [again] = geocoding.find(spot.near, streets)
            assert (again.lon, again.lat) == (spot.lon, spot.lat)


def test_a_house_number_is_left_out_and_said(streets):
    for text in ("12 Harboro Road", "12a Harboro Rd, Sale", "Flat 3 Harboro Road"):
        [spot] = geocoding.find(text, streets)
        assert spot.label == "Harboro Road, Sale"
        assert "not the numbers in them" in spot.note and text in spot.note


def test_a_street_elsewhere_is_known_and_lies_outside(streets):
    [spot] = geocoding.find("Church St", streets)
    assert (spot.near, spot.inside) == ("Church Street, Leeds", False)


def test_a_street_elsewhere_is_not_offered_beside_one_at_home(streets):
    StreetFactory(name="Harboro Road", town="Leeds", point=Point(-1.51, 53.8, srid=4326))
    [spot] = geocoding.find("Harboro Road", streets)
    assert spot.near == "Harboro Road, Sale"
    assert len(geocoding.find("Harboro Road")) == 2


def test_a_place_of_that_name_leaves_the_streets_out(streets):
    GazetteerEntry.objects.create(name="Broadway", district="Trafford", point=Point(-2.3, 53.4, srid=4326))
    [spot] = geocoding.find("Broadway", streets)
    assert spot.kind == "place"


def test_two_lists_of_one_street_are_one(streets):
    StreetFactory(name="Harboro Rd", town="Sale", area="Ashton upon Mersey", point=Point(-2.340, 53.427, srid=4326))
    [spot] = geocoding.find("Harboro Road", streets)
    assert spot.near == "Harboro Road, Sale"


def test_a_street_in_no_such_town_is_nothing(streets):
    assert geocoding.find("Harboro Road, Leeds", streets) == []
    assert geocoding.find("Harbour Wall", streets) == []


def test_an_area_with_a_boundary_says_what_lies_in_it(streets):
    PlaceFactory(
        name="West End",
        slug="west-end",
        code="X9",
        is_home=False,
        boundary=MultiPolygon(Polygon.from_bbox((-2.36, 53.40, -2.34, 53.43)), srid=4326),
    )
    assert [it.near for it in geocoding.find("Moss Lane, West End", streets)] == ["Moss Lane, Sale"]


@pytest.mark.parametrize(
    ("text", "near", "words"),
    [
        ("Harboro Road", "Harboro Road, Sale", ""),
        ("near harboro rd", "Harboro Road, Sale", ""),
        ("food bank near Harboro Road", "Harboro Road, Sale", "food bank"),
        ("food bank near harboro rd, sale", "Harboro Road, Sale", "food bank"),
        ("food bank harboro road", "Harboro Road, Sale", "food bank"),
    ],
)
def test_search_looks_near_it(streets, text, near, words):
    NodeFactory(name="Stretford Food Bank", search_extra="Food help")
    found = interpret(text, streets)
    assert (found.kind, found.spot.near, found.words) == ("places", near, words)


def test_search_asks_which(streets):
    found = interpret("Moss Lane", streets)
    assert len(found.choices) == 2 and "several places" in found.note


def test_what_is_on_a_street_of_two_towns_is_shown_until_somebody_says_which(streets):
    NodeFactory(name="Baptist Church", search_extra="Church\nMoss Lane, Sale")
    NodeFactory(name="Mossy Church", search_extra="Church")
    for text in ("church on Moss Lane", "church near Moss Lane"):
        found = search.answer(QueryDict(urlencode({"q": text})), streets, path="/trafford/list/", lenient=True)
        assert [it.name for it in found.page] == ["Baptist Church"]
        assert "called “Moss Lane”" in found.meaning.note
        assert all("q=church&" in f"{it['url']}&" for it in found.choices) and len(found.choices) == 2


def test_looking_a_street_up_takes_few_queries(streets, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        geocoding.named("Harboro Road", streets)


def test_names_of_settlements_have_saints_too(streets):
    GazetteerEntry.objects.create(name="St. Helens", district="St. Helens", point=Point(-2.73, 53.45, srid=4326))
    GazetteerEntry.objects.create(name="King's Lynn", district="Norfolk", point=Point(0.4, 52.75, srid=4326))
    for text in ("St Helens", "saint helens", "ST. HELENS"):
        assert [it.label for it in geocoding.find(text)] == ["St. Helens"]
    assert [it.label for it in geocoding.find("King’s Lynn")] == ["King's Lynn"]
