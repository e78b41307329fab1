"""Deriving around what changed gives what deriving everything gives; what a thing rested on takes it along at once."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapping.commands import connections
from mapping.models import (
    PUBLIC,
    AuditEntry,
    Connection,
    Node,
    NodeKind,
    NodeTag,
    Revision,
    Statement,
    TouchedNode,
    Visibility,
)
from tests.factories import PlaceFactory, decided

from .conftest import ACTOR, Town

pytestmark = pytest.mark.django_db

EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "withdraw", "unsay", "hide", "show", "move", "rename", "tag", "untag", "delete"]
        ),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    min_size=1,
    max_size=6,
)


def edit(town: Town, nodes: list[Node], what: str, one: int, other: int) -> None:
    """One change, made as any code might make it."""
    node, beside = nodes[one], nodes[other]
    alive = set(Node.objects.values_list("pk", flat=True))
    if node.pk not in alive or beside.pk not in alive:
        return
    stated = Statement.objects.filter(by_rule="", connection__source=node)
    if what == "say" and one != other:
        verb = ["meets_at", "hosts", "runs", "funds", "shares_purpose", "part_of"][(one + other) % 6]
        town.say(node, verb, beside)
    elif what == "withdraw":
        stated.update(withdrawn_at=timezone.now())
    elif what == "unsay":
        stated.filter(pk__in=list(stated.values_list("pk", flat=True)[:1])).delete()
    elif what in ("hide", "show"):
        shown = Visibility.MEMBERS if what == "hide" else Visibility.PUBLIC
        with decided():
            Node.objects.filter(pk=node.pk).update(visibility=shown)
    elif what == "move":
        node.location = Point(-2.3 + other * 0.003, 53.4 + one % 3 * 0.002, srid=4326)
        node.save(update_fields=["location"])
    elif what == "rename":
        Node.objects.filter(pk=node.pk).update(name=f"{node.name} {other}")
    elif what == "tag" and not NodeTag.objects.filter(content_object=node, tag__name=f"t{other % 3}").exists():
        town.tag(f"t{other % 3}", node)
    elif what == "untag":
        NodeTag.objects.filter(content_object=node).delete()
    elif what == "delete":
        Node.objects.get(pk=node.pk).delete()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(EDITS, min_size=1, max_size=4))
def test_deriving_around_changes_gives_what_deriving_everything_gives(place, rounds):
    with transaction.atomic():
        town = Town(place)
        kinds = [NodeKind.ORGANISATION] * 7 + [NodeKind.ASSET] * 3 + [NodeKind.PURPOSE, NodeKind.ACTIVITY]
        nodes = [town.node(f"N{n}", kind, at=(n * 300, 0)) for n, kind in enumerate(kinds)]
        for n in range(6):
            town.say(nodes[n], "meets_at", nodes[7 + n % 2])
        town.derive()
        for edits in rounds:
            for it in edits:
                edit(town, nodes, *it)
            part = town.derive()
            said = town.derived()
            whole = town.derive(full=True)
            assert not part.full
            assert (whole.by_rule, said) == ({}, town.derived())
        transaction.set_rollback(True)


def test_a_change_under_a_hub_gives_what_deriving_everything_gives(town):
    council = town.node("Council")
    groups = [town.node(f"Group {n}", at=(n % 9 * 70, n // 9 * 70)) for n in range(60)]
    said = [town.say(council, "funds", it) for it in groups]
    town.derive()
    said[30].withdrawn_at = timezone.now()
    said[30].save()
    part = town.derive()
    assert not part.full
    assert part.changed
    assert not town.derive(full=True).changed


def test_deriving_again_leaves_no_trace(town, hall):
    town.derive()
    before = Revision.objects.get(place=town.place).number, AuditEntry.objects.count()
    outcome = town.derive(full=True)
    assert not outcome.changed
    assert (Revision.objects.get(place=town.place).number, AuditEntry.objects.count()) == before


def test_deriving_is_one_change_with_its_audit_row(town, hall):
    number = Revision.objects.get(place=town.place).number
    town.derive()
    entry = AuditEntry.objects.get(action="derive connections")
    assert entry.data["rules"] == {"same-venue": {"created": 1}}
    assert Revision.objects.get(place=town.place).number == number + 1


def test_a_dry_run_keeps_nothing(town, hall):
    outcome = town.derive(dry_run=True)
    assert outcome.created == 1
    assert town.derived() == {}
    assert town.derive().created == 1


def test_after_the_first_time_only_what_changed_is_looked_at(town, hall):
    assert town.derive().full
    quiet = town.derive()
    assert (quiet.full, quiet.touched) == (False, 0)
    town.say(town.node("Yoga"), "meets_at", hall.hall)
    busy = town.derive()
    assert (busy.full, busy.created) == (False, 2)
    assert not TouchedNode.objects.exists()


def withdraw(hall):
    connections.withdraw(actor=ACTOR, statement=hall.first)


def hide_the_hall(hall):
    Node.objects.filter(pk=hall.hall.pk).update(visibility=Visibility.MEMBERS)


def archive_the_hall(hall):
    Node.objects.filter(pk=hall.hall.pk).update(state="archived")


def rename_the_hall(hall):
    Node.objects.filter(pk=hall.hall.pk).update(name="Another name")


def hide_the_statement(hall):
    Statement.objects.filter(pk=hall.first.pk).update(visibility=Visibility.MEMBERS)


def deny_the_statement(hall):
    Statement.objects.filter(pk=hall.first.pk).update(kind="disagrees")


def delete_the_statement(hall):
    hall.first.delete()


def delete_the_hall(hall):
    hall.hall.delete()


def turn_the_connection(hall):
    Connection.objects.filter(pk=hall.first.connection_id).update(target=hall.chess)


@pytest.mark.parametrize(
    "take_away",
    [
        withdraw,
        hide_the_hall,
        archive_the_hall,
        rename_the_hall,
        hide_the_statement,
        deny_the_statement,
        delete_the_statement,
        delete_the_hall,
        turn_the_connection,
    ],
    ids=lambda it: it.__name__,
)
def test_what_was_derived_goes_with_what_it_rests_on_at_once(town, hall, take_away):
    town.derive()
    shown = Connection.objects.visible_to(PUBLIC).filter(type__slug="shares_space")
    assert shown.exists()
    take_away(hall)
    assert not shown.exists()


def test_it_stays_while_somebody_else_says_so_too(town, hall):
    town.say(hall.choir, "meets_at", hall.hall)
    town.derive()
    connections.withdraw(actor=ACTOR, statement=hall.first)
    assert town.derived()


def test_who_moves_is_near_nobody_until_it_is_worked_out_again(town):
    farm = town.node("Farm", at=(0, 0))
    town.node("Mill", at=(100, 0))
    town.derive()
    farm.location = Point(-2.3, 53.45, srid=4326)
    farm.save()
    assert town.derived() == {}


def test_a_tag_that_is_taken_off_takes_what_it_joined(town):
    nodes = [town.node("A"), town.node("B")]
    town.tag("rowing", *nodes)
    town.derive()
    assert town.derived("shared-tag")
    NodeTag.objects.filter(content_object=nodes[0]).delete()
    assert town.derived() == {}


def test_a_hidden_thing_of_another_place_raises_the_place_of_the_pair(town, hall):
    other = PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    Node.objects.filter(pk=hall.hall.pk).update(place=other)
    town.derive()
    number = Revision.objects.get(place=town.place).number
    hide_the_hall(hall)
    assert town.derived() == {}
    assert Revision.objects.get(place=town.place).number == number + 1


def test_what_holds_again_is_said_again(town, hall):
    town.derive()
    hide_the_hall(hall)
    town.derive()
    with decided():
        Node.objects.filter(pk=hall.hall.pk).update(visibility=Visibility.PUBLIC)
    town.derive()
    assert town.derived() == {("Chess", "Choir"): "Both use St Alban's Hall."}


def test_what_somebody_said_of_a_derived_connection_stays(town, hall):
    town.derive()
    tie = Connection.objects.get(type__slug="shares_space")
    own = Statement.objects.create(connection=tie, by_source=town.source, key="own")
    connections.withdraw(actor=ACTOR, statement=hall.first)
    town.derive()
    assert list(Statement.objects.filter(connection=tie)) == [own]


def test_connections_that_nobody_speaks_of_any_more_are_removed(town, hall):
    town.derive()
    connections.withdraw(actor=ACTOR, statement=hall.first)
    outcome = town.derive()
    assert outcome.removed == 1
    assert not Connection.objects.filter(type__slug="shares_space").exists()


def test_what_ends_with_the_day_joins_nobody_the_next_day(town, hall, monkeypatch):
    import datetime

    from mapping.models import DerivationMark

    town.derive()
    today = timezone.localdate()
    # As if it had been derived two days ago, when the choir still met there.
    mark = DerivationMark.objects.get(place=town.place)
    mark.data["day"] = (today - datetime.timedelta(days=2)).isoformat()
    mark.save()
    Statement.objects.filter(pk=hall.first.pk).update(held_to=today - datetime.timedelta(days=1))
    TouchedNode.objects.all().delete()
    town.derive()
    assert town.derived() == {}
