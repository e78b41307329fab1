"""Is the process alive; is everything it needs there.

`CHECKS` is the list of what `/readyz` looks at: a name and a function that returns "ok", or in a few words what is
the matter. Add a check with `check(name)`; it has to cost one quick query at most. What they found is kept for
`SECONDS_KEPT`, so that asking often costs nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, JsonResponse

from mapping.answers import store
from mapping.commands import withdrawals
from mapping.jobs import status as jobs

OK = "ok"
SECONDS_KEPT = 1.0
QUERY_MS = 1000  # the longest that one question of a check may take

CHECKS: dict[str, Callable[[], str]] = {}
# What pages work without: it is told, and the site is ready all the same.
REPORTED_ONLY: set[str] = set()


def check(name: str, *, needed: bool = True) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Put a function on the list of checks, under `name`. It returns `OK` or what is the matter.

    What is not `needed` makes the answer "degraded", with status 200: pages are served without it.
    """

    def put(function: Callable[[], str]) -> Callable[[], str]:
        CHECKS[name] = function
        if not needed:
            REPORTED_ONLY.add(name)
        return function

    return put


@lru_cache(maxsize=1)
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    """Every migration of this version, read from the disk once in the life of a process."""
    return frozenset(MigrationLoader(None).graph.nodes)


@check("migrations")
def migrations() -> str:
    """Every migration of this version has been run."""
    waiting = len(_migrations_on_disk() - MigrationRecorder(connection).applied_migrations().keys())
    return f"{waiting} waiting: run manage.py migrate" if waiting else OK


@check("queue")
def queue() -> str:
    """The job queue has its tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
        return OK if cursor.fetchone()[0] else "its tables are missing: run manage.py migrate"


check("withdrawals")(withdrawals.state)
check("workers", needed=False)(jobs.of_workers)
check("jobs", needed=False)(jobs.of_jobs)
check("answers", needed=False)(store.lateness)


def readiness() -> dict[str, str]:
    """Ask every check, and return what each said by its name; `{"database": ...}` alone when there is none."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {QUERY_MS:d}")
            return {"database": OK, **{name: asked() for name, asked in CHECKS.items()}}
    except (DatabaseError, InterfaceError):
        return {"database": "does not answer"}


class Kept:
    """What was found last, kept for a moment. One thread asks; the others wait for what it is told."""

    def __init__(self, ask: Callable[[], dict[str, str]], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.lock = threading.Lock()
        self.found: dict[str, str] = {}
        self.until = 0.0

    def get(self) -> dict[str, str]:
        with self.lock:
            if time.monotonic() >= self.until:
                self.found = self.ask()
                self.until = time.monotonic() + self.seconds
            return self.found

    def forget(self) -> None:
        self.until = 0.0


kept = Kept(readiness, SECONDS_KEPT)


def report() -> tuple[int, dict[str, object]]:
    """Return the status that `/readyz` answers with, and its body."""
    checks = kept.get()
    wrong = {name for name, said in checks.items() if said != OK}
    if wrong - REPORTED_ONLY:
        return 503, {"status": "not ready", "checks": checks}
    return 200, {"status": "degraded" if wrong else OK, "checks": checks}


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": OK})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether everything is there, on the public port only where `READYZ_PUBLIC` says so: 503 with the reason if not.

    The health listener (docs/operator.md) answers it always.
    """
    if not settings.READYZ_PUBLIC:
        raise Http404
    status, body = report()
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
