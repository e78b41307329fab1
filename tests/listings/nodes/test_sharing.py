"""Listings at one venue, or of one organiser, are joined by the rules."""

from __future__ import annotations

import pytest

from listings.models import Listing, ListingKind
from mapping import derivation
from mapping.models import Actor, NodeState, Statement
from tests.factories import NodeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def derived(place) -> set[tuple[str, str]]:
    said = Statement.objects.live().filter(by_rule__in=["same-venue", "same-organiser"])
    return set(said.values_list("by_rule", "note"))


@pytest.fixture
def two(place):
    hall = NodeFactory(name="The hall", place=place)
    group = OrganisationFactory(name="The group", place=place)
    return [
        Listing.objects.create(
            name=name,
            place=place,
            listing_kind=ListingKind.EVENT,
            venue=hall,
            organiser=group,
            state=NodeState.LIVE,
        )
        for name in ("Yoga", "Chess")
    ]


def test_one_venue_and_one_organiser_join_two_listings(two, place):
    derivation.derive(place, actor=Actor.command("test"))
    assert derived(place) == {
        ("same-venue", "Both use The hall."),
        ("same-organiser", "Both are run by The group."),
    }


def test_another_venue_takes_it_back_at_once_and_deriving_agrees(two, place):
    derivation.derive(place, actor=Actor.command("test"))
    two[0].venue = NodeFactory(name="The barn", place=place)
    two[0].save()
    assert derived(place) == {("same-organiser", "Both are run by The group.")}
    assert not derivation.derive(place, actor=Actor.command("test")).full
    assert not derivation.derive(place, actor=Actor.command("test"), full=True).changed


def test_a_listing_that_waits_is_joined_with_none(two, place):
    Listing.objects.filter(pk=two[0].pk).update(state=NodeState.PENDING)
    derivation.derive(place, actor=Actor.command("test"))
    assert derived(place) == set()
