"""What can be seen of background work, and trying a failed job again."""

import pytest
from django.db import connection

from mapping.commands import jobs
from mapping.jobs import status, upkeep
from mapping.models import Actor, AuditEntry, JobFailure
from mapping.views import health

pytestmark = pytest.mark.django_db


def put(task="rebuild_network", ago=0, state="todo", args="{}", **columns):
    """A job that was put in so many minutes ago."""
    values = {"queue_name": "network", "task_name": task, "status": state, "args": args, **columns}
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO procrastinate_jobs ({names}) VALUES ({places}) RETURNING id", [*values.values()])
        [job] = cursor.fetchone()
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job])
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " VALUES (%s, 'deferred', now() - make_interval(mins => %s))", [job, ago],
        )  # fmt: skip
    return job


def beat(ago=0):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(mins => %s))", [ago]
        )


def state_of(job):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()


@pytest.fixture(autouse=True)
def nothing_kept(db):
    with connection.cursor() as cursor:
        # What tests that commit have left behind; it is there again after this one.
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")
    health.kept.forget()
    yield
    health.kept.forget()


class TestStatus:
    def test_one_query_says_it_all(self, django_assert_num_queries):
        beat(), beat(ago=600)
        put(ago=3), put(state="doing"), put(state="failed"), put(scheduled_at="2999-01-01")
        with django_assert_num_queries(1):
            found = status.status()
        assert (found.workers, found.waiting, found.doing, found.failed) == (1, 1, 1, 1)
        assert found.stands_still is None and not found.is_late

    def test_with_no_living_worker_it_stands_still_since_the_last_one_was_heard_of(self):
        beat(ago=90)
        found = status.status()
        assert found.stands_still == found.heard
        assert "none since" in status.of_workers()

    def test_where_there_never_was_one_since_the_oldest_job_waits(self):
        put(ago=20)
        found = status.status()
        assert found.stands_still == found.waiting_since

    def test_a_job_that_waits_too_long_is_told(self):
        beat()
        put(ago=status.LATE_MINUTES - 2)
        assert status.of_jobs() == "ok"
        put(ago=status.LATE_MINUTES + 2)
        assert status.of_jobs() == "2 waiting, the oldest for 17 minutes"

    def test_a_failed_job_is_told_for_a_week(self):
        put(state="failed", ago=60 * 24 * 8)
        assert status.of_jobs() == "ok"
        put(state="failed")
        assert status.of_jobs().startswith("1 failed")


class TestReadyz:
    def test_it_tells_and_the_site_is_ready_all_the_same(self, client, settings):
        settings.READYZ_PUBLIC = True
        put(state="failed")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        checks = answer.json()["checks"]
        assert checks["workers"].startswith("none since") and checks["jobs"].startswith("1 failed")

    def test_with_a_worker_everything_is_well(self, client, settings):
        settings.READYZ_PUBLIC = True
        beat()
        assert client.get("/readyz").json()["status"] == "ok"


class TestTryAgain:
    def test_it_is_put_back_and_the_press_of_the_button_is_kept(self, place):
        job = put(state="failed", attempts=5, args=f'{{"place_id": {place.pk}}}')
        assert jobs.try_again(actor=Actor.command("test"), job=job) == "rebuild_network"
        assert state_of(job) == ("todo", 0)
        entry = AuditEntry.objects.get(action="try job again")
        assert entry.data == {"job": job, "task": "rebuild_network", "place": place.pk}

    @pytest.mark.parametrize("state", ["todo", "doing", "succeeded"])
    def test_what_has_not_failed_is_refused(self, state):
        job = put(state=state)
        with pytest.raises(jobs.JobRefused, match="has not failed"):
            jobs.try_again(actor=Actor.command("test"), job=job)
        with pytest.raises(jobs.JobRefused):
            jobs.try_again(actor=Actor.command("test"), job=job + 1000)
        assert not AuditEntry.objects.filter(action="try job again").exists()

    def test_where_another_waits_that_does_the_same_it_is_refused(self):
        job = put(state="failed", queueing_lock="network-1")
        put(queueing_lock="network-1")
        with pytest.raises(jobs.JobRefused, match="waits already"):
            jobs.try_again(actor=Actor.command("test"), job=job)


def test_old_jobs_are_forgotten_and_why_they_failed_later():
    day = 60 * 24
    gone = [put(state="succeeded", ago=8 * day), put(state="failed", ago=31 * day)]
    kept = [put(state="succeeded", ago=6 * day), put(state="failed", ago=8 * day), put(ago=100 * day)]
    JobFailure.objects.create(job=1, task="a", attempt=1, error="b")
    assert upkeep.forget_old() == 2
    assert [state_of(it) for it in gone] == [None, None]
    assert all(state_of(it) for it in kept)
    assert JobFailure.objects.count() == 1


@pytest.mark.parametrize(
    ("args", "away"),
    [((ValueError("x"),), False), ((__import__("django").db.OperationalError("x"),), True)],
)
def test_why_a_job_failed_decides_how_often_it_is_tried(args, away):
    from mapping.jobs.retry import MAX_DATABASE_TRIES, MAX_TRIES, database_away, wait_before

    assert database_away(*args) is away
    most = MAX_DATABASE_TRIES if away else MAX_TRIES
    waits = [wait_before(tries, away) for tries in range(1, most + 1)]
    assert waits[-1] is None and all(it and it > 0 for it in waits[:-1])


def test_what_came_from_the_database_is_the_databases():
    from django.db import InterfaceError

    from mapping.jobs.retry import database_away

    try:
        try:
            raise InterfaceError("connection already closed")
        except InterfaceError:
            raise RuntimeError("could not read") from None
    except RuntimeError as error:
        assert database_away(error)


def test_every_task_is_tried_again():
    from procrastinate.contrib.django import app

    ours = {name: task for name, task in app.tasks.items() if "builtin" not in name}
    assert {"rebuild_network", "keep_dates", "forget_jobs"} <= ours.keys()
    assert all(task.retry_strategy is not None for task in ours.values())
