"""Copies of public pages: how many are kept, which are not, and that a page needs none of them."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from mapping.answers import page_copies
from mapping.answers.page_copies import Rule, shelf
from mapping.models import Category
from mapping.views import copies
from mapping.views.answers import pages
from tests.mapping.views.copies.asking import HOST, ask, kept

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_at_once_make_it_once(site, monkeypatch, no_minute_ends):
    """As in a process of the site: a few threads, and one stack of middleware."""
    times, answers = [], []

    def make(request):
        times.append(1)
        threading.Event().wait(0.3)
        page_copies.may_keep(request, site.pk, page_copies.state(site.pk))
        return HttpResponse("x", headers=PUBLIC)

    middleware, start = copies.CopyMiddleware(make), threading.Barrier(8)

    def ask_five_times():
        try:
            start.wait(30)
            for _ in range(5):
                answers.append(middleware(RequestFactory(headers=HOST).get("/trafford/")).content)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_five_times) for _ in range(8)]
    for it in threads:
        it.start()
    for it in threads:
        it.join(60)
    assert answers == [b"x"] * 40
    assert len(times) <= 2


def test_nobody_waits_for_what_is_not_kept():
    turns = copies.Turns()
    with turns.of(b"key", "/a/") as waited:
        assert not waited
        turns.remember("/a/", kept=False)
        with turns.of(b"key", "/a/") as waited:
            assert not waited
    turns.remember("/a/", kept=True)
    assert not turns.not_kept and not turns.making


@pytest.mark.parametrize("how", ["no table", "no connection", "busy"])
def test_a_page_needs_no_copies(site, how):
    ask("/trafford/list/")
    if how == "no connection":
        shelf.connection.close()
    elif how == "busy":
        shelf.lock.acquire()
    else:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mapping_page_copy RENAME TO elsewhere")
    try:
        assert ask("/trafford/list/").status_code == 200
        assert ask("/trafford/").status_code == 200
    finally:
        if how == "busy":
            shelf.lock.release()
        if how == "no table":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE elsewhere RENAME TO mapping_page_copy")


def rule(place, minutes: int = 5) -> Rule:
    return Rule(place.pk, page_copies.state(place.pk), timezone.now() + datetime.timedelta(minutes=minutes))


def test_the_oldest_go_when_there_are_too_many(site):
    for number in range(20):
        assert shelf.put(b"%d" % number, rule(site), "tag", [], bytes(1_000))
    later = timezone.now() + datetime.timedelta(minutes=1)
    shelf._execute(page_copies.TIDY, (later, 6_100))
    assert kept() == 5
    assert shelf.get(b"19", timezone.now()) is not None and shelf.get(b"14", timezone.now()) is None
    shelf._execute(page_copies.TIDY, (later + datetime.timedelta(minutes=5), 6_100))
    assert kept() == 0


def test_what_is_too_large_or_late_is_not_kept(site):
    assert not shelf.put(b"1", rule(site), "tag", [], bytes(page_copies.MOST_BYTES + 1))
    assert not shelf.put(b"1", rule(site, minutes=0), "tag", [], b"")
    assert kept() == 0


def test_old_changes_are_forgotten_without_a_state_coming_back(site):
    states = {page_copies.state(site.pk)}
    Category.objects.update(name="One")
    for _ in range(2):
        states.add(page_copies.state(site.pk))
        shelf._execute(page_copies.TIDY, (timezone.now() + datetime.timedelta(days=2), 1_000))
    states.add(page_copies.state(site.pk))
    assert len(states) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_page_change")
        assert cursor.fetchone()[0] == 1


PUBLIC = {"ETag": 'W/"x"', "Cache-Control": "public, no-cache", "Vary": "Cookie, Accept-Language"}


@pytest.mark.parametrize(
    "headers",
    [{"Cache-Control": "no-store"}, {"Cache-Control": "public, no-store"}, {"Vary": "Accept"}, {"Set-Cookie": "a=b"}],
)
def test_what_is_somebodys_own_is_not_kept(site, headers):
    request = RequestFactory().get("/trafford/")
    page_copies.may_keep(request, site.pk, page_copies.state(site.pk))
    assert not copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC | headers))
    assert not copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC, status=404))
    with_token = RequestFactory().get("/trafford/", CSRF_COOKIE_NEEDS_UPDATE=True)
    page_copies.may_keep(with_token, site.pk, page_copies.state(site.pk))
    assert not copies.keep(b"key", with_token, HttpResponse("x", headers=PUBLIC))
    assert copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC))


def test_that_a_question_has_to_wait_is_not_remembered(site, client, monkeypatch):
    """A job may have made what it needs since, without a new state of the place."""
    answers = iter((False, True, False))
    monkeypatch.setattr(pages, "is_at_once", lambda *question: next(answers))
    first, second, third = (client.get(f"/trafford/network/words/?sort=name&page={n}") for n in (1, 2, 3))
    assert "being worked out" in first.content.decode()
    assert "being worked out" not in second.content.decode()
    # A yes is: the iterator is not asked again.
    assert "being worked out" not in third.content.decode() and next(answers) is False
