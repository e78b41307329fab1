"""Many rows at once: indexes and foreign keys of their tables are set aside and made again when the rows are there.

A million rows put into twelve indexes one by one take several times as long. Nothing is left unchecked: a foreign key
that is added looks at every row, and what is there afterwards is what was there before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# Indexes that stand for no constraint: those of primary keys and of unique columns stay, others refer to them.
INDEXES = """
SELECT format('%%I.%%I', n.nspname, c.relname), pg_get_indexdef(c.oid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
ORDER BY c.relname
"""
KEYS = """
SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY conname
"""
MEMORY = "512MB"


@contextmanager
def set_aside(cursor: Any, tables: Sequence[str], say: Callable[[str], None] = lambda text: None) -> Iterator[None]:
    """Within a transaction: fill `tables` without their indexes and foreign keys, which are made again at the end.

    Raises the error of the database when a row breaks a foreign key; with the transaction everything is undone then.
    """
    again = []
    for table in tables:
        cursor.execute(INDEXES, [table])
        for name, definition in cursor.fetchall():
            again.append((f"{table}: {name.rpartition('.')[2]}", definition))
            cursor.execute(f"DROP INDEX {name}")
    for table in tables:
        cursor.execute(KEYS, [table])
        for name, definition in cursor.fetchall():
            again.append((f"{table}: {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
    for what, statement in again:
        start = time.monotonic()
        cursor.execute(statement)
        say(f"{what}, {time.monotonic() - start:.0f} s")
