"""Suggestions under the search box: by keyboard, and said aloud."""

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


@pytest.mark.parametrize("path", ["/trafford/"])
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
    assert page.locator(".suggested + [role=status]").text_content() == ""
    assert reader.errors == [] and reader.foreign_requests == []


@pytest.mark.parametrize("path", ["/trafford/", "/trafford/map/", "/trafford/list/"])
@pytest.mark.parametrize("look", [{"scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced colours"])
def test_on_the_smallest_phone_a_finger_chooses(visit, path, look):
    reader = visit(width=320, height=568, has_touch=True, **look)
    page, box = typed(reader, path, "sale")
    listed = page.locator(".suggested").bounding_box()
    assert listed["x"] >= 0 and listed["x"] + listed["width"] <= 320
    options = page.locator(".suggested [role=option]")
    for option in options.all():
        assert option.bounding_box()["height"] >= 44, option.inner_text()
    # What is suggested is in view, and lies over the rest: nothing else takes the press.
    assert options.nth(2).bounding_box()["y"] + 44 <= 568
    at = options.first.bounding_box()
    middle = [at["x"] + at["width"] / 2, at["y"] + at["height"] / 2]
    assert page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('[role=option]')", middle)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if "scheme" in look:
        # Of forced colours axe knows nothing: it compares those of our sheets with what the device puts behind them.
        assert reader.axe() == []
    page.touchscreen.tap(*middle)
    reader.wait("location.search || location.pathname.startsWith('/node/')")
    assert reader.errors == []
