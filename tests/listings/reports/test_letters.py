"""Letters to bodies and to those who follow: to the right one, once, and never to one who has not said yes."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core import mail
from django.db import connection
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import report_retention, reports, responsible_bodies
from listings.models import Report, ReportDelivery, ReportStatus, ResponsibleBody, Teller
from listings.reports import queue, sending
from listings.reports.history import days_to_fixed
from listings.reports.routing import body_for
from mapping.models import AuditEntry, Visibility
from tests.factories import NodeFactory, PlaceFactory, UserFactory

from .conftest import HERE, REPORTER, TEST, a_photo, make_report, path_in_letter

pytestmark = pytest.mark.django_db


def a_body(town, name, *, confirmed=True, categories=(), **more):
    made = ResponsibleBody(place=town, name=name, email=f"{name.lower().replace(' ', '-')}@example.org", **more)
    responsible_bodies.save_body(actor=TEST, body=made, categories=categories)
    if confirmed:
        responsible_bodies.confirm_body(body=made)
    return made


def part(slug, half):
    """An area around where the reports of these tests are; `half` its size in degrees."""
    box = Polygon.from_bbox((HERE.x - half, HERE.y - half, HERE.x + half, HERE.y + half))
    return PlaceFactory(name=slug, slug=slug, code="", is_home=False, boundary=MultiPolygon(box, srid=4326))


def test_the_smallest_area_wins_and_only_those_who_said_yes(town, category):
    report, _ = make_report(category)
    assert body_for(report) is None
    whole = a_body(town, "Whole")
    assert body_for(report) == whole
    wide = a_body(town, "Wide", area=part("wide", 0.05))
    narrow = a_body(town, "Narrow", area=part("narrow", 0.01))
    assert body_for(report) == narrow
    a_body(town, "Not asked", area=part("tiny", 0.001), confirmed=False)
    a_body(town, "Paused", area=part("tinier", 0.0005), paused=True)
    elsewhere = part("elsewhere", 0.001)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(
        boundary=MultiPolygon(Polygon.from_bbox((-2.4, 53.5, -2.39, 53.51)), srid=4326)
    )
    a_body(town, "Elsewhere", area=elsewhere)
    assert body_for(report) == narrow
    # One that looks after other things only is not told.
    other = [it for it in category.place.report_categories.all() if it != category][:1]
    narrow.categories.set(other)
    assert body_for(report) == wide
    wide.categories.set(other)
    named = a_body(town, "Named", categories=[category])
    assert body_for(report) == named != whole


def test_a_body_is_told_once_and_answers_by_its_link(client, town, category, body):
    report, reporter = make_report(category, name="Rita Reporter")
    assert sending.route() == 1 and sending.route() == 0
    assert sending.send_to_bodies() == 1 and sending.send_to_bodies() == 0
    [letter] = [it for it in mail.outbox if it.to == [body.email]]
    assert report.title in letter.body and "53.42000, -2.32000" in letter.body and str(report.uuid) in letter.body
    assert "Rita" not in letter.body and REPORTER not in letter.body
    link = path_in_letter("reply", mail.outbox.index(letter))
    assert report.title in client.get(link).content.decode()
    assert not report.updates.exists()
    answer = client.post(link, {"status": "in-hand", "words": "On Tuesday."})
    assert answer.status_code == 302
    page = client.get(report.get_absolute_url()).content.decode()
    assert (
        "Example Works says that it is in hand." in page and "On Tuesday." in page and "Sent to Example Works." in page
    )
    # Whoever reported it is told, once.
    assert sending.tell_followers() == 1 and sending.tell_followers() == 0
    assert mail.outbox[-1].to == [REPORTER] and "On Tuesday." in mail.outbox[-1].body
    # Used again it adds a line; closed without a reason is refused, and what was typed stays.
    assert client.post(link, {"status": "closed"}).status_code == 422
    assert client.post(link, {"status": "", "words": " "}).status_code == 422
    assert client.post(link, {"status": "closed", "words": "It is the school’s."}).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.CLOSED and report.closed_at
    assert REPORTER not in str(list(AuditEntry.objects.values_list("actor", "target", "data")))


def test_a_body_is_asked_first_and_may_say_no(client, town, category):
    asked = a_body(town, "New Works", confirmed=False)
    assert sending.ask_body(asked)
    link = path_in_letter("bodies")
    make_report(category)
    assert sending.route() == 0
    assert "Shall we send you" in client.get(link).content.decode()
    asked.refresh_from_db()
    assert asked.confirmed_at is None
    client.post(link, {"do": "confirm"})
    client.post(link, {"do": "confirm"})
    assert sending.route() == 1 and sending.send_to_bodies() == 1
    reply = path_in_letter("reply")
    client.post(link, {"do": "pause"})
    make_report(category, title="Another")
    assert sending.route() == 0
    # The address is changed: the old letters are no longer its own, and the new address is asked.
    asked.refresh_from_db()
    asked.email = "other@example.org"
    assert responsible_bodies.save_body(actor=TEST, body=asked, categories=[])
    assert client.get(link).status_code == client.post(link, {"do": "confirm"}).status_code == 404
    assert client.get(reply).status_code == 404
    asked.refresh_from_db()
    assert asked.confirmed_at is None
    # Nor once the new one is confirmed: whoever has the old letters answers no more in its name.
    responsible_bodies.confirm_body(body=asked)
    assert client.get(reply).status_code == client.post(reply, {"status": "fixed"}).status_code == 404


def test_what_a_body_answers_while_a_steward_edits_it_is_kept(town):
    asked = a_body(town, "New Works", confirmed=False)
    read_before = ResponsibleBody.objects.get(pk=asked.pk)
    responsible_bodies.confirm_body(body=asked)
    responsible_bodies.pause_body(actor=TEST, body=asked)
    read_before.name = "Newer Works"
    assert not responsible_bodies.save_body(actor=TEST, body=read_before, categories=[], fields=["name"])
    asked.refresh_from_db()
    assert (asked.name, asked.paused) == ("Newer Works", True)
    assert asked.confirmed_at is not None and read_before.confirmed_at == asked.confirmed_at
    # What a steward did change holds.
    read_before.paused = False
    responsible_bodies.save_body(actor=TEST, body=read_before, categories=[])
    asked.refresh_from_db()
    assert not asked.paused and asked.confirmed_at is not None


def test_a_letter_that_is_refused_is_tried_again_later(town, category, body, monkeypatch):
    make_report(category)
    sending.route()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError("away")))
        assert sending.send_to_bodies() == 0
    assert sending.send_to_bodies() == 0
    assert sending.send_to_bodies(timezone.now() + datetime.timedelta(minutes=6)) == 1


def test_a_worker_that_was_killed_sends_nothing_twice_and_a_steward_is_asked(client, town, category, body):
    """Claimed and never sent: what SIGKILL leaves between the two."""
    report, _ = make_report(category)
    sending.route()
    before = len(mail.outbox)
    long_ago = timezone.now() - datetime.timedelta(hours=2)
    ReportDelivery.objects.update(claimed_at=long_ago)
    assert sending.send_to_bodies() == 0 and len(mail.outbox) == before
    boss = UserFactory(is_superuser=True)
    [row] = queue.waiting(boss, 10).items
    assert "not known whether" in row.why and row.title == report.title
    reports.send_again(actor=TEST, delivery=ReportDelivery.objects.get())
    assert sending.send_to_bodies() == 1


def test_what_nobody_looks_after_waits_for_a_steward(town, category):
    report, _ = make_report(category)
    make_report(category, confirmed=False, title="Not confirmed")
    boss, stranger = UserFactory(is_superuser=True), UserFactory()
    assert [it.title for it in queue.waiting(boss, 10).items] == [report.title]
    assert queue.waiting(stranger, 10).number == 0
    assert queue.waiting(boss, 0).number == 1
    reports.tell(actor=TEST, report=report, by=Teller.STEWARD, status="in-hand")
    assert queue.waiting(boss, 10).number == 0


def test_what_is_moved_is_told_to_those_who_look_after_it_now(town, category, client):
    kinds = {it.slug: it for it in town.report_categories.all()}
    play, litter = (
        a_body(town, "Play", categories=[category]),
        a_body(town, "Litter", categories=[kinds["litter-dumping"]]),
    )
    steward = ensure_steward("steward@example.org", town)
    client.force_login(steward, "django.contrib.auth.backends.ModelBackend")
    move = {"do": "move", "category": "litter-dumping"}
    for told_before in (True, False):
        report, _ = make_report(category)
        sending.route()
        if told_before:
            sending.send_to_bodies()
        mail.outbox.clear()
        client.post(f"/admin/reported/{report.uuid}/", move)
        assert sending.send_to_bodies() == 1 and mail.outbox[-1].to == [litter.email]
        assert report.deliveries.filter(body=play).exists() == told_before


def test_a_letter_that_is_being_sent_is_not_sent_again(town, category, body, client):
    report, _ = make_report(category)
    sending.route()
    client.force_login(ensure_steward("steward@example.org", town), "django.contrib.auth.backends.ModelBackend")
    address = f"/admin/reported/{report.uuid}/"
    ReportDelivery.objects.update(claimed_at=timezone.now())
    assert "Send the letter (again)" not in client.get(address).content.decode()
    client.post(address, {"do": "send-again"})
    assert ReportDelivery.objects.get().claimed_at
    ReportDelivery.objects.update(claimed_at=timezone.now() - datetime.timedelta(hours=2))
    assert "Send the letter (again)" in client.get(address).content.decode()
    client.post(address, {"do": "send-again"})
    assert ReportDelivery.objects.get().claimed_at is None


def test_a_body_reads_at_what_it_is_where_everybody_may_know(town, category, body):
    park = NodeFactory(place=town, name="Worthington Park")
    make_report(category, node=park)
    make_report(category, node=park, title="Another")
    sending.route()
    sending.send_to_bodies()
    assert all("(Worthington Park)" in it.body for it in mail.outbox[-2:])
    park.visibility = Visibility.MEMBERS
    park.save()
    ReportDelivery.objects.update(sent_at=None, claimed_at=None)
    assert sending.send_to_bodies() == 2 and "Worthington" not in mail.outbox[-1].body


def test_what_is_kept_is_deleted_in_time(category, own_folder):
    from listings.models import ReportPhoto
    from listings.reports.photo import remade

    made = remade(a_photo())
    photo = reports.keep_photo(data=made.data, width=made.width, height=made.height)
    make_report(category, confirmed=False, photo=photo, title="Never confirmed")
    reports.keep_photo(data=made.data, width=made.width, height=made.height)
    kept, reporter = make_report(category, email="kim@example.org", name="Kim")
    reports.tell(actor=TEST, report=kept, by=Teller.STEWARD, status="fixed")
    now = timezone.now()
    assert report_retention.purge(now) == {"reports": 0, "photos": 0, "followers": 0, "files": 0}
    week = report_retention.purge(now + datetime.timedelta(days=8))
    assert week["reports"] == week["photos"] == 1 and not ReportPhoto.objects.exists()
    assert kept.followers.exists()
    report_retention.purge(now + datetime.timedelta(days=190))
    kept.refresh_from_db()
    assert not kept.followers.exists() and kept.name == "" and kept.status == ReportStatus.FIXED


def test_half_of_what_was_fixed(category, town):
    now = timezone.now()
    for days in (1, 3, 20):
        report, _ = make_report(category, email=f"p{days}@example.org")
        reports.tell(actor=TEST, report=report, by=Teller.STEWARD, status="fixed")
        Report.objects.filter(pk=report.pk).update(confirmed_at=now - datetime.timedelta(days=days), closed_at=now)
    days, number = days_to_fixed(town)
    assert number == 3 and round(days) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_letter_once(town, category, body):
    for number in range(5):
        make_report(category, title=f"Number {number}", point=Point(-2.32, 53.42 + number / 1000, srid=4326))
    sending.route()
    reports.tell(actor=TEST, report=Report.objects.first(), by=Teller.STEWARD, words="News.")
    mail.outbox.clear()
    barrier, failures = threading.Barrier(2), []

    def work():
        try:
            barrier.wait()
            sending.send_to_bodies()
            sending.tell_followers()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for it in workers:
        it.start()
    for it in workers:
        it.join()
    assert not failures
    assert sorted(it.to[0] for it in mail.outbox) == [REPORTER, *[body.email] * 5]
