"""A resident names a group, a steward takes it, the group says yes to the letter and has its own page: on a phone."""

from __future__ import annotations

import os
import re

import pytest
from django.core import mail
from django.core.cache import cache

from cms.commands import ensure_pages, ensure_steward
from listings.access import teams
from listings.models import Nomination, Organisation
from listings.moderation import waiting_letters
from mapping.models import Actor, Revision
from tests import factories
from tests.listings.groups.people import link_in

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")


def picture(page, name: str) -> None:
    """Kept for whoever wants to look: PICTURES=/a/folder."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def sign_in(page, address: str) -> None:
    page.fill("#id_email", address)
    page.click("text=Send me a code")
    page.fill("#id_code", re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0])
    page.click("main button:has-text('Sign in')")


@pytest.fixture
def sale():
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, Actor.command("test"))
    ensure_steward("steward@example.org", place)
    factories.OrganisationFactory(place=place, name="Sale Chess Club", email="chess@example.org")
    return place


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_from_a_residents_word_to_the_groups_own_page(visit, sale, javascript):
    resident = visit(width=375, javascript=javascript)
    page = resident.go("/groups/nominate/?place=trafford")
    picture(page, "nominate")
    page.fill("#id_name", "Sale Chess Circle")
    page.fill("#id_summary", "They play in the library.")
    page.fill("#id_contact_email", "circle@example.org")
    page.fill("#id_email", "resident@example.org")
    page.click("main button:has-text('Go on')")
    assert "Is it one of these?" in page.inner_text("main") and "Sale Chess Club" in page.inner_text("main")
    if javascript:
        assert resident.axe() == []
    picture(page, "one-of-these")
    page.click("text=It is none of these")
    assert "Thank you" in page.inner_text("h1") and not resident.context.cookies()

    steward = visit(width=375, javascript=javascript)
    page = steward.go(f"/groups/nominations/{_nomination()}/")
    sign_in(page, "steward@example.org")
    assert "They play in the library." in page.inner_text("main")
    if javascript:
        assert steward.axe() == []
    picture(page, "nomination")
    mail.outbox.clear()
    page.click("text=Put it on the map >> nth=-1")
    assert "An invitation is on its way" in page.inner_text("main")
    assert waiting_letters.send_due() == 2
    invitation, news = mail.outbox
    assert news.to == ["resident@example.org"]

    circle = visit(width=375, scheme="dark", javascript=javascript)
    page = circle.go(link_in(invitation))
    picture(page, "invitation")
    page.click("text=Sign in to say yes or no")
    sign_in(page, "circle@example.org")
    page.click("text=Yes, I will")
    assert "You are in the team" in page.inner_text("main")
    if javascript:
        assert circle.axe() == []
    picture(page, "group")
    page.click("a:has-text('The team:')")
    page.fill("#id_invite-email", "friend@example.org")
    if javascript:
        assert circle.axe() == []
    page.click("text=Send the invitation")
    assert "A letter is on its way" in page.inner_text("main")
    picture(page, "team")
    assert circle.errors == []
    group = Organisation.objects.get(name="Sale Chess Circle")
    assert teams.has_owner(group.pk)

    other = visit(width=1280, javascript=javascript)
    page = other.go(group.get_absolute_url())
    page.click("text=This is mine")
    page.click("text=Sign in to go on")
    sign_in(page, "rival@example.org")
    page.fill("#id_words", "I play there.")
    if javascript:
        assert other.axe() == []
    picture(page, "claim-new")
    page.click("text=Say that it is mine")
    assert "Its owners are asked" in page.inner_text("main")
    picture(page, "claim")
    assert waiting_letters.send_due() == 1
    page = circle.go(link_in(mail.outbox[-1]))
    picture(page, "claim-for-owner")
    if javascript:
        assert circle.axe() == []
    page.click("main button:has-text('Yes')")
    assert "We are writing to them" in page.inner_text("main")


def _nomination() -> str:
    return str(Nomination.objects.get().uuid)
