"""Queries that are put into SQL once: Django writes them anew each time, which for long ones takes longer than asking.

    ranked = Compiled(lambda node: Connection.objects.filter(source_id=node).values_list("pk"), node=int)
    ranked.rows(node=5)                # as often as one likes
    named = Compiled(lambda ids: Node.objects.filter(pk__any_of=ids).select_related("category"), ids=list)
    named.objects(ids=[5, 7])

What differs from time to time are the values by name, and the present, `timezone.now()`: nothing else may. So it is
for what everybody sees: who looks is a part of the SQL. PostgreSQL plans it once for each connection, where that is
one for reading (`config/postgis/readers.py`).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Field, ForeignObject, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils import timezone
from psycopg import sql as psycopg_sql

# Stand for the values while the SQL is written: nothing in a query is the same by chance.
STANDING: dict[type, Callable[[int], Any]] = {
    int: lambda n: -7_305_918_400_000 - n,
    float: lambda n: -7_305_918_400.25 - n,
    str: lambda n: f"(hole {n} of a compiled query)",
    uuid.UUID: lambda n: uuid.UUID(int=0xD15C0 << 64 | n),
    list: lambda n: [-7_305_918_500_000 - n],
}


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """`pk__any_of=[1, 2]`: one of these whole numbers, which are one value of the SQL, however many they are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]


class _Written(NamedTuple):
    """The same SQL for Django's cursors (%s, with `given`), and for a connection for reading ($1, of `order`)."""

    sql: str
    given: list[Any]
    statement: bytes
    order: list[str]
    compiler: Any


class Compiled:
    """A query made by `make` of values of the types `holes`.

    Its rows are tuples, as they come (`values_list`), or objects with what is selected and annotated; nothing is
    prefetched. `paged`: only as many as the value `most`, after as many as `start`.
    """

    def __init__(self, make: Callable[..., QuerySet], *, paged: bool = False, **holes: type) -> None:
        self.make, self.paged = make, paged
        self.standing = {name: STANDING[kind](n) for n, (name, kind) in enumerate(holes.items())}
        self.written: _Written | None = None
        self.shape: _Shape | None = None

    def rows(self, **values: Any) -> list[tuple]:
        """The rows of the query for these values."""
        written = self.written or self._write()
        now = timezone.now()
        found = connection.read_rows(
            written.statement, [in_text(now if name == NOW else values[name]) for name in written.order]
        )
        if found is not None:
            return found
        params = [_value(it, values, now) for it in written.given]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            return cursor.fetchall()

    def objects(self, **values: Any) -> list[Any]:
        """The objects of the query for these values."""
        rows = self.rows(**values)
        if self.shape is None:
            assert self.written is not None
            self.shape = _Shape.of(self.written.compiler)
        return [self.shape.made(row) for row in rows]

    def first(self, **values: Any) -> Any:
        """The first of them, or None."""
        return next(iter(self.objects(**values)), None)

    def _write(self) -> _Written:
        compiler = self.make(**self.standing).query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        names = {_key(value): name for name, value in self.standing.items()}
        given: list[Any] = []
        for it in params:
            if isinstance(it, datetime.datetime):
                given.append(_Hole(NOW))
            elif (
                isinstance(it, int | float | str | uuid.UUID | list) and not isinstance(it, bool) and _key(it) in names
            ):
                given.append(_Hole(names[_key(it)]))
            else:
                given.append(it)
        found = {it.name for it in given if isinstance(it, _Hole)} - {NOW}
        if found != set(names.values()):
            raise ValueError(f"The query does not use {', '.join(sorted(set(names.values()) - found))}.")
        if self.paged:
            sql += " LIMIT %s OFFSET %s"
            given += [_Hole("most"), _Hole("start")]
        order = list(dict.fromkeys(it.name for it in given if isinstance(it, _Hole)))
        kinds = {name: CAST.get(type(value), "") for name, value in self.standing.items()} | {NOW: "::timestamptz"}
        holes = {name: f"${number}{kinds.get(name, '')}" for number, name in enumerate(order, 1)}
        self.written = _Written(sql, given, _numbered(sql, given, holes), order, compiler)
        return self.written


NOW = "(now)"
# What PostgreSQL would else take for the type of whatever stands beside it.
CAST = {float: "::float8", uuid.UUID: "::uuid"}


class _Hole(NamedTuple):
    """Where a value goes."""

    name: str


def _key(it: Any) -> Any:
    return tuple(it) if isinstance(it, list) else it


def _value(it: Any, values: dict[str, Any], now: datetime.datetime) -> Any:
    if not isinstance(it, _Hole):
        return it
    return now if it.name == NOW else values[it.name]


def in_text(value: Any) -> bytes:
    """A value as PostgreSQL reads it."""
    if isinstance(value, list | tuple):
        return f"{{{','.join(map(str, value))}}}".encode()
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    return str(value).encode()


def _numbered(sql: str, given: Sequence[Any], holes: Mapping[str, str]) -> bytes:
    """The SQL with its holes numbered; all else in it stands as it is, so that a plan knows it."""
    # What Django's own cursors adapt values by.
    adapting = SimpleNamespace(adapters=connection.get_connection_params()["context"].adapters, connection=None)
    parts = []
    for it in given:
        if isinstance(it, _Hole):
            parts.append(holes[it.name])
        else:
            parts.append(psycopg_sql.Literal(it).as_string(adapting))
    return (sql % tuple(parts)).encode()


@dataclass(frozen=True)
class _Shape:
    """How a row becomes an object, as `django.db.models.query.ModelIterable` finds out for each query."""

    model: type[Model]
    alias: str
    start: int
    end: int
    names: list[str]
    populators: Sequence[Any]
    annotations: Iterable[tuple[str, int]]
    converters: Sequence[tuple[int, tuple[list[Callable], Any]]]

    @classmethod
    def of(cls, compiler: Any) -> _Shape:
        select, info = compiler.select, compiler.klass_info
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        return cls(
            model=info["model"],
            alias=compiler.using,
            start=start,
            end=end,
            names=[it[0].target.attname for it in select[start:end]],
            populators=get_related_populators(info, select, compiler.using),
            annotations=list(compiler.annotation_col_map.items()),
            converters=list(compiler.get_converters([it[0] for it in select]).items()),
        )

    def made(self, row: Sequence[Any]) -> Any:
        values = list(row)
        for at, (convert, expression) in self.converters:
            for it in convert:
                values[at] = it(values[at], expression, connection)
        found = self.model.from_db(self.alias, self.names, values[self.start : self.end])
        for it in self.populators:
            it.populate(values, found)
        for name, at in self.annotations:
            setattr(found, name, values[at])
        return found
