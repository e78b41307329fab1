"""Pages of places are found once for each state of the tree, and never an old one."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from cms.commands import ensure_pages
from cms.views import serve
from config import remembered
from mapping.answers.page_copies import shelf
from mapping.models import Actor, Place

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/trafford/list/"


@pytest.fixture
def site(place, settings):
    settings.PAGE_COPIES_MB = 8
    serve.forget()
    remembered.forget()
    ensure_pages(place, Actor.command("test"))
    yield place
    serve.forget()
    remembered.forget()
    shelf.close()


@pytest.fixture
def looked(monkeypatch):
    """How often Wagtail looked for a page."""
    times = []
    found = Page.route_for_request
    monkeypatch.setattr(Page, "route_for_request", lambda *words: times.append(1) or found(*words))
    return times


def ask(path: str = LIST, **headers: str):
    return Client(headers={"host": "testserver", **headers}).get(path)


def test_a_page_is_found_once_whatever_is_asked_of_it(site, looked):
    answers = [ask(f"{LIST}?category={it}") for it in ("", "help", "health")]
    assert [it.status_code for it in answers] == [200] * 3
    assert len(looked) == 1


def test_each_page_has_its_own(site, looked):
    assert ask("/trafford/map/").status_code == 200
    assert ask().status_code == 200
    assert ask(f"{LIST}?q=b").status_code == 200
    assert len(looked) == 2


@pytest.mark.parametrize("alter", ["rename", "unpublish", "restrict"])
def test_a_change_of_the_tree_or_the_place_counts_at_once(site, looked, alter):
    assert ask().status_code == 200
    if alter == "rename":
        Place.objects.filter(pk=site.pk).update(name="New Trafford")
        assert b"New Trafford" in ask(f"{LIST}?q=b").content
    elif alter == "unpublish":
        site.page.unpublish()
        assert ask(f"{LIST}?q=b").status_code == 404
    else:
        kind = PageViewRestriction.PASSWORD
        PageViewRestriction.objects.create(page=site.page, restriction_type=kind, password="open sesame")
        for it in "bc":
            answer = ask(f"{LIST}?q={it}")
            assert b'type="password"' in answer.content and b"results-title" not in answer.content
    assert len(looked) > 1


def test_nothing_is_remembered_for_who_is_signed_in(site, looked, django_user_model):
    client = Client(headers={"host": "testserver"})
    client.force_login(django_user_model.objects.create_user("a@example.org", "a@example.org"))
    assert [client.get(LIST).status_code for _ in range(2)] == [200, 200]
    assert len(looked) == 2


def test_a_post_is_wagtails(site, looked):
    assert ask().status_code == 200
    Client(headers={"host": "testserver"}).post(LIST)
    assert len(looked) == 2


def test_what_is_not_there_is_not_found_each_time(site, looked):
    assert [ask("/trafford/nothing/").status_code for _ in range(2)] == [404, 404]
    assert len(looked) >= 2
