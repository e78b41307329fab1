"""What is over leaves every list at once, and what is kept by the revision within a minute. Its page stays."""

from __future__ import annotations

import datetime
import re

import mapbox_vector_tile
import pytest
from django.utils import timezone

from cms.commands import ensure_pages
from cms.models import Widget
from mapping import search, tasks
from mapping.commands import over
from mapping.maps.tile_cache import tiles as kept_tiles
from mapping.models import PUBLIC, Actor, AuditEntry, Connection, Node, NodeKind, Revision, TouchedNode
from mapping.search.query import Query
from tests.factories import NodeFactory, PlaceFactory
from tests.mapping.derivation.conftest import Town
from tests.mapping.search.test_answer import DOORS, TILE, at

pytestmark = pytest.mark.django_db

ACTOR = Actor.command("test")
MINUTE = datetime.timedelta(minutes=1)


def end(node: Node, ago: datetime.timedelta = MINUTE) -> None:
    """As time goes by: nothing is written, no revision is raised, and no trigger sees it."""
    Node.objects.filter(pk=node.pk).update(over_at=timezone.now() - ago)


@pytest.fixture
def fair(place) -> Node:
    ensure_pages(place, ACTOR)
    NodeFactory(name="Hall", location=at(0), category=None)
    return NodeFactory(name="Fair", kind=NodeKind.ACTIVITY, location=at(1), category=None)


@pytest.mark.parametrize("door", DOORS)
def test_it_leaves_every_list(client, fair, door):
    ensure_pages(PlaceFactory(name="Leeds", slug="leeds", code="E2", boundary=None), ACTOR)
    end(fair, -MINUTE)
    kept_tiles.clear()
    assert DOORS[door](client, fair.place, "kind=asset,activity") == {"Hall", "Fair"}
    end(fair)
    assert DOORS[door](client, fair.place, "kind=asset,activity") == {"Hall"}


def test_it_leaves_the_plain_tiles_too(client, fair):
    end(fair)
    kept_tiles.clear()
    assert DOORS["tile"](client, fair.place, "") == {"Hall"}


def test_it_leaves_counts_facets_words_and_suggestions(client, fair):
    end(fair)
    found = search.answer({}, fair.place, PUBLIC)
    assert found.count() == found.results.total == 1
    assert not any(group["name"] == "kind" for group in found.filters)
    assert search.answer({"q": "fair"}, fair.place).count() == 0
    assert "Fair" not in client.get("/connect/suggest/?place=trafford&q=fai").content.decode()
    assert "Fair" not in client.get("/trafford/").content.decode()
    # What is near by, on the page of another.
    assert "Fair" not in client.get(Node.objects.get(name="Hall").get_absolute_url()).content.decode()


def test_its_page_stays_and_says_so(client, fair):
    address = fair.get_absolute_url()
    assert "This is over" not in client.get(address).content.decode()
    Node.objects.filter(pk=fair.pk).update(over_at=datetime.datetime(2026, 11, 1, 1, 0, tzinfo=datetime.UTC))
    page = client.get(address)
    assert page.status_code == 200
    # What ended at one in the morning was of the day before.
    assert "This is over: it was last on Saturday 31 October 2026." in page.content.decode()
    assert client.get(f"/api/v1/nodes/{fair.uuid}").json()["properties"]["over_at"] == "2026-11-01T01:00:00Z"


@pytest.mark.parametrize("path", ["/trafford/list/", "/trafford/", "/api/v1/nodes", "/api/v1/connections", "/search/"])
def test_nobody_is_told_that_nothing_has_changed(client, fair, path):
    kept = client.get(path, follow=True)["ETag"]
    again = client.get(path, follow=True, headers={"If-None-Match": kept})
    assert again.status_code == 304
    end(fair)
    assert client.get(path, follow=True, headers={"If-None-Match": kept}).status_code == 200


def test_a_widget_is_not_kept_longer_than_what_is_in_it(client, fair):
    widget = Widget.objects.create(name="W", place=fair.place, query="kind=activity").get_absolute_url()

    def seconds() -> int:
        return int(re.search(r"max-age=(\d+)", client.get(widget)["Cache-Control"])[1])

    assert seconds() == 60
    end(fair, -datetime.timedelta(seconds=20))
    assert seconds() <= 20


class TestDerived:
    @pytest.fixture
    def town(self, place) -> Town:
        ensure_pages(place, ACTOR)
        return Town(place)

    @pytest.fixture
    def hall(self, town):
        hall = town.node("St Alban's Hall", NodeKind.ASSET)
        choir, chess = town.node("Choir"), town.node("Chess")
        choir.stated, chess.stated = (town.say(it, "meets_at", hall) for it in (choir, chess))
        town.derive()
        return hall

    def test_what_a_rule_says_leaves_at_once_what_was_stated_stays(self, town, hall):
        choir = Node.objects.get(name="Choir")
        seen = Connection.objects.visible_to(PUBLIC)
        assert {it.type.slug for it in seen} == {"meets_at", "shares_space"}
        end(choir)
        assert [(it.type.slug, it.source.name) for it in seen.all().order_by("source__name")] == [
            ("meets_at", "Chess"),
            ("meets_at", "Choir"),
        ]

    def test_a_rule_and_somebody_say_the_same(self, town, hall):
        """The connection stays for what was stated."""
        choir, chess = Node.objects.get(name="Choir"), Node.objects.get(name="Chess")
        shared = Connection.objects.get(type__slug="shares_space")
        town.verbs["shares_space"] = shared.type
        town.say(shared.source, "shares_space", shared.target)
        end(choir)
        end(chess)
        assert shared in Connection.objects.visible_to(PUBLIC)

    def test_the_rules_work_it_out_anew_as_time_goes_by(self, town, hall):
        assert set(town.derived("same-venue")) == {("Chess", "Choir")}
        Node.objects.filter(name="Choir").update(over_at=timezone.now() + MINUTE)
        assert town.derive().touched == 0
        # Time goes by: no trigger sees it.
        Node.objects.filter(name="Choir").update(over_at=timezone.now() - MINUTE)
        TouchedNode.objects.all().delete()
        outcome = town.derive()
        assert not outcome.full and town.derived("same-venue") == {}
        # On again: a trigger notes that.
        Node.objects.filter(name="Choir").update(over_at=None)
        assert set(town.derive().by_rule) and set(town.derived("same-venue")) == {("Chess", "Choir")}

    def test_nothing_is_shared_through_what_is_over(self, town, hall):
        end(hall)
        town.derive(full=True)
        assert town.derived() == {}


class TestTheJob:
    def number(self, place) -> int:
        return Revision.objects.get(place=place).number

    def test_it_raises_the_revision_once(self, fair):
        place = fair.place
        assert over.let_leave(actor=ACTOR) == set()
        end(fair, -MINUTE)
        assert over.let_leave(actor=ACTOR) == set()
        before = self.number(place)
        Revision.objects.update(raised_at=timezone.now() - 2 * MINUTE)
        end(fair)
        assert over.let_leave(actor=ACTOR) == {place.pk}
        assert self.number(place) == before + 1
        assert AuditEntry.objects.filter(action="leave lists", place_id=place.pk).count() == 1
        assert over.let_leave(actor=ACTOR) == set()

    def test_it_makes_up_for_any_time_that_it_did_not_run(self, fair):
        Revision.objects.update(raised_at=timezone.now() - datetime.timedelta(days=40))
        end(fair, datetime.timedelta(days=39))
        assert over.let_leave(actor=ACTOR) == {fair.place_id}

    def test_a_change_since_then_has_done_it_already(self, fair):
        end(fair)
        Revision.objects.all().raise_for([fair.place])
        assert over.let_leave(actor=ACTOR) == set()

    def test_other_places_are_left_alone_but_for_those_it_is_connected_with(self, fair):
        leeds = PlaceFactory(name="Leeds", slug="leeds", code="E2")
        hull = PlaceFactory(name="Hull", slug="hull", code="E3")
        town = Town(fair.place)
        town.say(NodeFactory(place=leeds), "funds", fair)
        Revision.objects.all().raise_for([leeds, hull])
        Revision.objects.update(raised_at=timezone.now() - 2 * MINUTE)
        end(fair)
        before = {it.pk: self.number(it) for it in (leeds, hull)}
        assert over.let_leave(actor=ACTOR) == {fair.place_id, leeds.pk}
        assert {it.pk: self.number(it) - before[it.pk] for it in (leeds, hull)} == {leeds.pk: 1, hull.pk: 0}

    def test_tiles_follow(self, client, fair):
        client.get(f"/tiles/trafford.{self.number(fair.place)}/nodes/{TILE}.mvt")
        Revision.objects.update(raised_at=timezone.now() - 2 * MINUTE)
        end(fair)
        tasks.let_over_leave(timestamp=0)
        kept_tiles.forget_numbers()
        token = fair.place.revision_token
        layer = mapbox_vector_tile.decode(client.get(f"/tiles/{token}/nodes/{TILE}.mvt").content)["nodes"]
        assert {it["properties"]["name"] for it in layer["features"]} == {"Hall"}

    def test_what_nobody_sees_raises_nothing(self, fair):
        Node.objects.filter(pk=fair.pk).update(state="draft")
        Revision.objects.update(raised_at=timezone.now() - 2 * MINUTE)
        end(fair)
        assert over.let_leave(actor=ACTOR) == set()


def test_what_is_over_answers_no_question_however_it_is_asked(place):
    gone = NodeFactory(over_at=timezone.now() - MINUTE)
    for query in (Query(place=place), Query(near="53.42,-2.32"), Query(q="node"), Query(kind=("asset",))):
        assert gone not in query.restrict(Node.objects.all())
        assert gone not in query.apply(Node.objects.all())
