"""Latitude and longitude in the spellings of maps and telephones, and British grid references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.search import geocoding
from mapping.search.interpret import interpret
from mapping.search.query import Query, QueryError


@pytest.mark.parametrize(
    "text",
    [
        "53.44 -2.30", "53.44; -2.30", "(53.44, -2.30)", "53.44N 2.30W", "53.44° N, 2.30° W", "N53.44 W2.30",
        "53°26'24\"N 2°18'W", "53°26′24″N, 2°18′00″W", "2.30W 53.44N", "53.44, −2.30", "-2.30, 53.44",
    ],
)  # fmt: skip
def test_coordinates_in_other_spellings_are_read_and_it_is_said(text):
    spot = geocoding.coordinates(text)
    assert (spot.near, spot.kind) == ("53.44,-2.3", "coordinates")
    assert "was read as latitude 53.44, longitude -2.3" in spot.note


@pytest.mark.parametrize(
    "text", ["12 34", "5 n 3 w", "53.44", "53.44 -2.30 food", "53.44N 2.30", "53.44N 2.30N", "-53.44S 2.30W", "1.5 km"]
)
def test_what_is_no_pair(text):
    assert geocoding.coordinates(text) is None


@pytest.mark.parametrize("text", ["53.44, -2.3, 17", "53 26 -2 18", "53 26.4 N 2 18 W", "53,44 -2,30"])
def test_of_more_than_two_numbers_none_is_left_out(text):
    """geopy 2.5.0 takes the last two for latitude and longitude (findings/geopy-takes-the-last-two-numbers.sh)."""
    assert geocoding.coordinates(text) is None


def test_two_places_are_decimals_and_a_minus_is_a_minus():
    """geo-coordinates-parser 1.7.4 reads 53°44′; coordinate-parser 1.0.7 and lat-lon-parser 1.3.1 read 2.3 east.

    Sources: findings/geo-coordinates-parser-minutes-not-decimals.sh, findings/typographic-minus-turns-east.sh.
    """
    found = [geocoding.coordinates(text) for text in ("53.44, -2.30", "53.44, \u22122.30")]
    assert [(spot.lat, spot.lon) for spot in found] == [(53.44, -2.3)] * 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SJ 800 955", "SJ 800 955"),
        ("SJ800955", "SJ 800 955"),
        ("sj800 955", "SJ 800 955"),
        ("SJ8095", "SJ 80 95"),
        ("SJ 8001 9553", "SJ 8001 9553"),
        ("SJ 80012 95534", "SJ 80012 95534"),
        ("SJ8001295534", "SJ 80012 95534"),
    ],
)
def test_grid_references_of_four_to_ten_figures(text, name):
    spot = geocoding.coordinates(text)
    assert (spot.near, spot.label, spot.kind) == (name, f"grid reference {name}", "grid")
    assert bool(spot.note) is (text != name)
    assert geocoding.metres_between(spot.lon, spot.lat, -2.3025, 53.4562) < 750
    again = geocoding.coordinates(name)
    assert (again.near, again.lon, again.lat, again.note) == (name, spot.lon, spot.lat, "")


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        # The worked example of the Ordnance Survey's "Guide to coordinate systems in Great Britain", annexe C.
        ("TG 51409 13177", 1.716074, 52.658008),
        # Nelson's Column and Land's End.
        ("TQ 3000 8042", -0.1279, 51.5077),
        ("SW 3424 2503", -5.7148, 50.0664),
    ],
)
def test_they_lie_where_maps_have_them(name, lon, lat):
    spot = geocoding.coordinates(name)
    assert geocoding.metres_between(spot.lon, spot.lat, lon, lat) < 120


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SJ 800 95", "has 5 figures"),
        ("SJ 80 9", "has 3 figures. A grid reference has 4, 6, 8 or 10."),
        ("SJ 800000 955000", "has 12 figures"),
        ("SJ 800 95534", "not divided in the middle"),
        ("AB 123 456", "no square AB in Great Britain"),
        ("99.5 -2.3", "no point on our maps"),
        ("91,0", "no point on our maps"),
    ],
)
def test_what_is_wrong_is_said_with_a_remedy(text, said, db):
    message, remedy = geocoding.problem(text)
    assert said in message and remedy.endswith(".")
    assert interpret(text).note == f"{message} {remedy}"
    with pytest.raises(QueryError) as caught:
        Query.from_params({"near": text})
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["food bank", "SJ 8 9", "IT 1", "A56", "", "harboro road"])
def test_other_words_are_no_problem_of_this_kind(text):
    assert geocoding.problem(text) is None


def test_a_point_outside_is_known_to_be_outside(place):
    [inside] = geocoding.find("53.42 -2.32", place)
    [outside] = geocoding.find("SU 10 40", place)
    assert (inside.inside, outside.inside) == (True, False)


@given(st.floats(-85, 85), st.floats(-180, 180))
def test_our_own_spelling_is_read_as_it_is(lat, lon):
    first = geocoding.coordinates(f"{lat:.5f},{lon:.5f}")
    again = geocoding.coordinates(first.near)
    assert again == first or first.note
