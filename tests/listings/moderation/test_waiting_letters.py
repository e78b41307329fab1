"""Letters of decisions: noted with the decision, sent once by a job; a worker that is killed loses and doubles none."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings, proposals
from listings.models import Flag, FlagCase, LetterKind, WaitingLetter
from listings.models.waiting_letter import TO_FLAGGERS
from listings.moderation import decision_letters, decisions, flag_letters, letters, waiting_letters
from listings.tasks import publish_scheduled
from mapping.models import AuditEntry
from tests.factories import MembershipFactory, NodeFactory, UserFactory
from tests.listings.commands.test_listings import post
from tests.listings.moderation.changing import change
from tests.listings.moderation.flagging import STEWARD, said

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def a_case(place, number=3) -> FlagCase:
    node = NodeFactory(place=place, name="Sale Hall")
    for n in range(number):
        said(node, "gone", email=f"reader{n}@example.org")
    Flag.objects.update(confirmed_at=timezone.now())
    return FlagCase.objects.get()


@pytest.fixture
def admin(place) -> Client:
    ensure_pages(place, STEWARD)
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_decision_sends_nothing_itself_and_each_letter_goes_once(admin, place):
    case = a_case(place)
    mail.outbox.clear()
    page = admin.post(f"/admin/flags/{case.uuid}/decide/", {"decision": "keep"}, follow=True)
    assert "We are writing to 3 who flagged it" in page.content.decode()
    assert not mail.outbox
    # A second press finds it decided.
    admin.post(f"/admin/flags/{case.uuid}/decide/", {"decision": "keep"})
    assert [waiting_letters.send_due() for _ in range(2)] == [3, 0]
    assert sorted(it.to[0] for it in mail.outbox) == [f"reader{n}@example.org" for n in range(3)]
    assert not WaitingLetter.objects.exists()


def test_a_decision_that_is_undone_leaves_no_letter(admin, place, monkeypatch):
    case = a_case(place)
    monkeypatch.setattr(flag_letters, "carers_of", lambda case: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        admin.post(f"/admin/flags/{case.uuid}/decide/", {"decision": "keep"})
    assert FlagCase.objects.get().is_open
    assert not WaitingLetter.objects.exists()


def test_a_killed_worker_loses_none_and_doubles_none(place, monkeypatch):
    case = a_case(place)
    mail.outbox.clear()
    decision_letters.note_decided(case)

    def killed(*args, **more):
        raise SystemExit

    with monkeypatch.context() as it:
        it.setattr("config.letters.send", killed)
        with pytest.raises(SystemExit):
            waiting_letters.send_due()
    # The one that was begun may have gone out, so it waits for a person; the others go.
    assert waiting_letters.send_due() == 2
    assert not waiting_letters.unclear().exists()
    later = timezone.now() + 2 * HOUR
    assert waiting_letters.send_due(later) == 0
    assert waiting_letters.unclear(later).count() == 1
    WaitingLetter.objects.update(claimed_at=timezone.now() - 2 * HOUR)
    assert waiting_letters.send_again(actor=STEWARD, rows=WaitingLetter.objects.all()) == 1
    assert AuditEntry.objects.filter(action="send letters again").get().data == {"letters": 1}
    assert waiting_letters.send_due() == 1
    assert len({it.to[0] for it in mail.outbox}) == len(mail.outbox) == 3


def test_one_that_is_being_sent_is_not_sent_again_by_hand(place):
    decision_letters.note_decided(a_case(place, 1))
    WaitingLetter.objects.update(claimed_at=timezone.now())
    assert waiting_letters.send_again(actor=STEWARD, rows=WaitingLetter.objects.all()) == 0
    assert not AuditEntry.objects.filter(action="send letters again").exists()


def test_a_superuser_sends_it_again_in_the_admin(admin_client, place):
    decision_letters.note_decided(a_case(place, 1))
    WaitingLetter.objects.update(claimed_at=timezone.now() - 2 * HOUR)
    letter = WaitingLetter.objects.get()
    data = {"action": "send_again", "_selected_action": [letter.pk]}
    assert admin_client.post("/django-admin/listings/waitingletter/", data).status_code == 302
    letter.refresh_from_db()
    assert letter.claimed_at is None


def test_what_the_mail_server_refuses_is_tried_again_and_given_up_at_last(place, monkeypatch):
    decision_letters.note_decided(a_case(place, 1))
    monkeypatch.setattr("config.letters.send", lambda *args, **more: False)
    now = timezone.now()
    assert waiting_letters.send_due(now) == 0
    letter = WaitingLetter.objects.get()
    assert (letter.tries, letter.claimed_at, letter.due_at) == (1, None, now + datetime.timedelta(minutes=5))
    WaitingLetter.objects.update(tries=waiting_letters.MAX_TRIES, due_at=now)
    monkeypatch.undo()
    assert waiting_letters.send_due(now) == 0
    waiting_letters.send_again(actor=STEWARD, rows=WaitingLetter.objects.all())
    assert waiting_letters.send_due() == 1


def test_one_that_cannot_be_written_does_not_hold_up_the_others(place, monkeypatch):
    decision_letters.note_decided(a_case(place, 2))
    first, write = Flag.objects.order_by("pk").first(), flag_letters.decided
    monkeypatch.setattr(flag_letters, "decided", lambda flag: 1 / 0 if flag == first else write(flag))
    assert waiting_letters.send_due() == 1
    assert WaitingLetter.objects.get().tries == 1


def test_who_takes_their_address_back_is_not_written_to(place):
    decision_letters.note_decided(a_case(place, 1))
    Flag.objects.update(email="", confirmed_at=None)
    mail.outbox.clear()
    assert waiting_letters.send_due() == 0
    assert not mail.outbox
    assert not WaitingLetter.objects.exists()


def test_letters_are_in_the_language_of_their_receiver(group, settings, monkeypatch):
    MembershipFactory(organisation=group, user=UserFactory(email="poster@example.org"))
    settings.LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
    said(group, "gone", email="ann@example.org")
    Flag.objects.update(confirmed_at=timezone.now(), language="cy")
    found = {}
    monkeypatch.setattr(
        "config.letters.render_to_string",
        lambda name, context: found.setdefault(name.rpartition("/")[2], translation.get_language()) + "\nx",
    )
    case = FlagCase.objects.get()
    with translation.override("fr"):
        decision_letters.note_hidden(case)
        FlagCase.objects.update(hidden_at=timezone.now())
        waiting_letters.send_due()
        decision_letters.note_decided(case)
        waiting_letters.send_due()
    assert found == {
        "flag_decided.txt": "cy",
        "flag_decided_group.txt": settings.LANGUAGE_CODE,
        "flag_hidden.txt": settings.LANGUAGE_CODE,
    }


def test_what_goes_live_at_its_moment_has_its_letter_noted_with_it(live, steward, monkeypatch):
    made = change(live, summary="Now with cake.")
    now = timezone.now()
    decisions.schedule(actor=STEWARD, user=steward, proposal=made, at=now + HOUR)
    type(made).objects.update(publish_at=now - HOUR)
    mail.outbox.clear()
    with monkeypatch.context() as it:
        it.setattr(decision_letters, "note_live", lambda record: 1 / 0)
        publish_scheduled(0)
    live.refresh_from_db()
    assert live.summary != "Now with cake."
    publish_scheduled(0)
    live.refresh_from_db()
    assert live.summary == "Now with cake."
    assert not mail.outbox
    assert [waiting_letters.send_due() for _ in range(2)] == [1, 0]
    assert mail.outbox[0].to == [live.posted_by.email]


def test_bulk_approval_sends_nothing_itself(admin, place):
    rows = [post(place), post(place, name="Walk")]
    mail.outbox.clear()
    keys = [f"approve {it.uuid}@{listings.version(it)}" for it in rows]
    admin.post("/admin/queue/bulk/", {"do": "approve", "rows": keys})
    assert not mail.outbox
    assert waiting_letters.send_due() == 2
    assert all("/node/" in it.body and "http" in it.body for it in mail.outbox)


def test_what_was_taken_off_meanwhile_is_not_called_live(place):
    listing = post(place)
    decision_letters.note_live(listing)
    mail.outbox.clear()
    assert waiting_letters.send_due() == 0
    assert not mail.outbox


def test_old_letters_are_deleted(place):
    decision_letters.note_decided(a_case(place, 1))
    assert waiting_letters.purge() == 0
    assert waiting_letters.purge(timezone.now() + datetime.timedelta(days=31)) == 1


def test_the_database_keeps_each_letter_once(place):
    case = a_case(place, 1)
    decision_letters.note_decided(case)
    decision_letters.note_decided(case)
    letter = WaitingLetter.objects.get()
    now = timezone.now()
    for wrong in (
        {"kind": letter.kind, "flag": letter.flag},
        {"kind": "postcard"},
        {"kind": LetterKind.FLAG_DECIDED},
        {"kind": LetterKind.CASE_DECIDED, "flag": letter.flag},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitingLetter.objects.create(about=case.uuid, due_at=now, **wrong)


def test_noted_anew_while_it_is_sent_it_is_sent_once_more(live, steward, monkeypatch):
    """A second decision must not be lost in the letter of the first."""
    made = change(live, summary="Now with cake.")
    proposals.send_back(actor=STEWARD, user=steward, proposal=made, reason="Which cake?")
    made.refresh_from_db()
    decision_letters.note_proposal(made)
    mail.outbox.clear()
    write = letters.decided

    def slowly(proposal, request):
        sent = write(proposal, request)
        decision_letters.note_proposal(proposal)
        return sent

    with monkeypatch.context() as it:
        it.setattr(letters, "decided", slowly)
        assert waiting_letters.send_due() == 1
    assert waiting_letters.send_due() == 1
    assert [("Which cake?" in it.body) for it in mail.outbox] == [True, True]
    assert not WaitingLetter.objects.exists()


def test_every_kind_has_somebody_who_writes_it():
    assert set(waiting_letters._senders) == set(LetterKind.values)


def test_what_became_of_nothing_is_written_to_nobody(place):
    """Of each kind a letter whose record is gone."""
    flag = a_case(place, 1).flags.get()
    for kind in LetterKind:
        to_flagger = flag if kind in TO_FLAGGERS else None
        waiting_letters.note([WaitingLetter(kind=kind, about=uuid.uuid4(), flag=to_flagger, to="ann@example.org")])
    Flag.objects.update(email="", confirmed_at=None)
    mail.outbox.clear()
    assert waiting_letters.send_due() == 0
    assert not mail.outbox and not WaitingLetter.objects.exists()


def test_a_hidden_record_has_its_letter_noted_and_not_when_it_is_decided_first(group):
    MembershipFactory(organisation=group, user=UserFactory(email="poster@example.org"))
    case = FlagCase.objects.get(pk=said(group, "unsafe", email="ann@example.org").flag.case_id)
    FlagCase.objects.update(hidden_at=timezone.now())
    mail.outbox.clear()
    assert decision_letters.note_hidden(case) == 1
    assert waiting_letters.send_due() == 1 and mail.outbox[0].to == ["poster@example.org"]
    decision_letters.note_hidden(case)
    FlagCase.objects.update(hidden_at=None)
    assert waiting_letters.send_due() == 0 and not WaitingLetter.objects.exists()
