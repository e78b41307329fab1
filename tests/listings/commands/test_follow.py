"""A listing tells of its venue and organiser what all who see it may see, whatever becomes of those afterwards."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from listings.commands import listings
from listings.commands.details import Where
from listings.models import Listing
from listings.posting.venues import is_public
from mapping.commands.change import change
from mapping.maps import builder
from mapping.models import PUBLIC, Actor, AuditEntry, Node, NodeState, Revision, SearchWord, Visibility
from mapping.search import spelling
from tests.factories import (
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    UserFactory,
    decided,
)
from tests.listings.commands.test_listings import post, some_details, steward
from tests.test_readers import READERS, said

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
EXACT = Point(-2.318765, 53.428765, srid=4326)
GIVEN_AWAY = ("ZEBRAHALL", "7 ZEBRALANE", "M33 7ZZ", "M337ZZ", "2.31876", "53.42876")
HIDDEN = {
    "archived": {"state": NodeState.ARCHIVED},
    "waiting": {"state": NodeState.PENDING},
    "members": {"visibility": Visibility.MEMBERS},
    "group": {"visibility": Visibility.GROUP},
}


@pytest.fixture
def venue(place):
    return NodeFactory(
        name="ZEBRAHALL", place=place, location=EXACT, address="7 ZEBRALANE", postcode="M33 7ZZ", category=None
    )


@pytest.fixture
def organiser(place):
    return OrganisationFactory(name="YAKSOCIETY", place=place, location=Point(-2.40, 53.50, srid=4326))


@pytest.fixture
def listing(place, venue, organiser):
    made = post(place, where=Where.at(venue), organiser=organiser)
    return listings.approve(actor=ACTOR, listing=made)


def write(node, **values) -> None:
    """As anybody may write, with an end of the transaction."""
    with decided():
        type(node).objects.filter(pk=node.pk).update(**values)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def hide(node, how: str) -> None:
    values = HIDDEN[how]
    write(node, **values, **({"group_id": node.pk} if how == "group" else {}))


def show(node) -> None:
    write(node, state=NodeState.LIVE, visibility=Visibility.PUBLIC, location_precision="exact")


def readers(records, listing, place, client=None) -> dict[str, str]:
    """What each reader says, asked about the listing and by the words of its venue and organiser."""
    place = type(place).objects.get(pk=place.pk)
    number = sum(Revision.objects.values_list("number", flat=True))
    found = {}
    for name, path in READERS.items():
        for word in ("ZEBRAHALL", "ZEBRALANE", "YAKSOCIETY") if "SECRET" in path else ("",):
            address = path.replace("SECRET", word).format(
                node=listing.uuid,
                hall=listing.uuid,
                group=records["group"],
                connection=records["connection"],
                widget=records["widget"],
                revision=place.revision_token,
                number=number,
            )
            text = said((client or Client()).get(address))
            # What was asked is repeated on a page: that tells nothing.
            found[f"{name} {word}"] = text.replace(word, "") if word else text
    the_map = builder.build_map(place, viewer=PUBLIC, offline=True)
    found["single file"] = the_map.get_root().render()
    return found


def given_away(records, listing, place, marks=GIVEN_AWAY) -> dict[str, list[str]]:
    told = {name: [it for it in marks if it in text] for name, text in readers(records, listing, place).items()}
    return {name: marks for name, marks in told.items() if marks}


def found_by(word: str) -> set[int]:
    # As it is typed: a name that is much like it is no sign that the word is known.
    text = Client().get("/api/v1/nodes", {"q": word, "limit": 100, "exact": "1"}).json()
    names = {it.get("name") or it["properties"]["name"] for it in text.get("nodes") or text["features"]}
    return set(Node.objects.filter(name__in=names).values_list("name", flat=True))


@pytest.mark.parametrize("how", HIDDEN)
def test_no_reader_gives_a_hidden_venue_away_by_what_is_on_there(records, listing, venue, place, how):
    hide(venue, how)
    assert given_away(records, listing, place) == {}
    kept = Node.objects.get(pk=listing.pk)
    assert (kept.location, kept.location_source, kept.address, kept.postcode) == (None, "", "", "")
    assert Node.objects.visible_to(PUBLIC).filter(pk=listing.pk).exists()


def test_the_readers_would_show_it_if_it_were_public(records, listing, place):
    shown = given_away(records, listing, place)
    assert {"node page ", "API, one node ", "single file", "list page, text ZEBRALANE"} <= set(shown)
    assert found_by("ZEBRAHALL") == {"ZEBRAHALL", "Tea dance"}


@pytest.mark.parametrize("how", HIDDEN)
def test_it_comes_back_with_its_venue(listing, venue, how):
    before = Node.objects.filter(pk=listing.pk).values().get()
    hide(venue, how)
    assert found_by("ZEBRAHALL") == set() and found_by("ZEBRALANE") == set() and found_by("M337ZZ") == set()
    show(venue)
    assert Node.objects.filter(pk=listing.pk).values().get() == before
    assert found_by("ZEBRAHALL") == {"ZEBRAHALL", "Tea dance"}


@pytest.mark.parametrize(
    ("precision", "address", "postcode"),
    [("street", "7 ZEBRALANE", "M33 7ZZ"), ("postcode", "", "M33 7ZZ"), ("area", "", "")],
)
def test_it_is_no_more_exact_than_its_venue(records, listing, venue, place, precision, address, postcode):
    write(venue, location_precision=precision)
    kept, there = Node.objects.get(pk=listing.pk), Node.objects.get(pk=venue.pk)
    assert kept.public_point == there.public_point != EXACT
    assert kept.location == there.public_point
    assert (kept.location_precision, kept.public_address, kept.public_postcode) == (precision, address, postcode)
    marks = ("2.31876", "53.42876", *(it for it in ("7 ZEBRALANE", "M33 7ZZ") if it not in (address, postcode)))
    assert given_away(records, listing, place, marks) == {}
    assert ("Tea dance" in found_by("ZEBRALANE")) == bool(address)
    show(venue)
    assert Node.objects.get(pk=listing.pk).public_point == EXACT


def test_it_goes_where_its_venue_goes_and_is_found_by_its_new_name(listing, venue):
    elsewhere = Point(-2.35, 53.41, srid=4326)
    write(venue, location=elsewhere, name="OKAPI ROOMS", address="1 New Street")
    kept = Node.objects.get(pk=listing.pk)
    assert (kept.location, kept.address) == (elsewhere, "1 New Street")
    assert found_by("OKAPI") == {"OKAPI ROOMS", "Tea dance"} and found_by("ZEBRAHALL") == set()


def test_a_venue_in_the_middle_of_its_postcode_is_not_moved_twice(place):
    middle = Point(-2.3201, 53.4203, srid=4326)
    venue = NodeFactory(place=place, location=middle, location_source="postcode", location_precision="postcode")
    listing = post(place, where=Where.at(venue))
    kept = Node.objects.get(pk=listing.pk)
    assert kept.public_point == Node.objects.get(pk=venue.pk).public_point == middle
    write(venue, location_precision="area")
    assert Node.objects.get(pk=listing.pk).public_point == Node.objects.get(pk=venue.pk).public_point != middle


@pytest.mark.parametrize("how", HIDDEN)
def test_no_reader_gives_a_hidden_organiser_away(records, listing, organiser, place, how):
    assert found_by("YAKSOCIETY") == {"YAKSOCIETY", "Tea dance"}
    hide(organiser, how)
    assert given_away(records, listing, place, ("YAKSOCIETY",)) == {}
    assert found_by("YAKSOCIETY") == set()
    show(organiser)
    assert found_by("YAKSOCIETY") == {"YAKSOCIETY", "Tea dance"}
    write(organiser, name="OKAPI CLUB")
    assert found_by("YAKSOCIETY") == set() and found_by("OKAPI") == {"OKAPI CLUB", "Tea dance"}


def test_a_venue_that_is_deleted_takes_its_place_with_it(records, listing, venue, place):
    Node.objects.get(pk=venue.pk).delete()
    assert given_away(records, listing, place) == {}
    kept = Listing.objects.get(pk=listing.pk)
    assert (kept.venue, kept.location, kept.location_source) == (None, None, "")


def page(listing, user) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/node/{listing.uuid}").content.decode()


def test_members_see_the_venue_that_is_for_them(listing, venue, place):
    member, stranger = PlaceRoleFactory(place=place, role="member").user, UserFactory()
    hide(venue, "members")
    assert "ZEBRAHALL" in page(listing, member) and "ZEBRAHALL" not in page(listing, stranger)
    # What only members see may tell of a place that only members see.
    write(listing, visibility=Visibility.MEMBERS)
    kept = Node.objects.get(pk=listing.pk)
    assert (kept.public_point, kept.address) == (EXACT, "7 ZEBRALANE")
    assert "7 ZEBRALANE" in page(listing, member)
    assert "Tea dance" not in page(listing, stranger)
    write(listing, visibility=Visibility.PUBLIC)
    assert Node.objects.get(pk=listing.pk).location is None


def test_a_group_sees_the_venue_that_is_for_it(listing, venue, organiser, place):
    inside = MembershipFactory(organisation=organiser).user
    write(venue, visibility=Visibility.GROUP, group_id=organiser.pk)
    assert "ZEBRAHALL" in page(listing, inside)
    assert "ZEBRAHALL" not in page(listing, steward(place))
    write(listing, visibility=Visibility.GROUP, group_id=organiser.pk)
    assert Node.objects.get(pk=listing.pk).public_point == EXACT
    other = OrganisationFactory(place=place)
    write(listing, group_id=other.pk)
    assert Node.objects.get(pk=listing.pk).location is None


def test_members_of_another_place_are_not_told(listing, venue, place):
    elsewhere = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    write(venue, visibility=Visibility.MEMBERS, place_id=elsewhere.pk)
    write(listing, visibility=Visibility.MEMBERS)
    assert Node.objects.get(pk=listing.pk).location is None


def test_the_place_of_the_listing_is_told_when_a_venue_elsewhere_is_hidden(listing, venue, place):
    elsewhere = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    write(venue, place_id=elsewhere.pk)
    Revision.objects.update(number=50, floor=0)
    hide(venue, "archived")
    revision = Revision.objects.get(place=place)
    assert revision.number > 50 and revision.floor == revision.number


def test_a_renamed_venue_elsewhere_raises_no_floor(listing, venue, place):
    elsewhere = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    write(venue, place_id=elsewhere.pk)
    Revision.objects.update(number=50, floor=0)
    write(venue, name="OKAPI ROOMS")
    revision = Revision.objects.get(place=place)
    assert (revision.number, revision.floor) == (51, 0)


# --- how exactly, and edits


def edit_form(client, listing) -> dict:
    form = client.get(f"/post/{listing.uuid}/edit/").context["form"]
    return {name: value for name, value in form.initial.items() if value} | {
        "seen": listings.version(Listing.objects.get(pk=listing.pk)),
        "place": listing.place.slug,
    }


@pytest.fixture
def editor(place):
    client = Client()
    client.force_login(steward(place))
    return client


@pytest.mark.parametrize("at", ["venue", "pin"])
def test_what_somebody_coarsened_stays_so_when_another_field_is_edited(editor, place, venue, at):
    listing = post(place, **({"where": Where.at(venue)} if at == "venue" else {}))
    listing = listings.approve(actor=ACTOR, listing=listing)
    listing.location_precision = "area"
    listing.save()
    before = Node.objects.get(pk=listing.pk).public_point
    typed = edit_form(editor, listing) | {"summary": "Another summary."}
    assert typed["precision"] == "area"
    assert editor.post(f"/post/{listing.uuid}/edit/", typed).status_code == 302
    kept = Node.objects.get(pk=listing.pk)
    assert (kept.summary, kept.location_precision, kept.public_point) == ("Another summary.", "area", before)
    del typed["precision"]
    typed["seen"] = listings.version(Listing.objects.get(pk=listing.pk))
    assert editor.post(f"/post/{listing.uuid}/edit/", typed | {"summary": "A third."}).status_code == 302
    assert Node.objects.get(pk=listing.pk).location_precision == "area"
    assert not AuditEntry.objects.filter(data__has_key="loosened").exclude(action="approve listing").exists()


@pytest.mark.parametrize("at", ["venue", "pin"])
def test_whoever_chooses_it_shows_it_more_exactly_and_that_is_audited(editor, place, venue, at):
    listing = post(place, precision="area", **({"where": Where.at(venue)} if at == "venue" else {}))
    listing = listings.approve(actor=ACTOR, listing=listing)
    assert Node.objects.get(pk=listing.pk).location_precision == "area"
    typed = edit_form(editor, listing) | {"precision": "exact"}
    assert editor.post(f"/post/{listing.uuid}/edit/", typed).status_code == 302
    kept = Node.objects.get(pk=listing.pk)
    assert kept.location_precision == "exact"
    assert kept.public_point == (EXACT if at == "venue" else Point(-2.3, 53.44, srid=4326))
    assert AuditEntry.objects.get(action="edit listing").data["loosened"] == {"location_precision": ["area", "exact"]}


def test_nobody_chooses_to_show_it_more_exactly_than_its_venue(editor, listing, venue):
    write(venue, location_precision="area")
    typed = edit_form(editor, listing) | {"precision": "exact", "summary": "Another summary."}
    assert editor.post(f"/post/{listing.uuid}/edit/", typed).status_code == 302
    kept, there = Node.objects.get(pk=listing.pk), Node.objects.get(pk=venue.pk)
    assert (kept.location_precision, kept.public_point) == ("area", there.public_point)


def test_a_hidden_venue_and_group_are_not_named_in_the_form_and_stay(place, listing, venue, organiser):
    hide(venue, "archived")
    hide(organiser, "members")
    poster = Client()
    write(listing, state=NodeState.PENDING)
    poster.force_login(Listing.objects.get(pk=listing.pk).posted_by)
    text = poster.get(f"/post/{listing.uuid}/edit/").content.decode()
    assert "Tea dance" in text and not [it for it in (*GIVEN_AWAY, "YAKSOCIETY") if it in text]
    typed = edit_form(poster, listing) | {"summary": "Another summary."}
    assert poster.post(f"/post/{listing.uuid}/edit/", typed).status_code == 302
    kept = Listing.objects.get(pk=listing.pk)
    assert (kept.summary, kept.venue_id, kept.organiser_id) == ("Another summary.", venue.pk, organiser.pk)
    assert kept.location is None and not is_public(venue)


def test_it_can_leave_its_venue_for_a_pin_and_come_back(place, listing, venue):
    who = steward(place)
    for where, point, precision in (
        (some_details().where, Point(-2.3, 53.44, srid=4326), "exact"),
        (Where.at(venue), EXACT, "exact"),
    ):
        listings.edit(actor=Actor.of(who), user=who, listing=listing, details=some_details(where=where))
        kept = Node.objects.get(pk=listing.pk)
        assert (kept.public_point, kept.location_precision) == (point, precision)
    write(venue, location_precision="area")
    listings.edit(actor=Actor.of(who), user=who, listing=listing, details=some_details())
    assert Node.objects.get(pk=listing.pk).public_point == Point(-2.3, 53.44, srid=4326)


def test_saving_an_old_copy_brings_nothing_back(listing, venue):
    copy = Listing.objects.get(pk=listing.pk)
    hide(venue, "archived")
    with decided():
        copy.save()
    kept = Node.objects.get(pk=listing.pk)
    assert (kept.location, kept.address) == (None, "") and "ZEBRAHALL" not in kept.search_extra


def test_a_correction_is_no_word_of_what_was_hidden(listing, venue):
    spelling.learn([Node.objects.get(pk=venue.pk)])
    assert SearchWord.objects.filter(word="zebrahall").exists()
    assert spelling.correct("zebrahal") == "zebrahall"
    hide(venue, "archived")
    assert spelling.correct("zebrahal") is None
    assert spelling.known(["zebrahall"]) == set()


def test_a_change_of_a_venue_is_one_change(listing, venue, place):
    Revision.objects.update(number=50, floor=0)
    with change(actor=ACTOR, action="rename", place=place, target=venue):
        Node.objects.filter(pk=venue.pk).update(name="OKAPI ROOMS")
    assert Revision.objects.get(place=place).number == 51
