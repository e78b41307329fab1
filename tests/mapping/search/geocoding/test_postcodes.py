"""Postcodes with slips in them, those that are no longer used, and those of other countries."""

import pytest
from django.contrib.gis.geos import Point

from mapping.models import Postcode
from mapping.search import geocoding
from mapping.search.interpret import interpret

pytestmark = pytest.mark.django_db


@pytest.fixture
def postcodes():
    known = [("M320TH", -2.3, 53.45), ("M32", -2.305, 53.455), ("OL11AA", -2.1, 53.54), ("EH11AA", -3.2, 55.95)]
    for code, lon, lat in known:
        Postcode.objects.create(code=code, point=Point(lon, lat, srid=4326))


@pytest.mark.parametrize(
    ("text", "code"), [("M32 OTH", "M32 0TH"), ("m32oth", "M32 0TH"), ("0L1 1AA", "OL1 1AA"), ("OLI IAA", "")]
)
def test_a_letter_for_a_figure_is_read_and_said(postcodes, text, code):
    spot = geocoding.postcode(text)
    if not code:
        assert spot is None  # without one figure it is no postcode
        return
    assert (spot.near, spot.kind) == (code, "postcode")
    assert spot.note == f"“{text}” was read as {code}."


@pytest.mark.parametrize(("text", "near"), [("M32 0T", "M32 0"), ("m32 0t", "M32 0"), ("M32 9Z", "M32")])
def test_a_postcode_without_its_last_letter_stands_for_its_area(postcodes, place, text, near):
    found = interpret(text, place)
    assert (found.spot.near, found.text) == (near, "")
    assert found.note == f"“{text.upper()}” is not a whole postcode, so this is the area {near}."
    with_words = interpret(f"food bank {text}", place)
    assert (with_words.spot.near, with_words.text) == (near, "food bank")


def test_a_postcode_that_is_no_longer_used_stands_for_its_area(postcodes):
    spot = geocoding.postcode("M32 9ZZ")
    assert (spot.near, spot.kind) == ("M32", "outcode")
    assert "no longer used" in spot.note and "M32 9ZZ" in spot.note
    # A letter for a figure in one that the table lacks.
    assert geocoding.postcode("M32 OZZ").near == "M32 0"


def test_a_postcode_outside_the_place_is_found_outside_it(postcodes, place):
    [spot] = geocoding.find("EH1 1AA", place)
    assert (spot.near, spot.inside) == ("EH1 1AA", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BT1 5GS", "in Northern Ireland"),
        ("bt15gs", "in Northern Ireland"),
        ("IM1 1AA", "on the Isle of Man"),
        ("JE2 3AB", "on Jersey"),
        ("GY1 1AA", "on Guernsey"),
        ("ZZ9 9ZZ", "We do not know the postcode “ZZ9 9ZZ”"),
        ("L3 4Q", "cut short"),
    ],
)
def test_what_is_not_in_the_table_is_explained(postcodes, place, text, said):
    assert geocoding.find(text, place) == []
    message, remedy = geocoding.problem(text)
    assert said in message and remedy
    assert interpret(text, place).note == f"{message} {remedy}"
