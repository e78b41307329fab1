"""What posters are told of their address and of who can do what is true."""

from __future__ import annotations

import datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cms.commands import ensure_pages, ensure_steward
from listings.access import permissions
from listings.commands import listings
from listings.commands.details import Where
from listings.models import Listing, MembershipRole, PostDraft, Trust
from listings.posting import drafts
from mapping.models import Actor
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.listings.commands.test_listings import post
from tests.listings.posting.test_compose import drafted, text
from tests.test_readers import READERS, ask, town  # noqa: F401

pytestmark = pytest.mark.django_db
ADDRESS = "ann.of.sale@example.org"


@pytest.fixture
def steward(place):
    return ensure_steward(actor=Actor.command("test"), email="steward@example.org", place=place)


@pytest.fixture
def listing(place, dance_hall, steward):
    """Live, of somebody whose address is `ADDRESS`, with a contact of another one."""
    ann = UserFactory(username=ADDRESS, email=ADDRESS)
    group = OrganisationFactory(place=place, name="Sale Movers")
    made = post(place, ann, where=Where.at(dance_hall), organiser=group, email="hello@movers.example", phone="0161 1")
    return listings.approve(actor=Actor.of(steward), listing=made)


def test_the_sentences_stand_where_one_decides(client, dance_hall):
    page = text(client.get(f"/post/check/?draft={drafted(client)}"))
    for said in (
        "The address you sign in with is on no page and in no file. The stewards of Trafford see it",
        "What you wrote under “Contact” is shown to everybody.",
        "so can the stewards of Trafford and the editors of the group that runs it",
        "kept for 90 days",
    ):
        assert said in page
    assert "There is no password" in page


def test_the_address_of_a_poster_is_on_no_page_and_in_no_file(listing):
    """Of everything that reads nodes, and of the listing's own pages, asked by a stranger."""
    stranger = Client()
    own = [
        listing.get_absolute_url(),
        f"/api/v1/nodes/{listing.uuid}",
        f"/node/{listing.uuid}/calendar.ics",
        "/trafford/list/?q=tea",
        "/trafford/calendar.ics",
    ]
    for address in own:
        page = stranger.get(address).content.decode()
        assert page and "ann.of.sale" not in page, address
    # What is under "Contact" is: the test could find the other one.
    assert "hello@movers.example" in stranger.get(listing.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", READERS)
def test_no_reader_tells_it(name, listing, town, place):  # noqa: F811
    assert "ann.of.sale" not in ask(READERS[name], {**town, "secret": listing}, place)


def test_a_steward_sees_it_with_what_was_sent(client, place, dance_hall, steward):
    ensure_pages(place, Actor.command("test"))
    waiting = post(place, UserFactory(username=ADDRESS, email=ADDRESS))
    client.force_login(steward, backend="django.contrib.auth.backends.ModelBackend")
    assert ADDRESS in text(client.get(reverse("queue-new", args=[waiting.uuid])))


def test_who_can_change_it_is_who_is_named(listing, place, steward):
    editor = MembershipFactory(organisation=listing.organiser, role=MembershipRole.EDITOR).user
    for who in (listing.posted_by, steward, editor):
        assert permissions.may_change(who, listing)
    assert not permissions.may_change(UserFactory(), listing)


@pytest.mark.parametrize("trusted", [False, True])
def test_whether_a_change_is_read_first_is_said_of_this_person(client, place, listing, steward, trusted):
    client.force_login(listing.posted_by)
    if trusted:
        Trust.objects.create(user=listing.posted_by, place=place, by=steward)
    for address in (f"/post/check/?draft={drafted(client)}", f"/post/{listing.uuid}/"):
        page = text(client.get(address))
        assert ("your change is live at once" in page) is trusted
        assert ("a steward reads your change first" in page) is not trusted
    assert permissions.can_edit(listing.posted_by, listing) is trusted


def test_drafts_are_kept_for_as_long_as_is_said():
    assert drafts.KEPT == datetime.timedelta(days=90)
    assert settings.SESSION_COOKIE_AGE == datetime.timedelta(days=14).total_seconds()


def test_nothing_but_the_draft_stays_of_what_was_not_sent(client, dance_hall):
    drafted(client)
    assert PostDraft.objects.count() == 1 and not Listing.objects.exists()
