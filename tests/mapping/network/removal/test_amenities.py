"""All that stands in a place, as arrays."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from mapping.commands import consents
from mapping.models import PUBLIC, Actor, Node, NodeKind, NodeState, Postcode, Revision, Viewer, Visibility
from mapping.network import snapshots
from mapping.network.removal import amenities
from tests.factories import CategoryFactory, NodeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place):
    books = CategoryFactory(slug="library", plural="Libraries", infrastructure="services")
    plaque = CategoryFactory(slug="plaque", infrastructure="buildings")
    return [
        NodeFactory(name="Library", place=place, category=books),
        NodeFactory(name="Blue plaque", place=place, category=plaque),
        OrganisationFactory(name="Club", place=place, category=None, location=None),
    ]


def test_nodes_come_in_the_order_of_their_numbers_with_what_they_are(place, town):
    found = amenities.read(place, PUBLIC)
    assert found.ids.tolist() == [it.pk for it in town] and found.names == ["Library", "Blue plaque", "Club"]
    assert found.building.tolist() == [True, True, False]
    assert found.service.tolist() == [True, False, False]
    assert found.category.tolist() == [0, 1, -1]
    assert found.of_category("library").tolist() == [True, False, False]
    assert np.isnan(found.points[2]).all() and found.points[0].tolist() == list(town[0].location.coords)


def test_homes_are_the_full_postcodes_within_the_boundary(place, town):
    for code, lon in (("M320TH", -2.3), ("M32", -2.3), ("LS11AA", -1.5)):
        Postcode.objects.create(code=code, point=Point(lon, 53.44, srid=4326))
    found = amenities.read(place, PUBLIC)
    assert found.homes.tolist() == [[-2.3, 53.44]] and len(found.metres) == 4


def test_what_the_viewer_may_not_see_is_not_there(place, town):
    town[0].visibility = Visibility.MEMBERS
    town[0].save()
    assert amenities.read(place, PUBLIC).names == ["Blue plaque", "Club"]
    assert len(amenities.read(place, Viewer(user_id=1, place_ids=frozenset({place.pk}))).names) == 3


def test_a_point_that_the_public_may_not_know_is_moved(place, town):
    type(town[0]).objects.filter(pk=town[0].pk).update(
        location="SRID=4326;POINT(-2.318765 53.428765)", location_precision="area"
    )
    assert amenities.read(place, PUBLIC).points[0].tolist() == pytest.approx([-2.32, 53.43])


def test_too_much_is_not_gone_through(place, town):
    assert amenities.read(place, PUBLIC, most=2) is None


def test_two_questions_are_asked(place, town, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert amenities.read(place, PUBLIC) is not None


def test_nobody_is_told_what_a_person_lives_near(place, town):
    person = NodeFactory(name="Ada", place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
    wording = "My name may stand on the map."
    consents.record(actor=Actor.command("test"), node=person, wording=wording, given_on=datetime.date(2026, 3, 1))
    Node.objects.filter(pk=person.pk).update(state=NodeState.LIVE)
    assert Node.objects.visible_to(PUBLIC).filter(pk=person.pk).exists()
    assert "Ada" not in amenities.read(place, PUBLIC).names


def test_it_is_read_once_a_revision_and_class_of_viewers(place, town, django_assert_num_queries, settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    Revision.objects.raise_for([place])
    before = snapshots.load(place, PUBLIC)
    assert len(amenities.load(place, PUBLIC, before).names) == 3
    with django_assert_num_queries(0):
        amenities.load(place, PUBLIC, before)
    Node.objects.filter(pk=town[0].pk).update(visibility=Visibility.MEMBERS)
    Revision.objects.raise_for([place])
    snapshots.forget()
    # What is hidden is gone at the next look, and still there for those who may see it.
    assert amenities.load(place, PUBLIC, snapshots.load(place, PUBLIC)).names == ["Blue plaque", "Club"]
    assert len(amenities.load(place, member, snapshots.load(place, member)).names) == 3
    assert len(amenities.load(place, PUBLIC, snapshots.load(place, PUBLIC)).names) == 2
