"""A resident finds something: by typing, by keyboard alone, and without JavaScript."""

import pytest

pytestmark = pytest.mark.usefixtures("neighbourhood")


def test_search_filter_node_connection(visit):
    reader = visit()
    page = reader.go("/trafford/")
    page.locator("#search").fill("community group")
    page.locator("#search").press("Enter")
    page.wait_for_url("**/trafford/**q=community+group**")
    page.get_by_role("link", name="Sale Moor Community Group").first.click()
    page.wait_for_url("**/node/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Sale Moor Community Group"
    connected = page.locator("#connected-to")
    assert "is funded by" in connected.inner_text().lower()
    connected.get_by_text("How we know").click()
    assert "A test source" in connected.inner_text()
    connected.get_by_role("link", name="Trafford Council").click()
    page.wait_for_url("**/node/**")
    assert "Urmston Singers" in page.locator("#connected-to").inner_text()
    assert reader.foreign_requests == []
    assert reader.errors == []


def test_a_slip_of_the_keyboard_finds_the_food_bank(visit):
    page = visit().go("/trafford/list/?q=food+bnak")
    assert "Sale Food Bank" in page.locator("#results").inner_text()
    assert "food bank" in page.locator("#results-title").inner_text()
    assert page.get_by_role("link", name="exactly").is_visible()


def test_a_postcode_sorts_by_distance(visit):
    page = visit().go("/trafford/list/?q=m320th")
    names = page.locator("#results h3").all_inner_texts()
    assert names[0] == "Stretford Pantry"
    assert "min walk" in page.locator("#results article").first.inner_text()


def test_without_javascript_a_food_bank_open_on_wednesday_is_found(visit):
    reader = visit(javascript=False, width=375)
    page = reader.go("/trafford/")
    page.locator("#search").fill("food bank")
    page.get_by_role("button", name="Search").first.click()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Wednesday").check(force=True)
    page.get_by_role("button", name="Show results").click()
    assert page.locator("#results h3").all_inner_texts() == ["Sale Food Bank"]
    page.get_by_role("link", name="Sale Food Bank").click()
    assert "Wednesday" in page.locator("main").inner_text()
    assert reader.foreign_requests == []


def test_a_filter_answers_at_once_and_keeps_its_address(visit):
    reader = visit()
    page = reader.go("/trafford/map/")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Green spaces").check(force=True)
    reader.wait("location.search.includes('category=green-space')")
    reader.wait("!document.querySelector('#results').innerText.includes('Sale Library')")
    page.reload()
    assert "Sale Library" not in page.locator("#results").inner_text()
    assert reader.errors == []


def test_the_map_shows_a_dot_and_its_card(visit):
    reader = visit()
    reader.go("/trafford/map/?q=library")
    reader.wait("document.querySelector('.leaflet-container')")
    reader.wait("performance.getEntriesByType('resource').some(e => e.name.includes('/tiles/'))")
    assert reader.foreign_requests == []
    assert reader.errors == []


def test_nothing_is_fetched_for_the_map_on_a_phone_until_it_is_opened(visit):
    reader = visit(width=375, height=740)
    page = reader.go("/trafford/map/")
    page.wait_for_timeout(500)
    assert not [url for url in reader.requests if "leaflet" in url or "/tiles/" in url]
    page.get_by_role("button", name="Map").click()
    reader.wait("document.querySelector('.leaflet-container')")
    page.wait_for_timeout(500)
    assert [url for url in reader.requests if "/tiles/" in url]
    page.keyboard.press("Escape")
    assert page.locator("#results").is_visible()
    assert reader.errors == []


def test_by_keyboard_alone_from_the_first_page_to_a_connection(visit):
    reader = visit()
    page = reader.go("/trafford/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    for _ in range(12):
        if page.evaluate("document.activeElement.type") == "search":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Urmston Singers")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=Urmston+Singers**")

    def tab_to(text):
        for _ in range(60):
            page.keyboard.press("Tab")
            if text in (page.evaluate("document.activeElement.textContent") or ""):
                return
        raise AssertionError(f"no way to {text!r} by Tab")

    tab_to("Urmston Singers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/node/**")
    tab_to("Trafford Council")
    page.keyboard.press("Enter")
    reader.wait("document.querySelector('h1').textContent.includes('Trafford Council')")


def test_no_page_of_a_reader_sets_a_cookie_or_stores_anything(visit):
    reader = visit()
    for path in ("/", "/trafford/", "/trafford/map/", "/trafford/list/?q=park", "/trafford/network/"):
        page = reader.go(path)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert reader.context.cookies() == []
    assert reader.foreign_requests == []
