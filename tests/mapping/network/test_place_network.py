"""The network of a place: kept by revision, drawn, told in words, listed."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.html import strip_tags

from mapping.access.viewers import viewer_of
from mapping.commands import connections
from mapping.models import PUBLIC, Actor, GraphSnapshot, Node, NodeState, PlaceRoleKind, Revision, Statement, Visibility
from mapping.network import analysis_store, build, place_network
from mapping.network.state import Failed, Pending
from mapping.network.view.state import NetworkView
from mapping.views.network.page import network as view
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


def connect(source, target, **more):
    return StatementFactory(connection=ConnectionFactory(source=source, target=target, **more))


@pytest.fixture
def town(place):
    """A council that funds 24 groups and owns 15 halls; three of the groups work with each other."""
    council = OrganisationFactory(name="The council")
    groups = [OrganisationFactory(name=f"Group {n:02d}") for n in range(24)]
    for it in groups:
        connect(council, it)
    owns = ConnectionTypeFactory(slug="owns", forward="owns", reverse="is owned by", position=1)
    for n in range(15):
        connect(council, NodeFactory(name=f"Hall {n:02d}"), type=owns)
    works = ConnectionTypeFactory(slug="works-with", forward="works with", reverse="works with", directed=False)
    for one, other in ((0, 1), (1, 2), (0, 2)):
        connect(groups[one], groups[other], type=works)
    return council


def names(place, viewer=PUBLIC) -> str:
    return " ".join(place_network.load(place, viewer).get().snapshot.names)


def told(place, viewer=PUBLIC) -> str:
    found = place_network.load(place, viewer).get()
    return " ".join(strip_tags(str(part)) for it in found.all_sections for part in (it.heading, it.text, *it.items))


class TestSnapshot:
    def test_it_is_kept_for_the_revision_and_not_worked_out_twice(self, place, town):
        assert not build.build(place).fresh
        assert build.build(place).fresh
        Revision.objects.raise_for([place])
        assert not build.build(place).fresh

    def test_three_revisions_are_kept(self, place, town):
        for _ in range(5):
            Revision.objects.raise_for([place])
            build.build(place)
        kept = GraphSnapshot.objects.filter(place=place).values_list("revision", flat=True)
        assert list(kept) == [6, 5, 4]

    def test_the_same_records_give_the_same_picture(self, place, town):
        assert build.payload(place) == build.payload(place)

    def test_nothing_connected_is_no_error(self, place):
        found = place_network.load(place).get()
        assert found.is_empty
        assert found.sections == []
        assert found.all_sections == []

    def test_only_what_everybody_may_see_counts(self, place, town):
        hidden = OrganisationFactory(name="Hidden group", state=NodeState.DRAFT)
        connect(town, hidden)
        private = connect(town, OrganisationFactory(name="Private tie"))
        private.visibility = Visibility.MEMBERS
        private.save()
        text = str(build.payload(place))
        assert "Hidden group" not in text and "Private tie" not in text

    def test_what_is_withdrawn_is_gone_at_once(self, place, town):
        statement = Statement.objects.get(connection__target__name="Group 07")
        assert "Group 07" in names(place)
        connections.withdraw(actor=Actor.command("test"), statement=statement)
        assert "Group 07" not in names(place)

    def test_what_another_place_hides_is_gone_too(self, place, town):
        there = PlaceFactory(slug="salford", code="E2")
        Revision.objects.get_or_create(place=there)
        elsewhere = OrganisationFactory(name="Elsewhere", place=there)
        connect(town, elsewhere)
        Revision.objects.raise_for([place])
        assert "Elsewhere" in names(place)
        # Only the other place's revision is raised by its own steward's change.
        Node.objects.filter(pk=elsewhere.pk).update(state=NodeState.ARCHIVED)
        Revision.objects.raise_for([there])
        assert "Elsewhere" not in names(place)

    def test_two_viewers_read_different_numbers(self, place, town):
        private = connect(town, OrganisationFactory(name="For members"))
        private.visibility = Visibility.MEMBERS
        private.save()
        Revision.objects.raise_for([place])
        member = viewer_of(PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER).user)
        assert "For members" not in names(place) and "For members" in names(place, member)
        assert "The council connected to 39 others" in told(place)
        assert "The council connected to 40 others" in told(place, member)

    def test_a_very_large_network_is_waited_for(self, place, town, monkeypatch):
        monkeypatch.setattr(analysis_store, "MAX_AT_ONCE", 5)
        assert place_network.load(place) == Pending()
        build.build(place)
        assert not place_network.load(place).get().is_empty

    def test_the_command_says_what_it_did(self, place, town, capsys):
        call_command("build_graph", place="trafford")
        assert "connected 40, connections 42," in capsys.readouterr().out
        call_command("build_graph")
        assert "up to date" in capsys.readouterr().out

    def test_the_command_refuses_a_place_that_is_not_there(self, place):
        with pytest.raises(CommandError, match="There are: trafford"):
            call_command("build_graph", place="atlantis")


class TestPicture:
    def test_things_that_hang_on_one_node_become_a_number(self, place, town):
        payload = build.payload(place)
        assert (payload["connected"], payload["drawn"]) == (40, 25)
        assert payload["more"] == [{"node": 0, "verb": "owns", "kind": "asset", "count": 15}]

    def test_every_dot_lies_within_the_frame(self, place, town):
        payload = build.payload(place)
        for it in payload["nodes"][: payload["drawn"]]:
            assert it["r"] <= it["x"] <= build.WIDTH - it["r"]
            assert it["r"] <= it["y"] <= payload["height"] - it["r"]

    def test_the_page_asks_few_queries(self, place, town, rf, django_assert_max_num_queries):
        place_network.load(place).get()
        with django_assert_max_num_queries(25):
            view(rf.get("/trafford/network/"), place).render()


class TestWords:
    def test_they_say_who_what_and_how_many(self, place, town):
        text = told(place)
        assert "The council connected to 39 others" in text
        assert "Without The council, 36 would have no connection to anyone else here." in text
        assert "Leaving The council (connected to 39) aside, 1 group holds together by itself." in text
        assert "Around Group 00: 3 members" in text
        assert "36 of the 40 that are connected are connected to nobody but The council." in text

    def test_they_are_true_for_one(self, place):
        connect(OrganisationFactory(name="A"), OrganisationFactory(name="B"))
        found = place_network.load(place).get()
        assert "2 groups and places are connected here, by 1 connection." in found.counted
        text = told(place)
        assert "2 of 2 are connected to one other only." in text
        assert "Without" not in text

    def test_names_cannot_break_out(self, place):
        connect(OrganisationFactory(name="<b>{x}</b> %s"), OrganisationFactory(name="B"))
        connect(Node.objects.get(name__contains="{x}"), OrganisationFactory(name="C"))
        sections = place_network.load(place).get().sections
        html = " ".join(str(part) for it in sections for part in (it.text, *it.items))
        assert "&lt;b&gt;{x}&lt;/b&gt; %s" in html
        assert "<b>" not in html

    def test_what_rules_worked_out_is_counted_apart(self, place, town):
        derived = connect(OrganisationFactory(name="Near A"), OrganisationFactory(name="Near B"))
        Statement.objects.filter(pk=derived.pk).update(by_rule="near", by_source=None)
        Revision.objects.raise_for([place])
        assert place_network.load(place).get().facts.said == {"stated": 42, "derived": 1, "mutual": 0, "disputed": 0}
        assert "1 more was worked out by rules" in told(place)

    def test_a_step_of_a_tour_asks_for_one_of_them(self, place, town):
        found = place_network.load(place).get()
        assert "40 groups and places" in found.section("counted", NetworkView()).text
        assert found.section("best", NetworkView()).ordered
        assert found.section("what-if", NetworkView()) is None
        lost = found.section("what-if", NetworkView(without=(town.uuid,))).text
        assert "36 would have no connection to anyone else here." in lost
        beside = found.section("neighbours", NetworkView(focus=town.uuid))
        assert "is connected to 39 others." in beside.text and "and 27 more" in beside.items[-1]
        assert found.section("neighbours", NetworkView(focus=uuid.uuid4())) is None

    def test_a_tag_that_groups_mention_is_told_when_they_are_not_connected_to_it(self, place, town):
        groups = list(Node.objects.filter(name__in=["Group 10", "Group 11", "Group 12"]))
        hall = Node.objects.get(name="Hall 00")
        for it in (*groups, hall):
            it.tags.add("food")
        connect(groups[0], hall)
        Revision.objects.raise_for([place])
        assert "3 groups mention food; 1 is connected to one of the food bank." in told(place)


def test_a_withdrawn_statement_does_not_count(place):
    statement = connect(OrganisationFactory(), OrganisationFactory())
    statement.withdrawn_at = timezone.now()
    statement.save()
    assert place_network.load(place).get().is_empty


def test_a_network_that_cannot_be_worked_out_is_told_as_failed(town, place, monkeypatch, rf):
    def fail(*args, **more):
        raise ValueError("no such layout")

    monkeypatch.setattr(analysis_store, "work_out", fail)
    assert place_network.load(place) == Failed("ValueError")
    response = view(rf.get("/trafford/network/"), place)
    assert response.status_code == 500
    assert not response.has_header("ETag") and response["Cache-Control"] == "no-store"
