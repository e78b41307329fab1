"""Rows by a mapping file: cleaned, checked, rejected one by one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.readers.errors import ReadError, Reject
from mapping.readers.mapping_file import check_mapping
from mapping.readers.nodes import NodeRow, clean, clean_email, clean_step_free, clean_website, open_nodes

HEADER = "id,name,type,address,postcode,phone,email,web,hours,lon,lat,tags,charity,grade\n"
MAPPING = {
    "kind": "asset",
    "category": "library",
    "source": {"title": "Test"},
    "file": {"separator": ";"},
    "columns": {
        "key": "id", "name": "name", "address": "address", "postcode": "postcode", "phone": "phone",
        "email": "email", "website": "web", "hours": "hours",
    },
    "location": {"x": "lon", "y": "lat"},
    "tags": {"columns": "tags"},
    "identifiers": {"GB-CHC": "charity"},
    "facts": {"Grade": "grade"},
}  # fmt: skip


def read(tmp_path, lines, name="a.csv", **changes):
    path = tmp_path / name
    path.write_text(lines if name != "a.csv" else HEADER + lines, encoding="utf-8")
    return list(open_nodes(path, check_mapping({**MAPPING, **changes}, "a.toml")).rows())


def test_a_row_becomes_a_node_in_waiting(tmp_path):
    [row] = read(
        tmp_path,
        '1, Sale  Library ,x,"Sale Waterside",m33 7zf,0161 1,a@b.org,www.x.org,Monday 9am-5pm,-2.32,53.42,art; Art ;,'
        "0123456,II\n",
    )
    assert isinstance(row, NodeRow)
    assert (row.key, row.name, row.postcode, row.website) == ("1", "Sale Library", "M33 7ZF", "https://www.x.org")
    assert (row.point.x, row.point.y, row.location_source) == (-2.32, 53.42, "exact")
    assert row.identifiers == (("GB-CHC", "123456"),)
    assert row.tags == ("art", "Art") and row.facts == {"Grade": "II"}
    assert row.hours.expression == "Mo 09:00-17:00" and row.hours_text == "Monday 9am-5pm"
    assert row.row == 2


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        ("1,,x,,,,,,,-2.3,53.4,,,", "name", "name is needed"),
        ("1,a,x,,,,,,,53.4,-2.3,,,", "lon", "swapped"),
        ("1,a,x,,,,,,,-2.3,,,,", "lat", "Both coordinates"),
        ("1,a,x,,,,,,,west,53.4,,,", "lon", "a number"),
        ("1,a,x,,,,,,,-2.3,530,,,", "lat", "Out of range"),
        ("1,a,x,,M99,,,,,,,,,", "postcode", "not a postcode"),
        (",a,x,,,,,,,-2.3,53.4,,,", "id", "key is empty"),
    ],
)
def test_a_bad_row_says_field_and_remedy(tmp_path, line, field, said):
    [reject] = read(tmp_path, line + "\n")
    assert isinstance(reject, Reject)
    assert (reject.row, reject.field) == (2, field)
    assert said in reject.remedy


def test_a_key_may_stand_only_once(tmp_path):
    line = "1,a,x,,,,,,,-2.3,53.4,,,\n"
    first, second = read(tmp_path, line + line)
    assert isinstance(first, NodeRow) and isinstance(second, Reject)
    assert "Row 2 has the same key" in second.remedy


def test_without_a_key_one_is_made_that_stays_the_same(tmp_path):
    columns = {"name": "name", "address": "address"}
    line = ",a,x,High Street,,,,,,-2.3,53.4,,,\n"
    [one] = read(tmp_path, line, columns=columns)
    [again] = read(tmp_path, line, columns=columns)
    [other] = read(tmp_path, line.replace("High", "Low"), columns=columns)
    assert one.key == again.key != other.key


def test_an_unknown_category_text_is_rejected_unless_there_is_a_default(tmp_path):
    rule = {"column": "type", "values": {"x": "park"}}
    [reject] = read(tmp_path, "1,a,chess,,,,,,,,,,,\n", category_from=rule)
    assert (reject.field, reject.value) == ("type", "chess")
    [row] = read(tmp_path, "1,a,chess,,,,,,,,,,,\n", category_from={**rule, "default": "other"})
    assert row.categories == ("library", "other")


def test_only_the_rows_that_were_asked_for_pass(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "1,a,Trafford,,,,,,,,,,,\n2,b,Salford,,,,,,,,,,,\n")
    data = open_nodes(path, check_mapping({**MAPPING, "only": {"type": ["TRAFFORD"]}}))
    assert [row.name for row in data.rows()] == ["a"]
    assert data.left_out == 1


def test_geojson_needs_no_location_table(tmp_path):
    square = [[[-2.3, 53.4], [-2.2, 53.4], [-2.2, 53.5], [-2.3, 53.4]]]
    features = [
        {"type": "Feature", "id": "f1", "properties": {"name": "Park"},
         "geometry": {"type": "Polygon", "coordinates": square}},
        {"type": "Feature", "id": "f2", "properties": {"name": "Nowhere"}, "geometry": None},
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    park, nowhere = read(
        tmp_path, text, "a.geojson", columns={"key": "@id", "name": "name"}, location={}, tags={},
        identifiers={}, facts={},
    )  # fmt: skip
    assert park.key == "f1" and park.shape.covers(park.point)
    assert nowhere.point is None


def test_a_missing_column_or_reference_system_stops_the_whole(tmp_path):
    with pytest.raises(ReadError, match="no column 'nme'. Did you mean 'name'"):
        read(tmp_path, "", columns={"name": "nme"})
    with pytest.raises(ReadError, match="no reference system"):
        read(tmp_path, "", location={"crs": "EPSG:0", "x": "lon", "y": "lat"})


def test_texts_are_cleaned():
    assert clean("  a\u200b\x00\tb\n\ud800c  ", 50) == "a b c"
    assert clean("e\u0301", 5) == "é"
    assert clean_email("mailto:a@b.org") == "a@b.org"
    assert clean_email("ask at the desk") == clean_email("a@b") == ""
    assert clean_website("javascript:alert(1)") == clean_website("http://x y") == clean_website("n/a") == ""
    assert clean_website("HTTP://b.org:99999") == ""
    assert clean_step_free("Limited") == "partly"


@given(st.text(max_size=60), st.integers(1, 20))
def test_clean_text_can_always_be_stored(text, limit):
    kept = clean(text, limit)
    assert len(kept) <= limit and kept == kept.strip() and "\0" not in kept
    kept.encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=14, max_size=14), max_size=6))
def test_any_cells_give_rows_or_rejects(tmp_path_factory, table):
    import csv

    path = tmp_path_factory.mktemp("t") / "a.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as handle:
        handle.write(HEADER)
        csv.writer(handle).writerows(table)
    try:
        for row in open_nodes(path, check_mapping(MAPPING)).rows():
            assert isinstance(row, NodeRow | Reject)
            if isinstance(row, NodeRow):
                assert row.name and row.key
    except ReadError as error:
        assert "\n" not in str(error)


def test_listed_buildings_are_read_from_the_british_grid(data_folder):
    mapping = check_mapping(
        {
            "kind": "asset", "category": "listed-building", "source": {"title": "Listed buildings"},
            "columns": {"key": "OBJECTID", "name": "Name"},
            "location": {"crs": "EPSG:27700", "x": "Easting", "y": "Northing"},
        }
    )  # fmt: skip
    folder = data_folder / "trafford/community"
    rows = list(open_nodes(folder / "trafford_listed_buildings.csv", mapping).rows())
    features = json.loads((folder / "trafford_listed_buildings.geojson").read_bytes())["features"]
    there = {str(f["properties"]["OBJECTID"]): f["geometry"]["coordinates"] for f in features}
    nodes = [row for row in rows if isinstance(row, NodeRow)]
    assert len(rows) == 265
    # One entry of the list has several points in one cell.
    assert {row.field for row in rows if isinstance(row, Reject)} == {"Easting"}
    for row in nodes:  # the same points as the publisher's own conversion, to about 10 m
        assert (row.point.x, row.point.y) == pytest.approx(there[row.key], abs=2e-4)
