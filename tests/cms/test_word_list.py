"""Stewards keep the word list of their place."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.models import PlaceRules
from mapping.models import Actor
from tests.factories import PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/words/trafford/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_steward_writes_the_list_and_reads_it_again(steward):
    assert steward.get("/admin/words/")["Location"] == URL
    steward.post(URL, {"words": "Casino\n\npay  day loan\ncasino"})
    assert PlaceRules.objects.get().words == ["casino", "pay day loan"]
    assert "casino\npay day loan</textarea>" in steward.get(URL).content.decode()


def test_what_two_stewards_change_at_once_is_kept_of_both(steward):
    steward.post(URL, {"words": "casino\npay day loan"})
    seen = {"seen": steward.get(URL).context["form"]["seen"].value()}
    steward.post(URL, seen | {"words": "casino\npay day loan\nlottery"})
    steward.post(URL, seen | {"words": "casino\ncrypto"})
    assert PlaceRules.objects.get().words == ["casino", "crypto", "lottery"]


@pytest.mark.parametrize("typed", ["x" * 61, "\n".join(f"w{it}" for it in range(301)), "a\0b", "y" * 50_000])
def test_what_cannot_be_kept_is_told_and_stays_typed(steward, typed):
    answer = steward.post(URL, {"words": typed})
    assert answer.status_code == 422
    assert typed.splitlines()[0][:40].replace("\0", "\0") in answer.content.decode()
    assert not PlaceRules.objects.exists()


def test_nobody_else_reads_or_writes_it(steward):
    PlaceFactory(slug="bury", name="Bury", code="E08000002")
    assert steward.get("/admin/words/bury/").status_code == 404
    stranger = Client()
    stranger.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.post(URL, {"words": "casino"}).status_code in (302, 403)
    assert Client().post(URL, {"words": "casino"}).status_code == 302
    assert not PlaceRules.objects.exists()
