"""The map in a browser: the dots are the rows, a pick is right, list and map follow each other."""

import base64
import gzip
import hashlib
import json

import pytest
from django.core.management import call_command

from config import importmap
from mapping.maps import basemap
from mapping.models import Node

# Each dot that has been drawn, with its place on the screen.
DOTS = """[...document.querySelectorAll('.leaflet-hb-points-pane .leaflet-tile')].flatMap(tile => {
    const at = tile.getBoundingClientRect();
    return (tile.dots || []).map(dot => ({...dot.properties, x: at.left + dot.x, y: at.top + dot.y}));
})"""
NEAR_SALE = "/trafford/map/?bbox=-2.3300,53.4190,-2.3100,53.4290"


def open_map(reader, path=NEAR_SALE):
    page = reader.go(path)
    reader.wait("document.querySelector('.leaflet-container')")
    settled(reader)
    return page


def settled(reader):
    """Wait until the map has come to rest: the same dots in the same places, twice in a row."""
    reader.wait(f"{DOTS}.length > 0")
    before = None
    for _ in range(40):
        now = reader.page.evaluate(DOTS)
        if now and now == before:
            return
        before = now
        reader.page.wait_for_timeout(250)
    raise AssertionError("the map never came to rest")


@pytest.fixture
def reader(visit, neighbourhood):
    return visit()


def test_the_dots_are_the_nodes_where_they_are(reader):
    page = open_map(reader)
    dots = {dot["uuid"]: dot for dot in page.evaluate(DOTS) if dot.get("n") == 1}
    shown = Node.objects.filter(name__in=["Sale Food Bank", "Sale Library", "Walkden Gardens"])
    assert shown.count() == 3
    for node in shown:
        dot = dots[str(node.uuid)]
        assert (dot["c"], dot["i"]) == (node.category.group, node.category.icon)
    west, east = (dots[str(shown.get(name=name).uuid)] for name in ("Walkden Gardens", "Sale Food Bank"))
    assert west["x"] < east["x"]
    assert west["y"] > east["y"]
    assert reader.errors == []


def test_a_pick_shows_the_card_of_the_dot_under_the_pointer(reader):
    page = open_map(reader)
    wanted = Node.objects.get(name="Walkden Gardens")
    [dot] = [dot for dot in page.evaluate(DOTS) if dot.get("uuid") == str(wanted.uuid)]
    page.mouse.click(dot["x"] + 6, dot["y"] - 6)
    reader.wait("document.querySelector('.hb-lit')")
    assert page.locator(".card[data-lit]").get_attribute("data-node") == str(wanted.uuid)
    page.keyboard.press("Escape")
    reader.wait("!document.querySelector('.hb-lit') && !document.querySelector('.card[data-lit]')")


def test_on_a_phone_the_card_lies_at_the_bottom_of_the_map(visit, neighbourhood):
    reader = visit(width=375, height=740)
    page = reader.go(NEAR_SALE)
    page.get_by_role("button", name="Map").click()
    settled(reader)
    wanted = Node.objects.get(name="Walkden Gardens")
    [dot] = [dot for dot in page.evaluate(DOTS) if dot.get("uuid") == str(wanted.uuid)]
    page.mouse.click(dot["x"], dot["y"])
    card = page.get_by_role("region", name="Chosen on the map")
    assert "Walkden Gardens" in card.inner_text()
    assert card.get_by_role("link").get_attribute("href") == wanted.get_absolute_url()
    page.get_by_role("button", name="Back to the list").click()
    reader.wait("document.activeElement.textContent.trim() === 'Map'")


def test_what_is_not_in_the_list_still_gets_its_whole_card(reader):
    page = open_map(reader, "/trafford/map/?category=food-help&bbox=-2.3300,53.4190,-2.3100,53.4290")
    missing = Node.objects.get(name="Walkden Gardens")
    detail = {"uuid": str(missing.uuid), "name": missing.name, "c": "green-space", "i": "park", "n": 1}
    page.evaluate(
        "detail => document.querySelector('.folium-map').dispatchEvent("
        "new CustomEvent('hb:pick', {bubbles: true, detail: {...detail, lat: 53.42, lon: -2.329}}))",
        detail,
    )
    reader.wait("document.querySelector('.explore__picked .card__kind')")
    assert "Walkden Gardens" in page.locator(".explore__picked").inner_text()
    assert reader.errors == []


def test_moving_the_map_offers_to_search_there_and_leaves_the_list_alone(reader):
    page = open_map(reader)
    before = page.locator("#results").inner_text()
    page.mouse.move(1000, 300)
    page.mouse.down()
    page.mouse.move(500, 500, steps=6)
    page.mouse.up()
    button = page.get_by_role("button", name="Search this area")
    button.wait_for()
    assert page.locator("#results").inner_text() == before
    button.click()
    reader.wait(f"document.querySelector('#results').innerText !== {json.dumps(before)}")
    assert "bbox=" in page.url
    assert page.url != reader.base + NEAR_SALE
    assert page.locator("#explore-says").inner_text() == page.locator("#results-title").inner_text()
    reader.back()
    reader.wait(f"document.querySelector('#results').innerText === {json.dumps(before)}")


def test_a_filter_reaches_the_dots_and_keeps_the_focus(reader):
    page = open_map(reader)
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Green spaces").focus()
    page.keyboard.press("Space")
    reader.wait("location.search.includes('category=green-space')")
    reader.wait(f"{DOTS}.length && {DOTS}.every(dot => dot.c === 'green-space')")
    assert page.evaluate("document.activeElement.value") == "green-space"
    assert page.locator("#filters details").get_attribute("open") is not None


def test_looking_underneath_draws_connections_and_stays_in_the_address(reader):
    page = open_map(reader, "/trafford/map/")
    switch = page.get_by_role("switch", name="Look underneath")
    assert not [url for url in reader.requests if "connections" in url or "lines.json" in url]
    switch.click()
    reader.wait("document.querySelector('#explore-says').textContent.startsWith('3 ')")
    assert switch.get_attribute("aria-checked") == "true"
    assert "underneath=lines" in page.url
    painted = """(() => { const canvas = document.querySelector('.leaflet-hb-connections-pane canvas');
        const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return data.some((value, at) => at % 4 === 3 && value > 0); })()"""
    assert page.evaluate(painted)
    page.reload()
    reader.wait("document.querySelector('.explore__switch')?.getAttribute('aria-checked') === 'true'")
    page.get_by_role("switch", name="Look underneath").click()
    assert "underneath" not in page.url


def test_the_map_turns_dark_with_the_device(reader):
    page = open_map(reader)
    middle = "getComputedStyle(document.querySelector('.hb-map')).backgroundColor"
    light = page.evaluate(middle)
    page.emulate_media(color_scheme="dark")
    reader.wait(f"{middle} !== {json.dumps(light)}")
    reader.wait(f"{DOTS}.length > 0")
    assert reader.errors == []


def test_tiles_come_out_of_the_basemap_as_another_reader_has_them(visit, neighbourhood, tmp_path, settings):
    from pmtiles.reader import MmapSource, Reader, all_tiles

    settings.BASEMAP_ROOT = tmp_path
    layers = importmap.OURS.parents[3] / "fixtures" / "trafford" / "layers"
    if not layers.is_dir():
        pytest.skip("no layers of the demo place")
    call_command("build_basemap", "--place", neighbourhood.slug, "--layers", str(layers))
    found = basemap.current(neighbourhood.slug)
    with found.path.open("rb") as file:
        expected = {
            "/".join(map(str, tile)): hashlib.sha256(gzip.decompress(data)).hexdigest()
            for tile, data in all_tiles(Reader(MmapSource(file)).get_bytes)
        }
    assert len(expected) > 50
    # A few at every zoom: those of a file this small have runs and repeats among them.
    expected = dict(sorted(expected.items())[::4])
    page = visit().go("/trafford/map/")
    read = page.evaluate(
        """async ([url, tiles]) => {
            const {tileFile} = await import("hb/map/pmtiles");
            const file = tileFile(url);
            const found = {};
            await Promise.all(tiles.map(async (tile) => {
                const {data} = await file.getZxy(...tile.split("/").map(Number));
                found[tile] = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", data))));
            }));
            found.none = (await file.getZxy(14, 0, 0)) === undefined;
            return found;
        }""",
        [f"/basemap/{found.name}", sorted(expected)],
    )
    assert read.pop("none")
    assert {tile: base64.b64decode(digest).hex() for tile, digest in read.items()} == expected
