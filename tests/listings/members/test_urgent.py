"""Something is wrong now: two people are told at once, one says that they have it, the other is told."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.letters import EmailMessage
from listings.commands import spaces, urgent_calls
from listings.models import SpaceContact, UrgentCall, UrgentCopy
from mapping.models import AuditEntry
from tests.factories import member_of

from .conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(space):
    return member_of(space).user


def url_of(group) -> str:
    return f"/groups/{group.uuid}/space/urgent/"


def call(group, user, text="A WHISPER", key=None):
    return client_of(user).post(url_of(group), {"text": text, "key": key or uuid.uuid4()}, follow=True)


def test_both_are_told_at_once_and_the_page_says_to_whom_it_went(group, member):
    page = call(group, member).content.decode()
    assert {it.to[0] for it in mail.outbox} == {"carol@example.org", "dan@example.org"}
    for letter in mail.outbox:
        assert "A WHISPER" in letter.body and member.email in letter.body and "999" in letter.body
        assert "A WHISPER" not in letter.subject
    assert "We have written to Carol (0161 500)" in page and "We have written to Dan (0161 300)" in page
    assert "999" in page and "A WHISPER" not in page


def test_it_may_be_sent_without_a_word_and_twice_is_one(group, member):
    key = uuid.uuid4()
    for _ in range(2):
        assert call(group, member, "", key).status_code == 200
    assert UrgentCall.objects.count() == 1 and len(mail.outbox) == 2


def test_one_has_it_by_a_link_that_does_nothing_when_looked_at_and_the_other_is_told(group, member):
    call(group, member)
    mine = UrgentCopy.objects.get(role="contact")
    url = f"/spaces/urgent/{mine.uuid}/"
    assert "A WHISPER" in client_of().get(url).content.decode()
    mine.refresh_from_db()
    assert mine.seen_at is None and len(mail.outbox) == 2
    assert "Dan is told that you have it" in client_of().post(url).content.decode()
    letter = mail.outbox[-1]
    assert letter.to == ["dan@example.org"] and "Carol has it" in letter.subject and "WHISPER" not in letter.body
    client_of().post(url)
    assert len(mail.outbox) == 3, "pressed twice, it is told once"
    page = client_of(member).get(f"{url_of(group)}?sent={mine.call.uuid}").content.decode()
    assert "They said that they have it" in page
    assert client_of().get(f"/spaces/urgent/{mine.call.uuid}/").status_code == 404


def test_what_cannot_be_sent_is_said_with_the_telephone_numbers(group, member, monkeypatch):
    sent = EmailMessage.send

    def send(self, *args, **more):
        if self.to == ["dan@example.org"]:
            raise OSError("no mail today")
        return sent(self, *args, **more)

    monkeypatch.setattr(EmailMessage, "send", send)
    page = call(group, member).content.decode()
    assert "The letter to Dan could not be sent. Ring 0161 300." in page and "We have written to Carol" in page
    assert list(UrgentCopy.objects.order_by("role").values_list("sent", flat=True)) == [True, False]


def test_a_link_dials_the_number_alone(group, member, space):
    space.contact.phone, space.deputy.phone = "0161 496 0000 after 6pm", "ask at the bar"
    space.contact.save()
    space.deputy.save()
    page = client_of(member).get(f"/groups/{group.uuid}/space/").content.decode()
    assert '<a href="tel:01614960000">0161 496 0000 after 6pm</a>' in page
    assert "ask at the bar" in page and page.count('href="tel:') == 1


def test_the_audit_tells_that_there_was_a_call_and_not_what_was_said(group, member):
    call(group, member)
    told = str(list(AuditEntry.objects.filter(action__contains="urgent").values_list("actor", "data", "target")))
    assert "urgent" not in told or "WHISPER" not in told
    assert "WHISPER" not in told and member.email not in told and member.username not in told
    assert AuditEntry.objects.filter(action="urgent call").exists()


def test_a_flood_is_refused_and_the_numbers_are_still_there(group, member, space, monkeypatch):
    monkeypatch.setattr(urgent_calls, "MAX_AN_HOUR", 1)
    call(group, member)
    answer = call(group, member, "AGAIN")
    page = answer.content.decode()
    assert answer.status_code == 429 and "AGAIN" in page and "0161 500" in page and "999" in page
    assert UrgentCall.objects.count() == 1


def test_nobody_reads_a_call_of_somebody_else(group, member, space):
    call(group, member)
    other = client_of(member_of(space).user)
    page = other.get(f"{url_of(group)}?sent={UrgentCall.objects.get().uuid}").content.decode()
    assert "We have written" not in page and "Tell both of them now" in page


@pytest.mark.parametrize("key", ["", "x", "\x00"], ids=["empty", "no uuid", "NUL"])
def test_a_broken_form_loses_nothing(group, member, key):
    answer = client_of(member).post(url_of(group), {"text": "A WHISPER", "key": key})
    assert answer.status_code == 422 and "A WHISPER" in answer.content.decode() and not mail.outbox


def test_strangers_call_nobody(group, space, people):
    assert people.as_stranger.post(url_of(group), {"key": uuid.uuid4()}).status_code == 404
    assert people.as_nobody.post(url_of(group), {"key": uuid.uuid4()}).status_code == 302
    assert not mail.outbox


def test_what_was_said_is_forgotten_after_a_year(group, member):
    call(group, member)
    assert urgent_calls.forget_old() == 0
    assert urgent_calls.forget_old(timezone.now() + datetime.timedelta(days=366)) == 1
    kept = UrgentCall.objects.get()
    assert (kept.text, kept.by) == ("", None) and not UrgentCopy.objects.exists()


def test_who_never_answered_is_forgotten(space):
    SpaceContact.objects.create(space=space, role="contact", name="Eve", email="eve@example.org", phone="1")
    assert spaces.purge() == 0
    assert spaces.purge(timezone.now() + datetime.timedelta(days=31)) == 1
    assert SpaceContact.objects.count() == 2, "those who have confirmed stay"


def test_each_of_the_two_has_one_copy(group, member):
    call(group, member)
    with pytest.raises(IntegrityError, match="urgent_copy_once"), transaction.atomic():
        UrgentCopy.objects.create(call=UrgentCall.objects.get(), role="contact")
