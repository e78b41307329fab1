"""OpenStreetMap extracts: ways, relations, any order, what is left out."""

from __future__ import annotations

import pytest

from mapping.readers.errors import ReadError
from mapping.readers.osm import OsmFile
from mapping.readers.vocabulary import read_categories, read_osm_tags

NAMES = {it.slug: it.name for it in read_categories()}


def tags(**values):
    return "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in values.items())


def node(number, lon, lat, **values):
    return f'<node id="{number}" lon="{lon}" lat="{lat}" version="1">{tags(**values)}</node>'


def way(number, refs, **values):
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}" version="1">{nodes}{tags(**values)}</way>'


def relation(number, members, **values):
    inner = "".join(f'<member type="way" ref="{r}" role="{role}"/>' for r, role in members)
    return f'<relation id="{number}" version="1">{inner}{tags(type="multipolygon", **values)}</relation>'


def read(tmp_path, *objects):
    path = tmp_path / "a.osm"
    path.write_text(f'<osm version="0.6">{"".join(objects)}</osm>')
    data = OsmFile(path, read_osm_tags(), NAMES)
    return {row.key: row for row in data.rows()}, data


CORNERS = [node(1, -2.3, 53.4), node(2, -2.29, 53.4), node(3, -2.29, 53.41), node(4, -2.3, 53.41)]


def test_a_node_with_its_facts(tmp_path):
    rows, _ = read(
        tmp_path,
        node(
            9, -2.3, 53.4, amenity="library", name="Sale Library", opening_hours="Mo-Fr 09:00-17:00",
            wheelchair="limited", addr__housenumber="1", addr__street="High Street", addr__postcode="M337ZF",
            operator="Council", alt_name="The Library;Old Library",
        ),
    )  # fmt: skip
    row = rows["node/9"]
    assert (row.kind, row.categories, row.address, row.postcode) == ("asset", ("library",), "1 High Street", "M33 7ZF")
    assert row.step_free == "partly" and row.facts == {"Run by": "Council"}
    assert row.other_names == ("The Library", "Old Library")
    assert row.hours.expression == "Mo-Fr 09:00-17:00" and row.identifiers == (("OSM", "node/9"),)


def test_a_closed_way_is_an_area(tmp_path):
    rows, _ = read(tmp_path, *CORNERS, way(5, [1, 2, 3, 4, 1], leisure="park", name="A Park"))
    assert rows["way/5"].shape.geom_type == "Polygon"
    assert rows["way/5"].shape.covers(rows["way/5"].point)


@pytest.mark.parametrize("said", [{"healthcare": "clinic"}, {"club": "scout"}, {"social_facility": "food_bank"}])
def test_an_outline_is_an_area_whatever_it_is_tagged_with(tmp_path, said):
    """osmtogeojson 2.2.12 (npm) makes lines of these (findings/osmtogeojson-clinic-is-a-line.sh)."""
    rows, _ = read(tmp_path, *CORNERS, way(5, [1, 2, 3, 4, 1], name="Acre House", **said))
    assert rows["way/5"].shape.geom_type == "Polygon"


def test_the_order_of_a_file_does_not_matter(tmp_path):
    objects = [
        relation(8, [(6, "outer"), (7, "inner"), (5, "outer")], leisure="park", name="Ring"),
        way(6, [3, 4, 1]),
        way(5, [1, 2, 3]),
        node(12, -2.294, 53.406), node(11, -2.294, 53.404), node(10, -2.296, 53.404),
        way(7, [10, 11, 12, 10]),
        *reversed(CORNERS),
    ]  # fmt: skip
    backwards, _ = read(tmp_path, *objects)
    forwards, _ = read(tmp_path, *reversed(objects))
    shape = backwards["relation/8"].shape
    assert len(shape.interiors) == 1
    assert shape.equals(forwards["relation/8"].shape)


def test_a_way_that_reaches_outside_the_extract_keeps_a_point(tmp_path):
    rows, _ = read(tmp_path, *CORNERS, way(5, [1, 2, 77, 78, 1], leisure="park", name="Cut Park"))
    assert rows["way/5"].shape is None and rows["way/5"].point is not None
    rows, _ = read(tmp_path, way(5, [71, 72, 73, 71], leisure="park", name="Gone Park"))
    assert rows == {}


def test_an_unclosed_relation_keeps_a_point(tmp_path):
    rows, _ = read(tmp_path, *CORNERS, way(5, [1, 2, 3]), relation(8, [(5, "outer"), (99, "outer")], leisure="park",
                   name="Half"))  # fmt: skip
    assert rows["relation/8"].shape is None


@pytest.mark.parametrize(
    "values",
    [
        {"shop": "vacant", "name": "Old Shop"},
        {"amenity": "bench", "name": "A Bench"},
        {"building": "house", "name": "A House"},
        {"amenity": "pub", "name": "Shut", "disused": "yes"},
        {"leisure": "swimming_pool", "name": "Mine", "access": "private"},
        {"amenity": "cafe"},
    ],
)
def test_these_are_left_out(tmp_path, values):
    rows, _ = read(tmp_path, node(9, -2.3, 53.4, **values))
    assert rows == {}


def test_a_defibrillator_needs_no_name(tmp_path):
    rows, _ = read(tmp_path, node(9, -2.3, 53.4, emergency="defibrillator", addr__street="High Street"))
    assert rows["node/9"].name == "Defibrillator, High Street"


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"amenity": "place_of_worship", "religion": "muslim"}, "mosque"),
        ({"amenity": "place_of_worship", "religion": "jedi"}, "place-of-worship"),
        ({"leisure": "pitch", "sport": "tennis;bowls"}, "tennis"),
        ({"leisure": "pitch"}, "sports-ground"),
        ({"historic": "memorial", "memorial": "blue_plaque"}, "plaque"),
        ({"amenity": "social_facility", "social_facility": "food_bank"}, "food-bank"),
        ({"shop": "vacant"}, None),
        ({}, None),
    ],
)
def test_the_most_exact_tags_win(values, slug):
    table = read_osm_tags()
    found = table.category(values)
    assert found == slug or (slug == "food-bank" and found in ("food-bank", "food-help"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm.pbf", b"not a pbf at all"),
        ("a.osm", b"<osm version='0.6'><node id='1' lat="),
        ("a.osm", b"<html></html>"),
        ("a.xyz", b"abc"),
    ],
)
def test_what_is_not_an_extract_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError, match="OpenStreetMap extract") as caught:
        list(OsmFile(tmp_path / name, read_osm_tags(), NAMES).rows())
    assert "\n" not in str(caught.value)


def test_real_towns(data_folder, tmp_path):
    expected = {"berkeley-gloucestershire-2026": 37, "bristol-centre-2025": 88,
                "leeds-chapel-allerton-2014": 134, "london-east-dulwich-2023": 69}  # fmt: skip
    for name, count in expected.items():
        rows = list(OsmFile(data_folder / f"osm/{name}.osm.pbf", read_osm_tags(), NAMES).rows())
        assert len(rows) == count, name
        assert len({row.key for row in rows}) == count
        assert all(row.point is not None and row.categories[0] in NAMES for row in rows)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes((data_folder / "osm/bristol-centre-2025.osm.pbf").read_bytes()[:60_000])
    with pytest.raises(ReadError, match="fetch it again"):
        list(OsmFile(cut, read_osm_tags(), NAMES).rows())
