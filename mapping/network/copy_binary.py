"""The rows of a query as a NumPy array, by COPY in its binary form: no Python object per value.

rows = copied(Node.objects.values_list("pk", "place_id"), pk="int8", place="int8")
rows["pk"]   # (k,) int64
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

# Name in PostgreSQL, type here, what stands for NULL.
KINDS = {
    "int8": (">i8", "-1"),
    "float8": (">f8", "'NaN'::float8"),
    "bool": ("?", "false"),
    "uuid": ("V16", "'00000000-0000-0000-0000-000000000000'::uuid"),
}
SIGNATURE = 11 + 4
TRAILER = b"\xff\xff"


def copied(rows: QuerySet, **columns: str) -> NDArray[Any]:
    """Return the rows of `rows.values_list(...)` as a structured array: `columns` names their columns and kinds.

    Kinds are "int8", "float8", "bool" and "uuid" (16 bytes); NULL becomes -1, NaN, False and zero.
    """
    try:
        return copied_sql(*rows.query.sql_with_params(), **columns)
    except EmptyResultSet:
        # Django knows without asking that there are none.
        return np.empty(0, dtype=_kind(columns))


def copied_sql(sql: str, params: Sequence[Any], **columns: str) -> NDArray[Any]:
    """The same for a query in SQL."""
    wanted = ", ".join(f'COALESCE("{name}"::{kind}, {KINDS[kind][1]})' for name, kind in columns.items())
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY (SELECT {wanted} FROM ({sql}) AS q ({names})) TO STDOUT (FORMAT BINARY)"
    with connection.cursor() as cursor, cursor.copy(connection.ops.compose_sql(statement, params)) as copy:
        data = b"".join(copy)
    head = SIGNATURE + 4 + int.from_bytes(data[SIGNATURE : SIGNATURE + 4], "big")
    row = np.dtype(
        [("", ">i2"), *(it for name, kind in columns.items() for it in (("", ">i4"), (name, KINDS[kind][0])))]
    )
    if (len(data) - head - len(TRAILER)) % row.itemsize or not data.endswith(TRAILER):
        raise RuntimeError("PostgreSQL sent rows of another shape than was asked for.")
    found = np.frombuffer(data, dtype=row, offset=head, count=(len(data) - head - len(TRAILER)) // row.itemsize)
    result = np.empty(len(found), dtype=_kind(columns))
    for name in columns:
        result[name] = found[name]
    return result


def _kind(columns: dict[str, str]) -> np.dtype:
    """Columns side by side, in the byte order of this machine."""
    return np.dtype([(name, np.dtype(KINDS[kind][0]).newbyteorder("=")) for name, kind in columns.items()])
