"""The map of a page of results on paper: every number is there, readable, and by its point."""

import itertools
import math

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from mapping.maps import basemap, paper, roads
from mapping.models import GazetteerEntry
from mapping.nodes.cards import address_of
from mapping.readers.basemap_layers import BasemapFeature
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


def cards(*points):
    return [{"lon": lon, "lat": lat} for lon, lat in points]


def test_each_result_has_its_number_where_it_is(place):
    sheet = paper.sheet(place, cards((-2.40, 53.40), (None, None), (-2.30, 53.45)))
    west, east = sheet.marks
    assert (west.number, east.number) == (1, 3)
    assert west.x < east.x and west.y > east.y
    assert not west.is_moved and not east.is_moved
    # All of them fit, with room for the disc.
    assert all(paper.RADIUS <= it.x <= sheet.width - paper.RADIUS for it in sheet.marks)
    assert sheet.bar[1] == "1 mile"


def test_the_boundary_is_drawn_where_it_is_in_view(place):
    assert paper.sheet(place, cards((-2.45, 53.36), (-2.24, 53.52))).outline.startswith("M")


def test_no_number_lies_on_another(place):
    crowd = [(-2.32, 53.42)] * 12 + [(-2.32 + n / 5000, 53.42) for n in range(18)]
    sheet = paper.sheet(place, cards(*crowd, (-2.25, 53.47)))
    assert len(sheet.marks) == 31
    for one, other in itertools.combinations(sheet.marks, 2):
        assert math.hypot(one.x - other.x, one.y - other.y) >= 2 * paper.RADIUS
    moved = [it for it in sheet.marks if it.is_moved]
    assert moved and all(math.hypot(it.x - it.at_x, it.y - it.at_y) < 110 for it in moved)


def test_a_place_to_the_side_of_what_was_found_is_not_drawn(place):
    place.boundary = MultiPolygon(Polygon.from_bbox((-3.0, 53.0, -1.5, 54.0)), srid=4326)
    assert paper.sheet(place, cards((-2.32, 53.42))).outline == ""


def test_towns_say_where_it_is_unless_a_number_lies_there(place):
    for name, x in (("Sale", -2.32), ("Stretford", -2.30)):
        GazetteerEntry.objects.create(name=name, kind="town", point=Point(x, 53.43, srid=4326))
    sheet = paper.sheet(place, cards((-2.32, 53.43), (-2.25, 53.40)))
    assert [name for _x, _y, name in sheet.towns] == ["Stretford"]


def test_where_one_looks_from_and_how_far_is_drawn_to_scale(place):
    here = {"lat": 53.42, "lon": -2.32, "metres": 805}
    sheet = paper.sheet(place, cards((-2.32, 53.44), (-2.31, 53.42)), here)
    x, y, radius = sheet.here
    north = sheet.marks[0]
    assert x == north.at_x and y > north.at_y
    # A fiftieth of a degree of latitude is 2,224 metres.
    assert radius / (y - north.at_y) == pytest.approx(805 / 2224, rel=0.03)
    assert sheet.bar[0] / radius == pytest.approx({"half a mile": 805, "1 mile": 1609}[sheet.bar[1]] / 805, rel=0.03)


def test_there_is_none_of_what_has_no_place(place):
    assert paper.sheet(place, cards((None, None))) is None
    assert paper.sheet(place, []) is None


@pytest.mark.parametrize(
    ("address", "postcode", "said"),
    [
        ("1 High Street", "M33 7ZF", "1 High Street, M33 7ZF"),
        ("1 High Street, M33 7ZF", "M33 7ZF", "1 High Street, M33 7ZF"),
        ("", "M33 7ZF", "M33 7ZF"),
        ("", "", ""),
    ],
)
def test_the_address_beside_a_number(address, postcode, said):
    assert address_of(NodeFactory(address=address, postcode=postcode)) == said


def test_an_address_that_is_finer_than_the_map_is_not_printed():
    node = NodeFactory(address="1 High Street", postcode="M33 7ZF", location_precision="area")
    assert "High Street" not in address_of(node) and "7ZF" not in address_of(node)


def road(kind, *corners):
    return BasemapFeature("roads", kind, "", 8, {"type": "LineString", "coordinates": corners})


@pytest.fixture
def ground(place, settings, tmp_path):
    """A main road through the middle, a street beside it, a path and a road far away."""
    settings.BASEMAP_ROOT = tmp_path
    features = [
        road("primary", (-2.40, 53.42), (-2.32, 53.42), (-2.25, 53.44)),
        road("residential", (-2.325, 53.425), (-2.315, 53.425)),
        road("footway", (-2.321, 53.421), (-2.320, 53.423)),
        road("primary", (-2.25, 53.50), (-2.24, 53.50)),
    ]
    return basemap.build(place.slug, features, box=None, attribution='<a href="https://example.org">Ours</a>').basemap


def test_the_roads_of_the_ground_are_drawn_and_whose_they_are_is_said(place, ground):
    sheet = paper.sheet(place, cards((-2.33, 53.42), (-2.31, 53.43)))
    assert sheet.roads.count("M") == 1 and sheet.streets.count("M") == 1
    assert sheet.credit == "Ours"
    # Cut at the edge: from left to right through the middle of what is there.
    x, y, *steps = map(int, sheet.roads.removeprefix("M0 0m").split())
    assert 0 < y < sheet.height
    assert sorted((x, x + sum(steps[::2]))) == [0, sheet.width]


def test_a_picture_holds_only_so_many_corners(place, ground, monkeypatch):
    monkeypatch.setattr(roads, "MAX_CORNERS", 4)
    sheet = paper.sheet(place, cards((-2.33, 53.42), (-2.31, 53.43)))
    assert sheet.roads and not sheet.streets
    monkeypatch.setattr(roads, "MAX_CORNERS", 2)
    assert paper.sheet(place, cards((-2.33, 53.42), (-2.31, 53.43))).roads == ""


def test_without_roads_nothing_is_drawn_and_nobody_is_named(place, ground):
    assert paper.sheet(place, cards((-2.45, 53.36))).credit == ""
    ground.roads.unlink()
    roads._read.cache_clear()
    sheet = paper.sheet(place, cards((-2.33, 53.42), (-2.31, 53.43)))
    assert (sheet.roads, sheet.streets, sheet.credit) == ("", "", "")


def test_a_ground_of_an_earlier_version_gets_its_roads_when_it_is_built_again(place, ground):
    ground.roads.unlink()
    features = [road("primary", (-2.40, 53.42), (-2.25, 53.44))]
    built = basemap.build(place.slug, features, box=None, attribution="Ours").basemap
    built.roads.unlink()
    assert basemap.build(place.slug, features, box=None, attribution="Ours").basemap.roads.exists()
    assert basemap.current(place.slug) == built
