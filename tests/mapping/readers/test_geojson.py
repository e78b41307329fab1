"""GeoJSON, whole and broken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.readers.errors import ReadError, Reject
from mapping.readers.geojson import Nesting, cell_text, open_geojson

POINT = {"type": "Point", "coordinates": [-2.3, 53.4]}


def collection(*features, **more):
    return {"type": "FeatureCollection", **more, "features": list(features)}


def feature(geometry=POINT, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(tmp_path, value, encoding="utf-8"):
    path = tmp_path / "a.geojson"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_properties_become_texts(tmp_path, encoding):
    one = {**feature(name="Café", code=1043459.0, open=True, none=None, more=[1]), "id": 7}
    rows = list(open_geojson(write(tmp_path, collection(one), encoding)).rows())
    assert rows == [
        (
            1,
            {"name": "Café", "code": "1043459", "open": "true", "none": None, "more": "[1]", "@id": "7"},
            POINT,
        )
    ]


def test_the_reference_system_is_found_before_and_after_the_features(tmp_path):
    crs = {"type": "name", "properties": {"name": "EPSG:27700"}}
    before = write(tmp_path, collection(feature(), crs=crs))
    assert open_geojson(before).crs == "EPSG:27700"
    after = write(tmp_path, {**collection(feature()), "crs": crs})
    assert open_geojson(after).crs == "EPSG:27700"
    assert open_geojson(write(tmp_path, collection(feature()))).crs is None


def test_a_cut_file_says_at_which_byte(tmp_path):
    whole = json.dumps(collection(feature(name="a"), feature(name="b"))).encode()
    path = tmp_path / "a.geojson"
    path.write_bytes(whole[:-20])
    with pytest.raises(ReadError, match=rf"ends in the middle, at byte {len(whole) - 20} "):
        list(open_geojson(path).rows())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "not GeoJSON"),
        ("12", "not GeoJSON"),
        ("{}", "not GeoJSON"),
        ("hello", "not valid JSON at byte 0"),
        ('{"type": "Topology"}', "TopoJSON"),
        ('{"type": "Feature"}', "'Feature'"),
        ('{"type": "FeatureCollection", "features": {}}', "not a list"),
        ('{"type": "FeatureCollection"}', "no list of features"),
        ('{"type": "FeatureCollection", "features": []}', "no feature"),
        ('{"type": "FeatureCollection", "features": [1 2]}', "not valid JSON at byte 45"),
        ('{"type": "FeatureCollection", "features": ' + "[" * 5000, "nested more than"),
        ('{"type": "FeatureCollection", "features": [' + '{"a":' * 5000, "nested more than"),
    ],
)
def test_what_is_not_geojson_is_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(ReadError, match=said) as caught:
        list(open_geojson(write(tmp_path, text)).rows())
    assert "\n" not in str(caught.value)


def test_a_wrong_feature_is_rejected_by_itself(tmp_path):
    path = write(tmp_path, collection(feature(name="a"), {"type": "Point"}, feature(name="b")))
    rows = list(open_geojson(path).rows())
    assert [isinstance(row, Reject) for row in rows] == [False, True, False]
    assert rows[1].row == 2


def test_a_missing_property_is_named(tmp_path):
    path = write(tmp_path, collection(feature(site_name="a")))
    with pytest.raises(ReadError, match="Did you mean 'site_name'"):
        open_geojson(path, columns=("sitename",))


@given(st.text(), st.lists(st.integers(1, 9), max_size=5))
def test_brackets_inside_texts_do_not_count_as_nesting(text, cuts):
    data = json.dumps([{"a": text, "b": [text]}], ensure_ascii=False).encode("utf-8", "replace")
    nesting, deepest, at = Nesting(), 0, 0
    for cut in (*cuts, len(data)):
        deepest = max(deepest, nesting.feed(data[at : at + cut]))
        at += cut
    assert deepest <= 3


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.none(), st.text()))
def test_any_value_makes_a_cell(value):
    assert cell_text(value) is None or isinstance(cell_text(value), str)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=3))
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, at, noise):
    whole = json.dumps(collection(feature(name="Sale"), feature(name="Hale [{}]"))).encode()
    path = tmp_path_factory.mktemp("t") / "a.geojson"
    path.write_bytes(whole[:at] + noise + whole[at + 1 :])
    try:
        list(open_geojson(path).rows())
    except ReadError as error:
        assert "\n" not in str(error)


def test_every_real_collection_is_read_whole(data_folder):
    files = sorted((data_folder / "trafford").glob("*/*.geojson"))
    assert len(files) >= 28
    for path in files:
        rows = list(open_geojson(path).rows())
        assert len(rows) == len(json.loads(path.read_bytes())["features"]), path.name
        assert not any(isinstance(row, Reject) for row in rows), path.name
