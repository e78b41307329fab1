"""Jobs of dead workers are given back: once, with a limit, and never against the unique indexes of the queue."""

from contextlib import asynccontextmanager

import pytest
from procrastinate.contrib.django import app

from mapping.jobs import lost
from mapping.models import JobFailure
from tests.mapping.jobs.conftest import run_apart


@pytest.fixture
def doing(queue):
    """Puts in a job that a worker is at, dead for an hour unless said otherwise."""

    def put(seconds: int | None = 3600, **options) -> int:
        worker = None if seconds is None else queue.dead_worker(seconds)
        return queue.put("fine", status="doing", worker_id=worker, **options)

    return put


@asynccontextmanager
async def opened(connector):
    await connector.open_async()
    yield
    await connector.close_async()


def give_back(**options):
    async def do():
        connector = app.connector.get_worker_connector()
        async with opened(connector):
            return await lost.give_back(connector, **options)

    return run_apart(do())


def test_it_is_noticed_and_done_within_a_minute():
    from mapping.jobs.worker import POLL_SECONDS

    # A heartbeat just before its end, another worker's look just before that is too old, its next, and a poll.
    assert lost.DEAD_AFTER_SECONDS + 2 * lost.BEAT_SECONDS + POLL_SECONDS < 45
    assert lost.DEAD_AFTER_SECONDS >= 4 * lost.BEAT_SECONDS


@pytest.mark.parametrize("seconds", [3600, lost.DEAD_AFTER_SECONDS + 5, None])
def test_it_is_to_be_done_again_and_holds_no_lock(queue, doing, seconds):
    job = doing(seconds, lock="network-1")
    assert [it["status"] for it in give_back()] == ["todo"]
    assert queue.of(job) == ("todo", 1)
    assert JobFailure.objects.get().attempt == 1
    assert give_back() == []


def test_that_of_a_living_worker_is_left_alone(queue, doing):
    job = doing(seconds=0)
    assert give_back() == []
    assert queue.of(job) == ("doing", 0)


def test_what_nobody_is_at_is_lost_though_its_worker_lives(queue, doing):
    job, other = doing(seconds=0), doing(seconds=0)
    assert [it["job"] for it in give_back(astray=[job])] == [job]
    assert queue.of(other) == ("doing", 0)


def test_one_that_kills_its_workers_is_given_up(queue, doing):
    job = doing(attempts=4)
    give_back()
    assert queue.of(job) == ("failed", 5)


def test_one_that_waits_does_its_work(queue, doing):
    job, waiting = doing(queueing_lock="network-1"), queue.put("fine", queueing_lock="network-1")
    give_back()
    assert (queue.of(job)[0], queue.of(waiting)[0]) == ("aborted", "todo")


def test_of_two_with_one_queueing_lock_one_is_done_again(queue, doing):
    jobs = [doing(queueing_lock="keep_dates"), doing(queueing_lock="keep_dates")]
    give_back()
    assert sorted(queue.of(it)[0] for it in jobs) == ["aborted", "todo"]
