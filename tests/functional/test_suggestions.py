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
