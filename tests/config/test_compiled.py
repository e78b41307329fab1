"""Queries that are put into SQL once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from config.compiled import Compiled
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
