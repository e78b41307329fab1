"""What of a network a view leaves: by type, kind, focus, way between two, what is taken away."""

from __future__ import annotations

import datetime
import uuid

import pytest

from mapping.models import PUBLIC, Statement
from mapping.network import snapshots
from mapping.network.view import filter as view_filter
from mapping.network.view.state import NetworkView
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


def left(place, **state) -> set[str]:
    snapshot = snapshots.read(place, PUBLIC)
    _edges, nodes, _way = view_filter.chosen(snapshot, NetworkView(**state))
    return {name for name, there in zip(snapshot.names, nodes, strict=True) if there}


def test_plainly_it_leaves_everybody(place, town):
    assert left(place) == {"council", "one", "two", "hall"}


def test_only_what_has_a_connection_of_the_types_asked_for(place, town):
    assert left(place, types=("funds",)) == {"council", "one", "two"}
    assert left(place, hide=("meets-at",)) == {"council", "one", "two"}
    assert left(place, types=("no-such-type",)) == set()


def test_only_kinds_asked_for(place, town):
    assert left(place, kinds=("organisation",)) == {"council", "one", "two"}
    assert left(place, kinds=("robot",)) == set()


def test_only_stated_ones_unless_it_is_asked_for_others(place, town):
    Statement.objects.filter(connection__target=town["hall"]).update(by_rule="near", by_source=None)
    assert left(place) == {"council", "one", "two"}
    assert left(place, stated="all") == {"council", "one", "two", "hall"}
    assert left(place, stated="derived") == {"two", "hall"}


def test_as_it_was_on_a_day(place, town):
    Statement.objects.filter(connection__target=town["hall"]).update(held_from=datetime.date(2020, 1, 1))
    assert "hall" not in left(place, day=datetime.date(2019, 12, 31))
    assert "hall" in left(place, day=datetime.date(2020, 1, 1))


def test_a_focus_shows_its_neighbours_step_by_step(place, town):
    assert left(place, focus=town["hall"].uuid) == {"hall", "two"}
    assert left(place, focus=town["hall"].uuid, steps=2) == {"council", "one", "two", "hall"}


def test_a_focus_that_is_not_there_changes_nothing(place, town):
    assert left(place, focus=uuid.uuid4()) == {"council", "one", "two", "hall"}


def test_the_way_between_two(place, town):
    view = {"source": town["one"].uuid, "target": town["hall"].uuid}
    assert left(place, **view) == {"one", "two", "hall"}
    snapshot = snapshots.read(place, PUBLIC)
    _edges, _nodes, way = view_filter.chosen(snapshot, NetworkView(**view))
    assert [snapshot.names[it] for it in way] == ["one", "two", "hall"]


def test_what_is_taken_away_takes_its_connections_along(place, town):
    assert left(place, without=(town["two"].uuid,)) == {"council", "one"}


def test_nobody_connected_is_no_error(place):
    assert left(place) == set()
