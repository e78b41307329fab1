"""A steward trusts somebody by one button, and ends it by another."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_pages, ensure_steward
from listings.access.trust import OFFERED_AFTER
from listings.models import Trust
from mapping.models import Actor
from tests.factories import ListingFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/trust/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def ann(place):
    user = UserFactory(email="ann@example.org")
    for _it in range(OFFERED_AFTER):
        ListingFactory(place=place, posted_by=user, confirmed_at=timezone.now())
    return user


def page_of(client) -> str:
    return client.get(URL).content.decode()


def test_who_was_published_often_is_offered_trusted_and_not_any_more(steward, place, ann):
    bob = UserFactory(email="bob@example.org")
    ListingFactory(place=place, posted_by=bob, confirmed_at=timezone.now())
    page = page_of(steward)
    assert "ann@example.org" in page and "bob@example.org" not in page
    page = steward.post(f"{URL}trafford/{ann.pk}/", {"do": "grant"}, follow=True).content.decode()
    assert "is live at once from now on" in page and "Trusted since" in page
    assert Trust.objects.get().by.email == "steward@example.org"
    page = steward.post(f"{URL}trafford/{ann.pk}/", {"do": "revoke"}, follow=True).content.decode()
    assert "waits again" in page
    assert not Trust.objects.exists()


def test_the_address_of_somebody_is_not_found_out_by_their_number(steward, place):
    stranger = UserFactory(email="stranger@example.org")
    for do in ("grant", "revoke"):
        answer = steward.post(f"{URL}trafford/{stranger.pk}/", {"do": do}, follow=True)
        assert answer.status_code == 404 and "stranger@example.org" not in answer.content.decode()


@pytest.mark.parametrize("do", ["", "grant "])
def test_nothing_is_done_without_a_word_for_it(steward, ann, do):
    steward.post(f"{URL}trafford/{ann.pk}/", {"do": do})
    assert not Trust.objects.exists()


def test_nobody_who_posted_nothing_here_is_trusted(steward, place):
    stranger = UserFactory()
    assert steward.post(f"{URL}trafford/{stranger.pk}/", {"do": "grant"}).status_code == 404
    assert steward.post(f"{URL}trafford/9999999/", {"do": "grant"}).status_code == 404
    PlaceFactory(slug="bury", name="Bury", code="E08000002")
    assert steward.post(f"{URL}bury/{stranger.pk}/", {"do": "grant"}).status_code == 404


def test_only_stewards(ann):
    client = Client()
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{URL}trafford/{ann.pk}/", {"do": "grant"}).status_code in (302, 403)
    assert Client().post(f"{URL}trafford/{ann.pk}/", {"do": "grant"}).status_code == 302
    assert not Trust.objects.exists()
