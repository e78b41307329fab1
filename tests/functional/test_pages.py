"""The page of a node and the front page of a place, as a resident uses them: on a phone, enlarged, on paper, shared."""

import pytest

from mapping.models import Node
from tests import factories
from tests.functional.test_everyone import put_on

pytestmark = pytest.mark.usefixtures("neighbourhood")

PHONE = {"width": 375, "height": 812}


def council():
    """An organisation with a number and more connections than are read through, and a name without a space."""
    node = Node.objects.get(name="Trafford Council")
    Node.objects.filter(pk=node.pk).update(phone="0161 912 2000", address="Talbot Road, Stretford")
    for n in range(10):
        factories.StatementFactory(
            connection=factories.ConnectionFactory(source=node, target=factories.OrganisationFactory(name=f"Group {n}"))
        )
    return node.get_absolute_url()


def top(page, selector: str) -> float:
    return page.locator(selector).bounding_box()["y"]


def test_on_a_phone_where_and_contact_come_before_connections(visit):
    page = visit(**PHONE).go(council())
    ys = [top(page, it) for it in (".node__bar", "#where", "address", "#contact", "#connected")]
    assert ys == sorted(ys)
    assert ys[2] < 2 * PHONE["height"]
    for control in page.locator(".node__bar a").all():
        box = control.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44, control.inner_text()
    assert page.locator(".node__bar a").all_inner_texts() == ["Call", "Directions", "Share"]


def test_on_a_desk_the_facts_stand_beside_the_map(visit):
    page = visit().go(council())
    facts, where = (page.locator(it).bounding_box() for it in ("#connected", "#where"))
    assert where["x"] > facts["x"] + 400


def test_a_folded_group_opens_by_keyboard_and_says_its_type_once(visit):
    page = visit().go(council())
    group = page.locator(".connections__fold").first
    assert not page.get_by_role("link", name="Urmston Singers").first.is_visible()
    group.locator(":scope > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Urmston Singers").first.is_visible()
    assert "funds" not in group.inner_text().lower().replace("funds", "", 1)


def test_sharing_copies_the_address_and_says_so(visit):
    path = council()
    reader = visit(permissions=["clipboard-read", "clipboard-write"])
    page = reader.go(f"{path}?when=today")
    page.get_by_role("link", name="Share").click()
    page.get_by_text("The address is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == reader.base + path
    assert reader.errors == []


def test_sharing_uses_the_device_where_it_can(visit):
    reader = visit(**PHONE)
    reader.page.add_init_script("navigator.share = (what) => { window.shared = what; return Promise.resolve(); }")
    reader.go("/trafford/list/?q=food+bank").get_by_role("link", name="Share").click()
    # As it is now, with what was asked.
    assert reader.wait("window.shared?.url") == f"{reader.base}/trafford/list/?q=food+bank"


def test_without_javascript_sharing_is_a_letter(visit):
    page = visit(javascript=False).go("/trafford/")
    link = page.get_by_role("link", name="Share").get_attribute("href")
    assert link.startswith("mailto:?subject=Trafford&body=http%3A%2F%2F") and link.endswith("%2Ftrafford%2F")


@pytest.mark.parametrize("path", ["/trafford/", "/trafford/map/", "/trafford/network/compare/", "council"])
def test_enlarged_four_times_nothing_is_cut_off_or_covers_the_search(visit, path):
    if path == "council":
        path = council()
        Node.objects.filter(name="Trafford Council").update(name=f"The {'unbrokenly' * 20} long name of a council")
    reader = visit(width=320, height=256)
    page = reader.go(path)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    covered = """([form, y]) => {
      scrollTo(0, y);
      return [...form.querySelectorAll("label, input[type=search], button")].flatMap((part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return [[0.1, 0.5], [0.5, 0.5], [0.9, 0.5]].map(([across, down]) => {
          const [x, at] = [left + (right - left) * across, top + (bottom - top) * down];
          const seen = at > 0 && at < innerHeight ? document.elementFromPoint(x, at) : form;
          return form.contains(seen) ? "" : `${part.tagName} under ${seen?.className} at ${y}`;
        });
      }).filter(Boolean);
    }"""
    form = page.locator(".search-box").first.element_handle()
    # Where everything else ends.
    ends = "(form) => form.querySelector('.search-box__row').getBoundingClientRect().right"
    assert page.evaluate(ends, form) <= 320 - 16
    for y in range(0, 260, 20):
        assert page.evaluate(covered, [form, y]) == []


def test_the_next_things_stand_beside_the_search_and_below_it_on_a_phone(visit):
    put_on()
    wide = visit().go("/trafford/")
    search, beside = (wide.locator(it).bounding_box() for it in (".front__search", ".front__next"))
    assert beside["x"] > search["x"] + search["width"] - 1 and abs(beside["y"] - search["y"]) < 20
    # However long the list is, the map follows the search.
    assert top(wide, ".place-map") - (search["y"] + search["height"]) < 60
    narrow = visit(**PHONE).go("/trafford/")
    assert top(narrow, ".front__search") < top(narrow, ".front__next") < top(narrow, ".place-map")


def test_with_forced_colours_only_the_page_that_one_is_on_is_underlined(visit):
    page = visit(forced_colors="active").go("/trafford/map/")
    colours = page.locator(".masthead__nav a").evaluate_all(
        "(links) => links.map((it) => [it.hasAttribute('aria-current'), getComputedStyle(it).borderBottomColor])"
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [is_here for is_here, colour in colours if colour != ground] == [True]


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_on_paper_a_page_of_results_is_one_sheet_with_its_map(visit, javascript):
    page = visit(scheme="dark", javascript=javascript).go("/trafford/map/")
    count = page.locator(".explore__list .card").count()
    assert count == 20
    assert page.locator(".paper circle").count() == count
    assert not page.locator(".paper").is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    drawn, first = (page.locator(it).first.bounding_box() for it in (".paper svg", ".explore__list .card"))
    assert 0 < drawn["height"] and drawn["y"] + drawn["height"] <= first["y"]
    assert "/trafford/map/" in page.locator(".paper__address").inner_text()
    for control in (".explore__map", ".search-box", ".filters", ".pagination", ".explore__head", ".masthead__nav"):
        assert not any(it.is_visible() for it in page.locator(control).all()), control
    # Two columns, each with its numbers in order.
    lefts = [round(it.bounding_box()["x"]) for it in page.locator(".explore__list .card").all()]
    assert len(set(lefts)) == 2 and lefts == sorted(lefts)
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_on_paper_an_ordinary_node_is_one_sheet(visit):
    page = visit().go(Node.objects.get(name="Sale Food Bank").get_absolute_url())
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_on_paper_a_node_fits_a4(visit):
    reader = visit(width=718, height=1040)
    page = reader.go(council())
    page.emulate_media(media="print")
    # A4 with Chromium's usual margins, in CSS pixels.
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert not page.locator(".node__bar").is_visible()
    # What was folded is there too.
    assert page.locator(".connections__fold li a").first.bounding_box()["height"] > 0
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 2


def test_on_paper_a_node_with_its_map_is_one_sheet(visit):
    page = visit().go(Node.objects.get(name="Sale Food Bank").get_absolute_url())
    page.locator(".hb-map").scroll_into_view_if_needed()
    page.locator(".hb-map[data-loaded] .leaflet-container").wait_for()
    drawn = page.locator(".hb-map").bounding_box()["width"]
    # A map that was drawn stays as it stood on the screen: no blank beside it, its marker in the middle.
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1040})
    assert abs(page.locator(".hb-map").bounding_box()["width"] - drawn) < 1
    facts, where = (page.locator(it).bounding_box() for it in (".node__facts", ".node__where"))
    assert where["x"] >= facts["x"] + facts["width"] and abs(where["y"] - facts["y"]) < 2
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
