"""A worker as a process of its own, on the test database."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from config.env import ROOT


def database_url() -> str:
    """The address of the test database."""
    about = connection.settings_dict
    query = {"host": about["HOST"], **({"port": about["PORT"]} if about["PORT"] else {})}
    who = quote(about["USER"], safe="") + (f":{quote(about['PASSWORD'], safe='')}" if about["PASSWORD"] else "")
    return f"postgresql://{who}@/{about['NAME']}?{urlencode(query)}"


def rows(query: str, *values) -> list:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def run_apart(work):
    """What a coroutine gives, in a thread of its own: a browser of another test may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Queue:
    """The queue of the test database: puts jobs in, says what became of them."""

    def put(self, task: str, **options) -> int:
        from django.db.backends.postgresql.psycopg_any import Jsonb

        args = Jsonb(options.pop("args", {}))
        columns = {"queue_name": "tests", "task_name": task, "args": args, **options}
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        return rows(f"INSERT INTO procrastinate_jobs ({names}) VALUES ({places}) RETURNING id", *columns.values())[0][0]

    def of(self, job: int) -> tuple[str, int]:
        """Status and number of tries."""
        [(status, attempts)] = rows("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", job)
        return status, attempts

    def wait_for(self, job: int, *wanted: str) -> tuple[str, int]:
        """Wait until its status is one of `wanted`. Not a deadline: what never comes ends the test run."""
        until = time.monotonic() + 300
        while (found := self.of(job))[0] not in wanted:
            assert time.monotonic() < until, f"job {job} is still {found}"
            time.sleep(0.1)
        return found

    def dead_worker(self, seconds: int = 3600) -> int:
        values = "(last_heartbeat) VALUES (now() - make_interval(secs => %s))"
        return rows(f"INSERT INTO procrastinate_workers {values} RETURNING id", seconds)[0][0]


@pytest.fixture
def queue(transactional_db):
    tables = "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers"
    rows(f"TRUNCATE {tables}, mapping_jobfailure CASCADE")
    yield Queue()
    rows(f"TRUNCATE {tables}, mapping_jobfailure CASCADE")


@pytest.fixture
def start_worker(queue, tmp_path):
    started = []

    def start(*words: str, **env: str) -> subprocess.Popen:
        ours = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.mapping.jobs.settings"}
        environ = {**os.environ, **ours, **env}
        log = (tmp_path / "worker.log").open("ab")
        command = [sys.executable, ROOT / "manage.py", "worker", "--queues", "tests", *words]
        child = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        child.log = tmp_path / "worker.log"
        started.append(child)
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.kill()
        child.wait()
