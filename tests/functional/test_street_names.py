"""Streets on the map of a place that is made from an OpenStreetMap extract: drawn, named, and said to be missing."""

from __future__ import annotations

import gzip
import io

import mapbox_vector_tile
import osmium
import pytest
from django.conf import settings as site
from django.core.management import call_command
from pmtiles.reader import MmapSource, all_tiles

from cms import demo_extract
from mapping.maps import basemap
from mapping.models import Node

# What `highway` says of things that are no street: points at the side of one.
POINTS = {"bus_stop", "crossing", "traffic_signals"}


@pytest.fixture
def bristol(transactional_db, settings, tmp_path):
    """The demo's second place, by its own commands, with its ground."""
    settings.BASEMAP_ROOT = tmp_path
    commands = demo_extract.commands("steward@example.org")
    call_command("load_vocabulary", verbosity=0, stdout=io.StringIO())
    for _title, (name, *words) in commands:
        call_command(name, *words, stdout=io.StringIO())
    words = ("--place", demo_extract.PLACE, "--osm", str(demo_extract.EXTRACT))
    call_command("build_basemap", *words, stdout=io.StringIO())
    return demo_extract.PLACE


def named() -> set[str]:
    """The names of all streets of the extract that are ways: of an area, a piece may be missing."""
    ways = osmium.FileProcessor(str(demo_extract.EXTRACT), osmium.osm.WAY)
    return {it.tags["name"] for it in ways if "highway" in it.tags and "name" in it.tags}


def test_every_named_street_is_in_the_tiles_with_its_name(bristol):
    found: dict[int, set[str]] = {}
    with basemap.current(bristol).path.open("rb") as handle:
        for (z, _, _), data in all_tiles(MmapSource(handle)):
            roads = mapbox_vector_tile.decode(gzip.decompress(data)).get("roads", {"features": []})
            found.setdefault(z, set()).update(it["properties"].get("name", "") for it in roads["features"])
    assert len(named()) == 41
    # A map of zoom 14 shows the tiles of zoom 13.
    assert named() - found[13] == set()
    assert named() - found[14] == set()


REMEMBER = "document.addEventListener('hb:map', (event) => { window.streets = event.detail.map; })"
NAMES = """() => {
    const layer = window.streets.hereabouts.basemap;
    const labels = layer.labelers.getIndex(window.streets.getZoom())?.tree.all() ?? [];
    return labels.map(({minX, minY, maxX, maxY, indexedLabel}) => [indexedLabel.deduplicationKey ?? null,
        minX, minY, maxX, maxY]);
}"""


def names_at(reader, zoom: int) -> tuple[set[str], list]:
    """The names that are written at a zoom, and the boxes of all that is written."""
    page = reader.page
    page.evaluate(f"() => window.streets.setView([51.4594, -2.5902], {zoom}, {{animate: false}})")
    before = None
    for _ in range(60):
        now = page.evaluate(NAMES)
        if now and now == before:
            break
        before = now
        page.wait_for_timeout(300)
    return {name for name, *_ in now if name}, now


def test_names_stand_along_streets_or_beside_them_and_touch_nothing(visit, bristol):
    reader = visit(width=1280, height=900)
    reader.page.add_init_script(REMEMBER)
    reader.go("/bristol-centre/map/")
    reader.wait("document.querySelector('.leaflet-container')")
    reader.wait("window.streets?.hereabouts?.basemap")
    shown = {zoom: names_at(reader, zoom) for zoom in (14, 15, 16, 17)}
    counts = {zoom: len(found & named()) for zoom, (found, _) in shown.items()}
    assert counts[14] >= 5
    assert counts[15] >= 12
    assert counts[16] >= 25
    assert counts[17] >= 35
    for _names, boxes in shown.values():
        for n, (name, *one) in enumerate(boxes):
            for other_name, *other in boxes[n + 1 :]:
                apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
                assert apart or name == other_name, (name, other_name)
    assert reader.errors == []


def apart(one: dict, other: dict) -> bool:
    """Whether two boxes of elements do not touch."""
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


@pytest.fixture
def main_roads(neighbourhood, settings, tmp_path):
    """A ground of open layers, which have main roads only."""
    settings.BASEMAP_ROOT = tmp_path
    layers = site.ROOT / "fixtures" / "trafford" / "layers"
    call_command("build_basemap", "--place", neighbourhood.slug, "--layers", str(layers), stdout=io.StringIO())


@pytest.mark.parametrize("width", [375, 1280])
def test_a_map_without_small_streets_says_so_where_one_looks_for_them(visit, main_roads, width):
    reader = visit(width=width)
    reader.page.add_init_script(REMEMBER)
    page = reader.go("/trafford/map/")
    if width == 375:
        page.get_by_role("button", name="Map", exact=True).click()
    note = page.locator(".hb-note")
    note.wait_for(state="attached")
    for zoom, is_said in ((14, False), (15, True), (17, True), (14, False)):
        page.evaluate(f"() => window.streets.setView([53.424, -2.320], {zoom}, {{animate: false}})")
        assert note.is_visible() == is_said, zoom
    assert "no small streets" in note.text_content()
    page.evaluate("() => window.streets.setZoom(15, {animate: false})")
    for other in (".explore__switch", ".hb-controls", ".leaflet-control-attribution"):
        assert apart(note.bounding_box(), page.locator(other).first.bounding_box()), other
    page.get_by_text("Look underneath").click()
    page.get_by_text("Show as a network").wait_for()
    # More switches: either they leave it room, or it goes.
    assert note.is_hidden()
    if width == 1280:
        # What is chosen is as wide as it was, beside however many switches.
        assert page.evaluate("getComputedStyle(document.querySelector('.explore__picked')).flexShrink") == "0"
    assert reader.errors == []


def test_so_does_the_map_within_a_page_over_whose_data_it_is(visit, main_roads):
    page = visit().go(Node.objects.get(name="Sale Library").get_absolute_url())
    page.locator(".hb-map").scroll_into_view_if_needed()
    page.locator(".hb-note").wait_for()
    assert apart(page.locator(".hb-note").bounding_box(), page.locator(".leaflet-control-attribution").bounding_box())


@pytest.mark.parametrize("width", [375, 1280])
def test_names_of_towns_are_whole_and_under_no_control(visit, main_roads, width):
    reader = visit(width=width)
    page = reader.go("/trafford/map/")
    if width == 375:
        page.get_by_role("button", name="Map", exact=True).click()
    placed = "document.querySelector('.leaflet-hb-names-pane canvas').placed"
    reader.wait("document.querySelector('.leaflet-hb-names-pane canvas')?.placed?.length > 5")
    view = page.locator(".explore__map").bounding_box()
    parts = ".leaflet-control, .explore__switch, .explore__top .button"
    controls = [it.bounding_box() for it in page.locator(f".explore__map :is({parts})").all() if it.is_visible()]
    assert len(controls) >= 3
    for it in page.evaluate(placed):
        wide, high = it["right"] - it["left"], it["bottom"] - it["top"]
        box = {"x": view["x"] + it["left"], "y": view["y"] + it["top"], "width": wide, "height": high}
        if not apart(box, view):
            assert it["left"] >= 0 <= it["top"] and it["right"] <= view["width"] and it["bottom"] <= view["height"], it
            assert all(apart(box, control) for control in controls), it
