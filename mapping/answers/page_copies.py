"""Copies of public pages, kept in the database and shared by all web processes (ADR 0028).

A view that makes a page says what the page depends on (`may_keep`); the middleware keeps what was sent
(`mapping.views.copies`). A copy is given out only while its state is the current one: both are read in one statement,
so the first answer after a change is a new one.
"""

from __future__ import annotations

import datetime
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from config import remembered
from mapping.models import Place

logger = logging.getLogger(__name__)

MOST_BYTES = 1_000_000  # of one copy, compressed
LONGEST = datetime.timedelta(minutes=10)  # how long one may be given out, whatever it depends on
LONGEST_TURN = 0.2  # seconds that a thread waits for the connection; without it the page is made
STATEMENT_MS = 500
SECONDS_AWAY = 2.0  # for so long nobody asks again after a failure
SECONDS_BETWEEN_TIDYING = 30.0

STATE = b"SELECT mapping_page_state($1, $2)"
GET = b"SELECT head, body FROM mapping_page_copy_get($1, $2, $3)"
GET_TYPES = [psycopg.adapters.types[name].oid for name in ("bytea", "timestamptz")] + [
    psycopg.adapters.types["text"].array_oid
]
TEXT, BINARY = psycopg.pq.Format.TEXT, psycopg.pq.Format.BINARY
PUT = "SELECT mapping_page_copy_put(%b, %s, %s, %s, %s, %s, %s, %b)"
TIDY = "SELECT mapping_page_copy_tidy(%s, %s)"


class Rule(NamedTuple):
    """What a page was made of: a place (None: all of them), in which state, and until when it holds by the clock."""

    place: int | None
    state: str
    until: datetime.datetime


class Copy(NamedTuple):
    """A copy that holds. head : names and values, as JSON. body : None where the reader has it already."""

    head: str
    body: bytes | None


def state(place: int | None, now: datetime.datetime | None = None) -> str:
    """Return the state of what pages of `place` (None: of all places) show. One query."""
    at = now or timezone.now()
    of = None if place is None else str(place).encode()
    found = connection.read_rows(STATE, [of, at.isoformat().encode()])
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT mapping_page_state(%s, %s)", [place, at])
            found = cursor.fetchall()
    return found[0][0]


def may_keep(request: HttpRequest, place: int | None, state: str, until: datetime.datetime | None = None) -> None:
    """Say that everybody may be sent what this request is answered with, as long as `state` is current.

    The state has to be read before anything that the page shows. `until`: when it is out of date by the clock alone.
    """
    soon = timezone.now() + LONGEST
    request._page_copy = Rule(place, state, min(until, soon) if until else soon)  # type: ignore[attr-defined]
    remembered.hold(f"{place} {state}")


def hold(request: HttpRequest, place: int | None, now: datetime.datetime) -> str:
    """Read the state for whoever is not signed in before anything is shown, and keep it for the rest of the request."""
    read = state(place, now)
    request._page_state = (place, read)  # type: ignore[attr-defined]
    remembered.hold(f"{place} {read}")
    return read


def begin(request: HttpRequest, *, for_everybody: bool) -> None:
    """Read the state of all places before the record that is asked for, so that no copy has one hidden meanwhile.

    for_everybody : whether what is read is what everybody sees, so that it may be remembered.
    """
    now = timezone.now()
    if for_everybody and request.method in ("GET", "HEAD"):
        hold(request, None, now)
    else:
        request._page_state = (None, state(None, now))  # type: ignore[attr-defined]


def begin_at(request: HttpRequest, slug: str, *, for_everybody: bool) -> None:
    """Read the state of the place with a map of its own at `slug` (else of all) before that place itself is read."""
    place = Place.objects.homes().current().filter(slug=slug).values_list("pk", flat=True).first()
    now = timezone.now()
    if for_everybody:
        hold(request, place, now)
    else:
        request._page_state = (place, state(place, now))  # type: ignore[attr-defined]


def state_for(request: HttpRequest, place: int | None, now: datetime.datetime) -> str:
    """The state that was read for this request, or is read now."""
    of_place, read = getattr(request, "_page_state", (0, ""))
    return read if read and of_place == place else state(place, now)


def rule_of(request: HttpRequest) -> Rule | None:
    return getattr(request, "_page_copy", None)


def next_minute(now: datetime.datetime) -> datetime.datetime:
    return now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)


def next_hour(now: datetime.datetime) -> datetime.datetime:
    return now.replace(minute=0, second=0, microsecond=0) + datetime.timedelta(hours=1)


class Shelf:
    """Where the copies are. One connection a process, of its own: a copy costs one statement and nothing around it.

    Whatever fails here is as if there were no copy: the page is made.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: psycopg.Connection | None = None
        self.of: tuple[int, str] = (0, "")
        self.ask_again_at = 0.0
        self.tidy_at = 0.0

    def get(self, key: bytes, now: datetime.datetime, known: Sequence[str] = ()) -> Copy | None:
        """The copy that holds now, without its body when its tag is among `known` (without W/; "*" is any)."""
        parameters = [key, now.isoformat().encode(), _array(known)]

        def ask(connection: psycopg.Connection) -> Copy | None:
            # By libpq itself: the cursor around it would take longer than all the rest.
            found = connection.pgconn.exec_params(GET, parameters, GET_TYPES, [BINARY, TEXT, TEXT], BINARY)
            if found.status != psycopg.pq.ExecStatus.TUPLES_OK:
                raise psycopg.errors.error_from_result(found)
            head = found.get_value(0, 0) if found.ntuples else None
            return None if head is None else Copy(head.decode(), found.get_value(0, 1))

        return self._ask(ask)

    def put(self, key: bytes, rule: Rule, tag: str, head: list[tuple[str, str]], body: bytes) -> bool:
        """Keep a copy; False when what it was made of has changed meanwhile, or it could not be kept."""
        now = timezone.now()
        if rule.until <= now or len(body) > MOST_BYTES:
            return False
        row = self._execute(PUT, (key, rule.place, rule.state, now, rule.until, tag, json.dumps(head), body))
        if time.monotonic() >= self.tidy_at:
            self.tidy_at = time.monotonic() + SECONDS_BETWEEN_TIDYING
            self._execute(TIDY, (now, settings.PAGE_COPIES_MB * 1_000_000))
        return bool(row and row[0])

    def close(self) -> None:
        with self.lock:
            self._drop()

    def _execute(self, statement: str, parameters: tuple) -> tuple | None:
        return self._ask(lambda it: it.cursor(binary=True).execute(statement, parameters).fetchone())

    def _ask(self, ask: Callable[[psycopg.Connection], Any]) -> Any:
        # Where the pool found nobody a moment ago, we need not find out for ourselves.
        is_away = connection.breaker.away_since is not None
        if is_away or time.monotonic() < self.ask_again_at or not self.lock.acquire(timeout=LONGEST_TURN):
            return None
        try:
            return ask(self._connected())
        except psycopg.errors.QueryCanceled:
            # Somebody changes what this copy shows just now.
            return None
        except (psycopg.Error, OSError) as error:
            self.ask_again_at = time.monotonic() + SECONDS_AWAY
            logger.info("No copies of pages: %s", str(error).strip().partition("\n")[0])
            self._drop()
            return None
        finally:
            self.lock.release()

    def _connected(self) -> psycopg.Connection:
        here = (os.getpid(), str(connection.settings_dict["NAME"]))
        if self.connection is None or self.of != here:
            if self.of[0] == here[0]:
                self._drop()
            given = connection.get_connection_params()
            for name in ("context", "cursor_factory", "prepare_threshold"):
                given.pop(name, None)
            # No prepared statements: a pooler may stand in front. The functions keep their plans themselves.
            made = psycopg.connect(**given, autocommit=True, prepare_threshold=None)
            made.execute(f"SET statement_timeout = {STATEMENT_MS}")
            self.connection, self.of = made, here
        return self.connection

    def _drop(self) -> None:
        if self.connection is not None and self.of[0] == os.getpid():
            try:
                self.connection.close()
            except psycopg.Error:
                pass
        self.connection = None


def _array(texts: Sequence[str]) -> bytes:
    """Texts as PostgreSQL writes an array of them."""
    quoted = (it.replace("\\", "\\\\").replace('"', '\\"') for it in texts if "\0" not in it)
    return "{{{}}}".format(",".join(f'"{it}"' for it in quoted)).encode("utf-8", "replace")


shelf = Shelf()
