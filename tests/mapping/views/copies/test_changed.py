"""Copies of public pages: never a stale one, whoever changes, withdraws or takes back what."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from listings.models import PlaceRules
from mapping.answers import page_copies
from mapping.commands.change import change
from mapping.models import (
    Actor,
    Category,
    GazetteerEntry,
    NodeState,
    Place,
    Postcode,
    Revision,
    StatementKind,
    Visibility,
)
from mapping.views import overview
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    StatementFactory,
    StreetFactory,
    UserFactory,
    open_space_of,
)
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


def with_a_street():
    StreetFactory(name="Harboro Road")


def with_a_town():
    GazetteerEntry.objects.create(name="Harboro Road", point=Point(-2.3, 53.42))


@pytest.mark.parametrize("learn", [with_a_street, with_a_town])
def test_a_name_of_a_place_that_is_imported_is_known_at_once(site, learn):
    unknown = "We do not know where"
    assert unknown in ask("/trafford/list/?near=Harboro+Road").content.decode()
    assert kept() == 1
    learn()
    assert unknown not in ask("/trafford/list/?near=Harboro+Road").content.decode()


def test_a_postcode_that_is_imported_is_known_at_once(site):
    outcode = Postcode.objects.create(code="M32", point=Point(-2.3, 53.42))
    before = ask("/api/v1/nodes?near=M32")
    assert kept() == 1
    outcode.point = Point(-2.9, 53.9)
    outcode.save()
    assert ask("/api/v1/nodes?near=M32", if_none_match=before["ETag"]).status_code == 200


def test_whoever_said_it_and_was_shut_out_has_left(site):
    author = UserFactory()
    statement = StatementFactory(
        connection=ConnectionFactory(), by_source=None, by_user=author, kind=StatementKind.AGREES
    )
    path, left = f"/connections/{statement.connection.uuid}/", "Someone who has since left"
    assert left not in ask(path).content.decode()
    assert kept() == 1
    author.is_active = False
    author.save()
    assert left in ask(path).content.decode()
    forget()
    ask(path)
    author.last_login = timezone.now()
    author.save()
    assert shelf_holds(path)


def shelf_holds(path: str) -> bool:
    """Whether the page is not made anew."""
    made = []

    def note(execute, sql, *rest):
        made.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        ask(path)
    return not made


def test_a_group_can_be_joined_as_soon_as_its_space_is_open(site, group, no_minute_ends):
    path = f"/node/{group.uuid}"
    assert "Become a member" not in ask(path).content.decode()
    assert kept() == 1
    open_space_of(group)
    assert "Become a member" in ask(path).content.decode()


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
