"""Distances in words: one unit, the place's."""

import pytest
from django.contrib.gis.geos import Point

from mapping.models import Units
from mapping.nodes.distances import apart, distance, reach, units_of
from mapping.search import facets
from mapping.search.query import Query
from mapping.search.results import Results, conditions
from tests.factories import NodeFactory, PlaceFactory


@pytest.mark.parametrize(
    ("metres", "miles", "kilometres"),
    [
        (30, "50 yards, 1 min walk", "50 m, 1 min walk"),
        (350, "400 yards, 5 min walk", "350 m, 5 min walk"),
        (974, "0.6 miles, 13 min walk", "950 m, 13 min walk"),
        (975, "0.6 miles, 13 min walk", "1.0 km, 13 min walk"),
        (1234, "0.8 miles, 16 min walk", "1.2 km, 16 min walk"),
        (1609, "1 mile, 21 min walk", "1.6 km, 21 min walk"),
        (3500, "2.2 miles", "3.5 km"),
        (12_345, "7.7 miles", "12 km"),
        (32_187, "20 miles", "32 km"),
    ],
)
def test_how_far_away(metres, miles, kilometres):
    assert distance(metres, Units.MILES) == miles
    assert distance(metres, Units.KM) == kilometres


@pytest.mark.parametrize(
    ("metres", "miles", "kilometres"), [(0, "0 yards", "0 m"), (32, "30 yards", "30 m"), (118, "130 yards", "120 m")]
)
def test_how_far_apart(metres, miles, kilometres):
    assert apart(metres, Units.MILES) == miles
    assert apart(metres, Units.KM) == kilometres


@pytest.mark.parametrize(
    ("metres", "miles", "kilometres"),
    [
        (200, "200 yards", "200 m"),
        (500, "0.3 miles", "500 m"),
        (800, "half a mile", "800 m"),
        (1500, "0.9 miles", "1.5 km"),
        (1600, "1 mile", "1.6 km"),
        (1609, "1 mile", "1.6 km"),
        (3200, "2 miles", "3.2 km"),
        (50_000, "31.1 miles", "50 km"),
    ],
)
def test_how_far_around(metres, miles, kilometres):
    assert reach(metres, Units.MILES) == miles
    assert reach(metres, Units.KM) == kilometres


def test_where_no_place_is_asked_about_it_is_miles():
    assert units_of(None) == Units.MILES


@pytest.mark.django_db
@pytest.mark.parametrize(("units", "around", "away"), [("miles", "1 mile", "0.4 miles"), ("km", "1.6 km", "650 m")])
def test_a_place_says_all_distances_in_its_unit(units, around, away):
    place = PlaceFactory(units=units)
    NodeFactory(name="A library", location=Point(-2.31, 53.42, srid=4326))
    query = Query(place=place, near="53.42,-2.32")
    results = Results(query)
    assert results.count_text == f"1 result within {around} of the chosen point"
    [card] = results.cards
    assert card["distance"].startswith(f"{away}, ")
    [group] = [it for it in facets.groups(query, results.viewer, 1) if it["name"] == "within"]
    labels = [it["label"] for it in group["options"]]
    assert around in labels
    assert all(("mile" in label or "yards" in label) is (units == "miles") for label in labels)
    # A calendar says its question without its place, but in its unit.
    assert conditions(query.replace(place=None), query.units) == [f"within {around} of the chosen point"]


@pytest.mark.django_db
@pytest.mark.parametrize("units", Units.values)
def test_either_unit_can_be_asked_for(units):
    place = PlaceFactory(units=units)
    for text, metres in [("1.5 km", 1500), ("1 mile", 1609), ("800", 800)]:
        assert Query.from_params({"near": "53.42,-2.32", "within": text}, place).within == metres
