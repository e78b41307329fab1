"""The network of a place in which nearly everybody touches the council alone: what its picture says at first."""

import re

import pytest

from mapping.commands.change import change
from mapping.models import Actor, ConnectionType, GazetteerEntry, Node
from mapping.network import build
from tests import factories

NETWORK = "/trafford/network/"
VIEW = "document.querySelector('form.network-view')"
DRAWN = f"{VIEW}.classList.contains('is-drawn')"
OUT = "Trafford Council is left out here. 33 of 43 are connected to it alone: the ring."
IN = "33 of 43 touch only Trafford Council."
RING = "33 are connected only to Trafford Council (left out)"
GROUND = "Trafford Council is left out here. 33 of 43 are connected to it alone."
SAYS = "document.querySelector('[data-hub-says]').textContent"
SCHOOLS = 6
# Names whose boxes touch a dot, or each other: by the labels' own sizes; leaders that pass a dot.
TOUCHING = f"""(() => {{
  const {{ canvas, scene, data }} = {VIEW}.network;
  const boxes = canvas.named.map((it) => {{
    const {{ x, y }} = canvas.labelled(it);
    const [half, high] = [it.width / 2 - 4, it.height / 2 - 1];
    return [x + it.dx - half, y + it.dy - high, x + it.dx + half, y + it.dy + high];
  }});
  const bad = [];
  boxes.forEach((box, at) => {{
    for (let i = 0; i < data.n; i += 1) {{
      if (!scene.visibility.node[i]) continue;
      const {{ x, y, r }} = canvas.dot(i);
      const [dx, dy] = [Math.max(box[0] - x, 0, x - box[2]), Math.max(box[1] - y, 0, y - box[3])];
      if (Math.hypot(dx, dy) < r - 0.5) bad.push(canvas.named[at].text + " on " + data.name(i));
    }}
    boxes.slice(at + 1).forEach((it) => {{
      if (it[0] < box[2] && box[0] < it[2] && it[1] < box[3] && box[1] < it[3]) bad.push("two names");
    }});
  }});
  for (const it of canvas.named.filter(({{ leader }}) => leader)) {{
    const {{ x, y }} = canvas.labelled(it);
    for (let part = 0; part <= 1; part += 0.02) {{
      const px = x + it.leader[0] + (it.leader[2] - it.leader[0]) * part;
      const py = y + it.leader[1] + (it.leader[3] - it.leader[1]) * part;
      for (let i = 0; i < data.n; i += 1) {{
        if (i === it.i || !scene.visibility.node[i]) continue;
        const dot = canvas.dot(i);
        if (Math.hypot(px - dot.x, py - dot.y) < dot.r - 0.5) bad.push("to " + it.text + " over " + data.name(i));
      }}
    }}
  }}
  return bad;
}})()"""


@pytest.fixture
def dandelion(neighbourhood):
    """33 that only the council funds; six schools that a trust runs; and a pair."""
    place = neighbourhood
    council = Node.objects.get(name="Trafford Council")
    funds = ConnectionType.objects.get(slug="funds")

    def join(source, target):
        factories.StatementFactory(connection=factories.ConnectionFactory(source=source, target=target, type=funds))

    def group(name, factory=factories.OrganisationFactory):
        return factory(place=place, name=name)

    with change(actor=Actor.command("test"), action="say", place=place):
        for n in range(30):
            join(council, group(f"Small group {n}"))
        trust = group("The Learning Trust")
        join(council, trust)
        for n in range(SCHOOLS):
            join(trust, group(f"School {n}", factories.NodeFactory))
        one, other = group("Moor Singers"), group("Moor Hall", factories.NodeFactory)
        join(one, other)
    build.build(place)
    return place


@pytest.fixture
def looking(visit, dandelion):
    def look(query="", **options):
        it = visit(**options)
        it.go(NETWORK + query)
        it.wait(DRAWN)
        return it

    return look


def named(it) -> list[str]:
    return it.page.evaluate(f"{VIEW}.network.canvas.named.map((it) => it.text)")


def test_the_hub_is_left_out_at_first_and_one_click_puts_it_back(looking):
    it = looking()
    page = it.page
    assert page.evaluate(SAYS) == OUT
    assert RING in [text.replace("\n", " ") for text in named(it)]
    page.get_by_role("link", name="Put Trafford Council back").click()
    it.wait("location.search === '?hub=in'")
    assert page.evaluate(SAYS) == IN
    it.wait(f"{VIEW}.network.canvas.named.some((it) => it.text === 'Trafford Council')")
    page.reload()
    it.wait(DRAWN)
    assert page.evaluate(SAYS) == IN
    page.get_by_role("link", name="Leave Trafford Council out").click()
    it.wait("location.search === ''")
    assert page.evaluate(SAYS) == OUT
    assert not it.errors


def test_the_same_without_javascript(visit, dandelion):
    it = visit(javascript=False)
    page = it.go(NETWORK)
    assert page.locator("[data-hub-says]").inner_text() == OUT
    assert page.locator("a.network-view__dot title", has_text="Trafford Council").count() == 0
    page.get_by_role("link", name="Put Trafford Council back").click()
    assert page.url.endswith("?hub=in")
    assert page.locator("[data-hub-says]").inner_text() == IN
    assert page.locator("a.network-view__dot title", has_text="Trafford Council").count() == 1
    for size in ("wide", "narrow"):
        lines = page.locator(f"[data-size={size}] .network-view__text--hub")
        assert " ".join(lines.all_text_contents()) == "Trafford Council"
    words = page.locator("#beyond").inner_text()
    assert "The Learning Trust: without it, 6 others would be joined to nobody." in words


def test_what_asks_about_everybody_shows_the_hub(looking):
    council = Node.objects.get(name="Trafford Council").uuid
    for query in (f"?without={council}", f"?focus={council}", "?stated=all"):
        assert looking(query).page.evaluate(SAYS) == IN


def test_who_looks_for_the_hub_gets_it_and_who_is_found_can_be_read(looking):
    it = looking()
    page = it.page
    page.locator("[data-search]").fill("small group 17")
    it.wait("document.querySelectorAll('#network-search-names [role=option]').length === 1")
    page.keyboard.press("Enter")
    it.wait(f"{VIEW}.network.canvas.named.some((it) => it.text === 'Small group 17' && it.look === 'plate')")
    # What is left out is told all the same.
    it.wait("document.querySelector('[data-network-status]').textContent === 'Small group 17, 1 connection.'")
    assert "is funded by Trafford Council" in page.locator("[data-selected-list]").inner_text()
    page.locator("[data-search]").fill("trafford council")
    it.wait("document.querySelector('#network-search-names [role=option]')?.textContent.startsWith('Trafford Council')")
    page.keyboard.press("Enter")
    it.wait("location.search === '?hub=in'")
    it.wait(f"{VIEW}.network.canvas.named.some((it) => it.text === 'Trafford Council')")


def test_arrow_keys_jump_from_island_to_island(looking):
    it = looking()
    page = it.page
    page.locator(".network-view__canvas").focus()
    page.keyboard.press("Home")
    it.wait("document.querySelector('[data-network-status]').textContent.startsWith('The Learning Trust')")
    seen = set()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
        seen.add(page.locator("[data-network-status]").inner_text())
    assert any(text.startswith("Small group") for text in seen)
    assert not it.errors


@pytest.mark.parametrize("width", [375, 1280])
def test_names_and_leaders_touch_no_dot_and_no_other_name(looking, width):
    it = looking(width=width)
    assert it.page.evaluate(TOUCHING) == []
    # What the ring is stands there in full, inside the picture.
    assert RING in [text.replace("\n", " ") for text in named(it)]
    inside = f"""(() => {{
      const {{ canvas }} = {VIEW}.network;
      const it = canvas.named.find(({{ look }}) => look === "ring");
      const {{ x, y }} = canvas.labelled(it);
      const {{ width, height }} = canvas.size;
      return [x - it.width / 2 >= 0, x + it.width / 2 <= width, y - it.height / 2 >= 0, y + it.height / 2 <= height];
    }})()"""
    assert it.page.evaluate(inside) == [True] * 4


def test_families_of_organisations_are_told_apart_by_marks_that_the_legend_has(looking, dandelion):
    charity = Node.objects.get(name="Small group 0")
    with change(actor=Actor.command("test"), action="note", place=dandelion, target=charity):
        charity.category = factories.CategoryFactory(slug="charity", group="organisation")
        charity.save()
    build.build(dandelion)
    it = looking()
    key = it.page.locator("[data-legend]")
    row = key.locator("li", has_text="Charities")
    assert row.locator(".network__sample-inner").count() == 1 and row.inner_text().split() == ["Charities", "4"]
    assert key.locator("li", has_text="Community groups and others").locator(".network__sample-inner").count() == 0


def test_the_legend_says_what_arrows_mean(looking, visit, dandelion):
    says = "Connection that somebody stated (→ from whom to whom)"
    assert looking().page.locator("[data-legend] li", has_text=says).count() == 1
    bare = visit(javascript=False).go(NETWORK)
    assert bare.locator("[data-legend] li", has_text=says).count() == 1


def test_what_the_address_says_that_nobody_knows_is_said(visit, dandelion):
    page = visit(javascript=False).go(NETWORK + "?focsu=1&colour=kind")
    assert page.locator(".notice", has_text="focsu").count() == 1
    assert "focus" in page.locator(".notice", has_text="focsu").inner_text()
    page = visit(javascript=False).go(NETWORK + "?colour=kind&from_name=Moor")
    assert page.locator(".notice", has_text="from_name").count() == 0


def test_the_picture_comes_first_with_its_legend_and_buttons(looking):
    it = looking(width=1280)
    box = lambda selector: it.page.locator(selector).bounding_box()  # noqa: E731
    figure, legend, buttons = (box(f".network-view__{name}") for name in ("figure", "key", "buttons"))
    assert figure["y"] < 200
    assert legend["y"] + legend["height"] <= 800
    stage = box("[data-network-stage]")
    assert stage["y"] < buttons["y"] and buttons["y"] + buttons["height"] < stage["y"] + stage["height"]


def test_on_a_phone_what_one_asks_comes_up_as_a_sheet(looking):
    it = looking(width=375)
    page = it.page
    handle = page.locator("[data-sheet-handle]")
    assert page.locator("[data-search]").is_hidden()
    handle.click()
    assert handle.get_attribute("aria-expanded") == "true"
    assert page.locator("[data-search]").is_visible()
    assert it.axe() == []
    page.keyboard.press("Escape")
    assert page.locator("[data-search]").is_hidden()
    assert page.evaluate("document.activeElement.matches('[data-sheet-handle]')")


def test_on_a_small_phone_what_the_arrows_choose_is_in_sight(looking):
    it = looking(width=320, height=400)
    page = it.page
    page.locator("[data-sheet-handle]").click()
    field = page.locator("[data-search]")
    field.fill("a")
    options = page.locator(".network-view__names li[aria-selected]")
    options.nth(4).wait_for()
    for _ in range(4):
        field.press("ArrowDown")
    # In one turn of the page: when the last names have come, rows are made anew.
    box = page.evaluate("""(() => {
      const row = document.querySelector(".network-view__names li[aria-selected=true]");
      const { top, bottom } = row.getBoundingClientRect();
      return { top, bottom };
    })()""")
    assert 0 <= box["top"] < box["bottom"] <= 400


def test_what_the_arrows_chose_stays_chosen_when_the_last_names_come(looking):
    page = looking(width=1280).page
    held = []
    page.route("**/ids.bin*", lambda route: held.append(route))
    field = page.locator("[data-search]")
    with page.expect_request("**/ids.bin*"):
        field.fill("a")
    for _ in range(3):
        field.press("ArrowDown")
    chosen = page.locator(".network-view__names li[aria-selected=true]")
    before = chosen.inner_text()
    assert chosen.get_attribute("data-at") == "3"
    for route in held:
        route.continue_()
    page.evaluate(f"() => {VIEW}.network.data.identify([0, 1, 2])")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert chosen.inner_text() == before


def test_a_download_says_what_is_left_out_and_gives_the_view_again(looking, tmp_path):
    it = looking()
    page = it.page
    page.locator("[data-do='closer']").click()
    zoom = f"{VIEW}.network.canvas.zoom"
    it.wait(f"{zoom} > 1.5")
    page.locator("summary", has_text="Keep, share, download").click()
    with page.expect_download() as coming:
        page.locator("[data-download=svg]").click()
    coming.value.save_as(tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text()
    assert "Trafford Council is left out here." in text
    address = re.search(r"http://[^<\s]*#at=[^<\s]*", text).group()
    before = page.evaluate(zoom)
    page.goto("about:blank")
    page.goto(address)
    it.wait(DRAWN)
    assert abs(page.evaluate(zoom) - before) < 0.02


def test_a_download_shows_who_is_in_focus(looking, tmp_path):
    it = looking()
    page = it.page
    page.locator("[data-search]").fill("learning trust")
    it.wait("document.querySelectorAll('#network-search-names [role=option]').length === 1")
    page.keyboard.press("Enter")
    it.wait("document.querySelector('[data-network-status]').textContent.startsWith('The Learning Trust')")
    page.locator("summary", has_text="Keep, share, download").click()
    with page.expect_download() as coming:
        page.locator("[data-download=svg]").click()
    coming.value.save_as(tmp_path / "picture.svg")
    text = (tmp_path / "picture.svg").read_text()
    lines = re.search(r'<path class="reach"[^>]* d="([^"]*)"', text).group(1)
    assert lines.count("M") == SCHOOLS
    assert text.count("<circle ") == 2


def test_the_legend_of_a_download_does_not_overprint(looking):
    it = looking()
    flowed = it.page.evaluate(
        """async () => {
          const { flowed } = await import("hb/network/export_image");
          const labels = ["A", "A label that is as long as labels may well be", "Short", "Another rather long one"];
          const signs = labels.map((label) => ({ label, count: 1234 }));
          const { places, rows } = flowed(signs, 420);
          return places.map(({ x, row }, at) => [row, x, x + 24 + `${signs[at].label} (1234)`.length * 7.1, rows]);
        }"""
    )
    assert max(row for row, *_ in flowed) == flowed[0][3] - 1
    for one, other in zip(flowed, flowed[1:], strict=False):
        assert other[0] > one[0] or other[1] >= one[2]


def test_on_the_ground_there_is_the_boundary(looking):
    it = looking("?layout=ground")
    # There is no ring.
    assert it.page.evaluate(SAYS) == GROUND
    rings = it.page.evaluate(
        f"""import("hb/network/captions").then(({{ boundary }}) => {{
          const {{ scene, words }} = {VIEW}.network;
          return boundary(scene, words).map((ring) => ring.length);
        }})"""
    )
    assert rings and min(rings) >= 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_sticks_out(looking, scheme, width):
    it = looking(scheme=scheme, width=width)
    assert it.axe() == []
    assert it.page.evaluate("document.documentElement.scrollWidth") <= width
    assert it.foreign_requests == []


def test_on_a_phone_islands_have_numbers_and_a_list_says_what_they_are(looking):
    it = looking(width=375)
    page = it.page
    numbers = page.evaluate(f"{VIEW}.network.canvas.named.filter((it) => it.look === 'number').map((it) => it.text)")
    assert numbers == ["1"]
    row = page.locator("[data-numbered] li")
    assert row.count() == 1 and row.get_attribute("value") == "1" and "The Learning Trust" in row.inner_text()
    # Nothing is under the buttons.
    stage, buttons = (page.locator(f".network-view__{name}").bounding_box() for name in ("canvas", "buttons"))
    assert buttons["y"] + buttons["height"] <= stage["y"]


def test_the_same_list_without_javascript(visit, dandelion):
    page = visit(javascript=False, width=375).go(NETWORK)
    assert (
        page.locator("[data-numbered] li").all_inner_texts() == page.locator("[data-numbered] li").all_text_contents()
    )
    assert "The Learning Trust" in page.locator("[data-numbered]").inner_text()
    page = visit(javascript=False, width=1280).go(NETWORK)
    assert page.locator("[data-numbered]").is_hidden()


def test_on_a_wide_screen_the_buttons_cover_nothing(looking):
    it = looking(width=1280)
    canvas, buttons = (it.page.locator(f".network-view__{name}").bounding_box() for name in ("canvas", "buttons"))
    assert canvas["x"] + canvas["width"] <= buttons["x"]


def test_the_names_of_towns_lie_above_the_dots(looking, dandelion):
    GazetteerEntry.objects.create(
        name="Sale", district="Trafford", kind="town", point=dandelion.boundary.point_on_surface
    )
    it = looking("?layout=ground")
    assert ["Sale", "town"] in it.page.evaluate(f"{VIEW}.network.canvas.named.map((it) => [it.text, it.look])")
