"""Queries that are put into SQL once: Django writes them anew each time, which for long ones takes longer than asking.

    ranked = Compiled(lambda node: Connection.objects.filter(source_id=node).values_list("pk"), node=int)
    ranked.rows(node=5)                # as often as one likes

What differs from time to time are the values by name, and the present, `timezone.now()`: nothing else may. So it is
for what everybody sees: who looks is a part of the SQL.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

# Stand for the values while the SQL is written: nothing in a query is the same by chance.
STANDING: dict[type, Callable[[int], Any]] = {
    int: lambda n: -7_305_918_400_000 - n,
    str: lambda n: f"(hole {n} of a compiled query)",
    uuid.UUID: lambda n: uuid.UUID(int=0xD15C0 << 64 | n),
}


class Compiled:
    """A query made by `make` of values of the types `holes`; its rows are tuples (`values_list`)."""

    def __init__(self, make: Callable[..., QuerySet], **holes: type) -> None:
        self.make = make
        self.standing = {name: STANDING[kind](n) for n, (name, kind) in enumerate(holes.items())}
        self.written: tuple[str, list[Any]] | None = None

    def rows(self, **values: Any) -> list[tuple]:
        """The rows of the query for these values."""
        sql, given = self.written or self._write()
        now = timezone.now()
        params = [self._value(it, values, now) for it in given]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _value(self, it: Any, values: dict[str, Any], now: datetime.datetime) -> Any:
        if isinstance(it, _Hole):
            return values[it.name]
        return now if it is _Hole else it

    def _write(self) -> tuple[str, list[Any]]:
        sql, params = self.make(**self.standing).query.sql_with_params()
        names = {value: name for name, value in self.standing.items()}
        given: list[Any] = []
        for it in params:
            if isinstance(it, datetime.datetime):
                given.append(_Hole)
            elif isinstance(it, int | str | uuid.UUID) and not isinstance(it, bool) and it in names:
                given.append(_Hole(names[it]))
            else:
                given.append(it)
        found = {it.name for it in given if isinstance(it, _Hole)}
        if found != set(names.values()):
            raise ValueError(f"The query does not use {', '.join(sorted(set(names.values()) - found))}.")
        self.written = sql, given
        return self.written


class _Hole:
    """Where a value goes; the class itself: where the present goes."""

    def __init__(self, name: str) -> None:
        self.name = name
