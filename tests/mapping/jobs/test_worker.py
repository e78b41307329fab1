"""A worker, its jobs, the database: each may end at any moment, and the work is done all the same."""

import os
import signal
import time

from mapping.jobs import lost
from mapping.models import JobFailure
from tests.mapping.jobs.conftest import rows


def test_it_does_what_waits_and_ends_when_asked_to(queue, start_worker):
    job = queue.put("fine")
    worker = start_worker("--once")
    assert worker.wait() == 0, worker.log.read_text()
    assert queue.of(job) == ("succeeded", 1)


def test_a_job_whose_worker_was_killed_is_done_by_the_next_within_a_minute(queue, start_worker):
    job = queue.put("sleeps", args={"seconds": 600}, lock="network-1")
    first = start_worker()
    queue.wait_for(job, "doing")
    first.kill()
    first.wait()
    rows("UPDATE procrastinate_jobs SET args = '{\"seconds\": 0}' WHERE id = %s", job)
    # One more that needs the lock of the dead one.
    after = queue.put("fine", lock="network-1")
    start_worker()
    assert queue.wait_for(job, "succeeded", "failed") == ("succeeded", 2)
    assert queue.wait_for(after, "succeeded", "failed") == ("succeeded", 1)
    assert JobFailure.objects.get(job=job).error == lost.REASON


def test_a_killed_worker_leaves_no_process_behind(queue, start_worker):
    job = queue.put("sleeps", args={"seconds": 600})
    worker = start_worker("--jobs", "1")
    queue.wait_for(job, "doing")
    time.sleep(1)
    children = children_of(worker.pid)
    assert children
    worker.kill()
    worker.wait()
    while any(os.path.exists(f"/proc/{it}") for it in children):
        time.sleep(0.1)


def test_a_worker_that_is_last_sent_stop_gives_its_job_back_at_once(queue, start_worker):
    job = queue.put("sleeps", args={"seconds": 600}, lock="network-1")
    worker = start_worker("--grace", "0.5")
    queue.wait_for(job, "doing")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 0
    assert queue.of(job) == ("todo", 1)
    assert rows("SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_a_job_that_fails_is_tried_again_later_and_says_why(queue, start_worker):
    job = queue.put("wrong")
    start_worker("--once").wait()
    assert queue.of(job) == ("todo", 1)
    [(wait,)] = rows(
        "SELECT extract(epoch FROM scheduled_at - (SELECT max(at) FROM procrastinate_events WHERE job_id = %s"
        " AND type = 'deferred_for_retry')) FROM procrastinate_jobs WHERE id = %s", job, job,
    )  # fmt: skip
    assert 0 < wait <= 10
    # Not the second line, which tells a value.
    assert JobFailure.objects.get(job=job).error == "ValueError: what is wrong"


def test_a_task_that_this_version_does_not_know_is_left_for_one_that_does(queue, start_worker):
    job = queue.put("of_the_next_version")
    start_worker("--once").wait()
    assert queue.of(job) == ("todo", 1)
    assert "knows no task" in JobFailure.objects.get(job=job).error


def test_a_job_that_failed_often_enough_is_left_for_a_person(queue, start_worker):
    job = queue.put("wrong", attempts=4)
    start_worker("--once").wait()
    assert queue.of(job) == ("failed", 5)


def test_a_job_that_fails_while_a_later_one_waits_lets_go_for_it(queue, start_worker):
    # Put back as it is, it would break the unique index of the queueing lock, and stay `doing` for good.
    job = queue.put("sleeps", args={"seconds": 600}, lock="network-1", queueing_lock="network-1")
    worker = start_worker("--grace", "0.5")
    queue.wait_for(job, "doing")
    later = queue.put("fine", lock="network-1", queueing_lock="network-1")
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    assert queue.of(job)[0] == "aborted"
    start_worker("--once").wait()
    assert queue.of(later)[0] == "succeeded"


def test_a_job_that_kills_its_process_leaves_the_worker_alive(queue, start_worker):
    job, after = queue.put("dies"), queue.put("fine")
    worker = start_worker("--jobs", "1")
    assert queue.wait_for(after, "succeeded") == ("succeeded", 1)
    # By now it may have been tried again.
    assert queue.of(job)[0] in ("todo", "doing")
    assert "SIGSEGV" in JobFailure.objects.get(job=job, attempt=1).error
    assert worker.poll() is None


def test_a_job_that_lets_python_do_nothing_else_is_not_taken_for_lost(queue, start_worker):
    # Longer than a worker of the tests may be silent (faulty_tasks).
    job = queue.put("holds_on", args={"seconds": 18})
    start_worker("--jobs", "1")
    start_worker("--jobs", "1")
    assert queue.wait_for(job, "succeeded") == ("succeeded", 1)
    assert not JobFailure.objects.exists()


def test_a_job_that_takes_too_long_is_stopped(queue, start_worker, monkeypatch):
    import pytest

    from mapping.jobs.retry import JobFailed
    from mapping.jobs.runner import Runner
    from tests.mapping.jobs.conftest import database_url, run_apart

    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.mapping.jobs.settings")
    runner = Runner(seconds_at_most=1)
    row = {"id": 1, "queue": "tests", "lock": None, "queueing_lock": None, "task_name": "sleeps"}
    with pytest.raises(JobFailed, match="more than"):
        run_apart(runner.run(row | {"task_kwargs": {"seconds": 600}}, lambda: False))
    runner.seconds_at_most = 600
    # And the next one finds a new process.
    run_apart(runner.run(row | {"task_kwargs": {"seconds": 0}}, lambda: False))
    runner.kill()


def test_a_job_that_lost_the_database_is_tried_again_within_seconds(queue, start_worker):
    job = queue.put("loses_the_database", attempts=10)
    start_worker("--once").wait()
    assert queue.of(job) == ("todo", 11)


def test_a_job_that_its_own_worker_does_not_know_is_done(queue, start_worker):
    # As after an answer of the database that was lost on its way.
    first = queue.put("fine")
    start_worker()
    queue.wait_for(first, "succeeded")
    [(worker,)] = rows("SELECT id FROM procrastinate_workers")
    job = queue.put("fine", status="doing", worker_id=worker)
    assert queue.wait_for(job, "succeeded") == ("succeeded", 2)


def test_a_worker_outlives_the_end_of_all_its_connections(queue, start_worker):
    first = queue.put("fine")
    worker = start_worker()
    queue.wait_for(first, "succeeded")
    rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
         " AND pid <> pg_backend_pid()")  # fmt: skip
    second = queue.put("fine")
    assert queue.wait_for(second, "succeeded") == ("succeeded", 1)
    assert worker.poll() is None


def children_of(process: int) -> list[int]:
    with open(f"/proc/{process}/task/{process}/children") as file:
        return [int(it) for it in file.read().split()]
