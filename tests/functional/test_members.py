"""A person joins a members-only space, sees what others do not, leaves, and sees it no more: on a phone."""

from __future__ import annotations

import os
import re

import pytest
from django.core import mail
from django.core.cache import cache

from cms.commands import ensure_pages
from listings.models import Listing, ListingKind
from mapping.models import Actor, Revision, Visibility
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def suppers():
    """A group with an open space, a notice that only its members see, and an editor."""
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, Actor.command("test"))
    group = factories.OrganisationFactory(place=place, name="Sale Suppers")
    factories.MembershipFactory(organisation=group, user=factories.UserFactory(email="ed@example.org"), role="owner")
    factories.open_space_of(group)
    factories.ListingFactory(
        place=place, name="The hidden supper", summary="Knock three times.", listing_kind=ListingKind.NOTICE,
        organiser=group, visibility=Visibility.GROUP, group=group,
    )  # fmt: skip
    return group


def picture(page, name: str) -> None:
    """Kept for whoever wants to look: PICTURES=/a/folder."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def sign_in(page, address: str) -> None:
    page.fill("#id_email", address)
    page.click("text=Send me a code")
    page.fill("#id_code", re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0])
    page.click("main button:has-text('Sign in')")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_somebody_joins_sees_what_others_do_not_and_leaves(visit, suppers, javascript):
    secret = Listing.objects.get()
    somebody = visit(width=375, javascript=javascript)
    page = somebody.go(f"/node/{suppers.uuid}")
    assert "hidden supper" not in page.inner_text("main") and not somebody.context.cookies()
    page.click("text=Become a member")
    assert "You see our suppers." in page.inner_text("main") and "Who sees that you are a member" in page.inner_text(
        "main"
    )
    if javascript:
        assert somebody.axe() == []
    picture(page, "join")
    page.fill("#id_name", "Zoë Field")
    page.click("text=Go on: confirm my address")
    sign_in(page, "zoe@example.org")
    assert page.input_value("#id_name") == "Zoë Field" and "Nearly there" in page.inner_text("main")
    page.click("main button:has-text('Join')")
    assert "You belong to Sale Suppers" in page.inner_text("main")
    picture(page, "joined")
    page.click("text=See what only members see")
    main = page.inner_text("main")
    assert "The hidden supper" in main and "Carol" in main and "Something is wrong now" in main
    if javascript:
        assert somebody.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "space")
    page.click("text=The hidden supper")
    assert "Knock three times." in page.inner_text("main") and "Safeguarding contact: Carol" in page.inner_text("main")
    picture(page, "notice")
    page.click("main >> text=Something is wrong now")
    page.fill("#id_text", "The door is broken.")
    picture(page, "urgent")
    page.click("text=Tell both of them now")
    assert "We have written to Carol" in page.inner_text("main") and "We have written to Dan" in page.inner_text("main")
    if javascript:
        assert somebody.axe() == []
    picture(page, "urgent-sent")
    page.click("text=Your membership")
    page.click("main button:has-text('Leave')")
    assert "You have left" in page.inner_text("main")
    picture(page, "left")
    assert somebody.page.goto(f"{somebody.base}/node/{secret.uuid}").status == 404
    page = somebody.go(f"/groups/{suppers.uuid}/space/")
    assert "hidden supper" not in page.inner_text("main") and "Become a member" in page.inner_text("main")
    assert not [it for it in somebody.errors if "404" not in it] and not somebody.foreign_requests


def test_an_owner_looks_after_members_and_their_space(visit, suppers):
    factories.member_of(suppers.space, name="Ann of the long name")
    owner = visit(width=375)
    page = owner.go(f"/groups/{suppers.uuid}/space/settings/")
    sign_in(page, "ed@example.org")
    assert "Members and their space" in page.inner_text("h1") and owner.axe() == []
    picture(page, "settings")
    page.click("main nav a:text-is('Members')")
    assert "Ann of the long name" in page.inner_text("main") and owner.axe() == []
    picture(page, "members")
    page.click("nav >> text=For members only")
    page.click("text=Add a notice or an event")
    page.fill("#id_name", "Bring soup")
    page.fill("#id_summary", "On Friday.")
    assert owner.axe() == []
    picture(page, "new")
    page.click("text=Show it to our members")
    assert "“Bring soup” is there. Only members see it." in page.inner_text("main")
    page.click("main .card >> text=Bring soup")
    page.click("text=Share it with another group")
    page.fill("#id_group", "Nobody")
    page.click("text=Offer it to them")
    assert "There is no group of this name" in page.inner_text("main") and page.input_value("#id_group") == "Nobody"
    picture(page, "share")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
