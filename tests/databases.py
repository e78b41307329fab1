"""The test database: migrated once, copied for each process, and put back as it was after a test that commits.

Migrating takes half a minute and copying none, so what was migrated is kept as a template until something changes that
tables are made of. The first process to come makes it; the others wait.

After a test that commits, Django would empty all tables and make permissions and content types again. Here only the
tables that the test wrote to are emptied and filled with what the migrations left in them (kept in the schema
`pristine`): in a tenth of the time, and the next test finds what every other test finds.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Composed, Identifier, Literal

TEMPLATE = "test_hereabouts_template"
EXTENSIONS_OWN = {"spatial_ref_sys"}


@dataclass(frozen=True)
class Pristine:
    """What the migrations left: the last transaction, and of each table with rows their number and text, by columns."""

    transaction: int
    tables: dict[str, tuple[int, Composed, bytes]]


@dataclass(frozen=True)
class Kept:
    """What some tables hold: of each its columns, and their text (none where it is empty)."""

    tables: dict[str, tuple[Composed, bytes]]


_pristine: Pristine | None = None


def fingerprint() -> str:
    """Return a fingerprint of what tables and their first rows are made of."""
    summed = hashlib.sha256(Path(__file__).read_bytes() + (settings.ROOT / "requirements.lock").read_bytes())
    summed.update("\n".join(settings.INSTALLED_APPS).encode())
    for config in apps.get_app_configs():
        folder = Path(config.path)
        # What others wrote is known by the lock file.
        if folder.parent == settings.ROOT:
            for path in sorted(path for part in ("migrations", "models") for path in folder.glob(f"{part}/**/*.py")):
                summed.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return summed.hexdigest()


def is_copied() -> bool:
    """Whether a test of this process has asked for the database."""
    return _pristine is not None


@contextmanager
def copied(name: str) -> Iterator[None]:
    """Have a fresh database `name` that is like the template, and be connected to it."""
    global _pristine
    ordinary = connection.settings_dict["NAME"]
    wanted = fingerprint()
    with _one_at_a_time(), connection._nodb_cursor() as cursor:
        if _note_of_template(cursor) != wanted:
            _make_template(cursor, wanted)
        _drop(cursor, name)
        cursor.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(TEMPLATE)))
    _connect(name)
    with connection.cursor() as cursor:
        _pristine = _read_pristine(cursor)
    yield
    _pristine = None
    _connect(ordinary)
    with connection._nodb_cursor() as cursor:
        _drop(cursor, name)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    lock = settings.VAR / "test" / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _make_template(cursor: CursorWrapper, note: str) -> None:
    unfinished = f"{TEMPLATE}_new"
    ordinary = connection.settings_dict["NAME"]
    names = connection.settings_dict["TEST"]
    ours, names["NAME"] = names["NAME"], unfinished
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with connection.cursor() as inside:
            _without_autovacuum(inside)
    finally:
        names["NAME"] = ours
        _connect(ordinary)
    _drop(cursor, TEMPLATE)
    cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(unfinished), Identifier(TEMPLATE)))
    cursor.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(TEMPLATE), Literal(note)))


def _without_autovacuum(cursor: CursorWrapper) -> None:
    """Autovacuum would look at a table just after a test has taken its rows back.

    The planner would then take a table for empty that the next test fills with thousands of rows.
    """
    for table in _tables(cursor):
        cursor.execute(SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(Identifier(table)))


def _read_pristine(cursor: CursorWrapper) -> Pristine:
    tables = {}
    for table in _tables(cursor):
        cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table)))
        if count := cursor.fetchone()[0]:
            tables[table] = (count, *_text(cursor, table))
    return Pristine(_transaction(cursor), tables)


def _transaction(cursor: CursorWrapper) -> int:
    """The number of this transaction; what is written after it has a higher one."""
    cursor.execute("SELECT pg_current_xact_id()::xid::text::bigint")
    return cursor.fetchone()[0]


def _text(cursor: CursorWrapper, table: str) -> tuple[Composed, bytes]:
    """The columns of `table`, and its rows as text."""
    columns = _columns(cursor, table)
    with cursor.copy(SQL("COPY {} ({}) TO STDOUT").format(Identifier(table), columns)) as copy:
        return columns, b"".join(copy)


def _columns(cursor: CursorWrapper, table: str) -> Composed:
    """The columns of `table` but those that the database works out."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = ''",
        [f'"{table}"'],
    )
    return SQL(", ").join(Identifier(name) for (name,) in cursor.fetchall())


def put_back() -> None:
    """Empty the tables that were written to since the migrations, and fill them with what those left in them."""
    global _pristine
    with transaction.atomic(), connection.cursor() as cursor:
        written = _written(cursor)
        left = {table: (columns, text) for table, (_, columns, text) in _pristine.tables.items()}
        if written:
            _fill(cursor, written, left)
            # What was filled in now is not written again after the next test.
            _pristine = replace(_pristine, transaction=_transaction(cursor))


def is_pristine() -> bool:
    """Whether nothing was written since the migrations, or all of it was taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        return not _written(cursor)


def keep() -> Kept:
    """Return what was written since the migrations, for `bring`. Of a fixture that many tests begin with."""
    with transaction.atomic(), connection.cursor() as cursor:
        return Kept({table: _text(cursor, table) for table in _written(cursor)})


def bring(kept: Kept) -> None:
    """Put there again what was kept, with the same ids, in a database that is as the migrations left it."""
    with transaction.atomic(), connection.cursor() as cursor:
        _fill(cursor, list(kept.tables), kept.tables)


def _fill(cursor: CursorWrapper, tables: list[str], with_what: dict[str, tuple[Composed, bytes]]) -> None:
    """Empty `tables`, and fill them with what is there for them; no trigger of ours runs."""
    guarded = [table for table in tables if _has_triggers(cursor, table)]
    for table in guarded:
        cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
    for table in tables:
        cursor.execute(SQL("DELETE FROM {}").format(Identifier(table)))
    for table in _referred_to_first(cursor, tables):
        if table in with_what:
            columns, text = with_what[table]
            with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), columns)) as copy:
                copy.write(text)
    # Now, because a table with checks that wait cannot be altered.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in guarded:
        cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(Identifier(table)))


def _referred_to_first(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """`tables` in an order in which rows can be put in: not every check waits for the end of the transaction."""
    cursor.execute(
        "SELECT own.relname, other.relname FROM pg_constraint"
        " JOIN pg_class own ON own.oid = conrelid JOIN pg_class other ON other.oid = confrelid"
        " WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid"
    )
    order = TopologicalSorter({table: set() for table in tables})
    for own, other in cursor.fetchall():
        if {own, other} <= {*tables}:
            order.add(own, other)
    return list(order.static_order())


def forget_counts() -> None:
    """Let the planner know of no table how long it is, as in a new database. For between two tests.

    ANALYZE writes the number of rows down at once, and it stays when the test's rows are taken back: the next test's
    thousands of rows would be planned as those few. TRUNCATE alone puts that back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= 0 AND relname = ANY(%s)",
            [_tables(cursor)],
        )
        counted = [Identifier(table) for (table,) in cursor.fetchall()]
        if not counted:
            return
        cursor.execute(SQL("TRUNCATE {} CASCADE").format(SQL(", ").join(counted)))
    put_back()


def _written(cursor: CursorWrapper) -> list[str]:
    """The tables whose rows are not those that the migrations left: more, fewer, or written later."""
    questions = [
        SQL(
            "SELECT {0} WHERE (SELECT count(*) FROM {1}) <> {3}"
            " OR EXISTS (SELECT FROM {1} WHERE xmin::text::bigint > {2})"
        ).format(Literal(table), Identifier(table), _pristine.transaction, _pristine.tables.get(table, (0,))[0])
        for table in _tables(cursor)
    ]
    cursor.execute(SQL(" UNION ALL ").join(questions))
    return [table for (table,) in cursor.fetchall()]


def _tables(cursor: CursorWrapper) -> list[str]:
    return sorted({*connection.introspection.table_names(cursor)} - EXTENSIONS_OWN)


def _has_triggers(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal)", [f'"{table}"']
    )
    return cursor.fetchone()[0]


def _connect(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _drop(cursor: CursorWrapper, name: str) -> None:
    # A server that a test started may still be connected.
    cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _note_of_template(cursor: CursorWrapper) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE])
    found = cursor.fetchone()
    return found[0] if found else None
