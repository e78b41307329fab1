"""Queries that are put into SQL once."""

from __future__ import annotations

import datetime
import uuid as uuids

import pytest
from django.db import connection
from django.db.models import Case, ExpressionWrapper, F, FloatField, Value, When
from django.db.models.functions import Upper
from django.utils import timezone

from config.compiled import Compiled, in_text
from config.postgis.readers import Reader
from mapping.models import Node
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


def test_it_is_written_once_and_asked_with_each_value():
    made = []

    def named(name: str, pk: int):
        made.append(name)
        return Node.objects.filter(name=name, pk__lte=pk).values_list("pk", "name")

    compiled = Compiled(named, name=str, pk=int)
    one, other = NodeFactory(name="One"), NodeFactory(name="Other")
    assert compiled.rows(name="One", pk=one.pk) == [(one.pk, "One")]
    assert compiled.rows(name="Other", pk=other.pk) == [(other.pk, "Other")]
    assert compiled.rows(name="Other", pk=one.pk - 1) == []
    assert len(made) == 1


def test_by_identifier_and_with_the_present_of_each_time(monkeypatch):
    node = NodeFactory(over_at=timezone.now() + datetime.timedelta(hours=1))
    current = Compiled(lambda uuid: Node.objects.current().filter(uuid=uuid).values_list("pk"), uuid=type(node.uuid))
    assert current.rows(uuid=node.uuid) == [(node.pk,)]
    later = timezone.now() + datetime.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert current.rows(uuid=node.uuid) == []


def test_a_value_that_the_query_does_not_use_is_refused():
    with pytest.raises(ValueError, match="does not use pk"):
        Compiled(lambda pk: Node.objects.values_list("pk"), pk=int).rows(pk=1)


def test_objects_are_those_of_the_query_with_what_is_selected_and_annotated():
    nodes = [NodeFactory(name=f"Node {n}") for n in range(3)]

    def query(ids: list[int]):
        return Node.objects.filter(pk__any_of=ids).for_cards().annotate(loud=Upper("name")).order_by("name")

    compiled = Compiled(query, ids=list)
    ids = [nodes[2].pk, nodes[0].pk]
    found, plain = compiled.objects(ids=ids), list(query(ids))
    assert [vars_of(it) for it in found] == [vars_of(it) for it in plain]
    assert [it.loud for it in found] == ["NODE 0", "NODE 2"]
    assert found[0].category == nodes[0].category
    assert found[0].get_deferred_fields() == plain[0].get_deferred_fields()
    assert compiled.first(ids=[nodes[1].pk]) == nodes[1]
    assert compiled.objects(ids=[]) == []
    assert compiled.first(ids=[]) is None


def vars_of(node: Node) -> dict:
    return {name: str(value) for name, value in vars(node).items() if name != "_state"}


def test_a_connection_for_reading_gives_the_same_rows():
    """Its values are numbered, and all else stands in it as text: signs of per cent, quotes and truth among it."""
    node = NodeFactory(name="It's 100% %s", over_at=timezone.now() + datetime.timedelta(hours=1))

    def query(pk: int, name: str, share: float, ids: list[int], uuid: uuids.UUID):
        several = Node.objects.current().filter(pk__any_of=ids, pk__gte=pk, uuid=uuid).filter(name=name)
        same = Case(When(name__contains="'s 100% %", then=Value(True)), default=Value(False))
        times = ExpressionWrapper(F("pk") * Value(share), output_field=FloatField())
        return several.values_list("pk", "name", "uuid", "over_at", same, times, "facts")

    compiled = Compiled(query, pk=int, name=str, share=float, ids=list, uuid=uuids.UUID)
    values = {"pk": node.pk, "name": node.name, "share": 0.5, "ids": [node.pk, 5], "uuid": node.uuid}
    [row] = compiled.rows(**values)
    assert row[4] is True and row[5] == node.pk / 2
    values["(now)"] = timezone.now()
    connection.ensure_connection()
    # On the connection of the test, which alone has its rows.
    reader = Reader(connection.connection)
    parameters = [in_text(values[name]) for name in compiled.written.order]
    assert reader.rows(compiled.written.statement, parameters) == [row]
