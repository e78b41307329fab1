"""Basemaps: built from layers and extracts, whole or not at all."""

from __future__ import annotations

import gzip
import json
from io import StringIO
from pathlib import Path

import mapbox_vector_tile
import pytest
from django.core.management import CommandError, call_command
from pmtiles.reader import MmapSource, Reader, all_tiles

from mapping.maps import basemap
from mapping.models import Revision
from mapping.readers.basemap_layers import layer_features, osm_features

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(settings, tmp_path) -> Path:
    settings.BASEMAP_ROOT = tmp_path / "basemap"
    return settings.BASEMAP_ROOT


def feature(kind: str, geometry: str, coordinates, **properties) -> dict:
    return {
        "type": "Feature",
        "properties": {"kind": kind, **properties},
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


def write(path: Path, *features: dict) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


@pytest.fixture
def layers(tmp_path) -> Path:
    folder = tmp_path / "layers"
    write(folder / "roads.geojson", feature("primary", "LineString", [[-2.36, 53.42], [-2.29, 53.45]], name="A56"))
    square = [[[-2.33, 53.42], [-2.31, 53.42], [-2.31, 53.43], [-2.33, 53.43], [-2.33, 53.42]]]
    write(folder / "landuse.geojson", feature("park", "Polygon", square, name="Worthington Park"))
    write(folder / "places.geojson", feature("town", "Point", [-2.32, 53.425], name="Sale", min_zoom=6))
    return folder


def build(**options) -> str:
    out = StringIO()
    call_command("build_basemap", place="trafford", stdout=out, **options)
    return out.getvalue()


def contents(path: Path) -> dict[int, dict[str, list[dict]]]:
    """Zoom -> layer -> properties."""
    found: dict[int, dict[str, list[dict]]] = {}
    with path.open("rb") as handle:
        for (z, _, _), data in all_tiles(MmapSource(handle)):
            for layer, it in mapbox_vector_tile.decode(gzip.decompress(data)).items():
                found.setdefault(z, {}).setdefault(layer, []).extend(f["properties"] for f in it["features"])
    return found


def test_layers_become_one_file_for_zoom_8_to_14(place, layers):
    said = build(layers=str(layers))
    assert said.strip().endswith("created 1, updated 0, unchanged 0, rejected 0")
    made = basemap.current("trafford")
    assert made.path.exists() and made.size == made.path.stat().st_size
    found = contents(made.path)
    assert sorted(found) == list(range(8, 15))
    assert {"earth", "roads", "landuse", "places", "boundaries"} == set(found[14])
    assert {"kind": "primary", "name": "A56"} in found[14]["roads"]
    assert found[10]["roads"] == [{"kind": "primary"}], "names are left out where none is drawn"
    assert {"kind": "town", "name": "Sale"} in found[8]["places"]
    assert {"kind": "park", "name": "Worthington Park"} in found[14]["landuse"]
    with made.path.open("rb") as handle:
        west, south, east, north = made.box
        header = Reader(MmapSource(handle)).header()
    assert west < -2.45 and east > -2.24
    assert header["max_zoom"] == made.max_zoom


def test_building_again_changes_nothing_and_a_new_one_raises_the_revision(place, layers):
    build(layers=str(layers))
    first = basemap.current("trafford")
    assert Revision.objects.get(place=place).number == 2
    assert build(layers=str(layers)).strip().endswith("created 0, updated 0, unchanged 1, rejected 0")
    assert basemap.current("trafford") == first
    assert Revision.objects.get(place=place).number == 2
    for number in range(3):
        write(layers / "water.geojson", feature("river", "LineString", [[-2.4, 53.4 + number / 100], [-2.3, 53.45]]))
        build(layers=str(layers))
    assert basemap.current("trafford") != first
    assert len(list(first.path.parent.glob("*.pmtiles"))) == len(list(first.path.parent.glob("*.json"))) == 2


def test_a_dry_run_leaves_no_file(place, layers, root):
    said = build(layers=str(layers), dry_run=True)
    assert "Dry run" in said and "roads 1" in said
    assert list(root.iterdir()) == []
    assert Revision.objects.get(place=place).number == 1


OSM = """<?xml version="1.0"?>
<osm version="0.6">
  <bounds minlat="53.40" minlon="-2.36" maxlat="53.46" maxlon="-2.27"/>
  <node id="9" lat="53.42" lon="-2.33"/>
  <node id="1" lat="53.42" lon="-2.31"/>
  <node id="4" lat="53.43" lon="-2.31"/>
  <node id="3" lat="53.43" lon="-2.33"/>
  <node id="8" lat="54.90" lon="-1.50"/>
  <node id="2" lat="53.425" lon="-2.32"><tag k="place" v="suburb"/><tag k="name" v="Sale Moor"/></node>
  <way id="7"><nd ref="9"/><nd ref="1"/><nd ref="4"/><nd ref="3"/><nd ref="9"/><tag k="leisure" v="park"/></way>
  <way id="5"><nd ref="9"/><nd ref="8"/><tag k="highway" v="residential"/><tag k="name" v="Far Road"/></way>
  <way id="6"><nd ref="9"/><nd ref="777"/><tag k="highway" v="service"/></way>
  <way id="10"><nd ref="1"/><nd ref="4"/><tag k="highway" v="proposed"/></way>
  <way id="11"><nd ref="1"/><nd ref="4"/><nd ref="3"/><nd ref="1"/><tag k="building" v="yes"/></way>
</osm>
"""


def test_an_extract_gives_roads_land_buildings_and_names(place, tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(OSM, encoding="utf-8")
    kinds = sorted((it.layer, it.kind, it.name) for it in osm_features(path))
    assert kinds == [
        ("buildings", "building", ""),
        ("landuse", "park", ""),
        ("places", "suburb", "Sale Moor"),
        ("roads", "residential", "Far Road"),
    ]
    build(osm=str(path))
    made = basemap.current("trafford")
    assert "OpenStreetMap" in made.attribution
    assert made.box == (-2.36, 53.40, -2.27, 53.46)
    with made.path.open("rb") as handle:
        header = Reader(MmapSource(handle)).header()
    assert header["max_lat_e7"] < 53.6e7, "what reaches outside is cut off"


def small_streets(*kinds: str, folder: Path) -> bool:
    write(folder / "roads.geojson", *(feature(it, "LineString", [[-2.36, 53.42], [-2.29, 53.45]]) for it in kinds))
    build(layers=str(folder))
    return basemap.current("trafford").small_streets


def test_a_basemap_knows_whether_it_has_small_streets(place, tmp_path):
    assert not small_streets("major_road", "medium_road", "primary_link", "footway", folder=tmp_path / "layers")
    assert small_streets("major_road", "residential", folder=tmp_path / "layers")
    assert small_streets("minor_road", folder=tmp_path / "layers")
    far = feature("residential", "LineString", [[1.0, 51.0], [1.1, 51.0]])
    near = feature("primary", "LineString", [[-2.36, 53.42], [-2.29, 53.45]])
    write(tmp_path / "layers" / "roads.geojson", near, far)
    build(layers=str(tmp_path / "layers"))
    assert not basemap.current("trafford").small_streets, "what lies outside is not drawn"


def test_what_is_said_of_a_file_is_kept_in_step_with_it(place, layers):
    build(layers=str(layers))
    made = basemap.current("trafford")
    facts = made.path.with_suffix(".json")
    old = json.loads(facts.read_text())
    del old["small_streets"]  # as before this was asked
    facts.write_text(json.dumps(old))
    assert basemap.current("trafford").small_streets
    assert build(layers=str(layers)).strip().endswith("created 1, updated 0, unchanged 0, rejected 0")
    assert basemap.current("trafford") == made
    assert not made.small_streets


PIECES = """<?xml version="1.0"?>
<osm version="0.6">
  <node id="1" lat="53.420" lon="-2.330"/> <node id="2" lat="53.420" lon="-2.328"/>
  <node id="3" lat="53.420" lon="-2.326"/> <node id="4" lat="53.421" lon="-2.326"/>
  <node id="5" lat="53.421" lon="-2.328"/>
  <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="Long Road"/></way>
  <way id="2"><nd ref="3"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="Long Road"/></way>
  <way id="3"><nd ref="3"/><nd ref="4"/><tag k="highway" v="steps"/><tag k="name" v="The Steps"/></way>
  <way id="4"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="2"/><tag k="highway" v="pedestrian"/>
    <tag k="area" v="yes"/><tag k="name" v="The Square"/></way>
  <way id="5"><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="5"/><nd ref="2"/><tag k="highway" v="residential"/></way>
</osm>
"""


def test_the_pieces_of_a_street_are_one_line_and_a_square_is_an_area(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(PIECES, encoding="utf-8")
    found = {it.name: it for it in osm_features(path)}
    assert found["Long Road"].geometry["type"] == "LineString"
    assert len(found["Long Road"].geometry["coordinates"]) == 3
    assert found["The Square"].geometry["type"] == "MultiPolygon"
    assert (found["The Square"].layer, found["The Square"].kind) == ("roads", "pedestrian")
    assert found[""].geometry["type"] == "LineString", "a street that ends where it began is no square"
    # A map of zoom 14 shows the tiles of zoom 13.
    assert found["The Steps"].first_zoom == 13
    assert len(list(osm_features(path))) == 4


def test_real_extracts_are_read(data_folder):
    for path in sorted((data_folder / "osm").glob("*.pbf")):
        layers = {it.layer for it in osm_features(path)}
        assert {"roads", "buildings", "landuse"} <= layers


def test_a_bad_input_is_one_line_and_leaves_the_old_basemap(place, layers, tmp_path, root):
    build(layers=str(layers))
    before = basemap.current("trafford")
    empty = tmp_path / "empty"
    empty.mkdir()
    odd = tmp_path / "odd"
    write(odd / "road.geojson", feature("primary", "Point", [0, 0]))
    metres = tmp_path / "metres"
    write(metres / "roads.geojson", feature("primary", "LineString", [[377000, 394000], [378000, 394000]]))
    swapped = tmp_path / "swapped"
    write(swapped / "roads.geojson", feature("primary", "LineString", [[53.42, -2.36], [53.45, -2.3]]))
    broken = tmp_path / "broken"
    write(broken / "roads.geojson").write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    shapeless = tmp_path / "shapeless"
    write(shapeless / "roads.geojson", {"type": "Feature", "properties": {}, "geometry": {"type": "LineString"}})
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f")
    far = tmp_path / "far.osm"
    far.write_text(OSM.replace('minlat="53.40"', 'minlat="50.1"').replace('maxlat="53.46"', 'maxlat="50.2"'))
    for options, words in (
        ({"layers": str(tmp_path / "nowhere")}, "not a folder"),
        ({"layers": str(empty)}, "no GeoJSON"),
        ({"layers": str(odd)}, "Did you mean 'roads'"),
        ({"layers": str(metres)}, "WGS84"),
        ({"layers": str(swapped)}, "nothing of it lies in the place"),
        ({"layers": str(broken)}, "ends in the middle"),
        ({"layers": str(shapeless)}, "geometry"),
        ({"osm": str(tmp_path / "nowhere.osm")}, "nowhere.osm"),
        ({"osm": str(tmp_path)}, ""),
        ({"osm": str(cut)}, "OpenStreetMap extract"),
        ({"osm": str(far)}, "outside Trafford"),
    ):
        with pytest.raises(CommandError) as refused:
            build(**options)
        assert words in str(refused.value) and "\n" not in str(refused.value)
        assert basemap.current("trafford") == before
    assert sorted(it.suffix for it in root.iterdir()) == [".json", ".pmtiles", ".roads"]


def test_an_unknown_place_is_refused(place, layers):
    with pytest.raises(CommandError, match="no place 'traford'"):
        call_command("build_basemap", place="traford", layers=str(layers))


def test_layers_say_from_which_zoom_they_are_drawn(layers):
    zooms = {it.name: it.first_zoom for it in layer_features(layers)}
    assert zooms == {"A56": 9, "Worthington Park": 10, "Sale": 8}


def test_tiles_for_a_single_file_are_those_of_the_basemap(place, layers):
    build(layers=str(layers))
    made = basemap.current("trafford")
    tiles = basemap.inline_tiles(made, max_zoom=12)
    with made.path.open("rb") as handle:
        expected = {f"{z}/{x}/{y}" for (z, x, y), _ in all_tiles(MmapSource(handle)) if z <= 12}
    assert set(tiles) == expected
