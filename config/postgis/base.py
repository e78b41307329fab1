"""Django's PostGIS backend. What it adds: nobody waits for a database that is known to be away, and small reads.

The pool lets everybody who wants a connection wait for its timeout while it tries in the background. With the database
away that would be all threads, one second each, for every request. So when a connection could not be had, for a moment
the next ones are told so without waiting, and then one at a time finds out whether it is back.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence

import psycopg
from django.contrib.gis.db.backends.postgis.base import DatabaseWrapper as PostGISWrapper
from django.utils.asyncio import async_unsafe
from psycopg import Cursor
from psycopg_pool import PoolTimeout, TooManyRequests

from .readers import NoneFree, Reader, Readers

SECONDS_BELIEVED = 0.5  # for so long nobody asks again after the database was found to be away
LONGEST_WAIT = 0.9  # seconds for a connection of the pool; it is asked in turns of its `timeout`
FIRST_WAIT = 3.0  # ... for the first one of a process, which may be starting on a busy machine
# A plan for each statement that is prepared, whatever is asked: planning takes longer than a small statement.
READING = "SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false)"


class Away(psycopg.OperationalError):
    """The database cannot be reached."""


class Busy(psycopg.OperationalError):
    """Every connection of the pool is in use."""


class Breaker:
    """What is known of one database: whether it was away when it was asked last, and who is finding out."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.away_since: float | None = None
        self.ask_again_at = 0.0

    def may_ask(self) -> bool:
        """Whether to ask for a connection: always when it was there last, else one thread every moment."""
        with self.lock:
            if self.away_since is None:
                return True
            now = time.monotonic()
            if now < self.ask_again_at:
                return False
            # The one who asks now has the pool's timeout to hear; meanwhile nobody else does.
            self.ask_again_at = now + 2.0
            return True

    def was_away(self) -> None:
        with self.lock:
            now = time.monotonic()
            self.away_since = now if self.away_since is None else self.away_since
            self.ask_again_at = now + SECONDS_BELIEVED

    def was_there(self) -> None:
        if self.away_since is not None:
            with self.lock:
                self.away_since = None


class DatabaseWrapper(PostGISWrapper):
    """A connection to PostGIS. Raises OperationalError at once while the database is away, or the pool is in use."""

    _breakers: dict[str, Breaker] = {}

    _readers: dict[tuple[str, int], Readers] = {}

    @property
    def breaker(self) -> Breaker:
        return self._breakers.setdefault(self.alias, Breaker())

    def read_one(self, sql: str, parameters: Sequence[str | int | float], *, prepare: bool = True) -> tuple | None:
        """Return the first row of a statement that only reads; of a few texts when `prepare`d, once a connection.

        A prepared one outside of a transaction is asked on a connection of its own (`readers.py`): such rows are of
        bigint and bytea. A pool in front of PostgreSQL has to know prepared statements (pgbouncer since 1.21).
        """
        if prepare and self.connection is None and self.pool:
            try:
                with self.wrap_database_errors:
                    return self.readers.one(sql, parameters, self._reader)
            except NoneFree:
                pass
        self.ensure_connection()
        raw = self.connection
        with self.wrap_database_errors:
            if raw.prepare_threshold is None:
                # Only cursors that bind on the server prepare anything: Django's own do not, so this is ours alone.
                raw.prepare_threshold = 1
                raw.execute(READING)
            with Cursor(raw) as cursor:
                return cursor.execute(sql, parameters, prepare=prepare, binary=True).fetchone()

    def read_rows(self, statement: bytes, parameters: Sequence[bytes | None]) -> list[tuple] | None:
        """Return the rows of a statement that only reads, prepared on a connection of its own (`readers.py`).

        None where this connection has to be asked itself: within a transaction, without a pool, with no reader free.
        """
        in_transaction = self.in_atomic_block or (self.connection is not None and not self.autocommit)
        if in_transaction or not self.pool:
            return None
        try:
            with self.wrap_database_errors:
                return self.readers.rows(statement, parameters, self._reader)
        except NoneFree:
            return None

    @property
    def readers(self) -> Readers:
        # By process: what the one that started us has connected to is not ours.
        key = (self.alias, os.getpid())
        return self._readers.get(key) or self._readers.setdefault(key, Readers())

    def _reader(self) -> Reader:
        if not self.breaker.may_ask():
            raise Away("The database is away: it could not be reached a moment ago.")
        try:
            made = psycopg.connect(**{**self.get_connection_params(), "autocommit": True})
        except psycopg.OperationalError:
            self.breaker.was_away()
            raise
        self.breaker.was_there()
        self._configure_connection(made)
        return Reader(made, READING)

    def close_pool(self) -> None:
        self.readers.close()
        super().close_pool()

    @async_unsafe
    def get_new_connection(self, conn_params):
        pool = self.pool
        if not pool:
            return super().get_new_connection(conn_params)
        if not self.breaker.may_ask():
            raise Away("The database is away: it could not be reached a moment ago.")
        return self._connection_of(pool, conn_params)

    def _connection_of(self, pool, conn_params):
        """Ask the pool until it gives a connection, says that the server refuses, or it takes too long."""
        before = pool.get_stats()
        connected = before.get("connections_num", 0) > before.get("connections_errors", 0)
        until = time.monotonic() + (LONGEST_WAIT if connected else FIRST_WAIT)
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except TooManyRequests as error:
                raise Busy("Too many wait for a connection of the pool.") from error
            except PoolTimeout as error:
                failed = pool.get_stats().get("connections_errors", 0) > before.get("connections_errors", 0)
                if not failed and time.monotonic() < until:
                    continue
                full = pool.get_stats().get("pool_size", 0) >= pool.max_size
                if full and not failed and self.breaker.away_since is None:
                    raise Busy("Every connection of the pool is in use.") from error
                self.breaker.was_away()
                raise Away("The database is away: no connection to it could be made.") from error
            except psycopg.OperationalError:
                self.breaker.was_away()
                raise
            self.breaker.was_there()
            return connection
