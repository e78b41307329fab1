"""What is on or open in a window of time: dated occurrences and opening intervals, as one condition on nodes.

An app that keeps dates of nodes says so from its AppConfig's `ready`:

    occasions.register(Dates(rows=lambda window: Occurrence.objects.on().filter(...), node="listing_id"))

`within` narrows nodes down, `counts` counts several windows at once, `starts` is what sorting by date goes by.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models import Window as OverRows
from django.db.models.functions import Coalesce
from django.utils import timezone

from mapping.models import NodeKind, OpeningInterval, OpenState

from . import opening_hours
from .window import Window


@dataclass(frozen=True)
class Dates:
    """A table whose rows each are one time at which a node is on.

    `rows` gives those that count in a window, with the same meaning as `Window.covers` and none that is cancelled;
    `is_on` says in SQL that a row is not. The others are names of columns: the node's number, when it starts, when it
    ends (null: nobody said), when it is over, and the range between start and that.
    """

    rows: Callable[[Window], QuerySet]
    table: str
    is_on: str
    node: str
    starts: str = "starts_at"
    ends: str = "ends_at"
    until: str = "until_at"
    all_day: str = "all_day"
    period: str = "period"


@dataclass(frozen=True)
class Occasion:
    """The first time that a node is on in a window: aware; `ends_at` None: nobody said. `more` times follow in it."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    all_day: bool
    more: int = 0


_dates: list[Dates] = []


def register(dates: Dates) -> None:
    """Add a table of dates."""
    if dates not in _dates:
        _dates.append(dates)


def within(nodes: QuerySet, window: Window, *, perhaps: bool = False, few: bool = False) -> QuerySet:
    """Those of `nodes` that are on or open in `window`; with `perhaps` what may be open, too.

    `few`: they are narrowed down already (around a point, by words), so each is looked at by itself.
    """
    if window.is_empty:
        return nodes.none()
    return nodes.filter(_condition(nodes, window, perhaps, few))


def is_sure(window: Window) -> Q:
    """Whether a node is on or open for certain in a window for which intervals are kept."""
    return _one_by_one(window, perhaps=False)


def _condition(nodes: QuerySet, window: Window, perhaps: bool, few: bool) -> Q:
    dated = tuple(map(_dated, _dates))
    if not opening_hours.is_kept(window, timezone.now()):
        found = Q(pk__in=opening_hours.evaluated(nodes, window, perhaps))
        return found | Q(_Meets(window, dated)) if dated else found
    return _one_by_one(window, perhaps) if few else Q(_Meets(window, (_hours(perhaps), *dated)))


def _one_by_one(window: Window, perhaps: bool) -> Q:
    """The same for few nodes: dates are looked up of activities only, since nothing else has any."""
    found = Q(_Meets(window, (_hours(perhaps),)))
    if _dates:
        found |= Q(kind=NodeKind.ACTIVITY) & Q(_Meets(window, tuple(map(_dated, _dates))))
    return found


class _Meets(Func):
    """Whether a row of one of these tables has the node's number and meets the window.

    The tables are put together first and narrowed down after: only so can PostgreSQL look up one node after another
    in the index of each, where they are few, and begin with the time where they are many. (A table that is narrowed
    down inside a UNION ALL is read as a whole.) That the numbers are in order is said besides that they are equal: it
    keeps PostgreSQL from making a list of all the different nodes of that time first, of which it thinks that they are
    two hundred.
    """

    output_field = BooleanField()

    def __init__(self, window: Window, tables: tuple[str, ...]) -> None:
        super().__init__(F("pk"))
        self.window, self.tables = window, tables

    def as_sql(self, compiler, connection, **_more):
        node, given = compiler.compile(self.get_source_expressions()[0])
        condition, params = self.window.covers_sql()
        sql = (
            f"EXISTS (SELECT 1 FROM ({' UNION ALL '.join(self.tables)}) AS times "
            f"WHERE times.node = {node} AND times.node >= {node} AND counts AND {condition})"
        )
        return sql, [*given, *given, *params]


def _hours(perhaps: bool) -> str:
    counts = "true" if perhaps else f"state = '{OpenState.OPEN.value}'"
    table = OpeningInterval._meta.db_table
    bounds = "lower(period) AS starts, upper(period) AS ends"
    return f"SELECT node_id AS node, period, {bounds}, {counts} AS counts FROM {table}"


def _dated(dates: Dates) -> str:
    return (
        f"SELECT {dates.node} AS node, {dates.period} AS period, {dates.starts} AS starts, {dates.until} AS ends, "
        f"{dates.is_on} AS counts FROM {dates.table}"
    )


def starts(window: Window) -> Expression:
    """When a node (an outer `pk`) is on first in `window`: dates, and the hours of an activity. None: just open."""
    first = [
        Subquery(
            dates.rows(window).filter(**{dates.node: OuterRef("pk")}).order_by(dates.starts).values(dates.starts)[:1]
        )
        for dates in _dates
    ]
    hours = OpeningInterval.objects.filter(window.covers(), node=OuterRef("pk"), state=OpenState.OPEN)
    opens = Subquery(hours.order_by("period").values("period__startswith")[:1])
    of_activity = Case(When(kind=NodeKind.ACTIVITY, then=opens), output_field=DateTimeField())
    if not first:
        return of_activity
    return Coalesce(*first, of_activity, output_field=DateTimeField())


def first_in(window: Window, ids: Iterable[int]) -> dict[int, Occasion]:
    """When each of these nodes is on first in `window`; those without a date in it are left out. A query a table."""
    ids = list(ids)
    found: dict[int, Occasion] = {}
    for dates in _dates if ids and not window.is_empty else ():
        times = OverRows(Count("*"), partition_by=[F(dates.node)])
        rows = (
            dates.rows(window)
            .filter(**{f"{dates.node}__in": ids})
            .annotate(times=times)
            .order_by(dates.node, dates.starts)
            .distinct(dates.node)
            .values_list(dates.node, dates.starts, dates.ends, dates.all_day, "times")
        )
        for node, starts_at, ends_at, all_day, times in rows:
            if node not in found or starts_at < found[node].starts_at:
                found[node] = Occasion(starts_at, ends_at, all_day, times - 1)
    return found


def counts(nodes: QuerySet, windows: Mapping[str, Window]) -> Mapping[str, int]:
    """How many of `nodes` are on or open in each of `windows`. One query; empty when none ever is.

    Windows for which no intervals are kept count what has dates.
    """
    asked = {value: it for value, it in windows.items() if not it.is_empty}
    numbers = ", ".join(f"count(*) FILTER (WHERE in_{n})" for n in range(len(asked)))
    rows = _of_each(nodes, asked, f"count(*), {numbers}")
    if not rows:
        return {}
    [(known, *found)] = rows
    return dict(zip(asked, found, strict=True)) if known else {}


def on_in(nodes: QuerySet, windows: Mapping[str, Window]) -> Mapping[int, frozenset[str]]:
    """In which of `windows` each of `nodes` is on or open; those that never are while these last are left out.

    One query; what `counts` counts.
    """
    asked = {value: it for value, it in windows.items() if not it.is_empty}
    kept: dict[tuple[bool, ...], frozenset[str]] = {}
    found: dict[int, frozenset[str]] = {}
    for node, *is_in in _of_each(nodes, asked, ", ".join(["node", *(f"in_{n}" for n in range(len(asked)))])):
        which = tuple(is_in)
        # A few sets for all of them.
        if which not in kept:
            kept[which] = frozenset(value for value, it in zip(asked, which, strict=True) if it)
        found[node] = kept[which]
    return found


def _of_each(nodes: QuerySet, asked: Mapping[str, Window], wanted: str) -> list[tuple]:
    """The rows of SQL `wanted`, of the number of each node (`node`) and whether it is in each window (`in_0` ...)."""
    if not asked:
        return []
    all_of_it = Window(min(it.start for it in asked.values()), max(it.end or it.start for it in asked.values()))
    if all_of_it.start == all_of_it.end:
        all_of_it = Window(all_of_it.start)
    try:
        sql, params = nodes.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    conditions = [it.covers_sql() for it in asked.values()]
    within_all = all_of_it.covers_sql()
    columns = ", ".join(f"bool_or({condition}) AS in_{n}" for n, (condition, _params) in enumerate(conditions))
    tables = " UNION ALL ".join([_hours(perhaps=False), *map(_dated, _dates)])
    statement = f"""
        WITH asked (id) AS MATERIALIZED ({sql})
        SELECT {wanted} FROM (
            SELECT node, {columns} FROM asked JOIN ({tables}) AS times ON times.node = asked.id
            WHERE counts AND {within_all[0]} GROUP BY node
        ) AS by_node"""
    params = [*params, *(it for _sql, given in conditions for it in given), *within_all[1]]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
