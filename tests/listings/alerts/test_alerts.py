from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_pages
from listings.alerts import sending
from listings.alerts.digest import digest
from listings.commands import alerts, listings
from listings.models import Alert
from mapping.models import Actor, AuditEntry, NodeState, Revision
from tests.factories import NodeFactory, PlaceFactory
from tests.listings.commands.test_listings import a_schedule, post

pytestmark = pytest.mark.django_db

ADDRESS = "ann@example.org"


def asked(client, **more):
    """Fill in the form."""
    return client.post("/alerts/new/?place=trafford&q=dance", {"email": ADDRESS, "frequency": "weekly", **more})


def link() -> str:
    return re.search(r"/alerts/[0-9a-f-]{36}/", mail.outbox[-1].body)[0]


@pytest.fixture
def alert(place):
    return Alert.objects.create(
        email=ADDRESS, place=place, question="q=dance", confirmed_at=timezone.now() - datetime.timedelta(hours=1)
    )


def soon(place, days=1, **more):
    """A dance that is live and takes place in some days at noon."""
    first = timezone.localdate() + datetime.timedelta(days=days)
    listing = post(place, schedule=a_schedule(first=first, weekly=False, starts=datetime.time(12), ends=None), **more)
    return listings.approve(actor=Actor.command("test"), listing=listing)


def at_noon():
    return timezone.localtime().replace(hour=11, minute=0)


def test_from_the_form_to_a_mail_each_week(client, place):
    page = client.get("/alerts/new/?place=trafford&q=dance")
    assert "for “dance”" in page.content.decode()
    assert asked(client).status_code == 200
    assert not client.cookies
    [letter] = mail.outbox
    assert letter.to == [ADDRESS] and "for “dance”" in letter.body
    # Whoever only looks at the link changes nothing.
    assert "Yes, write to me" in client.get(link()).content.decode()
    assert Alert.objects.get().confirmed_at is None
    soon(place)
    assert sending.send_due(at_noon()) == 0
    client.post(link())
    assert Alert.objects.get().confirmed_at
    assert sending.send_due(at_noon()) == 1
    digest_mail = mail.outbox[-1]
    assert "Tea dance" in digest_mail.body and "noon" in digest_mail.body
    assert digest_mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sending.send_due(at_noon()) == 0


def test_one_click_ends_it_and_deletes_the_address(client, alert):
    answer = Client(enforce_csrf_checks=True).post(f"/alerts/{alert.uuid}/stop/", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Alert.objects.exists()
    assert ADDRESS not in str(list(AuditEntry.objects.values_list("actor", "target", "data")))
    gone = client.get(f"/alerts/{alert.uuid}/")
    assert gone.status_code == 404 and "not there any more" in gone.content.decode()


def test_nobody_learns_who_has_alerts(client, alert):
    before = asked(client).content
    Alert.objects.all().delete()
    mail.outbox.clear()
    assert asked(client).content == before
    assert len(mail.outbox) == 1
    # Asked again at once, no second letter: nobody's box is filled with ours.
    asked(client)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": "ann"}, "not an e-mail address"),
        ({"email": ""}, "Write the address"),
        ({"email": f"ann@{'a.' * 140}example.org"}, "This address is too long"),
        ({"frequency": "hourly"}, "is not one of the available choices"),
        ({"leave_empty": "x"}, "should stay empty"),
    ],
)
def test_mistakes_are_explained(client, place, given, words):
    answer = asked(client, **given)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not mail.outbox


def test_an_address_has_so_many_alerts_and_no_more(client, place):
    for number in range(alerts.MAX_OF_ADDRESS):
        alerts.ask(email=ADDRESS, place=place, question=f"q={number}", frequency="daily")
    answer = asked(client)
    assert answer.status_code == 429 and "as many as there may be" in answer.content.decode()


def test_asking_raises_no_revision(client, place):
    before = Revision.objects.get(place=place).number
    asked(client)
    assert Revision.objects.get(place=place).number == before


def test_an_unknown_place_is_not_there(client):
    assert client.get("/alerts/new/?place=nowhere").status_code == 404
    assert client.get("/alerts/new/").status_code == 404


def test_a_mail_that_the_server_does_not_take_is_due_again(client, alert, place, monkeypatch):
    soon(place)

    def refuse(*_):
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert sending.send_due(at_noon()) == 0
    assert Alert.objects.get().sent_at is None
    answer = client.post("/alerts/new/?place=trafford", {"email": "bo@example.org", "frequency": "daily"})
    assert answer.status_code == 503
    assert Alert.objects.count() == 1


def test_only_by_day(alert, place):
    soon(place)
    assert sending.send_due(timezone.localtime().replace(hour=3)) == 0
    assert Alert.objects.get().sent_at is None


def test_a_digest_tells_what_everybody_may_see(alert, place):
    hidden = soon(place, name="Secret dance")
    hidden.visibility = "members"
    hidden.save()
    waiting = post(place, name="Waiting dance")
    assert waiting.state == NodeState.PENDING
    soon(place, days=1)
    soon(place, days=9, name="Later dance")
    NodeFactory(place=place, name="Dance hall")
    found = digest(alert)
    assert [it.name for it in found.dates] == ["Tea dance"]
    # What is new and not in these days is told once, as new.
    assert {it.name for it in found.fresh} == {"Later dance", "Dance hall"}


def test_a_time_that_was_asked_for_chooses_the_dates(client, alert, place):
    first = timezone.localdate() + datetime.timedelta(days=1)
    listing = post(place, schedule=a_schedule(first=first, weekly=False, also_on=(first + datetime.timedelta(days=1),)))
    listings.approve(actor=Actor.command("test"), listing=listing)
    assert len(digest(alert).dates) == 2
    alert.question = "q=dance&when=tomorrow"
    assert len(digest(alert).dates) == 1
    assert "tomorrow" in client.get("/alerts/new/?place=trafford&q=dance&when=tomorrow").content.decode()


def test_a_daily_one_is_for_today(alert, place):
    Alert.objects.update(frequency="daily")
    soon(place, days=1)
    alert.refresh_from_db()
    noon = at_noon()
    assert not digest(alert, noon).dates
    assert len(digest(alert, noon.replace(hour=19)).dates) == 1


def test_what_nobody_confirmed_is_deleted_after_a_week(place):
    alerts.ask(email=ADDRESS, place=place, question="", frequency="daily")
    assert alerts.purge() == 0
    assert alerts.purge(timezone.now() + datetime.timedelta(days=8)) == 1


@pytest.mark.parametrize("page", ["list/", "calendar/"])
def test_a_question_leads_to_its_alert(client, place, page):
    ensure_pages(place, Actor.command("test"))
    shown = client.get(f"/trafford/{page}?q=dance&exact=1").content.decode()
    link = unescape(re.search(r'href="(/alerts/new/[^"]*)"', shown)[1])
    assert "place=trafford" in link and "q=dance" in link
    assert "for “dance”" in client.get(link).content.decode()


def test_places_where_it_is_night_do_not_hold_up_the_others(alert, place, monkeypatch):
    monkeypatch.setattr(sending, "MAX_AT_ONCE", 1)
    far = PlaceFactory(name="Auckland", slug="auckland", code="", timezone="Pacific/Auckland")
    early = timezone.now() - datetime.timedelta(days=30)
    Alert.objects.create(email=ADDRESS, place=far, confirmed_at=early)
    Alert.objects.filter(place=far).update(created_at=early)
    soon(place)
    assert sending.send_due(at_noon()) == 1
