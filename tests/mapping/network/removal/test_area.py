"""Areas that somebody drew, pasted or uploaded."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.network.removal.area import LONGEST, WRITTEN, AreaProblem, from_geojson, read

SQUARE = "-2.3,53.4;-2.2,53.4;-2.2,53.5;-2.3,53.5"
RING = [[-2.3, 53.4], [-2.2, 53.4], [-2.2, 53.5], [-2.3, 53.5], [-2.3, 53.4]]

HOLE = [[-2.25, 53.45], [-2.24, 53.45], [-2.24, 53.46], [-2.25, 53.45]]


def geojson(*rings, kind="Polygon"):
    return json.dumps({"type": kind, "coordinates": list(rings)})


def circle(corners):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    ring = np.column_stack([-2.3 + np.cos(turn) / 50, 53.4 + np.sin(turn) / 50]).tolist()
    return [*ring, ring[0]]


def test_a_ring_and_several_rings_are_read():
    assert read(SQUARE).area == pytest.approx(0.01)
    assert len(read(f"{SQUARE}|1,1;2,1;2,2").geoms) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "all the way round"),
        ("rubbish", "is no longitude and latitude"),
        ("1,2;3", "is no longitude and latitude"),
        ("1,2;3,4;nan,5", "is no longitude and latitude"),
        ("1e5,2;3,4;5,6", "is no longitude and latitude"),
        ("1,2;3,4", "three corners or more"),
        ("1,2;1,2;1,2;1,2", "three corners or more"),
        ("0,0;1,1;2,2", "encloses nothing"),
        ("0,0;1,1;1,0;0,1", "crosses itself near 0.5,0.5"),
        ("53.4,-102.3;53.5,-102.3;53.5,-102.2", "longitude first"),
        ("1,2;3,4;5,6" * 2000, "too many corners"),
        ("|".join([SQUARE] * 60), "all the way round"),
    ],
    ids=["empty", "word", "half", "nan", "power", "two", "same", "flat", "bow", "turned", "long", "many"],
)
def test_what_is_no_area_is_told_plainly(text, words):
    with pytest.raises(AreaProblem, match=words.replace(".", r"\.")):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        geojson(RING),
        geojson([RING], kind="MultiPolygon"),
        json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(geojson(RING))}),
        json.dumps({"type": "GeometryCollection", "geometries": [json.loads(geojson(RING))]}),
        json.dumps({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}},
            {"type": "Feature", "geometry": json.loads(geojson(RING, HOLE))},
        ]}),
    ],
    ids=["polygon", "multi", "feature", "geometries", "features"],
)  # fmt: skip
def test_geojson_becomes_what_a_url_carries(text):
    assert read(from_geojson(text)).equals(read(SQUARE))


def test_a_ring_of_ten_thousand_corners_fits_into_a_url():
    text = from_geojson(geojson(circle(10_000)))
    assert len(text) <= WRITTEN < LONGEST
    assert read(text).area == pytest.approx(np.pi / 2500, rel=0.01)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe", "no GeoJSON"),
        ("{", "no GeoJSON"),
        ("[" * 100_000, "no GeoJSON"),
        ("[]", "no polygon"),
        ('{"type": "Feature", "geometry": null}', "no polygon"),
        ('{"type": "Point", "coordinates": [1, 2]}', "no polygon"),
        ('{"type": "Polygon", "coordinates": [["a", "b"]]}', "cannot be read"),
        ('{"type": "Polygon", "coordinates": 7}', "cannot be read"),
        (geojson([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]), "crosses itself"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [NaN, 5], [1, 2]]]}', "is nowhere"),
        (b" " * 2_000_001, "too large"),
    ],
    ids=["bytes", "half", "deep", "list", "null", "point", "words", "number", "bow", "nan", "large"],
)
def test_what_is_no_geojson_area_is_told_plainly(data, words):
    with pytest.raises(AreaProblem, match=words):
        from_geojson(data)


anything = st.recursive(
    st.none() | st.floats() | st.text(max_size=5) | st.sampled_from(["Polygon", "Feature", "MultiPolygon"]),
    lambda part: (
        st.lists(part, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features", "geometries"]), part)
    ),
)


@given(anything)
def test_no_json_at_all_breaks_the_reader(value):
    try:
        assert read(from_geojson(json.dumps(value)))
    except AreaProblem as problem:
        assert str(problem)


@given(st.text(alphabet="0123456789.,;|- \x00é", max_size=60))
def test_no_text_at_all_breaks_the_reader(text):
    try:
        assert len(read(text).geoms) >= 1
    except AreaProblem as problem:
        assert str(problem)
