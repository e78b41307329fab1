"""Several things on one spot of the map: one dot, and every one of them can be chosen."""

from mapping.commands.change import change
from mapping.models import Actor, Node
from tests import factories
from tests.functional.test_map import DOTS, NEAR_SALE, open_map, settled


def together(name="Sale Food Bank", more=("Advice at the bank", "Tea at the bank")):
    """Put more things where `name` is; returns all of them."""
    first = Node.objects.get(name=name)
    others = [factories.NodeFactory(place=first.place, name=it, location=first.location) for it in more]
    with change(actor=Actor.command("test"), action="load", place=first.place):
        pass
    return [first, *others]


def test_several_on_one_spot_are_one_dot_and_all_of_them_in_its_card(visit, neighbourhood):
    here = together()
    reader = visit()
    page = open_map(reader)
    dots = [dot for dot in page.evaluate(DOTS) if dot.get("uuid") in {str(it.uuid) for it in here}]
    # What is looked for first lies on top.
    assert [dot["name"] for dot in dots] == ["Sale Food Bank"]
    assert {it["name"] for it in dots[0]["here"]} == {it.name for it in here}
    page.mouse.click(dots[0]["x"], dots[0]["y"])
    card = page.locator(".explore__picked")
    assert "3 here" in card.inner_text()
    assert card.locator(".spot [aria-current]").inner_text() == "Sale Food Bank"
    tea = card.get_by_role("button", name="Tea at the bank")
    assert tea.bounding_box()["height"] >= 44
    tea.focus()
    page.keyboard.press("Enter")
    card.get_by_role("link", name="Open: Tea at the bank").wait_for()
    assert card.locator(".spot button").count() == 3
    reader.wait("document.activeElement.matches('.spot [aria-current]')")
    assert page.evaluate("document.activeElement.textContent") == "Tea at the bank"
    assert reader.axe() == []
    assert reader.errors == []


def test_by_keyboard_enter_chooses_what_is_in_the_middle_of_the_map(visit, neighbourhood):
    here = together()
    at = here[0].location
    reader = visit()
    page = open_map(
        reader, f"/trafford/map/?bbox={at.x - 0.002:.5f},{at.y - 0.001:.5f},{at.x + 0.002:.5f},{at.y + 0.001:.5f}"
    )
    page.locator(".leaflet-container").focus()
    page.keyboard.press("Enter")
    reader.wait("document.activeElement.matches('.explore__picked')")
    assert "3 here" in page.locator(".explore__picked").inner_text()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Advice at the bank":
            break
    page.keyboard.press("Enter")
    page.locator(".explore__picked").get_by_role("link", name="Open: Advice at the bank").wait_for()


def test_on_a_phone_several_on_one_spot_are_in_the_sheet(visit, neighbourhood):
    together()
    reader = visit(width=375, height=740, has_touch=True)
    page = reader.go(NEAR_SALE)
    page.get_by_role("button", name="Map").click()
    settled(reader)
    [dot] = [dot for dot in page.evaluate(DOTS) if dot.get("here")]
    page.touchscreen.tap(dot["x"], dot["y"])
    card = page.get_by_role("dialog", name="Chosen on the map")
    card.get_by_text("3 here").wait_for()
    card.get_by_role("button", name="Tea at the bank").tap()
    card.get_by_role("link", name="Open: Tea at the bank").wait_for()
    assert card.locator(".spot button").count() == 3
