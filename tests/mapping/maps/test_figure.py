"""How far a map goes out: its place fits into the smallest picture, and there is nothing to see beyond."""

import math

import pytest

from mapping.maps.figure import least_zoom


def pixels(bounds, zoom: int) -> float:
    """The longer side of `bounds` at a zoom, in pixels of Web Mercator."""
    (south, west), (north, east) = bounds
    up, down = (math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) for lat in (north, south))
    return 256 * 2**zoom * max((east - west) / 360, (up - down) / (2 * math.pi))


@pytest.mark.parametrize(
    ("bounds", "zoom"),
    [
        (((53.36, -2.45), (53.52, -2.24)), 10),  # a borough
        (((53.20, -2.75), (53.75, -1.90)), 8),  # a large city with its towns
        (((49.9, -8.2), (60.9, 1.8)), 4),  # Great Britain
    ],
)
def test_out_to_where_the_place_fits_into_the_smallest_picture(bounds, zoom):
    assert least_zoom(bounds) == zoom
    assert pixels(bounds, zoom) <= 256 < pixels(bounds, zoom + 1)


def test_a_street_corner_is_shown_with_what_is_around_it():
    assert least_zoom(((51.4573, -2.593), (51.4615, -2.5874))) == 12


def test_the_whole_world_is_the_end():
    assert least_zoom(((-80.0, -180.0), (80.0, 180.0))) == 1
