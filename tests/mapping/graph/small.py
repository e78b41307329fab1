"""Small snapshots for tests of the engine, written down as ties."""

from __future__ import annotations

import uuid

import numpy as np

from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot, Texts

KINDS = ["organisation", "asset", "activity", "project", "purpose", "person"]


def snapshot_of(size: int, ties=(), *, points=None, names=None, kinds=None, categories=None, types=None) -> Snapshot:
    """A snapshot of `size` nodes.

    ties : of (source, target) or dicts with `ends` and any of type, support, strength, derived, span; kinds :
    numbers in `KINDS`; categories : slugs or None, one a node; points : (lon, lat) or None, one a node.
    """
    rows = [it if isinstance(it, dict) else {"ends": it} for it in ties]
    count = len(rows)
    slugs = types or sorted({it.get("type", "works-with") for it in rows}) or ["works-with"]
    known = sorted({it for it in categories or [] if it})
    ends = np.array([it["ends"] for it in rows], dtype=np.int32).reshape(-1, 2)
    spans = [it.get("span", (ALWAYS_FROM, ALWAYS_TO)) for it in rows]
    nowhere = (np.nan, np.nan)
    return Snapshot(
        ids=np.arange(10, 10 + size, dtype=np.int64),
        uuids=np.array([list(uuid.UUID(int=i + 1).bytes) for i in range(size)], dtype=np.uint8).reshape(-1, 16),
        names=Texts.of(names or [f"Node {i}" for i in range(size)]),
        kind=np.array(kinds or [0] * size, dtype=np.int8),
        category=np.array([known.index(it) if it else -1 for it in categories or [None] * size], dtype=np.int16),
        place=np.ones(size, dtype=np.int64),
        point=np.array([it or nowhere for it in points or [None] * size], dtype=np.float64).reshape(-1, 2),
        tags=np.zeros(0, dtype=np.int32),
        tag_starts=np.zeros(size + 1, dtype=np.int64),
        connections=np.arange(count, dtype=np.int64) + 100,
        source=ends[:, 0].copy(),
        target=ends[:, 1].copy(),
        type=np.array([slugs.index(it.get("type", "works-with")) for it in rows], dtype=np.int16),
        support=np.array([it.get("support", 1) for it in rows], dtype=np.int32),
        strength=np.array([it.get("strength", 3) for it in rows], dtype=np.float32),
        mutual=np.zeros(count, dtype=bool),
        derived=np.array([it.get("derived", False) for it in rows], dtype=bool),
        disputed=np.zeros(count, dtype=bool),
        spans=np.array(spans, dtype=np.int32).reshape(-1, 2),
        span_starts=np.arange(count + 1, dtype=np.int64),
        tables={
            "place": "somewhere",
            "name": "Somewhere",
            "revision": 1,
            "viewers": "public",
            "kinds": KINDS,
            "categories": [{"slug": it, "name": it.capitalize(), "plural": f"{it}s", "group": it} for it in known],
            "types": [
                {"slug": it, "forward": it, "reverse": f"{it} (reverse)", "directed": True, "tie": ""} for it in slugs
            ],
            "tags": [],
        },
    )
