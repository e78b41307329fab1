"""Postcodes in any spelling, sectors, outcodes, and names of places."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from hypothesis import given
from hypothesis import strategies as st

from mapping.models import GazetteerEntry, Postcode
from mapping.search import geocoding
from tests.factories import PlaceFactory


def at(lon, lat):
    return Point(lon, lat, srid=4326)


@pytest.fixture
def postcodes(db):
    for code, lon, lat in [
        ("M320TH", -2.300, 53.450),
        ("M320TJ", -2.302, 53.452),
        ("M329AA", -2.310, 53.460),
        ("M32", -2.305, 53.455),
        ("M32AB", -2.25, 53.48),
        ("SW1A1AA", -0.14, 51.50),
    ]:
        Postcode.objects.create(code=code, point=at(lon, lat))


@pytest.mark.parametrize("text", ["M32 0TH", "m320th", " M32  0th ", "m32\t0TH", "M32-0TH", "M 3 2 0 T H"])
def test_a_postcode_is_known_in_any_spelling(postcodes, text):
    [spot] = geocoding.find(text)
    assert (spot.kind, spot.near, spot.lon, spot.lat) == ("postcode", "M32 0TH", -2.3, 53.45)


@pytest.mark.parametrize(
    ("text", "kind", "near"),
    [
        ("M32", "outcode", "M32"),
        ("m32", "outcode", "M32"),
        ("M32 0", "sector", "M32 0"),
        ("m320", "sector", "M32 0"),
        ("M3 2", "sector", "M3 2"),
        ("SW1A 1AA", "postcode", "SW1A 1AA"),
        ("sw1a", "outcode", "SW1A"),
    ],
)
def test_parts_of_postcodes(postcodes, text, kind, near):
    [spot] = geocoding.find(text)
    assert (spot.kind, spot.near) == (kind, near)


def test_the_middle_of_a_sector_is_worked_out_of_its_postcodes(postcodes):
    [spot] = geocoding.find("M32 0")
    assert (spot.lon, spot.lat) == pytest.approx((-2.301, 53.451))


def test_an_unknown_postcode_of_a_known_sector_stands_for_it_and_says_so(postcodes):
    [spot] = geocoding.find("M32 0ZZ")
    assert spot.near == "M32 0"
    assert "M32 0ZZ" in spot.note and "M32 0." in spot.note


@pytest.mark.parametrize("text", ["ZZ9 9ZZ", "B1", "A56", "hello", "12345", "", "\x00", "ZZ9 9Z"])
def test_what_is_no_known_postcode_is_nothing(postcodes, text):
    assert geocoding.find(text) == []


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("53.42,-2.32", "53.42,-2.32"),
        ("53.420000, -2.320000", "53.42,-2.32"),
        ("0,-0.0", "0,0"),
        ("+53,2", "53,2"),
    ],
)
def test_coordinates(text, near):
    assert geocoding.coordinates(text).near == near


@pytest.mark.parametrize("text", ["91,0", "0,181", "53.4", "a,b", "1e5,2", "nan,nan", "١,٢"])
def test_what_is_no_pair_of_coordinates(text):
    assert geocoding.coordinates(text) is None


@pytest.fixture
def names(db):
    for name, district, lon, lat in [
        ("Sale", "Trafford", -2.32, 53.42),
        ("Ladywood", "Birmingham", -1.93, 52.48),
        ("Ladywood", "Telford and Wrekin", -2.48, 52.62),
        ("Knowle", "Bristol", -2.57, 51.43),
        ("Knowle", "Bristol", -2.57, 51.60),
    ]:
        GazetteerEntry.objects.create(name=name, district=district, kind="town", point=at(lon, lat))


def test_a_name_that_is_several_places_is_asked_about(names):
    spots = geocoding.find("ladywood")
    assert [spot.near for spot in spots] == ["Ladywood, Birmingham", "Ladywood, Telford and Wrekin"]
    assert geocoding.find("Ladywood, Birmingham") == spots[:1]


def test_places_of_one_name_and_district_are_told_apart_by_where_they_are(names):
    spots = geocoding.find("Knowle")
    assert [spot.near for spot in spots] == ["51.43,-2.57", "51.6,-2.57"]


def test_a_name_at_home_leaves_the_others_out(names):
    home = PlaceFactory()
    GazetteerEntry.objects.create(name="Sale", district="Cornwall", kind="village", point=at(-5, 50.2))
    [spot] = geocoding.find("SALE", home)
    assert (spot.district, spot.inside) == ("Trafford", True)
    assert len(geocoding.find("sale")) == 2
    assert all(not spot.inside for spot in geocoding.find("Ladywood", home))


def test_an_area_and_the_gazetteer_entry_within_it_are_one_place(names):
    trafford = PlaceFactory()
    PlaceFactory(
        name="Sale",
        slug="sale",
        code="X1",
        is_home=False,
        parent=trafford,
        boundary=MultiPolygon(Polygon.from_bbox((-2.34, 53.41, -2.30, 53.43)), srid=4326),
    )
    [spot] = geocoding.find("Sale", trafford)
    assert spot.near == "Sale, Trafford"
    assert geocoding.find(spot.near, trafford) == [spot]


@given(st.text(max_size=40))
def test_tidy_texts_are_safe_and_stay_as_they_are(text):
    once = geocoding.tidy(text)
    assert "\x00" not in once and once == once.strip() and "\n" not in once
    assert geocoding.tidy(once) == once
    once.encode("utf-8")
