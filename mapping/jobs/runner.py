"""A process that runs one job after another for a worker, so that a job can harm neither the worker nor its heartbeat.

A library written in C may keep Python from doing anything else for as long as it computes: in the worker's own process
its heartbeat would stop, and another worker would take the job for lost. A job that runs out of memory, crashes or
takes too long ends this process alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from procrastinate import exceptions

from .retry import JobFailed, database_away

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 300
PR_SET_PDEATHSIG = 1


class Runner:
    """One child process, started when it is first needed and again after its end.

    `seconds_at_most` is the longest that one job may take.
    """

    def __init__(self, seconds_at_most: float) -> None:
        self.seconds_at_most = seconds_at_most
        self._process: Any = None
        self._pipe: Connection | None = None

    async def run(self, job: dict[str, Any], asked_to_stop: Callable[[], bool]) -> None:
        """Run a job (`task_name`, `task_kwargs` and the rest of its row).

        Raises
        ------
        JobFailed
            When it failed, took too long, or its process died.
        procrastinate.exceptions.JobAborted
            When `asked_to_stop` said so before it was done.
        """
        if self._process is None or not self._process.is_alive():
            self._start()
        assert self._pipe is not None
        self._pipe.send(job)
        deadline = time.monotonic() + self.seconds_at_most
        while not await self._something_happened(0.5):
            if asked_to_stop():
                self.kill()
                raise exceptions.JobAborted
            if time.monotonic() > deadline:
                self.kill()
                raise JobFailed("TookTooLong", f"It took more than {self.seconds_at_most / 60:.0f} minutes.")
        try:
            answer = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(5)
            status = self._process.exitcode
            self.kill()
            raise JobFailed("ProcessDied", f"The process that ran it ended ({_how_it_ended(status)}).") from None
        if answer is not None:
            raise JobFailed(*answer)

    def kill(self) -> None:
        """End the process at once, with whatever it is doing; the database undoes what was not committed."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def _start(self) -> None:
        self.kill()
        # Not a fork: the worker has threads and open connections.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, os.getpid()), name="job runner", daemon=True)
        self._process.start()
        theirs.close()

    async def _something_happened(self, seconds: float) -> bool:
        """Wait for an answer or the end of the process, but no longer than that."""
        assert self._pipe is not None
        loop, happened = asyncio.get_running_loop(), asyncio.Event()
        handle = self._pipe.fileno()
        loop.add_reader(handle, happened.set)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(happened.wait(), seconds)
        finally:
            loop.remove_reader(handle)
        return happened.is_set()


def serve(pipe: Connection, worker: int) -> None:
    """What the child process does: run what comes through `pipe` until its worker (a process id) is gone."""
    _die_with(worker)
    # Ctrl-C reaches every process of the terminal; the worker alone decides what becomes of a job.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    import django

    django.setup()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(perform(pipe.recv()))


def perform(row: dict[str, Any]) -> tuple[str, str, bool] | None:
    """Run one job here and now. Returns None, or what `JobFailed` is told of why it failed."""
    from django.db import close_old_connections
    from procrastinate.contrib.django import app
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

    job = Job(**row)
    try:
        close_old_connections()
        app.perform_import_paths()
        task = app.tasks[job.task_name]
        context = JobContext(app=app, job=job, start_timestamp=time.time(), abort_reason=lambda: None)
        task(*([context] if task.pass_context else []), **job.task_kwargs)
    except Exception as error:
        logger.exception("Job %s failed.", job.call_string)
        return type(error).__name__, first_line(error), database_away(error)
    finally:
        close_old_connections()
    return None


def first_line(error: BaseException) -> str:
    """The first line of its message: PostgreSQL tells the values of the row in the second."""
    lines = str(error).strip().splitlines()
    return lines[0][:LONGEST_MESSAGE] if lines else ""


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"status {status}"


def _die_with(worker: int) -> None:
    """End this process when the worker is gone, however that ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == worker:
            time.sleep(1)
        os._exit(1)

    # Elsewhere than on Linux, and for a worker that was gone before we asked.
    threading.Thread(target=watch, daemon=True).start()
