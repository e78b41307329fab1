from __future__ import annotations

import os

import pytest
from django.core.mail import EmailMessage, get_connection

from config.demo_mail import read_letters


@pytest.fixture
def box(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def send(box, subject, body="Hello"):
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(box))
    EmailMessage(subject, body, "from@example.org", ["ann@example.org"], connection=backend).send()


def test_the_newest_comes_first(box):
    send(box, "First")
    send(box, "Sécond", "a line\n\n    ABCD-EFGH\n")
    for age, path in enumerate(sorted(box.glob("*.log"), key=lambda it: "First" not in it.read_text())):
        os.utime(path, (1000 + age, 1000 + age))
    letters = read_letters(box)
    assert [letter.subject for letter in letters] == ["Sécond", "First"]
    assert "ABCD-EFGH" in letters[0].text
    assert letters[0].to == "ann@example.org"


def test_the_page_shows_them_as_text(client, box):
    send(box, "Hello", "<script>alert(1)</script>")
    page = client.get("/demo/mail/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_it_is_there_in_the_demo_only(client, db, box, settings):
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404


def test_an_empty_box_says_so(client, box):
    assert b"Nothing has been sent yet" in client.get("/demo/mail/").content
