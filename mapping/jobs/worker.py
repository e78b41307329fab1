"""The worker: procrastinate's, made to outlive the database, its jobs, and other workers.

    worker.work()       # until SIGTERM or SIGINT; `manage.py worker`

What differs from `procrastinate worker`: every job runs in a process of its own (runner.py); a job whose worker died is
given back within half a minute, by any worker (lost.py); periodic tasks go by the clock of the place (schedule.py); a
database that is away is waited for.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import procrastinate.worker
from django.conf import settings
from procrastinate import exceptions, retry
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext, JobResult
from procrastinate.jobs import Job, Status
from procrastinate.psycopg_connector import PsycopgConnector

from mapping.commands.restored_withdrawals import at_start

from . import lost
from .retry import Backoff, JobFailed, set_default
from .runner import Runner, first_line
from .schedule import PeriodicDeferrer

logger = logging.getLogger(__name__)

# A job that runs when the worker is told to stop has so long to end; then it is stopped, and done by the next worker.
# `stop_grace_period` in docker-compose.yml and TimeoutStopSec in docs/operator.md are longer.
GRACE_SECONDS = 20
# How long the end of a job is tried to be written down while the database is away; less while stopping.
PERSIST_SECONDS = 60
PERSIST_SECONDS_STOPPING = 5
POLL_SECONDS = 2.0
AWAY_SECONDS = 2.0
# A job that has just ended may not be written down yet.
SETTLING_SECONDS = 2 * PERSIST_SECONDS
LONGEST_PAUSE = 30.0


class Worker(procrastinate.worker.Worker):
    """One worker; `runners` are the processes that it runs jobs in, as many as it does at once."""

    def __init__(
        self, *, runners: list[Runner], queues: list[str] | None = None, wait: bool = True, grace: float = GRACE_SECONDS
    ) -> None:
        super().__init__(
            app,
            queues=queues,
            concurrency=len(runners),
            wait=wait,
            # Without waiting for more, there is nobody to be stopped for.
            shutdown_graceful_timeout=grace if wait else None,
            fetch_job_polling_interval=POLL_SECONDS,
            # We have our own signal handlers, listener and look at the dead.
            install_signal_handlers=False,
            listen_notify=False,
            stalled_worker_timeout=lost.WORKERS_KEPT_HOURS * 3600.0,
            worker_middleware=[self._in_a_process],
        )
        self._idle = list(runners)
        # Jobs that are running here, and when those that were have ended.
        self._here: dict[int, float | None] = {}
        self._unknown: set[int] = set()
        self._errors: dict[int, BaseException] = {}
        self._away = False

    # -- a job

    async def _in_a_process(
        self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: procrastinate.worker.Worker
    ) -> Any:
        job = context.job
        assert job.id is not None
        self._here[job.id] = None
        try:
            task = app.tasks.get(job.task_name)
            if task is None or asyncio.iscoroutinefunction(task.func):
                return await call_next()
            runner = self._idle.pop()
            try:
                return await runner.run(_row(job), context.should_abort)
            finally:
                self._idle.append(runner)
        except BaseException as error:
            self._errors[job.id] = error
            raise
        finally:
            self._here[job.id] = time.monotonic()

    async def _persist_job_status(
        self,
        job: Job,
        status: Status,
        retry_decision: retry.RetryDecision | None,
        context: JobContext,
        job_result: JobResult | None,
    ) -> None:
        """Write down how a job ended, for as long as the database is away; not at all is given back later."""
        assert job.id is not None
        error = self._errors.pop(job.id, None)
        if job.task_name not in app.tasks:
            # An older version's worker, while a newer one is being put in place: another will know it.
            error = JobFailed("TaskNotFound", "This worker's version knows no task of that name.")
            retry_decision = Backoff().get_retry_decision(exception=error, job=job)
        began = time.monotonic()
        while True:
            try:
                if error is not None and not isinstance(error, exceptions.JobAborted):
                    await self._note(job, error)
                    error = None
                await super()._persist_job_status(job, status, retry_decision, context, job_result)
            except exceptions.UniqueViolation:
                # It is to be tried again, and a later one of its queueing lock waits already: that one does it.
                status, retry_decision = Status.ABORTED, None
            except exceptions.ConnectorException as trouble:
                self._say_away(trouble)
                longest = PERSIST_SECONDS_STOPPING if self._stop_event.is_set() else PERSIST_SECONDS
                if time.monotonic() - began > longest:
                    logger.error("The end of job %s could not be written down; it is done once more.", job.call_string)
                    return
                await asyncio.sleep(1)
            else:
                return

    async def _note(self, job: Job, error: BaseException) -> None:
        told = error if isinstance(error, JobFailed) else f"{type(error).__name__}: {first_line(error)}"
        await self.app.connector.execute_query_async(
            "INSERT INTO mapping_jobfailure (job, task, attempt, error)"
            " VALUES (%(job)s, %(task)s, %(attempt)s, %(error)s)",
            job=job.id,
            task=job.task_name,
            attempt=job.attempts + 1,
            error=str(told),
        )

    # -- beside the jobs

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        return [*super()._start_side_tasks(), asyncio.create_task(self._listen(), name="listener")]

    async def _update_heartbeat(self) -> None:
        """Say that we live, and look whether others do not."""
        look_from = 0.0
        while True:
            try:
                await self._beat()
                if time.monotonic() >= look_from:
                    await self._give_back()
                    look_from = 0.0
                self._say_back()
            except exceptions.ConnectorException as trouble:
                self._say_away(trouble)
                # Everybody's heart has stood still with the database: let them be heard first.
                look_from = time.monotonic() + lost.DEAD_AFTER_SECONDS
            await asyncio.sleep(lost.BEAT_SECONDS)

    async def _beat(self) -> None:
        rows = await self.app.connector.execute_query_all_async(
            "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %(id)s RETURNING id", id=self.worker_id
        )
        if not rows:
            logger.warning("This worker is not known any more (a restored database?): it starts afresh.")
            self.stop()

    async def _give_back(self) -> None:
        settled = time.monotonic() - SETTLING_SECONDS
        self._here = {id: ended for id, ended in self._here.items() if ended is None or ended > settled}
        # What is ours in the queue and not here, at two looks in a row: at one it may just have been fetched.
        unknown = await lost.held_by(self.app.connector, self.worker_id) - self._here.keys()
        astray, self._unknown = unknown & self._unknown, unknown
        for row in await lost.give_back(self.app.connector, astray=astray):
            logger.warning("The worker of job %s died; the job is now %s.", row["job"], row["status"])

    async def _periodic_deferrer(self) -> None:
        while True:
            try:
                await PeriodicDeferrer(self.app.periodic_registry, settings.TIME_ZONE).worker()
                return await asyncio.Event().wait()  # no periodic tasks at all
            except exceptions.ConnectorException as trouble:
                self._say_away(trouble)
                await asyncio.sleep(AWAY_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                await self.app.job_manager.listen_for_jobs(
                    on_notification=self._handle_notification, queues=self.queues
                )
            except exceptions.ConnectorException as trouble:
                self._say_away(trouble)
            await asyncio.sleep(AWAY_SECONDS)

    async def _fetch_and_process_jobs(self) -> None:
        try:
            await super()._fetch_and_process_jobs()
        except exceptions.ConnectorException as trouble:
            self._say_away(trouble)
            await asyncio.sleep(AWAY_SECONDS)

    def _say_away(self, trouble: Exception) -> None:
        if not self._away:
            cause = trouble.__cause__ or trouble
            about = first_line(cause) or type(cause).__name__
            logger.warning("The database cannot be used (%s); waiting for it.", about)
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            logger.warning("The database is back.")
        self._away = False


def work(*, at_once: int = 2, wait: bool = True, grace: float = GRACE_SECONDS, queues: list[str] | None = None) -> None:
    """Do background jobs, `at_once` at a time, until SIGTERM or SIGINT; without `wait`, until none is waiting."""
    at_start()
    asyncio.run(_work(at_once, wait, grace, queues))


async def _work(at_once: int, wait: bool, grace: float, queues: list[str] | None) -> None:
    app.perform_import_paths()
    set_default(app)
    stopping = asyncio.Event()
    runners = [Runner(settings.JOB_MINUTES * 60) for _ in range(at_once)]
    worker: Worker | None = None

    def stop() -> None:
        stopping.set()
        if worker is not None:
            worker.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    pause = 1.0
    try:
        while not stopping.is_set():
            began = time.monotonic()
            # Not to wait longer and longer: a database that is back is found within seconds.
            waits = {"timeout": 5, "reconnect_timeout": 4}
            connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2 + at_once, **waits)
            try:
                with app.replace_connector(connector):
                    async with app.open_async():
                        worker = Worker(runners=runners, queues=queues, wait=wait, grace=grace)
                        await worker.run()
                if not wait:
                    return
            except Exception as error:
                cause = error.__cause__ or error
                if pause == 1.0:
                    logger.warning(
                        "The worker cannot work (%s: %s) and tries again.", type(cause).__name__, first_line(cause)
                    )
                if not wait:
                    raise
            worker = None
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE)
            try:
                await asyncio.wait_for(stopping.wait(), pause)
            except TimeoutError:
                continue
    finally:
        for runner in runners:
            runner.kill()


def _row(job: Job) -> dict[str, Any]:
    """What a process needs to know of a job."""
    names = ("id", "status", "queue", "priority", "lock", "queueing_lock", "task_name", "task_kwargs", "scheduled_at",
             "attempts")  # fmt: skip
    return {name: getattr(job, name) for name in names}
