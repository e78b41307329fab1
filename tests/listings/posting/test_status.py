"""How a post stands, told to whoever posted it and to nobody else."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from listings.commands import listings
from listings.models import Listing
from listings.posting.status import in_words, usual_wait
from mapping.models import Actor, AuditEntry
from tests.factories import UserFactory
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
