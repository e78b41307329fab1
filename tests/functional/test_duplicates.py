"""A steward decides a pair by keyboard alone, without JavaScript, on a phone, in the dark."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from mapping.models import Actor, MatchCandidate, Node, NodeMerge, Revision
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")


@pytest.fixture
def pair():
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, ACTOR)
    one, two = (
        factories.OrganisationFactory(name=name, place=place, phone=phone, address="1 Elm Street")
        for name, phone in (("The Hall", "0161 1"), ("Public Hall", "0161 2"))
    )
    return MatchCandidate.objects.create(first=one, second=two, score=0.9, reason="alike names")


@pytest.fixture
def steward(visit, pair):
    """A visit of somebody who is signed in."""
    client = Client()
    client.force_login(
        ensure_steward("ann@example.org", pair.first.place, ACTOR), backend="django.contrib.auth.backends.ModelBackend"
    )

    def steward(**options):
        made = visit(**options)
        made.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": made.base}])
        return made

    return steward


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_the_pages_are_for_everyone(steward, pair, width, scheme):
    made = steward(width=width, scheme=scheme)
    for path in ("/admin/duplicates/", f"/admin/duplicates/{pair.pk}/", "/admin/duplicates/merged/"):
        page = made.go(path)
        assert made.axe() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert not made.foreign_requests


def test_a_pair_is_merged_and_taken_back_by_keyboard_without_javascript(steward, pair):
    page = steward(javascript=False, width=375).go(f"/admin/duplicates/{pair.pk}/")
    page.focus("#keep-first")
    keys = page.keyboard
    keys.press("ArrowDown")
    assert page.is_checked("#keep-second")
    page.focus("#phone-first")
    assert page.is_checked("#phone-first")
    page.focus("button[value=merge]")
    keys.press("Enter")
    page.wait_for_url("**/admin/duplicates/")
    merge = NodeMerge.objects.get()
    assert Node.objects.get(pk=pair.second_id).phone == "0161 1" and merge.kept_id == pair.second_id
    page.goto(page.url + "merged/")
    page.focus("button[aria-label^='Take back']")
    keys.press("Enter")
    page.wait_for_selector("text=are two again")
    merge.refresh_from_db()
    assert merge.undone_at and Node.objects.get(pk=pair.second_id).phone == "0161 2"
