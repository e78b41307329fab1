"""House rules: ours to begin with, then the stewards'; one place to read them and how to complain."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.commands import house_rules
from listings.models import PlaceRules
from mapping.models import Actor, AuditEntry
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db
STEWARD = Actor.command("test")
URL = "/admin/house-rules/trafford/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, STEWARD)
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_ours_hold_until_the_stewards_write_theirs(client, steward):
    text = client.get("/trafford/rules/").content.decode()
    assert "Leave people alone" in text
    assert "every place begins with" in text
    assert client.get("/trafford/").content.decode().count('href="/trafford/rules/"') == 1
    typed = {"text": "Be kind.\n\nNo <b>shops</b>.", "contact": "complaints@example.org", "seen": "0"}
    assert steward.post(URL, typed).status_code == 302
    text = client.get("/trafford/rules/").content.decode()
    assert "Be kind." in text
    assert "&lt;b&gt;shops" in text
    assert "Version 1" in text
    assert "complaints@example.org" in text
    assert "Leave people alone" not in text


def test_what_was_there_before_is_in_the_audit(place, steward):
    steward.post(URL, {"text": "One.", "contact": "", "seen": "0"})
    steward.post(URL, {"text": "Two.", "contact": "", "seen": "1"})
    entry = AuditEntry.objects.filter(action="write house rules").first()
    assert entry.data == {"before": "One.", "version": 2}
    steward.post(URL, {"text": "Two.", "contact": "", "seen": "2"})
    assert AuditEntry.objects.filter(action="write house rules").count() == 2


def test_two_stewards_at_once_lose_nothing(place, steward):
    steward.post(URL, {"text": "Theirs.", "contact": "", "seen": "0"})
    page = steward.post(URL, {"text": "Mine.", "contact": "", "seen": "0"})
    assert page.status_code == 409
    assert "Mine." in page.content.decode()
    assert PlaceRules.objects.get().house_rules == "Theirs."


def test_whoever_was_second_sees_both_and_may_send_theirs_again(place, steward):
    steward.post(URL, {"text": "Theirs.", "contact": "them@example.org", "seen": "0"})
    text = steward.post(URL, {"text": "Mine.", "contact": "", "seen": "0"}).content.decode()
    assert "<p>Theirs.</p>" in text
    assert "them@example.org" in text
    seen = re.search(r'name="seen" value="(\d+)"', text)[1]
    # A third one came between: both are shown again.
    steward.post(URL, {"text": "A third.", "contact": "", "seen": "1"})
    assert "<p>A third.</p>" in steward.post(URL, {"text": "Mine.", "contact": "", "seen": seen}).content.decode()
    assert steward.post(URL, {"text": "Mine.", "contact": "", "seen": "2"}).status_code == 302
    assert PlaceRules.objects.get().house_rules == "Mine."


def test_emptied_they_are_ours_again(place, steward):
    steward.post(URL, {"text": "Theirs.", "contact": "", "seen": "0"})
    steward.post(URL, {"text": "", "contact": "", "seen": "1"})
    assert "Leave people alone" in house_rules.of_place(place).text


@pytest.mark.parametrize(
    "typed",
    [{"text": "x" * 20_001}, {"text": "a\0b"}, {"contact": "x" * 301}, {"seen": "many"}],
    ids=lambda it: [*it][0],
)
def test_what_cannot_be_kept_is_refused(steward, typed):
    assert steward.post(URL, {"text": "Rules.", "contact": "", "seen": "0", **typed}).status_code == 422
    assert not PlaceRules.objects.exists()


def test_the_rules_of_another_place_are_not_theirs(steward):
    PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    assert steward.post("/admin/house-rules/elsewhere/", {"text": "x"}).status_code == 404
