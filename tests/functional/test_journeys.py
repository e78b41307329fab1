"""Journeys through map and list: whatever is pressed, every part of the page says the same question.

The parts are the address, the search box with what it sends along, the form of filters, *List only* (*With the map*),
*Calendar*, and the results, which are those of a fresh look at the same address. Each journey is walked with JavaScript
and without it; those that need it say why.
"""

import pytest

from tests.functional.journey import Journey

HOME = "/trafford/map/"
HERE = {"latitude": 53.424, "longitude": -2.319}

# Each journey: steps with their words, and the question after each (None: on another page).
JOURNEYS = {
    "back after searching": [
        ("open", HOME, ""),
        ("search", "food", "q=food"),
        ("back", ""),
        ("forward", "q=food"),
    ],
    "a second search": [
        ("open", HOME, ""),
        ("search", "park", "q=park"),
        ("search", "library", "q=library"),
        ("back", "q=park"),
        ("search", "food", "q=food"),
    ],
    "a second search keeps place and filters": [
        ("open", HOME, ""),
        ("search", "M33 7ZF", "near=M33+7ZF"),
        ("tick", "Green spaces", "near=M33+7ZF&category=green-space"),
        ("search", "gardens", "near=M33+7ZF&category=green-space&q=gardens"),
        ("back", "near=M33+7ZF&category=green-space"),
        ("back", "near=M33+7ZF"),
    ],
    "a chip is removed, then searched again": [
        ("open", f"{HOME}?q=park&near=M33+7ZF", "q=park&near=M33+7ZF"),
        ("remove", "Near", "q=park"),
        ("search", "gardens", "q=gardens"),
        ("back", "q=park"),
        ("back", "q=park&near=M33+7ZF"),
    ],
    "filters are chosen, taken back and cleared": [
        ("open", f"{HOME}?q=park", "q=park"),
        ("tick", "Green spaces", "q=park&category=green-space"),
        ("tick", "Green spaces", "q=park"),
        ("tick", "Green spaces", "q=park&category=green-space"),
        ("clear", "q=park"),
        ("back", "q=park&category=green-space"),
    ],
    "another place is named": [
        ("open", HOME, ""),
        ("search", "food M32 0TH", "q=food&near=M32+0TH"),
        ("search", "food M33 7ZF", "q=food&near=M33+7ZF"),
        ("back", "q=food&near=M32+0TH"),
    ],
    "the order is the one that was chosen": [
        ("open", f"{HOME}?q=park", "q=park"),
        ("choose", "In order of", "name", "q=park&sort=name"),
        ("search", "M33 7ZF", "near=M33+7ZF&sort=name"),
        ("back", "q=park&sort=name"),
    ],
    "the exact words stay the exact words": [
        ("open", f"{HOME}?q=food+bnak&exact=1&category=green-space", "q=food+bnak&category=green-space&exact=1"),
        ("choose", "In order of", "name", "q=food+bnak&category=green-space&sort=name&exact=1"),
        ("back", "q=food+bnak&category=green-space&exact=1"),
        ("clear", "q=food+bnak&exact=1"),
        ("follow", "List only", "q=food+bnak&exact=1"),
        ("search", "food bnak", "q=food+bnak&exact=1"),
        ("search", "food", "q=food"),
    ],
    "the calendar, and back": [
        ("open", f"{HOME}?q=park&near=M33+7ZF", "q=park&near=M33+7ZF"),
        ("follow", "Calendar", None),
        ("back", "q=park&near=M33+7ZF"),
        ("tick", "Green spaces", "q=park&near=M33+7ZF&category=green-space"),
        ("follow", "Calendar", None),
        ("back", "q=park&near=M33+7ZF&category=green-space"),
        ("remove", "Near", "q=park&category=green-space"),
    ],
    "list only, and the map again": [
        ("open", f"{HOME}?q=park&near=M33+7ZF", "q=park&near=M33+7ZF"),
        ("tick", "Green spaces", "q=park&near=M33+7ZF&category=green-space"),
        ("follow", "List only", "q=park&near=M33+7ZF&category=green-space"),
        ("search", "gardens", "q=gardens&near=M33+7ZF&category=green-space"),
        ("follow", "With the map", "q=gardens&near=M33+7ZF&category=green-space"),
        ("back", "q=gardens&near=M33+7ZF&category=green-space"),
        ("back", "q=park&near=M33+7ZF&category=green-space"),
    ],
    "a result is opened on the second page": [
        ("open", f"{HOME}?category=green-space", "category=green-space"),
        ("follow", "Next", "category=green-space"),
        ("result", "Park number", None),
        ("back", "category=green-space"),
        ("search", "number 7", "q=number+7&category=green-space"),
        ("back", "category=green-space"),
    ],
    "what was typed and not sent is no part of it": [
        ("open", f"{HOME}?q=park", "q=park"),
        ("search", "library", "q=library"),
        ("back", "q=park"),
        ("tick", "Green spaces", "q=park&category=green-space"),
        ("result", "Park number", None),
        ("back", "q=park&category=green-space"),
    ],
}
# Without JavaScript there is no button, for a page cannot ask a device where it is; and the map is drawn by it.
NEED_JAVASCRIPT = {
    "near me keeps words and filters": [
        ("open", f"{HOME}?q=park&category=green-space", "q=park&category=green-space"),
        ("near_me", "q=park&category=green-space&near=53.424,-2.319"),
        ("search", "gardens", "q=gardens&category=green-space&near=53.424,-2.319"),
        ("back", "q=park&category=green-space&near=53.424,-2.319"),
        ("back", "q=park&category=green-space"),
        ("type", "gardens", None),
        ("near_me", "q=gardens&category=green-space&near=53.424,-2.319"),
    ],
    "the area on the map is searched": [
        ("open", f"{HOME}?q=park&near=M33+7ZF", "q=park&near=M33+7ZF"),
        ("area", "bbox"),
        ("tick", "Green spaces", "bbox"),
        ("search", "gardens", "bbox"),
        ("remove", "In this part", "q=gardens&category=green-space"),
        ("back", "bbox"),
        ("back", "bbox"),
        ("back", "bbox"),
        ("back", "q=park&near=M33+7ZF"),
    ],
}


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
@pytest.mark.parametrize("name", JOURNEYS)
def test_every_part_says_the_same_question(name, javascript, visit, neighbourhood, client):
    reader = visit(javascript=javascript)
    Journey(reader, neighbourhood, client, javascript).walk(JOURNEYS[name])


@pytest.mark.parametrize("name", NEED_JAVASCRIPT)
def test_so_does_it_where_the_device_or_the_map_is_asked(name, visit, neighbourhood, client):
    reader = visit(geolocation=HERE, permissions=["geolocation"])
    Journey(reader, neighbourhood, client, True).walk(NEED_JAVASCRIPT[name])


def test_zoom_and_place_are_kept_when_one_comes_back_from_a_result(visit, neighbourhood, client):
    journey = Journey(visit(), neighbourhood, client, True)
    journey.walk([("open", f"{HOME}?q=park", "q=park")])
    page = journey.page
    page.locator(".explore__map .leaflet-container").wait_for()
    fitted = journey.rested()
    page.get_by_role("button", name="Closer").click()
    journey.rested()
    page.mouse.move(1000, 300)
    page.mouse.down()
    page.mouse.move(900, 350, steps=4)
    page.mouse.up()
    moved = journey.rested()
    assert not journey.shows(fitted)
    journey.walk([("result", "Park number", None), ("back", "q=park")])
    assert journey.shows(moved)
    # A question within the page leaves the one before where it was, too.
    journey.walk([("search", "library", "q=library")])
    assert not journey.shows(moved)
    journey.walk([("back", "q=park")])
    assert journey.shows(moved)


def test_on_a_phone_back_closes_the_map_first(visit, neighbourhood, client):
    journey = Journey(visit(width=375, height=740, has_touch=True), neighbourhood, client, True)
    page, sheet = journey.page, "'sheet' in document.querySelector('.explore').dataset"
    journey.walk([("open", HOME, ""), ("search", "park", "q=park")])
    page.get_by_role("button", name="Map", exact=True).click()
    page.locator(".explore__map .leaflet-container").wait_for()
    journey.reader.back()
    journey.reader.wait(f"!({sheet})")
    journey.agrees("q=park", "the map is closed")
    # The button of the sheet is the same step.
    page.get_by_role("button", name="Map", exact=True).click()
    journey.reader.wait(sheet)
    page.get_by_role("button", name="Back to the list").click()
    journey.reader.wait(f"!({sheet})")
    journey.walk([("back", "")])
    page.go_forward()
    journey.agrees("q=park", "forward")
    # Whoever opens a result from the map comes back to the map, as it was.
    page.get_by_role("button", name="Map", exact=True).click()
    page.get_by_role("button", name="Closer").click()
    moved = journey.rested()
    dot = page.evaluate(
        """() => [...document.querySelectorAll('.leaflet-hb-points-pane .leaflet-tile')].flatMap((tile) => {
            const at = tile.getBoundingClientRect();
            return (tile.dots ?? []).map((it) => ({n: it.properties.n, x: at.left + it.x, y: at.top + it.y}));
        }).find((it) => (it.n ?? 1) === 1 && it.x > 80 && it.x < 330 && it.y > 120 && it.y < 480)"""
    )
    page.mouse.click(dot["x"], dot["y"])
    page.get_by_role("dialog", name="Chosen on the map").get_by_role("link").first.click()
    page.wait_for_url("**/node/**")
    journey.reader.back()
    journey.reader.wait(f"{sheet} && !history.state.over")
    assert journey.shows(moved)
    journey.reader.back()
    journey.reader.wait(f"!({sheet})")
    journey.agrees("q=park", "the map is closed")


@pytest.mark.parametrize("touch", [False, True], ids=["wheel", "finger"])
def test_a_map_within_a_page_lets_pass_who_only_scrolls(touch, visit, neighbourhood):
    from mapping.models import Node

    node = Node.objects.get(name="Sale Library")
    options = {"has_touch": True, "is_mobile": True} if touch else {}
    reader = visit(width=375 if touch else 1280, height=740, **options)
    page = reader.go(node.get_absolute_url())
    box = page.locator(".hb-map")
    box.scroll_into_view_if_needed()
    reader.wait("document.querySelector('.leaflet-container')")
    page.wait_for_timeout(300)
    if touch:
        assert page.evaluate("!map_node.dragging.enabled()")
        assert page.evaluate("getComputedStyle(map_node.getContainer()).touchAction") == "pan-x pan-y"
        return
    zoom, at = page.evaluate("map_node.getZoom()"), box.bounding_box()
    page.mouse.move(at["x"] + 100, at["y"] + 60)
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, -120)
    page.wait_for_timeout(400)
    assert page.evaluate("map_node.getZoom()") == zoom
    assert page.evaluate("scrollY") < before or before == 0
    page.evaluate("map_node.getContainer().focus()")
    page.mouse.wheel(0, 120)
    reader.wait(f"map_node.getZoom() < {zoom}")
    page.evaluate("document.activeElement.blur()")
    # Until it has come to rest, a map takes no other wheel.
    page.wait_for_timeout(800)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    reader.wait(f"map_node.getZoom() >= {zoom}")
    page.keyboard.up("Control")
