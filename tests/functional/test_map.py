"""The map in a browser: the dots are the rows, a pick is right, list and map follow each other."""

import base64
import gzip
import hashlib
import json
import math

import pytest
from django.core.management import call_command

from config import importmap
from mapping.maps import basemap
from mapping.models import Category, Node, Rank

# Each dot that has been drawn, with its place on the screen.
DOTS = """[...document.querySelectorAll('.leaflet-hb-points-pane .leaflet-tile')].flatMap(tile => {
    const at = tile.getBoundingClientRect();
    return (tile.dots || []).map(({properties, ...dot}) => (
        {...properties, ...dot, x: at.left + dot.x, y: at.top + dot.y}));
})"""
NEAR_SALE = "/trafford/map/?bbox=-2.3300,53.4190,-2.3100,53.4290"


def open_map(reader, path=NEAR_SALE):
    page = reader.go(path)
    reader.wait("document.querySelector('.leaflet-container')")
    settled(reader)
    return page


def tiles_to_come(reader):
    """How many tiles of dots are asked for still: what is shown until they are there are those of another zoom."""
    return reader.page.locator(".leaflet-hb-points-pane .leaflet-tile:not(.leaflet-tile-loaded)").count()


def settled(reader):
    """Wait until the map has come to rest: the same dots in the same places, twice in a row."""
    # Before its sheet is there a map shows the whole place for a moment, not what was found.
    reader.wait("document.querySelector('.hb-map')?.dataset.loaded === ''")
    reader.wait(f"{DOTS}.length > 0")
    before = None
    for _ in range(120):
        now = reader.page.evaluate(DOTS)
        if now and now == before and not tiles_to_come(reader):
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


def test_the_sheet_that_was_fetched_ahead_is_put_to_use(reader):
    page = open_map(reader)
    assert page.locator('link[rel="preload"][as="style"]').count() == 1
    place = "getComputedStyle(document.querySelector('{}')).position"
    assert page.evaluate(place.format(".leaflet-tile")) == "absolute"
    assert page.evaluate(place.format(".leaflet-bottom")) == "absolute"


def test_a_pick_shows_the_card_of_the_dot_under_the_pointer(reader):
    page = open_map(reader)
    wanted = Node.objects.get(name="Walkden Gardens")
    [dot] = [dot for dot in page.evaluate(DOTS) if dot.get("uuid") == str(wanted.uuid)]
    page.mouse.click(dot["x"] + 6, dot["y"] - 6)
    reader.wait("document.querySelector('.hb-lit')")
    assert page.locator(".card[data-lit]").get_attribute("data-node") == str(wanted.uuid)
    page.keyboard.press("Escape")
    reader.wait("!document.querySelector('.hb-lit') && !document.querySelector('.card[data-lit]')")


def test_bubbles_never_overlap_and_hold_what_they_stand_for(reader):
    page = open_map(reader, "/trafford/map/")
    everybody = Node.objects.exclude(public_point=None).count()
    assert sum(dot.get("n", 1) for dot in page.evaluate(DOTS)) == everybody
    for _ in range(3):
        bubbles = [dot for dot in page.evaluate(DOTS) if not dot["rank"]]
        assert bubbles and all(dot["r"] == (14 if dot["n"] < 10 else 18) for dot in bubbles)
        for number, one in enumerate(bubbles):
            for other in bubbles[:number]:
                assert math.dist((one["x"], one["y"]), (other["x"], other["y"])) >= one["r"] + other["r"]
        page.get_by_role("button", name="Closer").click()
        settled(reader)


def test_what_is_background_is_small_until_somebody_asks_for_it(reader):
    Category.objects.filter(slug="park").update(rank=Rank.BACKGROUND)
    garden = str(Node.objects.get(name="Walkden Gardens").uuid)

    def radius(path):
        page = open_map(reader, path)
        return next(dot["r"] for dot in page.evaluate(DOTS) if dot.get("uuid") == garden)

    pale, asked = radius(NEAR_SALE), radius(f"{NEAR_SALE}&category=park")
    assert pale < 5 < asked
    assert reader.page.evaluate(f"{DOTS}.every(dot => dot.rank < 3)")


def test_the_most_important_are_named_near_the_ground_and_no_name_lies_on_another(reader):
    page = open_map(reader)
    canvas = "document.querySelector('.leaflet-hb-names-pane canvas')"
    reader.wait(f"{canvas}.named?.includes('Sale Food Bank')")
    boxes = page.evaluate(f"{canvas}.taken")
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]
    assert len(page.evaluate(f"{canvas}.named")) <= 8
    # Names of places are drawn with what a canvas begins with: aligned like one of these they would stand elsewhere.
    set_to = page.evaluate(f"(({{ textAlign, textBaseline }}) => [textAlign, textBaseline])({canvas}.getContext('2d'))")
    assert set_to == ["start", "alphabetic"]


def test_who_looks_from_somewhere_sees_where_that_is_and_how_far_they_look(reader):
    page = open_map(reader, "/trafford/map/?near=M33+7ZF&within=805")
    page.locator(".hb-here__pin").wait_for()
    assert page.locator(".hb-here__reach").inner_text() == "half a mile"
    # The words stand on the ring: straight above the pin, as far as the ring is wide to each side.
    [pin, words, ring] = [
        page.evaluate(f"document.querySelector('{it}').getBoundingClientRect().toJSON()")
        for it in (".hb-here__pin", ".hb-here__reach", ".leaflet-overlay-pane path")
    ]
    middle = (words["top"] + words["bottom"]) / 2
    assert abs(middle - ring["top"]) < 6 and abs(words["left"] + words["right"] - pin["left"] - pin["right"]) < 6
    assert ring["top"] < pin["top"] < ring["bottom"]
    page.locator("#filters > .chips a", has_text="Near").click()
    page.locator(".hb-here__pin").wait_for(state="detached")


def test_on_a_phone_the_filters_are_a_sheet_over_what_is_out_of_reach(visit, neighbourhood):
    reader = visit(width=375, height=740)
    page = reader.go("/trafford/map/")
    sheet = page.get_by_role("dialog", name="Filters")
    opener = page.locator("#filters summary")
    opener.click()
    sheet.wait_for()
    assert reader.axe() == []
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    reader.wait("document.activeElement.matches('#filters summary')")
    opener.click()
    sheet.get_by_text("Green spaces").click()
    reader.wait("location.search.includes('category=green-space')")
    done = sheet.get_by_role("button", name="results in Green spaces")
    done.click()
    sheet.wait_for(state="hidden")
    assert "category=green-space" in page.url
    reader.back()
    reader.wait("location.search === ''")
    assert reader.errors == []


def test_back_closes_the_filters_before_it_leads_anywhere(visit, neighbourhood):
    reader = visit(width=375, height=740)
    page = reader.go("/trafford/map/")
    page.get_by_role("button", name="Map").click()
    settled(reader)
    page.locator(".explore__filter").click()
    sheet = page.get_by_role("dialog", name="Filters")
    sheet.wait_for()
    reader.back()
    sheet.wait_for(state="hidden")
    assert page.get_by_role("button", name="Back to the list").is_visible()
    assert page.evaluate("document.querySelector('.explore__list').inert && document.querySelector('.masthead').inert")
    reader.back()
    reader.wait("!document.querySelector('.explore__list').inert")
    assert page.evaluate("document.activeElement.matches('.explore__open')")


def test_on_a_phone_the_card_lies_at_the_bottom_of_the_map(visit, neighbourhood):
    reader = visit(width=375, height=740)
    page = reader.go(NEAR_SALE)
    page.get_by_role("button", name="Map").click()
    settled(reader)
    wanted = Node.objects.get(name="Walkden Gardens")
    [dot] = [dot for dot in page.evaluate(DOTS) if dot.get("uuid") == str(wanted.uuid)]
    page.mouse.click(dot["x"], dot["y"])
    card = page.get_by_role("dialog", name="Chosen on the map")
    assert "Walkden Gardens" in card.inner_text()
    for link in card.get_by_role("link").all():
        assert link.get_attribute("href") == wanted.get_absolute_url()
    assert card.get_by_role("link", name="Open: Walkden Gardens").bounding_box()["height"] >= 44
    # Beside it lies another dot: one press, and that is chosen.
    other = next(dot for dot in page.evaluate(DOTS) if dot.get("name") in ("Sale Library", "Sale Food Bank"))
    page.mouse.click(other["x"], other["y"])
    reader.wait(f"document.querySelector('.sheet__body').innerText.includes({json.dumps(other['name'])})")
    reader.back()
    card.wait_for(state="hidden")
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
    page.locator(".explore__unpick").click()
    assert page.evaluate("document.activeElement.matches('.leaflet-container')")
    assert not page.locator(".explore__picked").is_visible()
    assert reader.errors == []


def test_what_is_found_and_where_it_is_looked_for_from_are_in_view(reader):
    page = open_map(reader, "/trafford/map/?q=library&near=53.418,-2.335")
    pin, box = (page.locator(it).bounding_box() for it in (".hb-here__pin", ".hb-map"))
    assert box["x"] < pin["x"] < box["x"] + box["width"] and box["y"] < pin["y"] < box["y"] + box["height"]


def test_a_switch_that_is_on_looks_so_in_forced_colours(reader):
    page = open_map(reader)
    page.emulate_media(forced_colors="active")
    switch = page.locator(".explore__switch").first
    look = "it => getComputedStyle(it).backgroundColor"
    off = switch.evaluate(look)
    switch.click()
    reader.wait("document.querySelector('.explore__switch[aria-checked=true]')")
    assert switch.evaluate(look) != off


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
