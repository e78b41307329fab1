"""What a post says of its organiser and venue becomes statements of its poster, once it is live, and goes with it."""

from __future__ import annotations

import pytest

from listings.commands import listings
from listings.commands.details import Where
from listings.models import MembershipRole
from mapping.commands import connections
from mapping.derivation.derive import derive
from mapping.models import PUBLIC, Actor, Connection, ConnectionType, Statement
from tests.factories import (
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.listings.commands.test_listings import post, some_details

pytestmark = pytest.mark.django_db
STEWARD = Actor(label="steward")


@pytest.fixture(autouse=True)
def types():
    for slug, reverse in (("runs", "is run by"), ("hosts", "is hosted by")):
        ConnectionType.objects.get_or_create(slug=slug, place=None, defaults={"forward": slug, "reverse": reverse})


@pytest.fixture
def hall(place):
    return NodeFactory(place=place, name="Sale Hall")


@pytest.fixture
def group(place):
    return OrganisationFactory(place=place, name="Sale Movers")


def said(listing) -> list[tuple]:
    live = Statement.objects.live().filter(connection__target=listing.pk).select_related("connection__type")
    return sorted((it.connection.source.name, it.connection.type.slug, it.by_user_id, it.by_node_id) for it in live)


def approved(place, user, **details):
    listing = post(place, user, **details)
    assert said(listing) == []
    listings.approve(actor=STEWARD, listing=listing)
    return listing


def test_a_resident_says_so_for_themselves(place, hall, group):
    ann = UserFactory()
    listing = approved(place, ann, organiser=group, where=Where.at(hall))
    assert said(listing) == [("Sale Hall", "hosts", ann.pk, None), ("Sale Movers", "runs", ann.pk, None)]
    shown = Connection.objects.visible_to(PUBLIC).filter(target=listing.pk)
    assert shown.count() == 2


def test_an_editor_says_so_for_their_group(place, hall, group):
    ann = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    listing = approved(place, ann, organiser=group, where=Where.at(hall))
    assert said(listing) == [("Sale Hall", "hosts", ann.pk, group.pk), ("Sale Movers", "runs", ann.pk, group.pk)]


def test_a_trusted_group_says_so_at_once(place, hall, group):
    group.trusted = True
    group.save()
    ann = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    assert len(said(post(place, ann, organiser=group, where=Where.at(hall)))) == 2


def edited(listing, user, **details):
    listing.refresh_from_db()
    return listings.edit(actor=Actor.of(user), user=user, listing=listing, details=some_details(**details))


@pytest.fixture
def steward(place):
    from cms.commands import ensure_steward

    return ensure_steward(actor=Actor.command("test"), email="steward@example.org", place=place)


def test_at_another_venue_the_old_one_is_taken_back(place, hall, group, steward):
    listing = approved(place, UserFactory(), organiser=group, where=Where.at(hall))
    other = NodeFactory(place=place, name="Library")
    edited(listing, steward, organiser=group, where=Where.at(other))
    assert [it[:2] for it in said(listing)] == [("Library", "hosts"), ("Sale Movers", "runs")]
    # And back again: it is said anew.
    edited(listing, steward, organiser=group, where=Where.at(hall))
    assert [it[:2] for it in said(listing)] == [("Sale Hall", "hosts"), ("Sale Movers", "runs")]


def test_without_a_venue_and_a_group_nothing_is_said(place, hall, group, steward):
    listing = approved(place, UserFactory(), organiser=group, where=Where.at(hall))
    edited(listing, steward, organiser=None, where=Where())
    assert said(listing) == []


def test_what_somebody_took_back_is_not_said_again(place, hall, group, steward):
    listing = approved(place, UserFactory(), organiser=group, where=Where.at(hall))
    theirs = Statement.objects.get(connection__source=hall)
    connections.withdraw(actor=STEWARD, statement=theirs, reason="They only rented it once.")
    edited(listing, steward, organiser=group, where=Where.at(hall), name="Tea dance for all")
    assert [it[:2] for it in said(listing)] == [("Sale Movers", "runs")]


def test_others_statements_stay(place, hall, group, steward):
    listing = approved(place, UserFactory(), organiser=group, where=Where.at(hall))
    bob = UserFactory()
    connections.state(actor=STEWARD, claim=connections.Claim(source=hall, target=listing, type="hosts", by_user=bob))
    edited(listing, steward, organiser=group, where=Where())
    assert said(listing) == [("Sale Hall", "hosts", bob.pk, None), ("Sale Movers", "runs", said(listing)[1][2], None)]


def test_a_venue_that_must_not_be_told_is_not(place, hall):
    listing = approved(place, UserFactory(), where=Where.at(hall), precision="area")
    assert said(listing) == []


def test_a_type_that_the_place_does_not_use_is_not_said(place, hall, group):
    ConnectionType.objects.get(slug="hosts").hidden_in.add(place)
    listing = approved(place, UserFactory(), organiser=group, where=Where.at(hall))
    assert [it[1] for it in said(listing)] == ["runs"]


def test_rules_join_two_listings_of_a_venue_once(place, hall, group):
    """They read the venue of a listing, and the statement too: it is one connection."""
    one = approved(place, UserFactory(), where=Where.at(hall), name="Tea dance")
    two = approved(place, UserFactory(), where=Where.at(hall), name="Chess club")
    derive(actor=STEWARD, place=place)
    derived = Statement.objects.live().exclude(by_rule="")
    between = derived.filter(connection__source__in=[one.pk, two.pk], connection__target__in=[one.pk, two.pk])
    # They are near each other too, which is another thing.
    assert sorted(between.values_list("by_rule", flat=True)) == ["near", "same-venue"]
