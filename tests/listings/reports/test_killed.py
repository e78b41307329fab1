"""SIGKILL in the middle of sending a report: nothing that was typed is lost, and no file is left for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest
from django.core import mail
from django.utils import timezone

from config.env import ROOT
from listings.commands import report_retention
from listings.models import Report, ReportDraft, ReportPhoto
from tests.mapping.jobs.conftest import database_url

from .conftest import a_photo
from .test_new import ADDRESS, uploaded
from .test_steps import WORDS, YOU

pytestmark = pytest.mark.django_db(transaction=True)

# Asks the site as a browser does, and stops where it is told to: there it waits to be killed.
PROCESS = """
import sys, time
import django
django.setup()
from unittest import mock
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

media, stop_at, address, said, photo = sys.argv[1:]
settings.MEDIA_ROOT = media

def stop(*_, **__):
    print("here", flush=True)
    time.sleep(3600)

data = dict(pair.split("=", 1) for pair in said.split("&") if pair)
if photo:
    data["photo"] = SimpleUploadedFile("a.jpg", open(photo, "rb").read(), "image/jpeg")
with mock.patch(stop_at, stop):
    Client().post(address, data)
print("not stopped", flush=True)
"""


def killed_at(stop_at: str, address: str, own_folder, said: str, photo: str = "") -> None:
    environ = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    words = [sys.executable, "-c", PROCESS, str(own_folder), stop_at, address, said, photo]
    child = subprocess.Popen(words, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "here\n"
    finally:
        child.kill()
        child.wait()
    assert child.returncode == -signal.SIGKILL
    child.stdout.close()


def files(folder) -> list:
    return [it for it in folder.rglob("*") if it.is_file()]


def test_between_the_file_of_a_photo_and_its_row(client, town, own_folder, tmp_path):
    address = f"{ADDRESS}&step=photo&draft={uuid.uuid4()}"
    client.post(address.replace("step=photo", "step=words"), WORDS)
    photo = tmp_path / "sent.jpg"
    photo.write_bytes(a_photo().getvalue())
    killed_at("listings.models.ReportPhoto.save", address, own_folder, "alt=A swing", str(photo))
    [left] = files(own_folder)
    assert not ReportPhoto.objects.exists() and ReportDraft.objects.get().typed["title"] == WORDS["title"]
    # They send it again, and all is as if nothing had been.
    assert client.post(address, {"photo": uploaded(), "alt": "A swing"}).status_code == 302
    client.post(address.replace("step=photo", "step=you"), YOU)
    report = Report.objects.get()
    assert report.title == WORDS["title"] and len(mail.outbox) == 1
    # A file of today may be another process's that is about to write its row.
    assert report_retention.purge()["files"] == 0 and len(files(own_folder)) == 2
    old = time.time() - report_retention.LOOSE_PHOTO.total_seconds() - 60
    for it in files(own_folder):
        os.utime(it, (old, old))
    assert report_retention.purge()["files"] == 1
    [kept] = files(own_folder)
    assert kept != left and kept.name == report.photo.file.name.rsplit("/", 1)[1]


def test_between_the_row_of_a_deleted_photo_and_its_file(client, town, own_folder):
    """The row is gone, and the file was to go after the commit."""
    client.post(f"{ADDRESS}&step=photo&draft={uuid.uuid4()}", {"photo": uploaded(), "alt": "A swing"})
    [left] = files(own_folder)
    ReportDraft.objects.all().delete()
    ReportPhoto.objects.all().delete()
    report_retention.purge(timezone.now() + report_retention.LOOSE_PHOTO * 2)
    assert not left.exists()


def test_between_the_report_and_its_letter(client, town, own_folder):
    address = f"{ADDRESS}&step=you&draft={uuid.uuid4()}"
    client.post(address.replace("step=you", "step=words"), WORDS)
    client.post(address.replace("step=you", "step=photo"), {"photo": uploaded(), "alt": "A swing"})
    killed_at("listings.reports.sending.ask_to_confirm", address, own_folder, f"email={YOU['email']}")
    report = Report.objects.get()
    assert report.photo.alt == "A swing" and not mail.outbox and report_retention.purge()["files"] == 0
    # The browser said that the site was away; they press the button again, and then once more.
    for _time in range(2):
        assert client.post(address, YOU).status_code == 302
    assert Report.objects.get() == report and [it.to for it in mail.outbox] == [[YOU["email"]]]
