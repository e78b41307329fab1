"""The network of a place in a browser: by keyboard, by pointer, without JavaScript, for everybody."""

import pytest

NETWORK = "/trafford/network/"


def focused(page) -> str:
    return page.evaluate("document.activeElement.querySelector?.('title')?.textContent ?? ''")


def test_tab_stops_once_and_arrows_walk_along_connections(visit, neighbourhood):
    it = visit()
    page = it.go(NETWORK)
    assert it.wait("document.querySelectorAll('.network__dot[tabindex=\"0\"]').length === 1")
    assert page.locator('.network__dot:not([tabindex="-1"])').count() == 1
    page.locator('.network__dot[tabindex="0"]').focus()
    assert focused(page) == "Trafford Council, 3 connections"
    seen = set()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press("Home")
        page.keyboard.press(key)
        seen.add(focused(page))
    groups = {
        f"{name}, 1 connection" for name in ("Sale Moor Community Group", "Stretford Hall Friends", "Urmston Singers")
    }
    assert len(seen & groups) >= 2
    # What is in focus is told, and its connections are brought out.
    assert page.locator("[data-network-told]").inner_text() == focused(page)
    assert page.locator(".network__reach").get_attribute("d").startswith("M")
    # Enter opens, as on any link.
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    it.wait("location.pathname.startsWith('/node/')")
    assert "Trafford Council" in page.locator("h1").inner_text()
    assert not it.errors


def test_pointing_at_a_dot_brings_its_connections_out(visit, neighbourhood):
    it = visit()
    page = it.go(NETWORK)
    page.locator(".network__dot").nth(1).hover()
    assert it.wait("document.querySelectorAll('.network__dot.is-beside').length === 1")
    page.mouse.move(1, 1)
    assert it.wait("document.querySelectorAll('.is-beside').length === 0")


def test_without_javascript_dots_are_links_and_the_table_sorts(visit, neighbourhood):
    it = visit(javascript=False)
    page = it.go(NETWORK)
    assert page.locator("a.network__dot").count() == 4
    page.get_by_role("link", name="Name").click()
    assert page.locator('th[aria-sort="ascending"]').inner_text().startswith("Name")
    assert page.locator("tbody th").first.inner_text() == "Sale Moor Community Group"
    page.locator("#best").get_by_role("link", name="Trafford Council").click()
    assert "Trafford Council" in page.locator("h1").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_sticks_out_or_asks_another_site(visit, neighbourhood, width):
    it = visit(width=width)
    page = it.go(NETWORK)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert it.foreign_requests == []
    assert not it.errors


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_dot_in_focus(visit, neighbourhood, scheme):
    it = visit(scheme=scheme)
    page = it.go(NETWORK)
    it.wait("document.querySelector('.network__dot[tabindex=\"0\"]')")
    page.locator('.network__dot[tabindex="0"]').focus()
    assert it.axe() == []
