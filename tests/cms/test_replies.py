"""Stewards keep replies in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.models import SavedReply
from mapping.models import Actor
from tests.factories import PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/replies/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_reply_is_added_changed_and_removed(steward, place):
    steward.post(f"{URL}trafford/new/", {"title": "No date", "text": "When is it?"})
    reply = SavedReply.objects.get(place=place)
    assert "When is it?" in steward.get(URL).content.decode()
    steward.post(f"{URL}trafford/{reply.pk}/", {"title": "No date", "text": "Say when it is."})
    reply.refresh_from_db()
    assert reply.text == "Say when it is."
    steward.post(f"{URL}trafford/{reply.pk}/remove/")
    assert not SavedReply.objects.exists()
    assert "removed already" in steward.post(f"{URL}trafford/{reply.pk}/remove/", follow=True).content.decode()


@pytest.mark.parametrize(
    "typed", [{"title": "", "text": "Words"}, {"title": "No \0 date", "text": "x"}, {"title": "x", "text": "y" * 401}]
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(steward, typed):
    page = steward.post(f"{URL}trafford/new/", typed)
    assert page.status_code == 422
    assert typed["text"] in page.content.decode()
    assert not SavedReply.objects.exists()


def test_a_title_that_is_taken_is_told_of(steward, place):
    steward.post(f"{URL}trafford/new/", {"title": "No date", "text": "One."})
    page = steward.post(f"{URL}trafford/new/", {"title": "No date", "text": "Two."})
    assert page.status_code == 422
    assert "Two." in page.content.decode()


def test_a_reply_removed_meanwhile_loses_nothing_typed(steward, place):
    reply = SavedReply.objects.create(place=place, title="No date", text="When?")
    reply.delete()
    page = steward.post(f"{URL}trafford/9999/", {"title": "No date", "text": "Say when, please."})
    assert page.status_code == 409
    assert "Say when, please." in page.content.decode()


def test_a_place_begins_with_five_of_ours(steward):
    assert "Begin with five" in steward.get(URL).content.decode()
    steward.post(f"{URL}trafford/begin/")
    assert SavedReply.objects.count() == 5
    assert "Begin with five" not in steward.get(URL).content.decode()


def test_replies_of_another_place_are_not_theirs(steward):
    other = PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    reply = SavedReply.objects.create(place=other, title="Theirs", text="Secret words")
    assert steward.get(f"{URL}elsewhere/{reply.pk}/").status_code == 404
    assert steward.post(f"{URL}trafford/{reply.pk}/", {"title": "a", "text": "b"}).status_code == 409
    steward.post(f"{URL}trafford/{reply.pk}/remove/")
    assert "Secret words" not in steward.get(URL).content.decode()
    assert SavedReply.objects.filter(pk=reply.pk).exists()


def test_who_looks_after_no_place_has_none(place):
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{URL}trafford/new/", {"title": "a", "text": "b"}).status_code in (302, 403)
    assert not SavedReply.objects.exists()
