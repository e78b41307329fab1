"""Looking underneath the map in a browser: lines, what is chosen of them, and the glide to the network and back."""

import json

import pytest

from mapping.models import ConnectionType, Node
from tests import factories
from tests.functional.test_map import open_map, settled

PAINTED = """(pane) => { const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
    if (!canvas) return 0;
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at]) count += 1;
    return count; }"""
SAYS = "document.querySelector('#explore-says').textContent"


@pytest.fixture
def reader(visit, neighbourhood):
    """The neighbourhood with a second kind of connection, one weak, one that a rule worked out."""
    from mapping.models import Revision

    groups = list(
        Node.objects.filter(connections_out__isnull=True, kind="organisation").exclude(category__slug="council")
    )
    library = Node.objects.get(name="Sale Library")
    hosts = ConnectionType.objects.exclude(slug="funds").order_by("pk").first()
    weak = factories.ConnectionFactory(source=groups[0], target=library, type=hosts)
    factories.StatementFactory(connection=weak, strength=1)
    derived = factories.ConnectionFactory(source=groups[1], target=library, type=hosts)
    factories.StatementFactory(connection=derived, by_rule="near", by_source=None)
    Revision.objects.raise_for([neighbourhood])
    return visit()


def switch(page, name):
    return page.get_by_role("switch", name=name)


def look(reader, path="/trafford/map/"):
    page = open_map(reader, path)
    switch(page, "Look underneath").click()
    reader.wait(f"{SAYS}.includes('connections are drawn')")
    return page


def test_nothing_of_it_is_fetched_before_it_is_switched_on(reader):
    page = open_map(reader, "/trafford/map/")
    before = [it for it in reader.requests if any(x in it for x in ("underneath.", "network", "lines", "glide"))]
    # The style sheet of the page apart.
    assert [it for it in before if not it.endswith(".css")] == []
    assert not switch(page, "Show as a network").is_visible()
    assert not page.locator(".underneath__choose").is_visible()


def test_lines_come_by_the_keyboard_and_are_told(reader):
    page = open_map(reader, "/trafford/map/")
    switch(page, "Look underneath").focus()
    page.keyboard.press("Space")
    reader.wait(f"{SAYS}.includes('connections are drawn')")
    assert page.evaluate(SAYS).startswith("4 of 4 connections are drawn on the map")
    assert page.evaluate(PAINTED, "hb-connections") > 100
    assert "underneath=lines" in page.url
    page.keyboard.press("Space")
    reader.wait("!location.search.includes('underneath')")
    assert page.evaluate(PAINTED, "hb-connections") == 0
    assert reader.errors == []


def test_kinds_who_says_so_and_strength_choose_the_lines_and_stay_in_the_address(reader):
    page = look(reader)
    page.locator(".underneath__choose summary").click()
    page.get_by_label("funds (3)").uncheck()
    reader.wait(f"{SAYS}.startsWith('1 of 1 ')")
    assert "hide=funds" in page.url
    page.get_by_label("Both").check()
    reader.wait(f"{SAYS}.startsWith('2 of 2 ')")
    page.get_by_label("How strong").select_option("3")
    reader.wait(f"{SAYS}.startsWith('1 of 1 ')")
    assert "stated=all" in page.url and "least=3" in page.url
    words = page.get_by_role("link", name="The same in words").get_attribute("href")
    assert words.startswith("/trafford/network/words/?") and "hide=funds" in words and "least=3" in words
    page.reload()
    reader.wait(f"{SAYS}.startsWith('1 of 1 ')")
    page.locator(".underneath__choose summary").click()
    assert not page.get_by_label("funds (3)").is_checked()
    assert page.get_by_label("Both").is_checked()
    assert reader.errors == []


def test_what_rules_worked_out_is_drawn_apart(reader):
    page = open_map(reader, "/trafford/map/?underneath=lines&stated=derived")
    reader.wait(f"{SAYS}.startsWith('1 of 1 connections are drawn')")
    said = page.evaluate(
        """async (url) => (await (await fetch(url)).json()).features.map((it) => it.properties.derived)""",
        [it for it in reader.requests if "lines.json" in it][-1],
    )
    assert said == [True]
    dotted = page.evaluate('async () => (await import("hb/map/connection_lines")).dashes(0, true)')
    solid = page.evaluate('async () => (await import("hb/map/connection_lines")).dashes(0, false)')
    assert dotted != solid


def test_a_node_that_is_chosen_brings_its_own_lines(reader):
    page = look(reader)
    council = Node.objects.get(name="Trafford Council")
    detail = {"uuid": str(council.uuid), "name": council.name, "c": "other", "n": 1, "lat": 53.458, "lon": -2.284}
    page.evaluate(
        "detail => document.querySelector('.folium-map').dispatchEvent("
        "new CustomEvent('hb:pick', {bubbles: true, detail}))",
        detail,
    )
    assert reader.wait(f"{SAYS}.startsWith('3 of 3 ')")
    page.keyboard.press("Escape")
    assert reader.wait(f"{SAYS}.startsWith('4 of 4 ')")


def test_the_dots_glide_to_the_network_and_back(reader):
    page = look(reader)
    switch(page, "Show as a network").click()
    reader.wait(f"{SAYS}.startsWith('The dots show a network now: 5 of them, and 4 connections')")
    assert "underneath=network" in page.url
    # The veil covers the ground, and the map's own dots have gone.
    size = page.evaluate(
        "(() => {const it = document.querySelector('.leaflet-hb-network-pane canvas'); return it.width * it.height})()"
    )
    assert page.evaluate(PAINTED, "hb-network") == size
    assert page.locator(".leaflet-hb-points-pane canvas").count() == 0
    switch(page, "Show as a network").click()
    reader.wait("!document.querySelector('.leaflet-hb-network-pane canvas')")
    reader.wait("document.querySelector('.leaflet-hb-points-pane canvas')")
    settled(reader)
    assert "underneath=lines" in page.url
    assert reader.errors == []


LAYER = """async (url) => {
    const {NetworkLayer} = await import("hb/map/network_layer");
    const {load} = await import("hb/network/data");
    const box = document.body.appendChild(document.createElement("div"));
    box.style.cssText = "position:fixed;inset:0;z-index:5000";
    const map = globalThis.L.map(box, {center: [53.43, -2.3], zoom: 12, zoomAnimation: false});
    const data = await load(url);
    return {data, map, layer: new NetworkLayer(map, data)};
}"""


def test_a_dot_lies_on_the_ground_where_the_map_has_it_to_half_a_pixel(reader, neighbourhood):
    page = look(reader)
    off = page.evaluate(
        f"""async (url) => {{
            const {{data, map, layer}} = await ({LAYER})(url);
            layer.glide.set(layer.groundX, layer.groundY);
            let most = 0;
            for (const zoom of [12, 15, 11]) {{
                map.setView([53.44, -2.31], zoom, {{animate: false}});
                const {{k, x, y}} = layer.window();
                for (let i = 0; i < data.n; i += 1) {{
                    const at = map.latLngToContainerPoint([data.lat[i], data.lon[i]]);
                    most = Math.max(most, Math.hypot(at.x - layer.glide.x[i] * k - x, at.y - layer.glide.y[i] * k - y));
                }}
            }}
            layer.remove();
            return most;
        }}""",
        f"/network/{type(neighbourhood).objects.get(pk=neighbourhood.pk).revision_token}/graph.bin",
    )
    # Leaflet rounds the corner of a view to whole pixels.
    assert off < 1


def test_the_network_that_the_dots_glide_to_is_that_of_the_server(reader, neighbourhood):
    page = look(reader)
    told = page.evaluate(
        f"""async (url) => {{
            const {{data, map, layer}} = await ({LAYER})(url);
            const arrived = await layer.show();
            const there = Array.from(layer.glide.x);
            const frames = layer.figures.frames;
            const picked = data.name(layer.pick({{x: layer.glide.x[1], y: layer.glide.y[1]}}));
            const back = await layer.hide();
            const found = {{arrived, back, frames, picked, name: data.name(1), share: layer.share,
                off: Math.max(...there.map((x, i) => Math.abs(x - layer.netX[i]))),
                home: Math.max(...Array.from(layer.glide.x).map((x, i) => Math.abs(x - layer.groundX[i])))}};
            layer.remove();
            return found;
        }}""",
        f"/network/{type(neighbourhood).objects.get(pk=neighbourhood.pk).revision_token}/graph.bin",
    )
    assert (told["arrived"], told["back"], told["share"]) == (True, True, 0)
    assert told["off"] == told["home"] == 0
    assert told["frames"] > 3
    assert told["picked"] == told["name"]


def test_who_wants_less_movement_gets_the_network_without_a_flight(visit, reader):
    calm = visit(reduced_motion="reduce")
    page = look(calm)
    switch(page, "Show as a network").click()
    calm.wait(f"{SAYS}.startsWith('The dots show a network now')")
    assert calm.errors == []


def test_an_address_with_the_network_shows_the_network(reader):
    page = reader.go("/trafford/map/?underneath=network&hide=funds")
    reader.wait(f"{SAYS}.startsWith('The dots show a network now: 2 of them, and 1 ')")
    assert switch(page, "Show as a network").get_attribute("aria-checked") == "true"
    assert switch(page, "Look underneath").get_attribute("aria-checked") == "true"
    page.locator(".underneath__choose summary").click()
    assert not page.get_by_label("funds (3)").is_checked()


def test_a_search_keeps_what_lies_underneath_in_the_address(reader):
    page = look(reader)
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Green spaces").check()
    reader.wait("location.search.includes('category=green-space')")
    assert reader.wait("location.search.includes('underneath=lines')")


def test_a_network_that_has_changed_since_is_shown_as_it_is_now(reader, neighbourhood):
    from mapping.models import Revision

    page = look(reader)
    Revision.objects.raise_for([neighbourhood])
    switch(page, "Show as a network").click()
    reader.wait(f"{SAYS}.includes('show a network now')")
    assert switch(page, "Show as a network").get_attribute("aria-checked") == "true"
    assert "underneath=network" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["lines", "network"])
def test_axe_finds_nothing(visit, reader, state, scheme):
    seen = visit(scheme=scheme)
    page = seen.go(f"/trafford/map/?underneath={state}")
    words = "connections are drawn" if state == "lines" else "show a network now"
    seen.wait(f"{SAYS}.includes({json.dumps(words)})")
    page.locator(".underneath__choose summary").click()
    assert seen.axe() == []


def test_on_a_phone_nothing_is_wider_than_the_screen(visit, reader):
    narrow = visit(width=320, height=640)
    page = narrow.go("/trafford/map/?underneath=lines")
    page.get_by_role("button", name="Map").click()
    narrow.wait(f"{SAYS}.includes('connections are drawn')")
    page.locator(".underneath__choose summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.underneath *')].map(it => it.getBoundingClientRect().right))"
    )
    assert right <= 320
