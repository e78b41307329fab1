"""How a post stands, told to whoever posted it and to nobody else."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import listings, proposals
from listings.models import Listing
from listings.posting.status import in_words, usual_wait
from mapping.models import Actor, AuditEntry
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.listings.commands.test_listings import post
from tests.listings.posting.test_compose import text

pytestmark = pytest.mark.django_db
STEWARD = Actor(label="Sam the steward")


@pytest.fixture
def ann(client):
    user = UserFactory(email="ann@example.org")
    client.force_login(user)
    return user


def page_of(client, listing) -> str:
    return text(client.get(f"/post/{listing.uuid}/"))


def test_it_tells_what_happened_and_names_no_steward(client, place, ann):
    listing = post(place, ann)
    assert "waits for a steward of Trafford" in page_of(client, listing)
    listings.reject(actor=STEWARD, listing=listing, reason="Please say when it ends.")
    page = page_of(client, listing)
    assert "needs a change" in page and "Please say when it ends." in page and f"/post/{listing.uuid}/edit/" in page
    listing.refresh_from_db()
    listing.state = "pending"
    listing.save()
    listings.approve(actor=STEWARD, listing=listing)
    page = page_of(client, listing)
    assert "is live" in page and listing.get_absolute_url() in page
    assert "A steward published it." in page and "A steward sent it back. “Please say when it ends.”" in page
    assert "Sam" not in page


def test_what_others_did_is_not_said_to_be_theirs(client, place, ann):
    steward = ensure_steward("sam@example.org", place)
    group = OrganisationFactory(place=place)
    editor = MembershipFactory(organisation=group, role="editor").user
    listing = listings.approve(actor=Actor.of(steward), listing=post(place, ann))
    listing.organiser = group
    listing.save()
    typed = {"name": listing.name}
    actor = Actor.of(editor)
    proposals.propose(actor=actor, user=editor, listing=listing, typed={"name": "Tango"}, base=typed)
    page = page_of(client, listing)
    assert "Your group sent a change." in page and "You sent a change." not in page
    noted = proposals.published(actor=actor, user=editor, listing=listing, typed=typed, base=typed)
    proposals.settle(actor=Actor.of(steward), user=steward, proposal=noted)
    assert "A steward published a change." not in page_of(client, listing)


def test_nobody_elses_is_there(client, place, ann):
    theirs = post(place, UserFactory())
    assert client.get(f"/post/{theirs.uuid}/").status_code == 404
    assert client.get("/post/00000000-0000-0000-0000-000000000000/").status_code == 404
    answer = Client().get(f"/post/{theirs.uuid}/")
    assert answer["Location"] == f"/accounts/login/?next=/post/{theirs.uuid}/"


def decided(place, hours: float) -> None:
    listing = post(place, UserFactory())
    listings.approve(actor=STEWARD, listing=listing)
    now = timezone.now()
    Listing.objects.filter(pk=listing.pk).update(created_at=now - datetime.timedelta(hours=hours))
    AuditEntry.objects.filter(target_uuid=listing.uuid, action="approve listing").update(at=now)


def test_how_long_it_takes_is_the_middle_of_the_last_decisions(client, place, ann):
    for hours in (1, 2, 30, 300):
        decided(place, hours)
    mine = post(place, ann)
    assert usual_wait(place) is None
    assert "give them a day or two" in page_of(client, mine)
    decided(place, 29.5)
    assert usual_wait(place) == datetime.timedelta(hours=29.5)
    assert "half of the last posts were decided within 2 days" in page_of(client, mine)


@pytest.mark.parametrize(
    ("hours", "said"), [(0.1, "within an hour"), (1.5, "within 2 hours"), (24, "within a day"), (24.5, "within 2 days")]
)
def test_a_wait_is_rounded_up(hours, said):
    assert in_words(datetime.timedelta(hours=hours)) == said
