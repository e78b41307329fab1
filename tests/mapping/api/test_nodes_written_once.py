"""Nodes of the API are written once for each state of the records, and never told to whom they are hidden from."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from config import remembered
from mapping.commands.change import change
from mapping.models import Actor, Node, Visibility
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings):
    settings.PAGE_COPIES_MB = 8
    remembered.forget()
    yield
    remembered.forget()


def asked(client, **question) -> dict:
    # Each asks in a way of its own, so that no copy of an answer is sent.
    return client.get("/api/v1/nodes", question).json()


def test_a_second_question_is_answered_from_what_is_written(client, place, django_assert_max_num_queries):
    for name in ("Alpha", "Beta"):
        NodeFactory(name=name, place=place)
    first = asked(client, place=place.slug, limit=5)
    with django_assert_max_num_queries(3):
        again = asked(client, place=place.slug, limit=6)
    assert [it["properties"]["name"] for it in first["features"]] == ["Alpha", "Beta"]
    assert again["features"] == first["features"]


def test_how_far_away_it_is_belongs_to_the_question(client, place):
    NodeFactory(name="Alpha", place=place, location=Point(-2.3, 53.42, srid=4326))
    near = [asked(client, near=f"53.42{n},-2.3")["features"] for n in (4, 5)]
    metres = [it["properties"]["distance"] for [it] in near]
    assert metres[0] != metres[1]
    assert "distance" not in asked(client, place=place.slug)["features"][0]["properties"]


def test_what_is_changed_or_hidden_is_told_as_it_is_now(client, place):
    node = NodeFactory(name="Alpha", place=place)
    assert "Alpha" in str(asked(client, place=place.slug, limit=5))
    with change(actor=Actor.command("test"), action="rename", place=place):
        Node.objects.filter(pk=node.pk).update(name="Omega")
    assert [it["properties"]["name"] for it in asked(client, place=place.slug, limit=6)["features"]] == ["Omega"]
    Node.objects.filter(pk=node.pk).update(visibility=Visibility.MEMBERS)
    assert asked(client, place=place.slug, limit=7)["features"] == []
