"""Who decides: stewards of a home, and stewards of an area within the maps of others."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import connection

from listings.access import permissions
from listings.models import Listing
from mapping.models import LocationPrecision, Node, NodeState, PlaceKind, PlaceRoleKind
from tests.factories import (
    ListingFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

INSIDE, OUTSIDE = Point(-2.32, 53.42, srid=4326), Point(-2.40, 53.50, srid=4326)


@pytest.fixture
def ward(place):
    """An area of Trafford's that is no home: INSIDE lies in it, OUTSIDE does not."""
    return PlaceFactory(
        name="Sale Moor",
        slug="sale-moor",
        kind=PlaceKind.WARD,
        code="E05000001",
        is_home=False,
        boundary=MultiPolygon(Polygon.from_bbox((-2.33, 53.41, -2.31, 53.43)), srid=4326),
    )


@pytest.fixture
def ward_steward(ward):
    return PlaceRoleFactory(place=ward).user


def test_a_steward_of_a_home_decides_all_of_it(place):
    steward = PlaceRoleFactory(place=place).user
    here = NodeFactory(place=place, location=OUTSIDE)
    nowhere = NodeFactory(place=place, location=None)
    elsewhere = NodeFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford"), location=INSIDE)
    assert set(permissions.to_decide(steward, Node.objects.all())) == {here, nowhere}
    assert not permissions.decides_for(steward, elsewhere)


def test_a_steward_of_an_area_decides_what_lies_in_it(place, ward_steward):
    inside = NodeFactory(place=place, location=INSIDE)
    outside = NodeFactory(place=place, location=OUTSIDE)
    online = NodeFactory(place=place, location=None)
    assert set(permissions.to_decide(ward_steward, Node.objects.all())) == {inside}
    assert permissions.decides_for(ward_steward, inside) and permissions.decides_for(ward_steward, inside.pk)
    assert not permissions.decides_for(ward_steward, outside)
    assert not permissions.decides_for(ward_steward, online)
    # What belongs to the home as a whole is not theirs.
    assert not permissions.can_decide(ward_steward, place.pk)
    assert not permissions.places_to_decide_in(ward_steward).exists()


def test_where_it_lies_is_what_the_public_knows(place, ward_steward):
    near_the_edge = Point(-2.3110, 53.4210, srid=4326)
    exact = NodeFactory(place=place, location=near_the_edge)
    coarse = NodeFactory(place=place, location=Point(-2.3140, 53.4290, srid=4326))
    Node.objects.filter(pk=coarse.pk).update(location_precision=LocationPrecision.AREA)
    coarse.refresh_from_db()
    assert coarse.public_point.coords == pytest.approx((-2.31, 53.43))
    Node.objects.filter(pk=coarse.pk).update(location=Point(-2.3060, 53.4290, srid=4326))
    # It lies outside; as far as the public knows, on the edge.
    assert set(permissions.to_decide(ward_steward, Node.objects.all())) == {exact, coarse}


def test_members_weavers_and_people_signed_out_decide_nothing(place, ward):
    node = NodeFactory(place=place, location=INSIDE)
    for role in (PlaceRoleKind.MEMBER, PlaceRoleKind.WEAVER):
        for where in (place, ward):
            user = PlaceRoleFactory(place=where, role=role).user
            assert not permissions.decides_for(user, node)
            assert not permissions.has_a_queue(user)
    assert not permissions.decides_for(AnonymousUser(), node)
    assert not permissions.has_a_queue(AnonymousUser())
    assert not permissions.decides_for(PlaceRoleFactory(place=place).user, None)


def test_an_area_of_an_older_release_gives_nothing(place, ward, ward_steward):
    node = NodeFactory(place=place, location=INSIDE)
    ward.superseded_at = ward.release + datetime.timedelta(days=1)
    ward.save()
    assert not permissions.decides_for(ward_steward, node)
    assert not permissions.has_a_queue(ward_steward)


def test_a_superuser_decides_everything(place):
    boss = UserFactory(is_superuser=True)
    nowhere = NodeFactory(place=None, location=None)
    assert permissions.decides_for(boss, nowhere)
    boss.is_active = False
    assert not permissions.decides_for(boss, nowhere)


def test_rows_that_have_a_node_are_asked_by_its_name(place, ward_steward):
    listing = ListingFactory(place=place, location=INSIDE, organiser=OrganisationFactory(place=place, location=INSIDE))
    away = OrganisationFactory(place=place, location=OUTSIDE)
    ListingFactory(place=place, location=INSIDE, organiser=away)
    assert list(permissions.to_decide(ward_steward, Listing.objects.all(), "organiser")) == [listing]


def test_what_is_no_node_yet_is_decided_where_it_is_to_stand(place, ward_steward):
    assert permissions.decides_at(ward_steward, place.pk, INSIDE)
    assert not permissions.decides_at(ward_steward, place.pk, OUTSIDE)
    assert not permissions.decides_at(ward_steward, place.pk)
    assert permissions.decides_at(PlaceRoleFactory(place=place).user, place.pk)


def test_a_steward_of_an_area_may_change_a_live_listing_there(place, ward_steward):
    inside = ListingFactory(place=place, location=INSIDE, state=NodeState.LIVE)
    outside = ListingFactory(place=place, location=OUTSIDE, state=NodeState.LIVE)
    assert permissions.can_edit(ward_steward, inside)
    assert not permissions.can_edit(ward_steward, outside)


def test_it_asks_a_fixed_number_of_queries(place, ward_steward, django_assert_num_queries):
    other = PlaceFactory(slug="other", code="E9", is_home=False)
    PlaceRoleFactory(place=other, user=ward_steward)
    with django_assert_num_queries(3):
        list(permissions.to_decide(ward_steward, Node.objects.all()))
    steward = PlaceRoleFactory(place=place).user
    with django_assert_num_queries(2):
        list(permissions.to_decide(steward, Node.objects.all()))


def test_the_database_finds_them_by_the_indexes_of_place_and_point(place, ward_steward):
    PlaceRoleFactory(place=place, user=ward_steward)
    rows = permissions.to_decide(ward_steward, Node.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.order_by().explain()
    assert "BitmapOr" in plan and "node_public_point" in plan
    assert "Seq Scan" not in plan
