"""A neighbour flags something on a phone without JavaScript; a steward decides; both sides read what was decided."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.models import FlagCase, SavedReply
from listings.moderation import waiting_letters
from mapping.models import Actor, Revision
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")


@pytest.fixture
def hall():
    """A group with somebody who looks after it, and a second one of nearly the same name."""
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, ACTOR)
    group = factories.OrganisationFactory(name="The Hall", place=place, summary="Dances on Fridays.")
    factories.OrganisationFactory(name="Public Hall", place=place, address="1 Elm Street")
    carer = factories.UserFactory(email="carer@example.org")
    factories.MembershipFactory(organisation=group, user=carer)
    SavedReply.objects.create(place=place, title="Looked", text="We have looked at it.")
    return group


@pytest.fixture
def steward(visit, hall):
    client = Client()
    client.force_login(
        ensure_steward("sam@example.org", hall.place, ACTOR), backend="django.contrib.auth.backends.ModelBackend"
    )

    def steward(**options):
        made = visit(**options)
        made.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": made.base}])
        return made

    return steward


def letter_to(address: str):
    return next(it for it in reversed(mail.outbox) if it.to == [address])


def link_in(letter) -> str:
    return re.search(r"https?://[^/\s]+(/flags/\S+)", letter.body)[1]


def test_the_whole_path_without_javascript_on_a_phone(visit, steward, hall):
    neighbour = visit(width=375, javascript=False)
    page = neighbour.go(hall.get_absolute_url())
    page.get_by_role("link", name="Something is wrong here").click()
    page.get_by_label("It is not safe, or may hurt somebody").check()
    page.get_by_label("What should a steward know?").fill("The roof is loose.")
    page.get_by_label("Your e-mail address").fill("neighbour@example.org")
    page.get_by_role("button", name="Send it").click()
    assert "Look into your mail" in page.inner_text("main")
    # Nothing is hidden by somebody who may be anybody.
    assert neighbour.page.request.get(neighbour.base + hall.get_absolute_url()).status == 200
    page = neighbour.go(link_in(letter_to("neighbour@example.org")))
    assert neighbour.page.request.get(neighbour.base + hall.get_absolute_url()).status == 200
    page.get_by_role("button", name="Yes, that was me").click()
    assert "Hidden until a steward has looked" in page.inner_text("main")
    assert neighbour.page.request.get(neighbour.base + hall.get_absolute_url()).status == 404
    assert waiting_letters.send_due() == 1
    assert "until a steward has looked" in letter_to("carer@example.org").subject

    desk = steward(javascript=False).go("/admin/flags/")
    desk.get_by_role("link", name="The Hall").click()
    assert "The roof is loose." in desk.inner_text("main")
    assert "neighbour@" not in desk.inner_text("main")
    desk.get_by_label("Saved reply").select_option(index=1)
    desk.get_by_label("Your own words").fill("The roof was mended in May.")
    desk.get_by_role("button", name="Put it back").click()
    assert "It stays as it is" in desk.inner_text("main")
    assert neighbour.page.request.get(neighbour.base + hall.get_absolute_url()).status == 200
    assert waiting_letters.send_due() == 2
    for address in ("neighbour@example.org", "carer@example.org"):
        body = letter_to(address).body
        assert "We have looked at it." in body
        assert "The roof was mended in May." in body
        assert "sam@" not in body
    assert "neighbour" not in letter_to("carer@example.org").body
    page = neighbour.go(link_in(letter_to("neighbour@example.org")))
    page.get_by_label("Why do you think so?").fill("It is loose again.")
    page.get_by_role("button", name="Ask to have it looked at again").click()
    assert "A steward reads it and answers you." in page.inner_text("main")
    assert not neighbour.context.cookies()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_the_pages_are_for_everyone(visit, steward, hall, width, scheme):
    reader = visit(width=width, scheme=scheme)
    flag = f"{hall.get_absolute_url()}/flag/".replace("//", "/")
    page = reader.go(flag)
    page.get_by_role("radio", name="It is here twice").check()
    page.get_by_label("which is the other one?").fill("Hall")
    page.get_by_label("Your e-mail address").fill("ann@example.org")
    page.get_by_role("button", name="Send it").click()
    paths = ["", "/trafford/rules/", link_in(letter_to("ann@example.org")) if mail.outbox else flag]
    case = FlagCase.objects.first()
    if case is not None:
        paths.append(f"/flags/case/{case.uuid}/")
    for path in paths:
        if path:
            page = reader.go(path)
        assert reader.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not reader.foreign_requests
    admin = steward(width=width, scheme=scheme)
    for name in ("flags", "replies", "replies/trafford/new", "house-rules/trafford", "duty", "letters", "audit"):
        page = admin.go(f"/admin/{name}/")
        assert admin.axe() == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert not admin.foreign_requests
