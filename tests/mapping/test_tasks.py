"""A change is followed by a job, once, and never fails because of it."""

import pytest
from django.db import connection
from procrastinate.exceptions import ConnectorException

from mapping import tasks
from mapping.commands.change import change
from mapping.models import Actor, AuditEntry, GraphSnapshot

pytestmark = pytest.mark.django_db


def waiting(place):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args = %s::jsonb",
            [f'{{"place_id": {place.pk}}}'],
        )
        return cursor.fetchone()[0]


def test_changes_in_a_row_queue_one_job(place, django_capture_on_commit_callbacks):
    for action in ("first", "second"):
        with (
            django_capture_on_commit_callbacks(execute=True),
            change(actor=Actor.command("test"), action=action, place=place),
        ):
            pass
    assert waiting(place) == 1


def test_a_queue_that_is_down_does_not_undo_the_change(place, monkeypatch, caplog, django_capture_on_commit_callbacks):
    class Down:
        def configure(self, **_options):
            raise ConnectorException("down")

    monkeypatch.setattr(tasks, "rebuild_network", Down())
    with (
        django_capture_on_commit_callbacks(execute=True),
        change(actor=Actor.command("test"), action="kept", place=place),
    ):
        pass
    assert AuditEntry.objects.filter(action="kept").exists()
    assert "could not be queued" in caplog.text


def test_the_job_works_out_the_network_of_the_place(place):
    tasks.rebuild_network(place_id=place.pk)
    assert GraphSnapshot.objects.get().revision == place.revision_number
    tasks.rebuild_network(place_id=place.pk + 1)
    assert GraphSnapshot.objects.count() == 1
