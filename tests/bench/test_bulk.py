"""Rows filled in without indexes: what was there is there again, and what may not be is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection

from bench import bulk

pytestmark = pytest.mark.django_db

TABLES = """
CREATE TABLE bench_one (id int PRIMARY KEY);
CREATE TABLE bench_two (id int PRIMARY KEY, one_id int, name text,
    CONSTRAINT "Two of one" FOREIGN KEY (one_id) REFERENCES bench_one (id) DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX bench_two_name ON bench_two (upper(name)) WHERE name <> '';
INSERT INTO bench_one VALUES (1);
"""


def there(cursor) -> Iterator[tuple[str, str]]:
    for query in (bulk.INDEXES, bulk.KEYS):
        cursor.execute(query, ["bench_two"])
        yield from cursor.fetchall()


def test_indexes_and_keys_are_there_again():
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        before = list(there(cursor))
        with bulk.set_aside(cursor, ["bench_two"]):
            assert list(there(cursor)) == []
            cursor.execute("INSERT INTO bench_two VALUES (1, 1, 'Ann')")
        assert list(there(cursor)) == before and len(before) == 2


def test_a_row_of_nothing_is_refused():
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="Two of one"),
    ):
        cursor.execute(TABLES)
        with bulk.set_aside(cursor, ["bench_two"]):
            cursor.execute("INSERT INTO bench_two VALUES (1, 2, 'Ann')")
