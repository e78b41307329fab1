"""A report of a problem is flagged like anything else: hidden by the same rule, decided in the same place."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from listings.commands import flag_decisions, flag_targets, flags, reports
from listings.models import Decision, Flag, FlagCase, FlagReason, FlagTarget, Report
from listings.moderation import flags as waiting
from listings.moderation import waiting_letters
from mapping.commands import publication
from mapping.models import PUBLIC
from tests.factories import PlaceRoleFactory, UserFactory

from .conftest import REPORTER, TEST, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(category):
    return make_report(category)[0]


def said(report: Report, reason=FlagReason.UNSAFE, **more) -> flags.Said:
    return flags.say(target=flag_targets.find(FlagTarget.REPORT, report.uuid, PUBLIC), reason=reason, **more)


def is_seen(report: Report) -> bool:
    return Report.objects.public().filter(pk=report.pk).exists()


def decided(decision: str, **more) -> FlagCase:
    return flag_decisions.decide(actor=TEST, case=FlagCase.objects.get(), decision=decision, **more)


def test_the_page_of_a_report_leads_to_its_flag(client, report):
    assert f"/reports/{report.uuid}/flag/" in client.get(report.get_absolute_url()).content.decode()
    page = client.get(f"/reports/{report.uuid}/flag/")
    assert page.status_code == 200
    assert "The swing has lost a chain" in page.content.decode()
    assert not page.cookies


def test_two_households_hide_it_its_reporter_is_told_and_a_steward_puts_it_back(report):
    mail.outbox.clear()
    for number in (1, 2):
        page = Client(REMOTE_ADDR=f"192.0.2.{number}").post(f"/reports/{report.uuid}/flag/", {"reason": "unsafe"})
        assert page.status_code == 200
    assert not is_seen(report)
    assert Client().get(report.get_absolute_url()).status_code == 404
    waiting_letters.send_due()
    letter = next(it for it in mail.outbox if it.to == [REPORTER])
    assert "is hidden until a steward has looked" in letter.subject
    ours = re.search(r"/flags/case/\S+", letter.body)[0]
    assert Client().get(ours).status_code == 200
    decided(Decision.KEEP)
    assert is_seen(report)


def test_one_without_an_address_hides_nothing(report):
    assert not said(report, household="192.0.2.1").hidden
    assert not said(report, FlagReason.RULES, household="192.0.2.2").hidden
    assert is_seen(report)


def test_a_confirmed_address_is_enough(report):
    assert flags.confirm(flag=said(report, email="ann@example.org").flag) == (True, True)
    assert not is_seen(report)


def test_what_a_steward_has_hidden_since_is_not_put_back_by_the_decision(report):
    flags.confirm(flag=said(report, email="ann@example.org").flag)
    Report.objects.filter(pk=report.pk).update(hidden_at=timezone.now())
    decided(Decision.KEEP)
    assert not is_seen(report)


def test_taking_off_before_and_after_it_was_hidden(category):
    for number, hidden in enumerate((False, True)):
        report = make_report(category, email=f"r{number}@example.org")[0]
        flag = said(report, email="ann@example.org").flag
        if hidden:
            flags.confirm(flag=flag)
        case = FlagCase.objects.get(target_uuid=report.uuid)
        flag_decisions.decide(actor=TEST, case=case, decision=Decision.OFF, reply="It names a person.")
        assert not is_seen(report)


def test_what_is_hidden_already_cannot_be_taken_off(report):
    said(report)
    reports.hide(actor=TEST, report=report, reason="Spam")
    with pytest.raises(publication.PublicationRefused):
        decided(Decision.OFF, reply="It names a person.")


@pytest.mark.parametrize("how", ["unconfirmed", "held", "hidden"])
def test_what_one_does_not_see_cannot_be_flagged(client, category, how):
    report = make_report(category, confirmed=how != "unconfirmed", held_for="words" if how == "held" else "")[0]
    if how == "hidden":
        reports.hide(actor=TEST, report=report, reason="Spam")
    address = f"/reports/{report.uuid}/flag/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "gone"}).status_code == 404
    assert not Flag.objects.exists()


def test_it_stands_in_the_queue_of_its_place_and_a_steward_decides_it(client, report):
    from cms.commands import ensure_steward

    said(report, FlagReason.RULES, household="192.0.2.1", email="ann@example.org", words="It names my neighbour.")
    flags.confirm(flag=Flag.objects.get())
    found = waiting.waiting(PlaceRoleFactory(place=report.place).user, 10)
    assert [(it.title, it.detail) for it in found.items] == [(report.title, "A report of a problem")]
    assert waiting.waiting(UserFactory(), 10).number == 0
    steward = ensure_steward("steward@example.org", report.place)
    client.force_login(steward, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/admin/flags/{FlagCase.objects.get().uuid}/"
    page = client.get(address).content.decode()
    assert "Left one of three." in page
    assert "It names my neighbour." in page
    mail.outbox.clear()
    page = client.post(f"{address}decide/", {"decision": "off", "words": "It named a person."})
    assert page.status_code == 302
    assert waiting_letters.send_due() == 2
    waiting_letters.send_due()
    assert {it.to[0] for it in mail.outbox} == {REPORTER, "ann@example.org"}
    assert all("It named a person." in it.body for it in mail.outbox)
    assert not is_seen(report)
    assert client.get(address).status_code == 200


def test_a_report_that_is_deleted_meanwhile_is_closed_without_more(report):
    said(report)
    reports.delete_whole(report)
    assert flag_targets.load(FlagCase.objects.get()) is None
    decided(Decision.KEEP)
