"""Coordinates: any reference system, mistakes found before they reach the map."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping.readers.errors import ReadError
from mapping.readers.locate import BadLocation, Locator, find_postcode, is_outcode, normalise_postcode

WGS84, BRITISH = Locator(), Locator("EPSG:27700")


def test_british_grid_becomes_degrees():
    point = BRITISH.point("380230.27", "385291.22").point
    assert (point.x, point.y) == pytest.approx((-2.29858, 53.36413), abs=2e-4)


@pytest.mark.parametrize(
    ("locator", "x", "y", "said"),
    [
        (WGS84, "53.4", "-2.3", "look swapped"),
        (WGS84, "380230", "385291", "look like metres"),
        (WGS84, "200", "53", "Out of range"),
        (WGS84, "-2.3", "91", "Out of range"),
        (WGS84, "0", "0", "in the sea"),
        (WGS84, "-2,3", "53.4", "not 53,48"),
        (WGS84, "west", "53.4", "must be a number"),
        (WGS84, "nan", "53.4", "must be a number"),
        (WGS84, "1e400", "53.4", "must be a number"),
        (BRITISH, "-2.3", "53.4", "look like degrees"),
        (BRITISH, "980230", "385291", "look swapped"),
        (BRITISH, "99999999", "99999999", "Out of range|Outside"),
    ],
)
def test_impossible_coordinates_are_explained(locator, x, y, said):
    with pytest.raises(BadLocation) as caught:
        locator.point(x, y)
    assert any(part in caught.value.remedy for part in said.split("|"))


def test_an_unknown_reference_system_is_refused():
    with pytest.raises(ReadError, match="no reference system 'EPSG:99999'"):
        Locator("EPSG:99999", where="a.toml")


def test_a_polygon_keeps_its_shape_and_gets_a_point_inside():
    located = WGS84.wkt("POLYGON((-2.3 53.4,-2.2 53.4,-2.2 53.5,-2.29 53.41,-2.3 53.5,-2.3 53.4))")
    assert located.shape.geom_type == "Polygon"
    assert located.shape.covers(located.point)


def test_a_bow_tie_is_made_valid():
    located = WGS84.wkt("POLYGON((-2.3 53.4,-2.2 53.5,-2.2 53.4,-2.3 53.5,-2.3 53.4))")
    assert located.shape.is_valid and located.shape.covers(located.point)


def test_height_is_dropped():
    assert not WGS84.geojson({"type": "Point", "coordinates": [-2.3, 53.4, 80]}).point.has_z


@pytest.mark.parametrize(
    "geometry",
    [
        5,
        {},
        {"type": "Point"},
        {"type": "Blob", "coordinates": []},
        {"type": "Point", "coordinates": ["a", 1]},
        {"type": "Point", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[-2, 53]]]},
        {"type": "Polygon", "coordinates": [[[-2, 53], [-2, 53], [-2, 53], [-2, 53]]]},
        {"type": "Polygon", "coordinates": [[[53, -2], [53, -2.1], [53.1, -2.1], [53, -2]]]},
        {"type": "GeometryCollection", "geometries": []},
    ],
)
def test_broken_geometry_is_refused(geometry):
    with pytest.raises(BadLocation):
        WGS84.geojson(geometry)


@given(st.floats(-6.5, 1.5), st.floats(50.5, 58.5))
def test_a_point_of_great_britain_survives_the_grid(lon, lat):
    there = Locator("EPSG:4326").point(f"{lon:.7f}", f"{lat:.7f}").point
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, 27700, always_xy=True).transform(lon, lat)
    back = BRITISH.point(f"{x:.3f}", f"{y:.3f}").point
    assert there.distance(back) < 1e-4


@given(st.lists(st.tuples(st.floats(-3, -2, width=32), st.floats(53, 54, width=32)), min_size=3, max_size=12))
def test_any_ring_gives_a_point_on_its_shape_or_is_refused(ring):
    polygon = shapely.Polygon(ring)
    try:
        located = WGS84.geometry(polygon)
    except BadLocation:
        return
    assert located.shape.is_valid
    assert located.shape.distance(located.point) < 1e-6


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_a_point_or_a_plain_refusal(x, y):
    try:
        WGS84.point(x, y)
    except BadLocation as error:
        assert error.remedy


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("m320th", "M32 0TH"),
        ("M32  0TH", "M32 0TH"),
        ("M32 OTH", "M32 0TH"),
        ("B1  1BB", "B1 1BB"),
        ("sw1a1aa", "SW1A 1AA"),
        ("M32", None),
        ("M32 0T", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_postcodes_have_one_spelling(said, code):
    assert normalise_postcode(said) == code


@given(st.from_regex(r"[A-Z]{1,2}[0-9][0-9]? [0-9][ABD-HJLNP-UW-Z]{2}", fullmatch=True))
def test_a_postcode_is_the_same_however_it_is_spaced(code):
    assert normalise_postcode(code) == code
    assert normalise_postcode(code.replace(" ", "").lower()) == code
    assert is_outcode(code.split()[0])


def test_a_postcode_is_found_at_the_end_of_an_address():
    assert find_postcode("Town Hall, Talbot Road, Stretford, M32 0th") == "M32 0TH"
    assert find_postcode("1 High Street, Sale M337ZF, UK") == "M33 7ZF"
    assert find_postcode("M32 0TH is where it was") == find_postcode("High Street") == ""
