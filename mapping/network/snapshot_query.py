"""Reads the network of a place out of the database as arrays: a fixed number of set-based queries."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Avg, Count, F, FloatField, Func, Q
from numpy.typing import NDArray

from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO, EPOCH, Snapshot, Texts
from mapping.models import (
    SUPPORTING_KINDS,
    Category,
    Connection,
    ConnectionType,
    Node,
    NodeKind,
    NodeTag,
    Place,
    Statement,
    Tag,
    Viewer,
)

from .copy_binary import copied, copied_sql

SUPPORTS = Q(kind__in=SUPPORTING_KINDS)
# Days that are said to be held, overlapping and adjoining ones together (`range_agg`); open ends as in the arrays.
SPANS = """
SELECT connection_id, COALESCE(lower(span) - '{epoch}'::date, %s), COALESCE(upper(span) - 1 - '{epoch}'::date, %s)
FROM (
    SELECT connection_id, range_agg(daterange(held_from, held_to, '[]')) AS spans
    FROM ({said}) AS said (connection_id, held_from, held_to)
    GROUP BY connection_id
    HAVING bool_or(held_from IS NOT NULL OR held_to IS NOT NULL)
) AS dated, unnest(spans) AS span
ORDER BY 1, 2
"""


class _Coordinate(Func):
    output_field = FloatField()


def read(place: Place, viewer: Viewer, tables: dict[str, Any]) -> Snapshot:
    """Read the network of `place` as `viewer` sees it: connections with an end there, and their nodes.

    `tables` goes into the snapshot's as it is. Call it inside one transaction, so that all queries see the same.
    """
    rows = copied(
        Connection.objects.visible_to(viewer)
        .of_place(place)
        .exclude(type__hidden_in=place)
        .order_by("pk")
        .values_list("pk", "source_id", "target_id", "type_id"),
        pk="int8", source="int8", target="int8", type="int8",
    )  # fmt: skip
    ids = np.unique(np.concatenate([rows["source"], rows["target"]]))
    types = list(ConnectionType.objects.filter(pk__in=np.unique(rows["type"]).tolist()))
    nodes, about = _nodes(place, ids, viewer)
    said, keep = _said(place, viewer, rows)
    # A connection that lost its last statement between two queries is not there.
    rows = rows[keep]
    return Snapshot(
        **nodes,
        connections=rows["pk"].copy(),
        source=np.searchsorted(ids, rows["source"]).astype(np.int32),
        target=np.searchsorted(ids, rows["target"]).astype(np.int32),
        type=_places(rows["type"], [it.pk for it in types]).astype(np.int16),
        **said,
        tables={
            **tables,
            "types": [
                {"slug": it.slug, "forward": it.forward, "reverse": it.reverse, "directed": it.directed, "tie": it.tie}
                for it in types
            ],
            **about,
        },
    )


def _nodes(place: Place, ids: NDArray[np.int64], viewer: Viewer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arrays of the nodes `ids`, and the tables that they need."""
    # Few: by number. Many: all that the viewer sees are read, and those that are wanted kept.
    seen = Node.objects.visible_to(viewer)
    seen = seen.filter(pk__in=ids.tolist()) if len(ids) <= 5_000 else seen
    seen = seen.order_by("pk")
    found = copied(
        seen.values_list(
            "pk", "uuid", "place_id", "category_id", _Coordinate(F("public_point"), function="ST_X"),
            _Coordinate(F("public_point"), function="ST_Y"),
        ),
        pk="int8", uuid="uuid", place="int8", category="int8", x="float8", y="float8",
    )  # fmt: skip
    wanted = np.isin(found["pk"], ids)
    found = found[wanted]
    kinds = list(NodeKind.values)
    texts = [it for it, keep in zip(seen.values_list("name", "kind"), wanted.tolist(), strict=True) if keep]
    categories = list(Category.objects.filter(pk__in=np.unique(found["category"]).tolist()).order_by("pk"))
    tags, starts, tag_names = _tags(ids)
    arrays = {
        "ids": ids,
        "uuids": np.frombuffer(found["uuid"].tobytes(), dtype=np.uint8).reshape(-1, 16),
        "names": Texts.of([name for name, _ in texts]),
        "kind": np.array([kinds.index(kind) for _, kind in texts], dtype=np.int8),
        "category": _places(found["category"], [it.pk for it in categories]).astype(np.int16),
        "place": found["place"].copy(),
        "point": np.column_stack([found["x"], found["y"]]).reshape(-1, 2),
        "tags": tags,
        "tag_starts": starts,
    }
    fields = ("slug", "name", "plural", "group", "capital", "infrastructure")
    return arrays, {
        "kinds": kinds,
        "categories": [{name: getattr(it, name) for name in fields} for it in categories],
        "tags": tag_names,
    }


def _tags(ids: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64], list[str]]:
    pairs = NodeTag.objects.order_by("content_object_id", "tag_id").values_list("content_object_id", "tag_id")
    found = copied(
        pairs.filter(content_object_id__in=ids.tolist()) if len(ids) <= 5_000 else pairs, node="int8", tag="int8"
    )
    found = found[np.isin(found["node"], ids)]
    numbers = np.unique(found["tag"])
    names = dict(Tag.objects.filter(pk__in=numbers.tolist()).values_list("pk", "name"))
    starts = np.append(np.searchsorted(found["node"], ids), len(found)).astype(np.int64)
    return np.searchsorted(numbers, found["tag"]).astype(np.int32), starts, [names[it] for it in numbers.tolist()]


def _said(place: Place, viewer: Viewer, rows: NDArray[Any]) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """What the statements that the viewer sees say of each of `rows`, and which of these have a supporting one."""
    statements = (
        Statement.objects.visible_to(viewer)
        .filter(Q(connection__source__place=place) | Q(connection__target__place=place))
        .order_by()
    )
    found = copied(
        statements.values("connection_id")
        .annotate(
            support=Count("pk", filter=SUPPORTS),
            strong=Avg("strength", filter=SUPPORTS),
            stated=BoolOr(SUPPORTS & Q(by_rule="")),
            disputed=BoolOr(~SUPPORTS),
            by_source=BoolOr(SUPPORTS & Q(by_node=F("connection__source"))),
            by_target=BoolOr(SUPPORTS & Q(by_node=F("connection__target"))),
        )
        .order_by("connection_id")
        .values_list("connection_id", "support", "strong", "stated", "disputed", "by_source", "by_target"),
        pk="int8", support="int8", strong="float8", stated="bool", disputed="bool", by_source="bool", by_target="bool",
    )  # fmt: skip
    found = found[found["support"] > 0]
    keep = np.isin(rows["pk"], found["pk"])
    pks = rows["pk"][keep]
    found = found[np.searchsorted(found["pk"], pks)]
    spans, starts = _spans(statements.filter(SUPPORTS), pks)
    return {
        "support": found["support"].astype(np.int32),
        "strength": found["strong"].astype(np.float32),
        "mutual": found["by_source"] & found["by_target"],
        "derived": ~found["stated"],
        "disputed": found["disputed"].copy(),
        "spans": spans,
        "span_starts": starts,
    }, keep


def _spans(supporting, pks: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The intervals that each of `pks` is said to hold, apart and in order; undated ones hold always."""
    sql, params = supporting.values_list("connection_id", "held_from", "held_to").query.sql_with_params()
    dated = copied_sql(
        SPANS.format(said=sql, epoch=EPOCH), (ALWAYS_FROM, ALWAYS_TO, *params),
        pk="int8", first="int8", last="int8",
    )  # fmt: skip
    dated = dated[np.isin(dated["pk"], pks)]
    undated = pks[~np.isin(pks, dated["pk"])]
    owner = np.concatenate([dated["pk"], undated])
    first = np.concatenate([dated["first"], np.full(len(undated), ALWAYS_FROM)])
    last = np.concatenate([dated["last"], np.full(len(undated), ALWAYS_TO)])
    order = np.lexsort((first, owner))
    starts = np.append(np.searchsorted(owner[order], pks), len(owner)).astype(np.int64)
    return np.column_stack([first[order], last[order]]).astype(np.int32), starts


def _places(values: NDArray[np.int64], known: list[int]) -> NDArray[np.int64]:
    """The place of each value in `known`; -1 for what is not there."""
    if not known:
        return np.full(len(values), -1, dtype=np.int64)
    numbers = np.asarray(known, dtype=np.int64)
    order = np.argsort(numbers)
    found = np.minimum(np.searchsorted(numbers[order], values), len(numbers) - 1)
    return np.where(numbers[order][found] == values, order[found], -1)
