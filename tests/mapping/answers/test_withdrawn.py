"""What is taken back is in no answer that was kept: not when a statement ends, not when a consent does."""

from __future__ import annotations

import datetime
import os

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from mapping import tasks
from mapping.answers import store
from mapping.commands import connections, consents
from mapping.models import Actor, Answer, AnswerState, Node, NodeKind, Statement
from mapping.views import health
from tests.factories import ConnectionFactory, NodeFactory, PlaceFactory, StatementFactory

from .conftest import jobs, work

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
FILE = "/trafford/network/export/connections.csv"
WORDS = "/trafford/network/words/?sort=name"


def text(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


@pytest.mark.parametrize("path", [FILE, WORDS], ids=["file", "page"])
def test_a_statement_that_was_withdrawn_is_gone_at_the_next_request(large, client, path):
    said = Statement.objects.get(connection__source__name="Group 5")
    client.get(path)
    work()
    assert "Group 5" in text(client.get(path))
    # Both of its neighbours are taken back, so that nothing is left to say of it.
    for it in (said, Statement.objects.get(connection__target__name="Group 5")):
        connections.withdraw(actor=ACTOR, statement=it)
    assert Statement.objects.get(pk=said.pk).withdrawn_at is not None
    after = client.get(path)
    assert "Group 5" not in text(after)
    assert after.status_code == 202 or "being worked out" in text(after)
    work()
    again = text(client.get(path))
    assert "Group 2" in again and "Group 5" not in again


@pytest.fixture
def ada(large):
    """A person with a consent, tied to the ring; her answers are kept as page and file."""
    person = NodeFactory(
        name="SECRET Ada", kind=NodeKind.PERSON, state="draft", place=large, location=Point(-2.4, 53.5, srid=4326)
    )
    consent = consents.record(actor=ACTOR, node=person, wording="My name may be shown.")
    StatementFactory(connection=ConnectionFactory(source=person, target=Node.objects.get(name="Group 1")))
    return consent


def test_a_consent_that_ends_deletes_what_was_kept_at_once(ada, large, client, django_capture_on_commit_callbacks):
    for path in (FILE, WORDS):
        client.get(path)
    work()
    assert all("SECRET Ada" in text(client.get(path)) for path in (FILE, WORDS))
    files = [store.folder() / name for name in Answer.objects.exclude(file="").values_list("file", flat=True)]
    assert any(b"SECRET Ada" in it.read_bytes() for it in files)
    with django_capture_on_commit_callbacks(execute=True):
        assert consents.withdraw(actor=ACTOR, consent=ada)
    # Not hidden: gone, from the disk and from the table, before anybody asks or a job tidies up.
    assert not any(it.exists() for it in files) and list(store.folder().iterdir()) == []
    assert not Answer.objects.filter(place=large).exclude(state=AnswerState.PENDING).exists()
    assert all("SECRET Ada" not in text(client.get(path)) for path in (FILE, WORDS))
    work()
    assert all("SECRET Ada" not in text(client.get(path)) for path in (FILE, WORDS))


def test_what_another_place_tells_of_them_is_deleted_too(ada, large, client, django_capture_on_commit_callbacks):
    client.get(FILE)
    work()
    elsewhere = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    kept = Answer.objects.get(kind="export-file")
    Answer.objects.filter(pk=kept.pk).update(place=elsewhere)
    with django_capture_on_commit_callbacks(execute=True):
        consents.withdraw(actor=ACTOR, consent=ada)
    assert not Answer.objects.filter(pk=kept.pk).exists() and not (store.folder() / kept.file).exists()


class TestPurge:
    """The job of every hour."""

    @pytest.fixture
    def kept(self, large, client) -> Answer:
        client.get(FILE)
        work()
        return Answer.objects.get(kind="export-file")

    def purge(self) -> None:
        tasks.purge_answers(timestamp=0)

    def test_what_holds_stays(self, kept):
        self.purge()
        assert Answer.objects.filter(pk=kept.pk).exists() and (store.folder() / kept.file).exists()

    def test_what_no_longer_holds_goes_with_its_file(self, kept):
        connections.withdraw(actor=ACTOR, statement=Statement.objects.get(connection__source__name="Group 5"))
        self.purge()
        assert not Answer.objects.filter(pk=kept.pk).exists() and not (store.folder() / kept.file).exists()

    def test_what_nobody_wants_any_more_goes(self, kept):
        Answer.objects.filter(pk=kept.pk).update(made_at=timezone.now() - store.KEPT - datetime.timedelta(minutes=1))
        self.purge()
        assert not Answer.objects.filter(pk=kept.pk).exists()

    def test_what_waited_for_a_day_is_let_go(self, kept, client):
        client.get(WORDS)
        waiting = Answer.objects.filter(state=AnswerState.PENDING)
        self.purge()
        assert waiting.count() == 1
        waiting.update(asked_at=timezone.now() - datetime.timedelta(hours=25))
        self.purge()
        assert not waiting.exists() and Answer.objects.filter(pk=kept.pk).exists()

    def test_a_file_of_no_answer_goes_unless_a_job_may_be_writing_it(self, kept):
        old, new = (store.folder() / name for name in ("old.part", "new.part"))
        for it in (old, new):
            it.write_text("half")
        hours_ago = (timezone.now() - datetime.timedelta(hours=7)).timestamp()
        os.utime(old, (hours_ago, hours_ago))
        self.purge()
        assert not old.exists() and new.exists() and (store.folder() / kept.file).exists()

    def test_the_disk_is_not_filled(self, kept, monkeypatch):
        monkeypatch.setattr(store, "MAX_FILE_BYTES", kept.size - 1)
        self.purge()
        assert not (store.folder() / kept.file).exists()


class TestLate:
    """A question that waits for long is told to whoever looks after the site."""

    @pytest.fixture
    def waiting(self, large, client):
        health.kept.forget()
        client.get(WORDS)
        yield Answer.objects.filter(state=AnswerState.PENDING)
        health.kept.forget()

    def test_one_that_waits_for_a_moment_is_in_order(self, waiting):
        waiting.update(asked_at=timezone.now() - datetime.timedelta(minutes=9))
        assert health.readiness()["answers"] == "ok"

    def test_one_that_waits_for_longer_is_counted(self, waiting, client, settings):
        settings.READYZ_PUBLIC = True
        waiting.update(asked_at=timezone.now() - datetime.timedelta(minutes=11))
        response = client.get("/readyz")
        # Pages are served all the same.
        assert response.status_code == 200 and response.json()["status"] == "degraded"
        said = response.json()["checks"]["answers"]
        assert said == "1 waiting for more than 10 minutes: see /admin/background/"

    def test_looking_again_makes_it_no_younger_and_puts_it_into_the_queue_once(self, waiting, client):
        from django.db import connection

        waiting.update(asked_at=timezone.now() - datetime.timedelta(minutes=11))
        with connection.cursor() as cursor:
            # It fell out of the queue.
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'make_answer'")
        assert jobs() == 0
        for _ in range(2):
            client.get(WORDS)
        assert jobs() == 1
        assert health.readiness()["answers"].startswith("1 waiting")
        work()
        assert health.readiness()["answers"] == "ok"
