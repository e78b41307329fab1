"""The network view in a browser: by pointer, by keyboard, without JavaScript, for everybody."""

import re

import pytest

from mapping.models import Node

NETWORK = "/trafford/network/"
VIEW = "document.querySelector('form.network-view')"
DRAWN = f"{VIEW}.classList.contains('is-drawn')"


@pytest.fixture
def looking(visit, neighbourhood):
    """Open the network, and wait until its canvas has taken over: `looking("?focus=...", width=375)`."""

    def look(query="", **options):
        it = visit(**options)
        it.go(NETWORK + query)
        it.wait(DRAWN)
        return it

    return look


def told(it) -> str:
    return it.page.locator("[data-network-told]").inner_text()


def uuid_of(name: str) -> str:
    return str(Node.objects.get(name=name).uuid)


def point(it, name: str) -> tuple[float, float]:
    """Where the dot of a node is in the window, scrolled into view."""
    it.page.locator(".network-view__canvas").scroll_into_view_if_needed()
    script = f"""(() => {{
      const {{ data, stage, canvas }} = {VIEW}.network;
      const i = Array.from({{ length: data.n }}, (_, k) => k).find((k) => data.name(k) === {name!r});
      const box = canvas.getBoundingClientRect();
      const dot = stage.dot(i);
      return [box.left + dot.x, box.top + dot.y];
    }})()"""
    x, y = it.page.evaluate(script)
    return x, y


def open_panel(it, words: str) -> None:
    it.page.locator("summary", has_text=words).click()


def test_the_canvas_takes_over_with_the_dots_where_they_were(visit, neighbourhood):
    still = visit(javascript=False)
    page = still.go(NETWORK)
    before = {
        it.locator("title").text_content(): it.locator(":scope > :last-child").bounding_box()
        for it in page.locator("a.network-view__dot").all()
    }
    assert len(before) == 4
    # Without a script nothing stands above the picture: only distances can be compared.
    live = visit()
    live.go(NETWORK)
    live.wait(DRAWN)
    stage = live.page.locator("[data-network-stage]").bounding_box()
    still_stage = page.locator("[data-network-stage]").bounding_box()
    for name, box in before.items():
        x, y = point(live, name)
        stage = live.page.locator("[data-network-stage]").bounding_box()
        assert abs((x - stage["x"]) - (box["x"] + box["width"] / 2 - still_stage["x"])) < 1.5
        assert abs((y - stage["y"]) - (box["y"] + box["height"] / 2 - still_stage["y"])) < 1.5
    assert not live.errors


def test_a_click_picks_the_dot_that_is_there(looking):
    it = looking()
    for name in ("Sale Moor Community Group", "Trafford Council", "Urmston Singers", "Stretford Hall Friends"):
        it.page.mouse.click(*point(it, name))
        it.wait(f"document.querySelector('[data-selected-name]').textContent === {name!r}")
        assert it.page.locator("[data-selected-name]").get_attribute("href") == f"/node/{uuid_of(name)}"
    assert "is funded by Trafford Council" in it.page.locator("[data-selected-list]").inner_text()
    assert not it.errors


def test_arrow_keys_walk_along_connections_and_each_step_is_told(looking):
    it = looking()
    page = it.page
    page.locator(".network-view__canvas").focus()
    page.keyboard.press("Home")
    it.wait("document.querySelector('[data-network-told]').textContent === 'Trafford Council, 3 connections.'")
    seen = set()
    for key in ("n", "n", "n", "p"):
        page.keyboard.press(key)
        it.wait("document.querySelector('[data-network-told]').textContent.includes('1 of 1')")
        page.wait_for_timeout(80)
        seen.add(told(it))
    assert seen == {
        f"{name}, 1 connection; 1 of 1: is funded by Trafford Council."
        for name in ("Sale Moor Community Group", "Stretford Hall Friends", "Urmston Singers")
    }
    # Back along the connection, whichever way it lies.
    for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
        if told(it).startswith("Trafford Council"):
            break
    assert re.fullmatch(
        r"Trafford Council, 3 connections; [123] of 3: funds (Sale Moor|Stretford|Urmston).*\.", told(it)
    )
    page.keyboard.press("Enter")
    it.wait("location.pathname.startsWith('/node/')")
    assert "Trafford Council" in page.locator("h1").inner_text()
    assert not it.errors


def test_f_shows_what_is_around_and_the_address_says_so(looking):
    it = looking()
    page = it.page
    page.mouse.click(*point(it, "Urmston Singers"))
    page.keyboard.press("f")
    it.wait(f"location.search === '?focus={uuid_of('Urmston Singers')}'")
    looks = f"[...{VIEW}.network.scene.shown.node].filter((it) => it === 1).length"
    it.wait(f"{looks} === 2")
    # Two steps away is everybody: through the council.
    page.get_by_text("2 steps", exact=True).click()
    it.wait(f"{looks} === 0")
    assert "steps=2" in page.url
    page.locator(".network-view__canvas").focus()
    page.keyboard.press("Escape")
    it.wait("location.search === ''")


def test_every_state_is_an_address(looking):
    it = looking("?colour=none&size=same&stated=all&least=2")
    page = it.page
    assert page.locator("#network-colour").input_value() == "none"
    assert page.locator("#network-size").input_value() == "same"
    page.select_option("#network-colour", "kind")
    page.select_option("#network-size", "connections")
    it.wait("location.search === '?stated=all&least=2'")
    page.reload()
    it.wait(DRAWN)
    assert page.locator("#network-least").input_value() == "2"
    assert page.locator("input[name=stated]:checked").get_attribute("value") == "all"


def test_filters_by_type_leave_what_was_asked_for(looking):
    it = looking()
    page = it.page
    open_panel(it, "Show only some")
    page.locator("label", has_text="funds").click()
    it.wait("location.search === '?type=funds'")
    assert page.locator("[data-counted]").inner_text() == "4 nodes, 3 connections shown."
    page.get_by_text("Worked out by rules", exact=True).click()
    it.wait("document.querySelector('[data-counted]').textContent === '0 nodes, 0 connections shown.'")
    assert page.locator("[data-legend] li").count() == 0


def test_a_name_is_found_with_the_keyboard(looking):
    it = looking()
    page = it.page
    page.locator("[data-search]").fill("moor sale")
    it.wait("document.querySelectorAll('#network-search-names [role=option]').length === 1")
    page.keyboard.press("Enter")
    it.wait("document.querySelector('[data-network-told]').textContent.startsWith('Sale Moor Community Group')")
    page.locator("[data-search]").fill("zeppelin")
    it.wait("document.querySelector('#network-search-names').textContent === 'Nothing here has such a name.'")


def test_a_line_drawn_around_dots_chooses_them(looking):
    it = looking()
    page = it.page
    x, y = point(it, "Urmston Singers")
    page.keyboard.down("Shift")
    page.mouse.move(x - 12, y - 12)
    page.mouse.down()
    for dx, dy in ((12, -12), (12, 12), (-12, 12), (-12, -12)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    it.wait("document.querySelector('[data-chosen-count]').textContent === '1 chosen'")
    assert page.locator("[data-chosen-list] button").inner_text().startswith("Urmston Singers")
    # The same without a pointer: by name.
    page.locator("[data-choose]").fill("hall friends")
    it.wait("document.querySelectorAll('#network-choose-names [role=option]').length === 1")
    page.keyboard.press("Enter")
    it.wait("document.querySelector('[data-chosen-count]').textContent === '2 chosen'")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_picture_is_downloaded_with_its_legend(looking, tmp_path, kind):
    it = looking()
    open_panel(it, "Keep, share, download")
    with it.page.expect_download() as coming:
        it.page.locator(f"[data-download={kind}]").click()
    assert coming.value.suggested_filename == f"trafford-network.{kind}"
    coming.value.save_as(tmp_path / "picture")
    data = (tmp_path / "picture").read_bytes()
    if kind == "png":
        assert data.startswith(b"\x89PNG")
        return
    text = data.decode()
    for part in ("How Trafford is connected", 'class="legend"', "Organisation (4)", "As at ", "Trafford Council"):
        assert part in text
    assert not it.errors


def test_dots_glide_to_the_ground_and_back(looking):
    it = looking()
    page = it.page
    before = point(it, "Urmston Singers")
    page.get_by_text("On the ground", exact=True).click()
    it.wait("document.querySelector('[data-network-told]').textContent.includes('on the ground')")
    assert page.url.endswith("?layout=ground")
    away = point(it, "Urmston Singers")
    assert abs(away[0] - before[0]) + abs(away[1] - before[1]) > 2
    page.get_by_text("As a network", exact=True).click()
    it.wait("document.querySelector('[data-network-told]').textContent.includes('by their connections')")
    x, y = point(it, "Urmston Singers")
    assert abs(x - before[0]) < 1
    assert abs(y - before[1]) < 1


def test_the_wheel_zooms_only_once_the_picture_was_chosen(looking):
    it = looking()
    page = it.page
    x, y = point(it, "Trafford Council")
    zoom = f"{VIEW}.network.stage.zoom"
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(200)
    assert abs(page.evaluate(zoom) - 1) < 1e-6
    page.mouse.click(*point(it, "Trafford Council"))
    page.mouse.wheel(0, -200)
    it.wait(f"{zoom} > 1.2")
    page.keyboard.press("0")
    it.wait(f"Math.abs({zoom} - 1) < 1e-6")


def test_without_javascript_the_form_asks_the_server(visit, neighbourhood):
    it = visit(javascript=False)
    page = it.go(f"{NETWORK}?size=betweenness&since=2020-01-01")
    assert "what has changed is not marked" in page.locator(".network-view__notes").inner_text()
    page.locator("summary", has_text="Show only some").click()
    page.locator("label", has_text="Worked out by rules").click()
    page.locator('[data-panel="filters"] button[type="submit"]').click()
    assert "stated=derived" in page.url
    assert page.locator("a.network-view__dot").count() == 0
    assert page.locator("#network-size").input_value() == "betweenness"


def test_focus_is_drawn_by_the_server_too(visit, neighbourhood):
    it = visit(javascript=False)
    page = it.go(f"{NETWORK}?focus={uuid_of('Urmston Singers')}")
    assert page.locator("a.network-view__dot.is-faded").count() == 2
    assert page.locator("a.network-view__dot:not(.is-faded)").count() == 2


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_or_asks_another_site(looking, width):
    it = looking(width=width)
    assert it.page.evaluate("document.documentElement.scrollWidth") <= width
    assert it.foreign_requests == []
    assert not it.errors


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_every_panel_open(looking, scheme):
    it = looking(scheme=scheme)
    it.page.mouse.click(*point(it, "Trafford Council"))
    it.page.evaluate("document.querySelectorAll('.network-view details').forEach((it) => { it.open = true; })")
    it.page.wait_for_timeout(200)
    assert it.axe() == []
