"""Connections for small reads: prepared once, made again when they are lost, and never more than a few."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection, connections

from config.postgis.base import READING, DatabaseWrapper
from config.postgis.readers import KEPT, NoneFree, Reader, Readers, numbered

SQL = "SELECT 2::bigint * %s, NULL::bigint, convert_to(%s, 'UTF8') WHERE %s::float8 < 1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """What has been connected; closed at the end, or the test database could not be dropped."""
    made: list[Reader] = []
    yield made
    for reader in made:
        reader.connection.close()


@pytest.fixture
def connect(made):
    def one() -> Reader:
        raw = psycopg.connect(**{**connection.get_connection_params(), "autocommit": True})
        made.append(Reader(raw, READING))
        return made[-1]

    return one


def test_parameters_are_numbered():
    assert numbered("SELECT %s, %s") == b"SELECT $1, $2"
    assert numbered("SELECT 1") == b"SELECT 1"


def test_a_row_comes_as_numbers_and_bytes_and_is_prepared_once(connect, made):
    readers = Readers()
    assert readers.one(SQL, [-21, "hé", 0.5], connect) == (-42, None, "hé".encode())
    assert readers.one(SQL, [21, "", 0.5], connect) == (42, None, b"")
    assert readers.one(SQL, [21, "", 1.5], connect) is None
    assert len(made) == 1
    names = made[0].connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'hb%'")
    assert names.fetchone() == (1,)


def test_rows_come_as_a_cursor_gives_them_and_are_prepared_once(connect, made):
    statement = b"SELECT n, n::text, NULL, ARRAY[n], timestamptz '2026-05-01 12:00+01' FROM generate_series(1, $1) n"
    readers = Readers()
    rows = readers.rows(statement, [b"2"], connect)
    with connection.cursor() as cursor:
        cursor.execute(statement.replace(b"$1", b"%s").decode(), [2])
        assert rows == cursor.fetchall()
    assert readers.rows(statement, [b"0"], connect) == []
    names = made[0].connection.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'hb%'")
    assert (len(made), names.fetchone()) == (1, (1,))


def test_within_a_transaction_no_other_connection_is_asked(monkeypatch):
    """Which would not see what was written in it."""
    mine = connections["default"]
    monkeypatch.setattr(DatabaseWrapper, "pool", object())
    monkeypatch.setattr(Readers, "rows", lambda *_: [("another",)])
    assert mine.read_rows(b"SELECT 1", []) is None
    monkeypatch.setattr(mine, "in_atomic_block", False)
    assert mine.read_rows(b"SELECT 1", []) is None
    monkeypatch.setattr(mine, "autocommit", True)
    assert mine.read_rows(b"SELECT 1", []) == [("another",)]


def test_one_that_was_ended_is_made_again_and_asked_once_more(connect, made):
    readers = Readers()
    readers.one(SQL, [1, "", 0.5], connect)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [made[0].connection.info.backend_pid])
    assert readers.one(SQL, [2, "", 0.5], connect) == (4, None, b"")
    assert len(made) == 2


def test_a_statement_that_is_out_of_date_is_prepared_again(connect, made):
    readers = Readers()
    readers.one(SQL, [1, "", 0.5], connect)
    made[0].connection.execute("DEALLOCATE ALL")
    assert readers.one(SQL, [2, "", 0.5], connect) == (4, None, b"")
    made[1].connection.execute("CREATE TEMPORARY TABLE few (n int)")
    assert readers.one("SELECT n FROM few", [], connect) is None
    made[1].connection.execute("ALTER TABLE few ALTER n TYPE bigint")
    # The table was that connection's: a new one does not have it, but is asked.
    with pytest.raises(psycopg.errors.UndefinedTable):
        readers.one("SELECT n FROM few", [], connect)
    assert len(made) == 3


def test_an_error_of_the_statement_is_raised_and_the_connection_kept(connect, made):
    readers = Readers()
    readers.one(SQL, [1, "", 0.5], connect)
    made[0].connection.execute("SET statement_timeout = 20")
    with pytest.raises(psycopg.errors.QueryCanceled):
        readers.one("SELECT count(*) FROM pg_sleep(5)", [], connect)
    with pytest.raises(psycopg.errors.DivisionByZero):
        readers.one("SELECT 1::bigint / %s", [0], connect)
    assert readers.one(SQL, [1, "", 0.5], connect) == (2, None, b"")
    assert len(made) == 1


def test_where_all_are_in_use_it_says_so_and_waits_for_none(connect):
    readers = Readers()
    inside, go_on = threading.Barrier(KEPT + 1), threading.Event()

    def slow() -> Reader:
        inside.wait(20)
        go_on.wait(20)
        return connect()

    threads = [threading.Thread(target=readers.one, args=("SELECT 1::bigint", [], slow)) for _ in range(KEPT)]
    for thread in threads:
        thread.start()
    inside.wait(20)
    with pytest.raises(NoneFree):
        readers.one("SELECT 1::bigint", [], connect)
    go_on.set()
    for thread in threads:
        thread.join()
    assert readers.one("SELECT 1::bigint", [], connect) == (1,)


def test_a_connection_that_cannot_be_made_leaves_its_place_free(connect):
    def refused() -> Reader:
        raise psycopg.OperationalError("refused")

    readers = Readers()
    for _ in range(KEPT + 1):
        with pytest.raises(psycopg.OperationalError, match="refused"):
            readers.one("SELECT 1::bigint", [], refused)
    assert readers.one("SELECT 1::bigint", [], connect) == (1,)


def test_closing_leaves_room_for_new_ones(connect, made):
    readers = Readers()
    readers.one("SELECT 1::bigint", [], connect)
    readers.close()
    assert made[0].connection.closed
    assert readers.one("SELECT 1::bigint", [], connect) == (1,)


def test_within_a_transaction_its_own_rows_are_seen(place):
    row = connection.read_one("SELECT count(*) FROM mapping_place WHERE slug = %s", [place.slug])
    assert row == (1,)
