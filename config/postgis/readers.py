"""Small statements that only read, each in one round trip, on connections that are kept for them.

For every request a connection of Django's pool is asked whether it still lives, set up, and given back; for a small
tile that takes longer than its statement. These connections are asked nothing. One that has died is noticed when it
does not answer; then the statement, which changes nothing, is asked once more on a new one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import psycopg
from psycopg import errors, pq
from psycopg.adapt import Transformer

T = TypeVar("T")

KEPT = 4  # connections at most, in each process; whoever finds none free uses the pool
# What is said of a prepared statement that is no longer known, or whose tables have been altered since.
OUT_OF_DATE = (errors.InvalidSqlStatementName, errors.FeatureNotSupported)
INT8, BYTEA = 20, 17  # oids of the types that answers are made of


class NoneFree(Exception):
    """All connections for small reads are in use."""


class Reader:
    """One connection, with the statements that it has prepared."""

    def __init__(self, connection: psycopg.Connection, settings: str = "") -> None:
        self.connection = connection
        self.prepared: dict[bytes, bytes] = {}
        if settings:
            connection.execute(settings)

    def one(self, sql: str, parameters: Sequence[str | int | float]) -> tuple | None:
        """Return the first row: whole numbers (bigint) and bytes (bytea), nothing else. Raises `psycopg.Error`."""
        result = self._asked(numbered(sql), [str(it).encode() for it in parameters], result_format=1)
        if not result.ntuples:
            return None
        return tuple(
            int.from_bytes(value, "big", signed=True) if value is not None and result.ftype(at) == INT8 else value
            for at, value in enumerate([result.get_value(0, at) for at in range(result.nfields)])
        )

    def rows(self, statement: bytes, parameters: Sequence[bytes | None]) -> list[tuple]:
        """Return all rows, with the values that a cursor of Django's would give. Raises `psycopg.Error`.

        statement : with its parameters numbered ($1); parameters : as PostgreSQL reads them from text.
        """
        result = self._asked(statement, parameters, result_format=0)
        values = Transformer(self.connection)
        values.set_pgresult(result)
        return values.load_rows(0, result.ntuples, tuple)

    def _asked(self, statement: bytes, parameters: Sequence[bytes | None], *, result_format: int) -> pq.abc.PGresult:
        raw = self.connection.pgconn
        name = self.prepared.get(statement)
        if name is None:
            name = b"hb_%d" % len(self.prepared)
            self._checked(raw.prepare(name, statement))
            self.prepared[statement] = name
        return self._checked(raw.exec_prepared(name, parameters, result_format=result_format))

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            return result
        if not result.error_field(pq.DiagnosticField.SQLSTATE):
            # Not from the server: it is gone.
            raise psycopg.OperationalError(result.error_message.decode(errors="replace").strip())
        raise errors.error_from_result(result)

    @property
    def is_lost(self) -> bool:
        return self.connection.pgconn.status != pq.ConnStatus.OK


class Readers:
    """The connections of one process for small reads; the one used last is used next."""

    def __init__(self) -> None:
        # An empty place is a connection that may still be made.
        self.free: deque[Reader | None] = deque([None] * KEPT)

    def one(self, sql: str, parameters: Sequence[str | int | float], connect: Callable[[], Reader]) -> tuple | None:
        """Return the first row of a statement that only reads. Raises `NoneFree`, or `psycopg.Error`."""
        return self._ask(lambda it: it.one(sql, parameters), connect)

    def rows(self, statement: bytes, parameters: Sequence[bytes | None], connect: Callable[[], Reader]) -> list[tuple]:
        """Return all rows of a statement that only reads. Raises `NoneFree`, or `psycopg.Error`."""
        return self._ask(lambda it: it.rows(statement, parameters), connect)

    def _ask(self, ask: Callable[[Reader], T], connect: Callable[[], Reader]) -> T:
        try:
            reader = self.free.pop()
        except IndexError:
            raise NoneFree from None
        try:
            if reader is not None:
                try:
                    return ask(reader)
                except psycopg.Error as error:
                    if not reader.is_lost and not isinstance(error, OUT_OF_DATE):
                        raise
                    reader.connection.close()
                    reader = None
            reader = connect()
            return ask(reader)
        finally:
            if reader is not None and reader.is_lost:
                reader.connection.close()
                reader = None
            self.free.append(reader)

    def close(self) -> None:
        """Close those that are not in use."""
        for _ in range(len(self.free)):
            reader = self.free.popleft()
            if reader is not None:
                reader.connection.close()
            self.free.append(None)


@lru_cache(maxsize=64)
def numbered(sql: str) -> bytes:
    """Return a statement whose parameters are numbered ($1), as PostgreSQL itself wants them, for one with %s."""
    first, *rest = sql.split("%s")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).encode()
