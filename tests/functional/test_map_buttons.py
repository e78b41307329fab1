"""The map's buttons: where I am, and that an open key leaves them in reach."""

import pytest

from tests.functional.test_map import open_map, settled


def test_where_i_am_is_a_pin_and_a_ring_that_no_address_has(visit, neighbourhood):
    where = {"latitude": 53.42345, "longitude": -2.31987, "accuracy": 20}
    reader = visit(geolocation=where, permissions=["geolocation"])
    page = open_map(reader, "/trafford/map/")
    before = page.url
    page.get_by_role("button", name="Where I am").click()
    page.locator(".hb-here__pin").wait_for()
    assert page.locator(".hb-here__reach").inner_text() == "400 yards, 5 min walk"
    assert page.locator(".hb-says").inner_text() == "You are here. 400 yards, 5 min walk."
    settled(reader)
    assert page.url == before
    # No request has it, in any spelling; tiles are those of the view, as after any move.
    assert not [url for url in reader.requests if "53.42" in url or "2.31" in url]
    page.get_by_role("button", name="Where I am").click()
    reader.wait("document.querySelectorAll('.hb-here__pin').length === 1")
    assert reader.errors == []


def test_a_device_that_hardly_knows_where_it_is_gets_a_ring_as_wide(visit, neighbourhood):
    where = {"latitude": 53.42345, "longitude": -2.31987, "accuracy": 900}
    reader = visit(geolocation=where, permissions=["geolocation"])
    page = open_map(reader, "/trafford/map/")
    page.get_by_role("button", name="Where I am").click()
    page.locator(".hb-here__reach").wait_for()
    assert page.locator(".hb-here__reach").inner_text() == "You are somewhere in this ring"


@pytest.mark.parametrize("size", [(375, 740), (320, 568), (740, 360)])
def test_on_a_phone_the_open_key_covers_no_button_of_the_map(visit, neighbourhood, size):
    reader = visit(width=size[0], height=size[1], has_touch=True)
    page = reader.go("/trafford/map/")
    page.get_by_role("button", name="Map", exact=True).click()
    settled(reader)
    page.locator(".map-key summary").click()
    key = page.locator(".map-key").bounding_box()
    assert key["x"] >= 0 and key["x"] + key["width"] <= size[0]
    for button in page.locator(".hb-controls button").all():
        box = button.bounding_box()
        apart = box["x"] + box["width"] <= key["x"] or box["y"] + box["height"] <= key["y"]
        assert apart, button.get_attribute("aria-label")
    assert reader.axe() == []
