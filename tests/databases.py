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
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Identifier, Literal

TEMPLATE = "test_hereabouts_template"
EXTENSIONS_OWN = {"spatial_ref_sys"}


def fingerprint() -> str:
    """Return a fingerprint of what tables and their first rows are made of."""
    summed = hashlib.sha256(Path(__file__).read_bytes() + (settings.ROOT / "requirements.lock").read_bytes())
    for config in apps.get_app_configs():
        folder = Path(config.path)
        # What others wrote is known by the lock file.
        if folder.parent == settings.ROOT:
            for path in sorted(path for part in ("migrations", "models") for path in folder.glob(f"{part}/**/*.py")):
                summed.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return summed.hexdigest()


@contextmanager
def copied(name: str, *, anew: bool, keep: bool) -> Iterator[None]:
    """Have a database `name` that is like the template, and be connected to it.

    `keep` leaves it for the next run, which takes it as it is unless `anew`.
    """
    ordinary = connection.settings_dict["NAME"]
    wanted = fingerprint()
    with _one_at_a_time(), connection._nodb_cursor() as cursor:
        if _note_of(cursor, TEMPLATE) != wanted:
            _make_template(cursor, wanted)
        if anew or not keep or _note_of(cursor, name) != wanted:
            _drop(cursor, name)
            cursor.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(TEMPLATE)))
            _write_note(cursor, name, wanted)
    _connect(name)
    yield
    _connect(ordinary)
    if not keep:
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
            _keep_pristine(inside)
    finally:
        names["NAME"] = ours
        _connect(ordinary)
    _drop(cursor, TEMPLATE)
    cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(unfinished), Identifier(TEMPLATE)))
    _write_note(cursor, TEMPLATE, note)


def _keep_pristine(cursor: CursorWrapper) -> None:
    cursor.execute("CREATE SCHEMA pristine")
    for table in _tables(cursor):
        # Autovacuum would look at a table just after a test has taken its rows back: the planner would then take a
        # table for empty that the next test fills with thousands of rows.
        cursor.execute(SQL("ALTER TABLE {} SET (autovacuum_enabled = off)").format(Identifier(table)))
        cursor.execute(SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(table)))
        if cursor.fetchone()[0]:
            cursor.execute(SQL("CREATE TABLE pristine.{0} AS TABLE public.{0}").format(Identifier(table)))
    # What is written from now on has a higher number.
    cursor.execute("CREATE TABLE pristine.transaction AS SELECT pg_current_xact_id()::xid::text::bigint AS number")


def put_back() -> None:
    """Empty the tables that were written to since the migrations, and fill them with what those left in them."""
    with transaction.atomic(), connection.cursor() as cursor:
        written = _written(cursor)
        if not written:
            return
        guarded = [table for table in written if _has_triggers(cursor, table)]
        for table in guarded:
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
        for table in written:
            cursor.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        for table, columns in _pristine(cursor).items():
            if table in written:
                listed = SQL(", ").join(map(Identifier, columns))
                cursor.execute(
                    SQL("INSERT INTO public.{0} ({1}) SELECT {1} FROM pristine.{0}").format(Identifier(table), listed)
                )
        # Now, because a table with checks that wait cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(Identifier(table)))


def _written(cursor: CursorWrapper) -> list[str]:
    """The tables whose rows are not those that the migrations left: more, fewer, or written later."""
    filled = _pristine(cursor)
    empty = [
        SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(Literal(table), Identifier(table))
        for table in _tables(cursor)
        if table not in filled
    ]
    others = [
        SQL(
            "SELECT {0} WHERE (SELECT count(*) FROM public.{1}) <> (SELECT count(*) FROM pristine.{1})"
            " OR EXISTS (SELECT FROM public.{1}, pristine.transaction WHERE public.{1}.xmin::text::bigint > number)"
        ).format(Literal(table), Identifier(table))
        for table in filled
    ]
    cursor.execute(SQL(" UNION ALL ").join([*empty, *others]))
    return [table for (table,) in cursor.fetchall()]


def _tables(cursor: CursorWrapper) -> list[str]:
    return sorted({*connection.introspection.table_names(cursor)} - EXTENSIONS_OWN)


def _pristine(cursor: CursorWrapper) -> dict[str, list[str]]:
    """The tables that the migrations left rows in -> their columns, but those that the database works out."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = ('public.' || quote_ident(c.relname))::regclass"
        " WHERE c.relnamespace = 'pristine'::regnamespace AND c.relkind = 'r' AND c.relname <> 'transaction'"
        " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY 1"
    )
    return dict(cursor.fetchall())


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


def _note_of(cursor: CursorWrapper, name: str) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    found = cursor.fetchone()
    return found[0] if found else None


def _write_note(cursor: CursorWrapper, name: str, note: str) -> None:
    cursor.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), Literal(note)))
