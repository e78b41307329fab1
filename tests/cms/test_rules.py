"""Stewards choose the rules of their place in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from mapping.models import Actor, AuditEntry, Rule, RuleSetting
from tests.factories import PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/rules/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_steward_sees_every_rule_with_what_it_gives(steward):
    text = steward.get(URL).content.decode()
    assert all(str(rule.label) in text for rule in Rule)
    assert text.count("0 connections") == len(Rule)


def test_a_steward_switches_a_rule_off_and_caps_another(steward, place):
    steward.post(f"{URL}trafford/near/", {"cap": ""})
    steward.post(f"{URL}trafford/same-funder/", {"enabled": "on", "cap": "2"})
    chosen = {it.rule: (it.enabled, it.cap) for it in RuleSetting.objects.filter(place=place)}
    assert chosen == {"near": (False, None), "same-funder": (True, 2)}
    assert AuditEntry.objects.filter(action="choose rule").count() == 2


@pytest.mark.parametrize(("cap", "told"), [("many", "is not a number"), ("51", "1 to 50"), ("0", "1 to 50")])
def test_a_cap_that_cannot_be_is_refused_with_what_to_do(steward, cap, told):
    page = steward.post(f"{URL}trafford/near/", {"enabled": "on", "cap": cap}, follow=True)
    assert told in page.content.decode()
    assert not RuleSetting.objects.exists()


def test_the_rules_of_another_place_are_not_theirs(steward):
    PlaceFactory(slug="elsewhere", name="Elsewhere", code="E1")
    assert steward.post(f"{URL}elsewhere/near/", {"enabled": "on", "cap": "2"}).status_code == 404
    assert steward.post(f"{URL}trafford/nearly/", {"enabled": "on"}).status_code == 404


def test_who_looks_after_no_place_has_no_rules_to_choose(place):
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{URL}trafford/near/", {}).status_code in (302, 403)
    assert not RuleSetting.objects.exists()
