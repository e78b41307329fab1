"""Suggestions under the search box: by keyboard, by touch, said aloud, and without JavaScript."""

import pytest

pytestmark = pytest.mark.usefixtures("neighbourhood")
OPEN = "!document.querySelector('.suggested')?.hidden && document.querySelectorAll('.suggested [role=option]').length"


def typed(reader, path: str, text: str):
    page = reader.go(path)
    box = page.locator("#search")
    box.click()
    box.press_sequentially(text)
    reader.wait(OPEN)
    return page, box


@pytest.mark.parametrize("path", ["/trafford/", "/trafford/map/", "/trafford/list/"])
def test_the_keyboard_chooses_and_a_reader_hears_it(visit, path):
    reader = visit()
    page, box = typed(reader, path, "sale")
    assert box.get_attribute("role") == "combobox" and box.get_attribute("aria-expanded") == "true"
    assert "suggestion" in page.locator(".suggested + [role=status]").inner_text()
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert chosen.get_attribute("role") == "option"
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    assert reader.axe() == []
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false" and box.input_value() == "sale"
    assert reader.errors == [] and reader.foreign_requests == []


def test_a_name_leads_to_its_page_and_a_kind_is_searched(visit):
    reader = visit()
    page, box = typed(reader, "/trafford/", "sale lib")
    page.locator(".suggested [role=option]", has_text="Sale Library").wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/node/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Sale Library"
    page, box = typed(reader, "/trafford/map/", "librar")
    page.locator(".suggested [role=option]", has_text="Libraries").first.click()
    reader.wait("location.search.includes('q=Libraries')")
    reader.wait("document.querySelector('#results').innerText.includes('Sale Library')")
    assert page.locator("#search").input_value() == "Libraries"
    assert reader.errors == []


def test_enter_without_a_choice_searches_what_was_typed(visit):
    reader = visit()
    page, box = typed(reader, "/trafford/", "sale")
    box.press("Enter")
    page.wait_for_url("**q=sale**")


def test_a_box_that_came_with_other_results_suggests_too(visit):
    reader = visit()
    page, box = typed(reader, "/trafford/list/", "librar")
    box.press("Enter")
    reader.wait("location.search.includes('q=librar')")
    page.locator("#search").fill("")
    page.locator("#search").press_sequentially("m32")
    reader.wait(OPEN)
    assert "M32 0TH" in page.locator(".suggested").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_finger_chooses_at_320_pixels(visit, scheme):
    reader = visit(width=320, height=640, scheme=scheme, has_touch=True)
    page, box = typed(reader, "/trafford/", "sale")
    assert page.evaluate("document.documentElement.scrollWidth <= 320")
    heights = page.locator(".suggested [role=option]").evaluate_all("all => all.map(it => it.offsetHeight)")
    assert min(heights) >= 44
    assert reader.axe() == []
    page.locator(".suggested [role=option]", has_text="Sale Food Bank").tap()
    page.wait_for_url("**/node/**")


def test_without_javascript_the_box_is_a_form(visit):
    page = visit(javascript=False).go("/trafford/")
    page.locator("#search").fill("Sale Library")
    page.locator("#search").press("Enter")
    page.wait_for_url("**q=Sale+Library**")
    assert "Sale Library" in page.locator("#results").inner_text()
