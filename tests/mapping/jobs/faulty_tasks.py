"""Tasks that go wrong, for a worker that tests start (settings.py)."""

import ctypes
import os
import signal
import time

from django.db import connection
from procrastinate.contrib.django import app

from mapping.jobs import lost

# So that no test has to wait for half a minute; what they really are is looked at in test_lost.
lost.BEAT_SECONDS = 1
lost.DEAD_AFTER_SECONDS = 10


@app.task(name="fine", queue="tests")
def fine() -> None:
    pass


@app.task(name="wrong", queue="tests")
def wrong() -> None:
    raise ValueError("what is wrong\nDETAIL: Key (email)=(ann@example.org) exists.")


@app.task(name="dies", queue="tests")
def dies() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


@app.task(name="sleeps", queue="tests")
def sleeps(seconds: float) -> None:
    time.sleep(seconds)


@app.task(name="holds_on", queue="tests")
def holds_on(seconds: int) -> None:
    """Keep Python from doing anything else in this process, as a library written in C may."""
    ctypes.PyDLL(None).sleep(seconds)


@app.task(name="loses_the_database", queue="tests")
def loses_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
