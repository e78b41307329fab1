"""The network that a viewer may see, as arrays: read from the database once a revision, then shared.

snapshot = snapshots.of(place, viewer)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .graph.snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot, Texts
from .models import (
    SUPPORTING_KINDS,
    Connection,
    ConnectionType,
    Node,
    NodeKind,
    NodeTag,
    Place,
    Revision,
    Statement,
    Tag,
)
from .viewers import Viewer


def of(place: Place, viewer: Viewer) -> Snapshot:
    """Return the network of `place` as `viewer` sees it at this moment."""
    return read(place, viewer)


def read(place: Place, viewer: Viewer) -> Snapshot:
    """Read the network of `place` from the database: connections with an end there, and their nodes."""
    number = Revision.objects.filter(place=place).values_list("number", flat=True).first() or 0
    found = Connection.objects.visible_to(viewer).of_place(place).exclude(type__hidden_in=place)
    rows = np.array(
        list(found.order_by("pk").values_list("pk", "source_id", "target_id", "type_id")), dtype=np.int64
    ).reshape(-1, 4)
    types = list(ConnectionType.objects.filter(pk__in=np.unique(rows[:, 3]).tolist()))
    number_of_type = {it.pk: index for index, it in enumerate(types)}
    ids = np.unique(rows[:, 1:3])
    nodes = {
        it.pk: it
        for it in Node.objects.filter(pk__in=ids.tolist())
        .select_related("category")
        .only("uuid", "name", "kind", "place_id", "public_point", "category")
    }
    ordered = [nodes[pk] for pk in ids.tolist()]
    categories = list({it.category_id: it.category for it in ordered if it.category}.values())
    number_of_category = {it.pk: index for index, it in enumerate(categories)}
    tags, tag_starts, tag_names = _tags(ids)
    said = _said(rows, viewer)
    kinds = NodeKind.values
    return Snapshot(
        ids=ids,
        uuids=np.frombuffer(b"".join(it.uuid.bytes for it in ordered), dtype=np.uint8).reshape(-1, 16).copy(),
        names=Texts.of([it.name for it in ordered]),
        kind=np.array([kinds.index(it.kind) for it in ordered], dtype=np.int8),
        category=np.array([number_of_category.get(it.category_id, -1) for it in ordered], dtype=np.int16),
        place=np.array([it.place_id or -1 for it in ordered], dtype=np.int64),
        point=np.array(
            [(it.public_point.x, it.public_point.y) if it.public_point else (np.nan, np.nan) for it in ordered]
        ).reshape(-1, 2),
        tags=tags,
        tag_starts=tag_starts,
        connections=rows[:, 0].copy(),
        source=np.searchsorted(ids, rows[:, 1]).astype(np.int32),
        target=np.searchsorted(ids, rows[:, 2]).astype(np.int32),
        type=np.array([number_of_type[pk] for pk in rows[:, 3].tolist()], dtype=np.int16),
        **said,
        tables={
            "place": place.slug,
            "name": place.name,
            "revision": number,
            "viewers": "public" if viewer.is_public else "some",
            "kinds": list(kinds),
            "categories": [
                {
                    "slug": it.slug,
                    "name": it.name,
                    "plural": it.plural,
                    "group": it.group,
                    "capital": it.capital,
                    "infrastructure": it.infrastructure,
                }
                for it in categories
            ],
            "types": [
                {"slug": it.slug, "forward": it.forward, "reverse": it.reverse, "directed": it.directed, "tie": it.tie}
                for it in types
            ],
            "tags": tag_names,
        },
    )


def _tags(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, list[str]]:
    pairs = list(
        NodeTag.objects.filter(content_object_id__in=ids.tolist())
        .order_by("content_object_id", "tag_id")
        .values_list("content_object_id", "tag_id")
    )
    names = dict(Tag.objects.filter(pk__in={tag for _, tag in pairs}).values_list("pk", "name"))
    number = {pk: index for index, pk in enumerate(sorted(names))}
    tags = np.array([number[tag] for _, tag in pairs], dtype=np.int32)
    starts = np.searchsorted(np.array([node for node, _ in pairs], dtype=np.int64), ids)
    return tags, np.append(starts, len(pairs)).astype(np.int64), [names[pk] for pk in sorted(names)]


def _said(rows: np.ndarray, viewer: Viewer) -> dict[str, Any]:
    """What the statements that the viewer sees say of each connection."""
    place_of = {pk: index for index, pk in enumerate(rows[:, 0].tolist())}
    count = len(rows)
    support, strength = np.zeros(count, dtype=np.int32), np.zeros(count)
    stated, disputed = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    voices: list[set[int]] = [set() for _ in range(count)]
    held: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    epoch = np.datetime64("1970-01-01").astype("datetime64[D]").astype(object).toordinal()
    statements = (
        Statement.objects.visible_to(viewer)
        .filter(connection__in=list(place_of))
        .order_by()
        .values_list("connection_id", "kind", "strength", "by_rule", "by_node_id", "held_from", "held_to")
    )
    for connection_id, kind, strong, rule, node, first, last in statements:
        index = place_of[connection_id]
        if kind not in SUPPORTING_KINDS:
            disputed[index] = True
            continue
        support[index] += 1
        strength[index] += strong
        stated[index] |= not rule
        if node:
            voices[index].add(node)
        held[index].append(
            (
                first.toordinal() - epoch if first else ALWAYS_FROM,
                last.toordinal() - epoch if last else ALWAYS_TO,
            )
        )
    spans = [_joined(it) for it in held]
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum([len(it) for it in spans], out=starts[1:])
    return {
        "support": support,
        "strength": (strength / np.maximum(support, 1)).astype(np.float32),
        "mutual": np.array([{s, t} <= voices[i] for i, (s, t) in enumerate(rows[:, 1:3].tolist())], dtype=bool),
        "derived": ~stated,
        "disputed": disputed,
        "spans": np.array([span for it in spans for span in it], dtype=np.int32).reshape(-1, 2),
        "span_starts": starts,
    }


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same days as intervals that are apart and in order."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
