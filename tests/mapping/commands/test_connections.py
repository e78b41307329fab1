"""Stating connections and withdrawing statements."""

import datetime
from decimal import Decimal

import pytest

from mapping.commands import connections
from mapping.commands.connections import Claim, ConnectionRefused
from mapping.models import PUBLIC, Actor, AuditEntry, Connection, Revision, Statement
from tests.factories import (
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def council():
    return OrganisationFactory(name="The council")


@pytest.fixture
def hall():
    return OrganisationFactory(name="The hall")


@pytest.fixture
def funds():
    return ConnectionTypeFactory(source_kinds=["organisation"])


def claim(source, target, **more) -> Claim:
    more.setdefault("type", "funds")
    if not {"by_user", "by_node", "by_rule"} & set(more):
        more.setdefault("by_source", SourceFactory())
        more.setdefault("key", "row 1")
    return Claim(source=source, target=target, **more)


def number(place) -> int:
    """How often the place was changed (the first change leaves revision 2)."""
    return Revision.objects.get(place=place).number - 1


def test_the_first_statement_makes_the_connection(council, hall, funds):
    statement, changed = connections.state(
        actor=ACTOR, claim=claim(council, hall, amount=Decimal("12.50"), currency="GBP")
    )
    assert changed
    assert statement.connection == Connection.objects.visible_to(PUBLIC).get()
    assert AuditEntry.objects.get().data["outcome"] == "created"
    assert number(council.place) == 1


def test_saying_it_twice_changes_nothing(council, hall, funds):
    for _ in range(2):
        _, changed = connections.state(actor=ACTOR, claim=claim(council, hall))
    assert not changed
    assert Statement.objects.count() == AuditEntry.objects.count() == number(council.place) == 1


def test_a_row_that_reads_differently_is_brought_up_to_date(council, hall, funds):
    connections.state(actor=ACTOR, claim=claim(council, hall))
    other = OrganisationFactory()
    statement, changed = connections.state(actor=ACTOR, claim=claim(council, other, said_on=datetime.date(2020, 1, 2)))
    assert changed
    statement.refresh_from_db()
    assert (statement.connection.target_id, statement.said_on.year) == (other.pk, 2020)
    assert [it.target_id for it in Connection.objects.visible_to(PUBLIC)] == [other.pk]


def test_a_second_party_adds_a_statement_to_the_same_connection(council, hall, funds):
    connections.state(actor=ACTOR, claim=claim(council, hall))
    connections.state(actor=ACTOR, claim=claim(council, hall, by_node=hall))
    connections.state(actor=ACTOR, claim=claim(council, hall, by_user=UserFactory()))
    assert Connection.objects.get().statements.count() == 3


def test_what_reads_the_same_both_ways_is_one_connection(council, hall):
    ConnectionTypeFactory(slug="works-with", directed=False)
    connections.state(actor=ACTOR, claim=claim(hall, council, type="works-with", by_node=hall))
    connections.state(actor=ACTOR, claim=claim(council, hall, type="works-with", by_node=council))
    assert Connection.objects.get().statements.count() == 2


def test_a_withdrawn_statement_hides_the_connection_and_others_keep_it(council, hall, funds):
    first, _ = connections.state(actor=ACTOR, claim=claim(council, hall))
    second, _ = connections.state(actor=ACTOR, claim=claim(council, hall, by_node=hall))
    assert connections.withdraw(actor=ACTOR, statement=first)
    assert Connection.objects.visible_to(PUBLIC).exists()
    assert connections.withdraw(actor=ACTOR, statement=second)
    assert not Connection.objects.visible_to(PUBLIC).exists()
    assert not connections.withdraw(actor=ACTOR, statement=second)
    assert number(council.place) == 4


def test_reading_the_dataset_again_does_not_bring_a_withdrawn_row_back(council, hall, funds):
    statement, _ = connections.state(actor=ACTOR, claim=claim(council, hall))
    connections.withdraw(actor=ACTOR, statement=statement)
    counts = connections.state_many(actor=ACTOR, claims=[claim(council, hall, note="again")])
    assert (counts.created, counts.updated, counts.unchanged) == (0, 0, 1)
    assert not Connection.objects.visible_to(PUBLIC).exists()


def test_a_group_may_say_again_what_it_withdrew(council, hall, funds):
    statement, _ = connections.state(actor=ACTOR, claim=claim(council, hall, by_node=hall))
    connections.withdraw(actor=ACTOR, statement=statement)
    connections.state(actor=ACTOR, claim=claim(council, hall, by_node=hall))
    assert Connection.objects.visible_to(PUBLIC).exists()


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"type": "haunts"}, "haunts"),
        ({"by_source": None, "key": ""}, "author"),
        ({"held_from": datetime.date(2020, 1, 1), "held_to": datetime.date(2019, 1, 1)}, "order"),
        ({"amount": Decimal(3)}, "currency"),
    ],
    ids=["type", "author", "dates", "currency"],
)
def test_what_cannot_be_kept_is_refused_in_words(council, hall, funds, more, word):
    with pytest.raises(ConnectionRefused, match=word):
        connections.state(actor=ACTOR, claim=claim(council, hall, **more))
    assert not Connection.objects.exists()


def test_a_node_cannot_be_connected_with_itself(council, funds):
    with pytest.raises(ConnectionRefused, match="itself"):
        connections.state(actor=ACTOR, claim=claim(council, council))


def test_a_type_says_what_it_may_join(hall, funds):
    with pytest.raises(ConnectionRefused, match="Turn it round"):
        connections.state(actor=ACTOR, claim=claim(NodeFactory(), hall))


def test_many_claims_are_all_kept_or_none(council, funds):
    others = OrganisationFactory.create_batch(3)
    claims = [claim(council, it, key=f"row {n}") for n, it in enumerate(others)]
    with pytest.raises(ConnectionRefused):
        connections.state_many(actor=ACTOR, claims=[*claims, claim(council, council, key="bad")])
    assert not Connection.objects.exists()
    counts = connections.state_many(actor=ACTOR, claims=claims)
    assert (counts.created, counts.unchanged) == (3, 0)
    counts = connections.state_many(actor=ACTOR, claims=claims)
    assert (counts.created, counts.unchanged) == (0, 3)
    assert AuditEntry.objects.count() == number(council.place) == 1


def test_the_number_of_queries_does_not_grow_with_the_claims(council, funds, django_assert_max_num_queries):
    others = OrganisationFactory.create_batch(20)
    claims = [claim(council, it, key=f"row {n}") for n, it in enumerate(others)]
    with django_assert_max_num_queries(14):
        connections.state_many(actor=ACTOR, claims=claims)
