"""Connections show only while a live statement that the viewer may see supports them."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mapping.models import PUBLIC, Connection, NodeState, StatementKind, Viewer, Visibility
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    StatementFactory,
    UserFactory,
    decided,
)

pytestmark = pytest.mark.django_db


def shown(viewer=PUBLIC):
    return set(Connection.objects.visible_to(viewer))


def test_a_connection_without_a_statement_is_not_shown():
    ConnectionFactory()
    assert shown() == set()


def test_a_connection_is_shown_while_one_statement_lives():
    first = StatementFactory()
    second = StatementFactory(connection=first.connection)
    for statement in (first, second):
        assert shown() == {first.connection}
        statement.withdrawn_at = timezone.now()
        statement.save()
    assert shown() == set()


def test_disagreeing_alone_supports_nothing():
    StatementFactory(kind=StatementKind.DISAGREES)
    assert shown() == set()


def test_a_connection_is_hidden_with_either_of_its_ends():
    statement = StatementFactory()
    for end in (statement.connection.source, statement.connection.target):
        end.state = NodeState.PENDING
        end.save()
        assert shown() == set()
        end.state = NodeState.LIVE
        with decided():
            end.save()
    assert shown() == {statement.connection}


def test_statements_for_members_and_groups_are_seen_by_them_only():
    statement = StatementFactory(visibility=Visibility.MEMBERS)
    place = statement.connection.source.place
    assert shown() == set()
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    assert shown(member) == {statement.connection}
    group = OrganisationFactory()
    statement.visibility, statement.group = Visibility.GROUP, group
    statement.save()
    assert shown(member) == set()
    assert shown(Viewer(user_id=2, group_ids=frozenset({group.pk}))) == {statement.connection}


@pytest.mark.parametrize(
    "bad",
    [
        {"by_source": None},
        {"by_rule": "near"},
        {"strength": 0},
        {"strength": 6},
        {"held_from": datetime.date(2020, 1, 2), "held_to": datetime.date(2020, 1, 1)},
        {"visibility": Visibility.GROUP},
        {"amount": 5},
    ],
    ids=lambda bad: "-".join(bad),
)
def test_the_database_refuses_a_broken_statement(bad):
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementFactory(**bad)


def test_a_statement_has_one_author():
    connection = ConnectionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementFactory(connection=connection, by_user=UserFactory())


def test_a_row_of_a_source_is_said_once():
    statement = StatementFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatementFactory(by_source=statement.by_source, key=statement.key)


def test_a_connection_joins_two_nodes_once():
    node = NodeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConnectionFactory(source=node, target=node)
    first = ConnectionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConnectionFactory(source=first.source, target=first.target, type=first.type)


def test_a_type_says_which_kinds_it_joins():
    funds = ConnectionTypeFactory(source_kinds=["organisation"], target_kinds=[])
    assert funds.allows("organisation", "asset")
    assert not funds.allows("asset", "organisation")
