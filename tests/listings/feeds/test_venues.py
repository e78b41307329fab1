"""Which venue a location in words means, and how sure that is."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from listings.commands import feeds as commands
from listings.feeds.venues import SURE, Match, Venues, folded
from listings.models import VenueAlias
from mapping.models import LocationPrecision, LocationSource, Postcode
from tests.factories import CategoryFactory, NodeFactory

from .calendars import calendar, event
from .conftest import ACTOR, listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def venues(group, hall, place):
    CategoryFactory(slug="library")
    NodeFactory(place=place, name="Sale Library", postcode="M33 7SL", category__slug="library",
                location=Point(-2.321, 53.424, srid=4326))  # fmt: skip
    return Venues(group)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Sale Community Hall", "name"),
        ("sale  community hall", "name"),
        ("Sale Community Hall, 1 Tatton Road, Sale M33 7XZ", "name and postcode"),
        ("The Sale Community Hall, M337XZ", "name and postcode"),
        ("Main room, Sale Community Hall", "name"),
        ("Sale Comunity Hall, M33 7XZ", "name and postcode"),
    ],
)
def test_a_hall_is_known_by_its_name(venues, hall, text, how):
    found = venues.match(text)
    assert (found.venue, found.how, found.is_sure) == (hall, how, True)


def test_a_postcode_alone_is_no_proof(venues, hall):
    found = venues.match("Some other room, M33 7XZ")
    assert not found.is_sure and hall in found.choices


def test_the_same_name_at_another_postcode_is_asked(venues, hall):
    found = venues.match("Sale Community Hall, M1 1AA")
    assert not found.is_sure and found.choices == (hall,)


def test_two_that_fit_as_well_are_asked(venues, hall, place):
    twin = NodeFactory(place=place, name="Sale Community Hall", postcode="M33 1AA")
    found = venues.match("Sale Community Hall")
    assert not found.is_sure and set(found.choices) == {hall, twin}
    assert venues.match("Sale Community Hall, M33 1AA").venue == twin


def test_a_point_beside_it_is_enough_with_something_of_a_name(venues, hall):
    at = (hall.public_point.x + 0.0002, hall.public_point.y)
    assert venues.match("Community hall Sale", at).is_sure
    # Far from there it is another.
    assert not venues.match("Sale Community Hall", (hall.public_point.x + 0.05, hall.public_point.y)).is_sure


@pytest.mark.parametrize(
    "text", ["Online", "Zoom", "https://zoom.us/j/123", "Microsoft Teams Meeting", "online (link below)"]
)
def test_what_is_online_is_nowhere(venues, text):
    assert venues.match(text).how == "online"


@pytest.mark.parametrize("text", ["Online Centre, Sale", "Teams Lane"])
def test_what_only_sounds_like_it_is_a_place(venues, text):
    assert venues.match(text).how != "online"


def test_without_a_location_it_is_where_the_group_is(venues, group):
    found = venues.match("")
    assert found.how == "organisation" and venues.where(found, "").point == group.public_point


def test_an_address_stands_at_its_postcode(venues):
    Postcode.objects.create(code="M335AA", point=Point(-2.33, 53.42, srid=4326))
    where = venues.where(Match(), "12 Oak Road, M33 5AA")
    assert (where.source, where.precision) == (LocationSource.POSTCODE, LocationPrecision.POSTCODE)
    assert (where.address, where.postcode) == ("12 Oak Road, M33 5AA", "M33 5AA")


def test_a_venue_that_nobody_may_see_is_not_found(venues, hall):
    type(hall).objects.filter(pk=hall.pk).update(visibility="members")
    assert not venues.match("Sale Community Hall").is_sure


def test_what_was_taught_holds_from_then_on_and_at_once(read_in, group, hall):
    from tests.factories import UserFactory

    read_in(calendar(event("DTSTART:20260714T100000Z", "LOCATION:our usual room")))
    assert listing().venue is None
    count = commands.teach(
        actor=ACTOR, user=UserFactory(), organisation=group, text="our usual room", key=folded("Our usual room"),
        where=Venues(group).where(Match(hall, 1.0, "alias"), ""), venue=hall,
    )  # fmt: skip
    assert count == 1 and listing().venue_id == hall.pk and listing().address == hall.address
    found = Venues(group).match("OUR usual-room")
    assert (found.venue, found.confidence, found.how) == (hall, 1.0, "alias")
    # The next reading agrees.
    assert read_in(calendar(event("DTSTART:20260714T100000Z", "LOCATION:our usual room"))).kept.changed == 0


def test_what_is_no_venue_is_not_asked_again(group, place):
    VenueAlias.objects.create(place=place, organisation=group, text=folded("Somewhere"), venue=None)
    found = Venues(group).match("somewhere")
    assert found.is_sure and found.venue is None


def test_an_alias_of_a_venue_that_left_the_map_is_asked_anew(group, place, hall):
    VenueAlias.objects.create(place=place, organisation=group, text=folded("Usual"), venue=hall)
    type(hall).objects.filter(pk=hall.pk).update(state="archived")
    assert Venues(group).match("usual").how != "alias"


def test_being_sure_is_a_number(venues):
    assert venues.match("Sale Community Hall").confidence >= SURE > venues.match("Nowhere at all").confidence
