"""Reporting one question a screen: everything is kept on every step, going back too, without a cookie."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from listings.commands import report_retention
from listings.models import Report, ReportDraft, ReportPhoto
from listings.reports import drafts

from .conftest import REPORTER, a_photo, make_report
from .test_new import ADDRESS, uploaded, worked

pytestmark = pytest.mark.django_db
WORDS = {"title": "The swing has lost a chain", "words": "Left one of three."}
YOU = {"email": REPORTER, "name": "Rita"}


@pytest.fixture
def address(town):
    """The address of a screen of one draft."""
    key = uuid.uuid4()
    return lambda step: f"{ADDRESS}&step={step}&draft={key}"


def draft() -> ReportDraft:
    return ReportDraft.objects.get()


def text(answer) -> str:
    return answer.content.decode()


def test_three_screens_and_it_is_sent(client, address):
    client = Client(enforce_csrf_checks=True)
    assert "Question 3 of 5" in text(client.get(address("words")))
    answer = client.post(address("words"), WORDS)
    assert answer.status_code == 302 and "step=photo" in answer["Location"]
    assert "Question 4 of 5" in text(client.get(answer["Location"]))
    answer = client.post(answer["Location"], {"photo": uploaded(), "alt": "A swing"})
    assert "step=you" in answer["Location"]
    page = text(client.get(answer["Location"]))
    assert "The swing has lost a chain" in page and "One is kept" in page and "guard_puzzle" in page
    answer = client.post(answer["Location"], {**YOU, **worked()})
    assert "/reports/sent/" in answer["Location"] and not client.cookies
    report = Report.objects.get()
    assert (report.title, report.words, report.name, report.show_name) == (*WORDS.values(), "Rita", False)
    assert report.photo.alt == "A swing" and report.held_for == "" and len(mail.outbox) == 1
    assert not ReportDraft.objects.exists()


def test_the_first_screen_leads_to_an_address_of_its_own(client, town):
    first = client.get(f"{ADDRESS}&step=words")
    assert first.status_code == 302 and re.search(r"draft=[0-9a-f-]{36}", first["Location"])
    # Nothing is kept for somebody who only looks.
    assert client.get(first["Location"]).status_code == 200 and not ReportDraft.objects.exists()


def test_going_back_keeps_everything_also_what_is_wrong(client, address):
    client.post(address("words"), WORDS)
    client.post(address("photo"), {"photo": uploaded(), "alt": "A swing"})
    answer = client.post(address("you"), {"email": "no address yet", "name": "Rita", "show_name": "on", "go": "back"})
    assert "step=photo" in answer["Location"]
    page = text(client.get(address("photo")))
    assert 'value="A swing"' in page and "you need not choose it again" in page
    answer = client.post(address("photo"), {"alt": "", "go": "back"})
    assert "step=words" in answer["Location"] and "Left one of three." in text(client.get(address("words")))
    answer = client.post(address("words"), {"title": "", "words": "Changed.", "go": "back"})
    assert "category" not in answer["Location"] and "step=words" in answer["Location"]
    assert "What sort of thing" in text(client.get(answer["Location"]))
    page = text(client.get(address("you")))
    assert 'value="no address yet"' in page and 'value="Rita"' in page and "checked" in page
    assert "Changed." in text(client.get(address("words"))) and ReportPhoto.objects.get() == draft().photo


def test_a_photo_that_comes_with_back_is_kept_and_one_without_words_too(client, address):
    answer = client.post(address("photo"), {"photo": uploaded(), "alt": "", "go": "back"})
    assert answer.status_code == 302 and draft().photo is not None
    answer = client.post(address("photo"), {"alt": ""})
    assert answer.status_code == 422 and "need not choose it again" in text(answer)
    assert client.post(address("photo"), {"alt": "A swing"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_another_photo_takes_its_place_and_it_can_be_taken_away(client, address, own_folder):
    client.post(address("photo"), {"photo": uploaded(), "alt": "A swing"})
    first = draft().photo
    client.post(address("photo"), {"photo": uploaded(a_photo((300, 200))), "alt": "A slide"})
    assert draft().photo.width == 300 and not ReportPhoto.objects.filter(pk=first.pk).exists()
    assert len([it for it in own_folder.rglob("*") if it.is_file()]) == 1
    bad = SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg")
    answer = client.post(address("photo"), {"photo": bad, "alt": "A slide"})
    assert answer.status_code == 422 and "not a photo" in text(answer) and draft().photo.width == 300
    client.post(address("photo"), {"alt": "A slide", "go": "drop"})
    assert draft().photo is None and not [it for it in own_folder.rglob("*") if it.is_file()]
    assert client.post(address("photo"), {}).status_code == 302


@pytest.mark.parametrize(
    ("step", "given", "words"),
    [
        ("words", {"title": ""}, "Say in a few words"),
        ("words", {"title": "x" * 121, "words": "A"}, "too long"),
        ("words", {"title": "a\0b", "words": "A"}, "Null characters"),
        ("words", {**WORDS, "leave_empty": "x"}, "should stay empty"),
        ("you", {"email": ""}, "Write the address"),
    ],
)
def test_what_is_wrong_is_said_on_its_screen_alone(client, address, step, given, words):
    client.post(address("words"), WORDS)
    answer = client.post(address(step), given)
    page = text(answer)
    assert answer.status_code == 422 and words in page and not Report.objects.exists()
    assert ("id_email" in page) == (step == "you") and ("id_title" in page) == (step == "words")


def test_the_last_screen_leads_back_to_what_is_missing(client, address):
    answer = client.post(address("you"), YOU)
    assert answer.status_code == 422 and "Say in a few words" in text(answer) and "Question 3 of 5" in text(answer)
    client.post(address("words"), WORDS)
    assert client.post(address("you"), YOU).status_code == 302


def test_between_one_page_and_one_question_a_screen_nothing_is_lost(client, address):
    client.post(address("words"), WORDS)
    answer = client.post(address("photo"), {"photo": uploaded(), "alt": "A swing", "go": "all"})
    page = text(client.get(answer["Location"]))
    assert "Tell us about it" in page and "Left one of three." in page and "need not choose it again" in page
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', page)[1]
    kept = re.search(r'name="photo_kept" value="([0-9a-f-]{36})"', page)[1]
    given = {
        "title": "Another",
        "words": "Now.",
        "email": "x",
        "alt": "B",
        "key": key,
        "photo_kept": kept,
        "go": "steps",
    }
    answer = client.post(answer["Location"], given)
    assert "step=words" in answer["Location"] and "Now." in text(client.get(answer["Location"]))
    assert draft().email == "x" and draft().photo is not None


def test_sent_twice_is_one_report_and_going_back_after_it_begins_a_new_one(client, address):
    client.post(address("words"), WORDS)
    for _time in range(2):
        assert "/reports/sent/" in client.post(address("you"), YOU)["Location"]
    assert Report.objects.count() == 1 and len(mail.outbox) == 1 and not ReportDraft.objects.exists()
    again = client.get(address("words"))
    assert again.status_code == 302 and str(Report.objects.get().uuid) not in again["Location"]
    answer = client.post(address("words"), {"title": "A second thing", "words": "There."})
    client.post(answer["Location"].replace("step=photo", "step=you"), YOU)
    assert {it.title for it in Report.objects.all()} == {WORDS["title"], "A second thing"}


def test_a_letter_that_cannot_be_sent_loses_nothing(client, address, monkeypatch):
    client.post(address("words"), WORDS)
    client.post(address("photo"), {"photo": uploaded(), "alt": "A swing"})
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError))
        answer = client.post(address("you"), YOU)
    assert answer.status_code == 503 and REPORTER in text(answer) and not Report.objects.exists()
    assert client.post(address("you"), YOU).status_code == 302
    assert Report.objects.get().photo.alt == "A swing"


def test_nobody_elses_draft_is_there_and_old_ones_go(client, address, category):
    client.post(address("words"), WORDS)
    client.post(address("photo"), {"photo": uploaded(), "alt": "A swing"})
    assert "Left one of three." not in text(client.get(f"{ADDRESS}&step=words&draft={uuid.uuid4()}"))
    now = timezone.now()
    # A photo is kept as long as its draft.
    ReportPhoto.objects.update(created_at=now - report_retention.LOOSE_PHOTO * 2)
    assert report_retention.purge()["photos"] == 0 and ReportDraft.objects.exists()
    assert report_retention.purge(now + report_retention.LOOSE_PHOTO * 1.1)["photos"] == 1
    assert not ReportDraft.objects.exists() and not ReportPhoto.objects.exists()


def test_what_is_near_is_asked_before_the_screens(client, category):
    make_report(category)
    page = text(client.get(f"{ADDRESS}&step=words".replace("&new=1", "")))
    assert "Is it one of these?" in page and "step=words" in page and drafts.QUESTIONS == 5
