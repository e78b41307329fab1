"""A place that counts as large, and what a worker would do."""

from __future__ import annotations

import dataclasses

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from mapping.answers import bounds, kinds
from mapping.jobs import answers
from mapping.models import Answer, AnswerState, Node, PlaceRoleKind, Revision, Visibility
from mapping.network import readiness, snapshots
from tests.factories import ConnectionFactory, OrganisationFactory, PlaceRoleFactory, StatementFactory


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    snapshots.forget()
    bounds._sizes.clear()


@pytest.fixture
def large(place, records, monkeypatch):
    """A place with a ring of groups, one of them for members only, for which every bound is too small."""
    nodes = [
        OrganisationFactory(name=f"Group {n}", place=place, location=Point(-2.3 - n / 500, 53.42, srid=4326))
        for n in range(8)
    ]
    for one, other in zip(nodes, nodes[1:] + nodes[:1], strict=True):
        StatementFactory(connection=ConnectionFactory(source=one, target=other))
    Node.objects.filter(pk=nodes[3].pk).update(visibility=Visibility.MEMBERS, name="MEMBERS ONLY")
    Revision.objects.raise_for([place])
    for slug, kind in kinds.KINDS.items():
        monkeypatch.setitem(kinds.KINDS, slug, dataclasses.replace(kind, connections=0, nodes=0))
    monkeypatch.setattr(readiness, "MAX_ANALYSED", 0)
    place.refresh_from_db()
    return place


@pytest.fixture
def member(large, client_for):
    return client_for(PlaceRoleFactory(place=large, role=PlaceRoleKind.MEMBER).user)


@pytest.fixture
def client_for():
    from django.test import Client

    def make(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def jobs() -> int:
    """How many answers wait in the queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'make_answer' AND status = 'todo'")
        return cursor.fetchone()[0]


def work() -> int:
    """Do what a worker does, and return how many questions waited."""
    keys = list(Answer.objects.filter(state=AnswerState.PENDING).order_by("pk").values_list("key", flat=True))
    for key in keys:
        answers.make(key)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'make_answer'")
    return len(keys)
