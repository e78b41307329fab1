"""An open map while something is withdrawn: it goes on with the revision of now, is never blank, and lets go of it."""

from mapping.commands.change import change
from mapping.models import Actor, Node, NodeState
from tests.functional.test_map import DOTS, open_map

NAMES = f"{DOTS}.map(dot => dot.name)"


def withdraw(name: str) -> None:
    node = Node.objects.get(name=name)
    with change(actor=Actor.command("test"), action="withdraw", place=node.place_id):
        Node.objects.filter(pk=node.pk).update(state=NodeState.ARCHIVED)


def test_an_open_map_goes_on_after_a_withdrawal_and_shows_it_no_more(visit, neighbourhood):
    reader = visit()
    page = open_map(reader)
    assert "Walkden Gardens" in page.evaluate(NAMES)
    gone = []
    page.on("response", lambda answer: answer.status == 410 and gone.append(answer.url))
    withdraw("Walkden Gardens")
    # Far enough for tiles that are not there yet; what was seen is still on the map.
    box = page.locator(".leaflet-container").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 420, steps=12)
    page.mouse.up()
    for _ in range(20):
        page.wait_for_timeout(50)
        # Not for a moment is there nothing on it.
        assert page.evaluate(f"{DOTS}.length") > 0
    reader.wait(f"!{NAMES}.includes('Walkden Gardens') && {NAMES}.includes('Sale Library')")
    assert gone and [it for it in reader.requests if it.endswith("/trafford/revision.json")]
    assert not [it for it in reader.errors if "410" not in it]


def test_a_map_that_is_wanted_late_arrives_all_the_same(visit, neighbourhood):
    reader = visit(width=375, height=740)
    page = reader.go("/trafford/map/?bbox=-2.3300,53.4190,-2.3100,53.4290")
    withdraw("Walkden Gardens")
    page.get_by_role("button", name="Map").click()
    reader.wait(f"{DOTS}.length > 0")
    assert "Walkden Gardens" not in page.evaluate(NAMES)
