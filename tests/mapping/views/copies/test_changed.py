"""Copies of public pages: never a stale one, whoever changes, withdraws or takes back what."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from listings.models import PlaceRules
from mapping.answers import page_copies
from mapping.commands.change import change
from mapping.models import Actor, Category, NodeState, Place, Revision, Visibility
from mapping.views import overview
from tests.factories import NodeFactory
from tests.mapping.views.copies.asking import ask, forget, kept

pytestmark = pytest.mark.django_db(transaction=True)


def hidden(node):
    node.visibility = Visibility.GROUP
    node.save()


def unpublished(node):
    node.state = NodeState.DRAFT
    node.save()


@pytest.mark.parametrize("withdraw", [hidden, unpublished, lambda node: node.delete()], ids=["hide", "take off", "end"])
@pytest.mark.parametrize("path", ["/trafford/list/", "/trafford/network/words/", "/api/v1/nodes?place=trafford"])
def test_what_is_withdrawn_is_in_no_next_answer_and_in_no_copy(site, group, withdraw, path):
    node = NodeFactory(name="Bakers of Stretford", group=group)
    with change(actor=Actor.command("test"), action="make", place=site):
        pass
    before = ask(path)
    assert kept() == 1
    withdraw(node)
    assert kept() == 0
    after = ask(path)
    assert b"Bakers of Stretford" not in after.content
    assert after["ETag"] != before["ETag"]
    assert ask(path, if_none_match=before["ETag"]).status_code == 200


def test_what_is_over_leaves_at_its_moment(site, monkeypatch):
    now = timezone.now()
    node = NodeFactory(name="Yoga", over_at=now + datetime.timedelta(hours=1))
    assert b"Yoga" in ask("/trafford/network/words/").content or b"Yoga" in ask("/trafford/list/").content
    count = kept()
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(minutes=5))
    assert ask("/trafford/network/words/").status_code == 200
    assert kept() == 1 + (count > 1)
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(hours=1, seconds=1))
    assert node.name.encode() not in ask("/trafford/list/").content


def renamed_category(place):
    Category.objects.filter(slug="food-bank").update(plural="Banks for food")


def renamed_place(place):
    Place.objects.filter(pk=place.pk).update(name="New Trafford")


def written_rules(place):
    PlaceRules.objects.create(place=place)


def edited_page(place):
    place.page.title = "A new title"
    place.page.save_revision().publish()


def raised(place):
    Revision.objects.all().raise_for([place])


@pytest.mark.parametrize("alter", [renamed_category, renamed_place, written_rules, edited_page, raised])
@pytest.mark.parametrize("path", ["/trafford/network/words/", "/trafford/list/"])
def test_what_a_steward_changes_shows_at_once(site, alter, path):
    before = ask(path)
    assert kept() == 1
    alter(site)
    after = ask(path)
    made_anew = HttpResponse(after.content)
    forget()
    assert ask(path).content == made_anew.content
    assert after["ETag"] != before["ETag"]


def test_a_change_that_is_not_committed_changes_nothing(site, made):
    ask("/trafford/")
    with pytest.raises(RuntimeError), transaction.atomic():
        Category.objects.update(plural="Nonsense")
        Revision.objects.all().raise_for([site])
        other = []
        thread = threading.Thread(target=lambda: other.append(ask("/trafford/").status_code))
        thread.start()
        thread.join(30)
        assert other == [200]
        raise RuntimeError
    ask("/trafford/")
    assert len(made) <= 2  # two when a minute ended


def test_nothing_is_kept_that_changed_while_it_was_made(site, monkeypatch):
    page = overview._page

    def slow(*words):
        answer = page(*words)
        Category.objects.update(plural="Changed meanwhile")
        return answer

    monkeypatch.setattr(overview, "_page", slow)
    ask("/trafford/")
    assert kept() == 0


def test_two_changes_at_once_both_count(site):
    """The one that began first is committed last: the highest number alone would not tell."""
    before = page_copies.state(site.pk)
    began, go_on = threading.Event(), threading.Event()

    def first():
        try:
            with transaction.atomic():
                Category.objects.filter(slug="help").update(name="Aid")
                began.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    began.wait(30)
    Category.objects.filter(slug="food-bank").update(name="Bank")
    between = page_copies.state(site.pk)
    go_on.set()
    thread.join(30)
    assert len({before, between, page_copies.state(site.pk)}) == 3
