"""Who follows a report: confirmed by a link, ended by another, asked again, and gone along when it is a duplicate."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from listings.commands import report_retention, reports
from listings.models import Report, ReportFollower, ReportStatus, Teller
from listings.reports import sending

from .conftest import REPORTER, TEST, make_report, path_in_letter

pytestmark = pytest.mark.django_db


def test_following_is_confirmed_and_ended_by_links(client, category):
    report, _ = make_report(category)
    page = f"/reports/{report.uuid}/follow/"
    assert client.post(page, {"email": "fay@example.org", "me_too": "on"}).status_code == 200
    link = path_in_letter()
    reports.tell(actor=TEST, report=report, by=Teller.STEWARD, words="We look at it.")
    assert "Shall we write to you?" in client.get(link).content.decode()
    assert sending.tell_followers() == 1  # whoever reported it
    assert client.post(link, {"do": "confirm"}).status_code == client.post(link, {"do": "confirm"}).status_code == 302
    # What was said before they came is no news to them.
    assert sending.tell_followers() == 0
    assert "1 other has seen it too" in client.get(report.get_absolute_url()).content.decode()
    # They follow; they did not report it.
    assert client.post(link, {"do": "fixed"}).status_code == 403
    reports.tell(actor=TEST, report=report, by=Teller.STEWARD, words="It is on its way.")
    assert sending.tell_followers() == 2
    assert mail.outbox[-1].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Asked again: the same page, and no letter; nobody learns who follows what.
    before = len(mail.outbox)
    assert client.post(page, {"email": "fay@example.org"}).status_code == 200 and len(mail.outbox) == before
    assert client.post(f"{link}stop/", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not ReportFollower.objects.filter(email="fay@example.org").exists()
    for late in (client.get(link), client.post(link, {"do": "confirm"}), client.post(f"{link}stop/")):
        assert late.status_code == 404 and "does not work any more" in late.content.decode()


def test_whoever_reported_it_says_how_it_stands(client, category):
    report, reporter = make_report(category)
    link = f"/reports/yours/{reporter.uuid}/"
    assert client.post(link, {"do": "fixed"}).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.FIXED and report.closed_at
    assert client.post(link, {"do": "not-fixed", "words": "It broke again."}).status_code == 302
    report.refresh_from_db()
    assert report.status == ReportStatus.REOPENED and report.closed_at is None
    page = client.get(report.get_absolute_url()).content.decode()
    assert "Open again" in page and "It broke again." in page and "Whoever reported it" in page
    assert client.post(link, {"do": "say", "words": ""}).status_code == 422
    long = client.post(link, {"do": "say", "words": "y" * 2001})
    assert long.status_code == 422 and "y" * 2001 in long.content.decode()
    # They are not written to about their own words.
    before = len(mail.outbox)
    sending.tell_followers()
    assert len(mail.outbox) == before


def test_no_is_an_answer_and_deletes_everything(client, category):
    report, reporter = make_report(category, confirmed=False)
    link = f"/reports/yours/{reporter.uuid}/"
    assert "are deleted" in client.post(link, {"do": "stop"}).content.decode()
    assert not Report.objects.exists() and not ReportFollower.objects.exists()
    assert client.post(link, {"do": "confirm"}).status_code == 404


def test_after_four_weeks_it_is_asked_once_whether_it_is_still_there(client, category):
    report, reporter = make_report(category)
    now = timezone.now() + datetime.timedelta(days=29)
    assert sending.ask_whether_still_there() == 0
    assert sending.ask_whether_still_there(now) == 1 and sending.ask_whether_still_there(now) == 0
    assert "?answer=not-fixed" in mail.outbox[-1].body
    page = client.get(f"/reports/yours/{reporter.uuid}/?answer=fixed").content.decode()
    assert "Is it still there?" in page
    report.refresh_from_db()
    assert report.status == ReportStatus.OPEN
    client.post(f"/reports/yours/{reporter.uuid}/", {"do": "not-fixed"})
    report.refresh_from_db()
    # "Not fixed" of what is open says just that, and begins the four weeks anew.
    assert report.status == ReportStatus.OPEN and report.asked_at is None and report.updates.count() == 1


def test_a_duplicate_is_closed_and_its_followers_go_along(client, category):
    first, _ = make_report(category)
    second, _ = make_report(category, email="sam@example.org", title="Swing broken")
    reports.merge(actor=TEST, report=second, into=first)
    assert set(first.followers.values_list("email", flat=True)) == {REPORTER, "sam@example.org"}
    page = client.get(second.get_absolute_url()).content.decode()
    assert "It is the same as:" in page and first.get_absolute_url() in page and "Closed" in page
    for report, into in ((first, first), (first, second)):
        with pytest.raises(reports.ReportRefused):
            reports.merge(actor=TEST, report=report, into=into)
    # Open again, it is no duplicate any more.
    reports.tell(actor=TEST, report=second, by=Teller.STEWARD, status="open")
    second.refresh_from_db()
    assert second.status == ReportStatus.REOPENED and second.duplicate_of is None


def test_who_had_not_confirmed_the_other_one_goes_along_too(category):
    first, _ = make_report(category)
    second, _ = make_report(category, email="sam@example.org")
    reports.follow(report=first, email="sam@example.org", me_too=False)
    reports.merge(actor=TEST, report=second, into=first)
    assert first.followers.get(email="sam@example.org").confirmed_at
    assert sending.tell_followers() == 1
    reports.tell(actor=TEST, report=first, by=Teller.STEWARD, status="fixed")
    mail.outbox.clear()
    assert sending.tell_followers() == 2
    assert {it.to[0] for it in mail.outbox} == {REPORTER, "sam@example.org"}


@pytest.mark.django_db(transaction=True)
def test_two_that_are_closed_as_the_same_at_once_are_not_both_closed(category):
    first, _ = make_report(category)
    second, _ = make_report(category, email="sam@example.org")
    barrier, refused = threading.Barrier(2), []

    def work(report, into):
        try:
            barrier.wait()
            reports.merge(actor=TEST, report=report, into=into)
        except reports.ReportRefused:
            refused.append(report)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=pair) for pair in ((first, second), (second, first))]
    for it in workers:
        it.start()
    for it in workers:
        it.join()
    assert len(refused) == 1 and Report.objects.still_open().count() == 1


def test_what_is_confirmed_while_others_are_deleted_stays(category, monkeypatch):
    _first, _ = make_report(category, confirmed=False)
    _second, reporter = make_report(category, confirmed=False, email="sam@example.org")
    delete = reports.delete_whole

    def deleted(report):
        delete(report)
        follower = ReportFollower.objects.first()
        if follower is not None and follower.confirmed_at is None:
            reports.confirm(follower=follower)

    monkeypatch.setattr(reports, "delete_whole", deleted)
    assert report_retention.purge(timezone.now() + datetime.timedelta(days=8))["reports"] == 1
    assert Report.objects.public().count() == 1
