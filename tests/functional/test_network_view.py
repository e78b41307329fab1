"""The network view in a browser: by pointer, by keyboard, without JavaScript, for everybody."""

import re

import pytest
from django.conf import settings
from django.utils import timezone

from mapping.commands.change import change
from mapping.models import Actor, ConnectionType, Node, PlaceRole, PlaceRoleKind, Statement, Visibility
from tests import factories

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
    return it.page.locator("[data-network-status]").inner_text()


def uuid_of(name: str) -> str:
    return str(Node.objects.get(name=name).uuid)


def point(it, name: str) -> tuple[float, float]:
    """Where the dot of a node is in the window, scrolled into view."""
    it.page.evaluate("document.querySelector('.network-view__canvas').scrollIntoView({ block: 'center' })")
    script = f"""(() => {{
      const {{ data, canvas, element }} = {VIEW}.network;
      const i = Array.from({{ length: data.n }}, (_, k) => k).find((k) => data.name(k) === {name!r});
      const box = element.getBoundingClientRect();
      const dot = canvas.dot(i);
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
    it.wait("document.querySelector('[data-network-status]').textContent === 'Trafford Council, 3 connections.'")
    seen = set()
    for key in ("n", "n", "n", "p"):
        page.keyboard.press(key)
        it.wait("document.querySelector('[data-network-status]').textContent.includes('1 of 1')")
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
    looks = f"[...{VIEW}.network.scene.visibility.node].filter((it) => it === 1).length"
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
    it.wait("document.querySelector('[data-network-status]').textContent.startsWith('Sale Moor Community Group')")
    page.locator("[data-search]").fill("zeppelin")
    assert it.wait("document.querySelector('#network-search-names').textContent === 'Nothing here has such a name.'")


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
    it.wait("document.querySelector('[data-network-status]').textContent.includes('on the ground')")
    assert page.url.endswith("?layout=ground")
    away = point(it, "Urmston Singers")
    assert abs(away[0] - before[0]) + abs(away[1] - before[1]) > 2
    page.get_by_text("As a network", exact=True).click()
    it.wait("document.querySelector('[data-network-status]').textContent.includes('by their connections')")
    x, y = point(it, "Urmston Singers")
    assert abs(x - before[0]) < 1
    assert abs(y - before[1]) < 1


def test_the_wheel_zooms_only_once_the_picture_was_chosen(looking):
    it = looking()
    page = it.page
    x, y = point(it, "Trafford Council")
    zoom = f"{VIEW}.network.canvas.zoom"
    page.mouse.move(x, y)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(200)
    assert abs(page.evaluate(zoom) - 1) < 1e-6
    page.mouse.click(*point(it, "Trafford Council"))
    page.mouse.wheel(0, -200)
    it.wait(f"{zoom} > 1.2")
    page.keyboard.press("0")
    it.wait(f"Math.abs({zoom} - 1) < 1e-6")


def test_two_names_give_a_way_in_words_and_in_the_picture(looking):
    it = looking()
    page = it.page
    open_panel(it, "How are two of them connected?")
    for end, typed in (("from", "sale moor"), ("to", "urmston")):
        page.locator(f"[name={end}_name]").fill(typed)
        it.wait(f"document.querySelectorAll('#network-{end}-names [role=option]').length === 1")
        page.keyboard.press("Enter")
    it.wait("document.querySelectorAll('[data-path-status] ol li').length === 2")
    sentences = page.locator("[data-path-status] ol li").all_inner_texts()
    assert "Sale Moor Community Group is funded by Trafford Council" in sentences[0]
    assert "Trafford Council funds Urmston Singers" in sentences[1]
    shown = f"{VIEW}.network.scene.visibility"
    it.wait(f"[...{shown}.node].filter((it) => it === 7).length === 3")
    assert page.evaluate(f"[...{shown}.edge].filter((it) => it === 7).length") == 2
    assert uuid_of("Sale Moor Community Group") in page.url
    assert uuid_of("Urmston Singers") in page.url
    page.reload()
    it.wait("document.querySelectorAll('[data-path-status] ol li').length === 2")
    page.locator("[data-do='clear-path']").click()
    it.wait("location.search === ''")
    assert page.evaluate(f"[...{shown}.edge].every((it) => it === 2)")


def test_taking_one_away_tells_and_fades_what_falls_away(looking):
    it = looking()
    page = it.page
    page.mouse.click(*point(it, "Trafford Council"))
    page.locator("[data-selected-do='without']").click()
    it.wait("document.querySelector('[data-without-status] li')")
    assert "Without Trafford Council" in page.locator("[data-without-status]").inner_text()
    assert "3 would have no connection to anyone else here." in page.locator("[data-without-status]").inner_text()
    looks = page.evaluate(f"[...{VIEW}.network.scene.visibility.node].sort()")
    assert looks == [3, 3, 3, 4]
    assert page.url.endswith(f"?without={uuid_of('Trafford Council')}")
    page.locator("[data-do='clear-without']").click()
    it.wait("location.search === ''")
    assert page.evaluate(f"[...{VIEW}.network.scene.visibility.node].every((it) => it === 2)")


def test_a_day_shows_what_held_then_and_what_changed_since(visit, neighbourhood):
    with change(actor=Actor.command("test"), action="date", place=neighbourhood):
        said = Statement.objects.order_by("pk")
        said.filter(connection__target__name="Urmston Singers").update(held_from="2021-05-01")
        said.filter(connection__target__name="Stretford Hall Friends").update(
            held_from="2015-01-01", held_to="2018-06-30"
        )
    it = visit()
    page = it.go(f"{NETWORK}?day=2017-01-01")
    it.wait(DRAWN)
    assert page.locator("[data-counted]").inner_text() == "3 nodes, 2 connections shown."
    page.locator("#network-since").fill("2016-01-01")
    page.locator("#network-day").fill("2022-01-01")
    page.locator("#network-day").blur()
    it.wait("document.querySelectorAll('[data-changes] li').length === 2")
    begun, ended = page.locator("[data-changes] li").all_inner_texts()
    assert begun == "Trafford Council funds Urmston Singers, from 1 May 2021"
    assert ended == "Trafford Council funds Stretford Hall Friends, until 30 June 2018"
    assert page.evaluate(f"[...{VIEW}.network.scene.visibility.edge].sort()") == [1, 5, 6]
    # The slider is the same day, by keyboard too.
    page.locator("[data-time-slider]").focus()
    page.keyboard.press("Home")
    it.wait("location.search.includes('day=2015-01-01')")


def test_a_member_sees_more_and_what_was_withdrawn_is_gone_at_once(looking, visit, neighbourhood, client):
    council = Node.objects.get(name="Trafford Council")
    quiet = factories.OrganisationFactory(place=neighbourhood, name="Quiet Circle")
    member = factories.UserFactory()
    PlaceRole.objects.create(user=member, place=neighbourhood, role=PlaceRoleKind.MEMBER)
    with change(actor=Actor.command("test"), action="say", place=neighbourhood):
        tie = factories.ConnectionFactory(source=council, target=quiet, type=ConnectionType.objects.get(slug="funds"))
        said = factories.StatementFactory(connection=tie, visibility=Visibility.MEMBERS)
    client.force_login(member)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    names = f"Array.from({{ length: {VIEW}.network.data.n }}, (_, i) => {VIEW}.network.data.name(i)).sort().join()"

    def seen(cookie):
        it = visit()
        if cookie:
            it.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": it.base}])
        it.go(NETWORK)
        it.wait(DRAWN)
        return it.page.evaluate(names), it.page.content()

    assert "Quiet Circle" in seen(True)[0]
    assert all("Quiet Circle" not in text for text in seen(False))
    with change(actor=Actor.command("test"), action="withdraw", place=neighbourhood):
        Statement.objects.filter(pk=said.pk).update(withdrawn_at=timezone.now())
    assert all("Quiet Circle" not in text for text in seen(True))


def test_without_its_data_the_picture_of_the_server_stays(visit, neighbourhood):
    it = visit()
    it.page.route("**/graph.bin", lambda route: route.fulfill(status=404, body="gone"))
    page = it.go(NETWORK)
    it.wait("document.querySelector('[data-network-status]').textContent.includes('Reload the page')")
    assert page.locator("a.network-view__dot").count() == 4
    assert page.locator(".network-view__canvas").is_hidden()


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
