"""The picture of a network in a chosen state."""

from __future__ import annotations

import pytest

from mapping import snapshots, view_picture
from mapping.network_view import NetworkView
from mapping.viewers import PUBLIC
from tests.factories import ConnectionFactory, ConnectionTypeFactory, NodeFactory, OrganisationFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place):
    """council - funds -> one, two; one - works with -> two; two - meets at -> hall."""
    made = {name: OrganisationFactory(name=name) for name in ("council", "one", "two")}
    made["hall"] = NodeFactory(name="hall")
    for verb, source, target in (
        ("funds", "council", "one"),
        ("funds", "council", "two"),
        ("works-with", "one", "two"),
        ("meets-at", "two", "hall"),
    ):
        kind = ConnectionTypeFactory(slug=verb, forward=verb, reverse=verb)
        StatementFactory(connection=ConnectionFactory(source=made[source], target=made[target], type=kind))
    return made


def shown(place, **state):
    found = view_picture.of(place, PUBLIC, NetworkView(**state))
    return {it["name"] for it in found.dots}


def test_plainly_it_shows_everybody(place, town):
    assert shown(place) == {"council", "one", "two", "hall"}


def test_only_what_has_a_connection_of_the_types_asked_for(place, town):
    assert shown(place, types=("funds",)) == {"council", "one", "two"}
    assert shown(place, hide=("meets-at",)) == {"council", "one", "two"}
    assert shown(place, types=("no-such-type",)) == set()


def test_only_kinds_asked_for(place, town):
    assert shown(place, kinds=("organisation",)) == {"council", "one", "two"}


def test_a_focus_shows_its_neighbours_step_by_step(place, town):
    assert shown(place, focus=town["hall"].uuid) == {"hall", "two"}
    assert shown(place, focus=town["hall"].uuid, steps=2) == {"council", "one", "two", "hall"}


def test_the_way_between_two(place, town):
    found = view_picture.of(place, PUBLIC, NetworkView(source=town["one"].uuid, target=town["hall"].uuid))
    assert {it["name"] for it in found.dots} == {"one", "two", "hall"}
    assert [it["way"] for it in found.lines] == [True]


def test_what_is_taken_away_becomes_a_ring(place, town):
    found = view_picture.of(place, PUBLIC, NetworkView(without=(town["two"].uuid,)))
    assert {it["name"] for it in found.dots} == {"council", "one"}
    assert found.rings.count("M") == 1 and found.faint.count("M") == 1


def test_it_says_how_many_of_how_many(place, town):
    found = view_picture.of(place, PUBLIC, NetworkView(types=("meets-at",)))
    assert (found.kept, found.total) == (2, 4)


def test_nobody_connected_is_no_error(place):
    assert view_picture.of(place, PUBLIC, NetworkView()).empty


def test_every_connection_that_is_left_is_there(place, town):
    snapshot = snapshots.of(place, PUBLIC)
    edges, nodes, _ = view_picture.chosen(snapshot, NetworkView(types=("funds",)))
    assert edges.sum() == 2 and nodes.sum() == 3
