"""A made-up network, the same for the same seed: as arrays, or written into a database.

The shape is that of real networks of a neighbourhood: most ties are short, a few nodes have very many.

- Nodes lie as `bench/generate.py` has it, or, as arrays, around 1 middle per 500 nodes.
- 7 ties in 10 start at a node drawn by a power law; the largest has some 3 % of all ties.
- 8 ties in 10 end near by: so many places further along a Z-order curve, geometrically distributed with a mean of 60;
  the others anywhere.
- 5 types, one without a direction; 1 connection in 10 has a second statement, 1 in 5 a beginning and an end.
"""

from __future__ import annotations

import datetime
import uuid

import numpy as np
from numpy.typing import NDArray

from mapping.graph.snapshot import ALWAYS_FROM, ALWAYS_TO, Snapshot, Texts

TYPES = (
    ("bench-funds", "funds", "is funded by", True, "linking"),
    ("bench-works-with", "works with", "works with", False, "bridging"),
    ("bench-meets-at", "meets at", "hosts", True, ""),
    ("bench-runs", "runs", "is run by", True, ""),
    ("bench-supports", "supports", "is supported by", True, "bonding"),
)


def pairs(points: NDArray[np.float64], count: int, seed: int = 1) -> NDArray[np.int64]:
    """Draw `count` different pairs of nodes that lie at `points` (n, 2): (count, 2) int, source and target."""
    draw = np.random.default_rng(seed)
    size = len(points)
    along = np.argsort(_z_order(points), kind="stable")
    rank = np.empty(size, dtype=np.int64)
    rank[along] = np.arange(size)
    popular = draw.permutation(size)
    found = np.zeros(0, dtype=np.int64)
    while len(found) < count:
        more = count + count // 3
        source = draw.integers(0, size, more)
        many = draw.random(more) < 0.7
        source[many] = popular[(size * draw.random(many.sum()) ** 3.5).astype(np.int64)]
        near = along[np.clip(rank[source] + draw.geometric(1 / 60, more) * draw.choice([-1, 1], more), 0, size - 1)]
        target = np.where(draw.random(more) < 0.8, near, draw.integers(0, size, more))
        apart = source != target
        found = np.unique(np.concatenate([found, source[apart] * size + target[apart]]))
    return np.column_stack(np.divmod(np.sort(draw.permutation(found)[:count]), size))


def _z_order(points: NDArray[np.float64]) -> NDArray[np.int64]:
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / np.maximum(high - low, 1e-12) * 65_535).astype(np.int64)
    code = np.zeros(len(points), dtype=np.int64)
    for bit in range(16):
        code |= (cells[:, 0] >> bit & 1) << (2 * bit) | (cells[:, 1] >> bit & 1) << (2 * bit + 1)
    return code


def snapshot(nodes: int, connections: int, seed: int = 1) -> Snapshot:
    """A network as arrays, without a database."""
    draw = np.random.default_rng(seed)
    middles = draw.uniform((-3.6, 50.6), (0.6, 54.6), (max(nodes // 500, 1), 2))
    points = middles[draw.integers(0, len(middles), nodes)] + draw.normal(scale=0.02, size=(nodes, 2))
    ties = pairs(points, connections, seed)
    dated = draw.random(connections) < 0.2
    first = np.where(dated, draw.integers(14_000, 17_000, connections), ALWAYS_FROM)
    last = np.where(dated, first + draw.integers(100, 3_000, connections), ALWAYS_TO)
    tags = draw.integers(0, 400, 2 * nodes)
    groups = ("food-help", "sport-play", "faith", "health", "learning", "arts-heritage")
    keys = ("slug", "forward", "reverse", "directed", "tie")
    return Snapshot(
        ids=np.arange(1, nodes + 1),
        uuids=draw.integers(0, 256, (nodes, 16), dtype=np.uint8),
        names=Texts.of([f"Group {number} of the made-up county" for number in range(nodes)]),
        kind=draw.integers(0, 2, nodes).astype(np.int8),
        category=draw.integers(-1, 24, nodes).astype(np.int16),
        place=np.ones(nodes, dtype=np.int64),
        point=points,
        tags=tags.astype(np.int32),
        tag_starts=np.arange(nodes + 1) * 2,
        connections=np.arange(1, connections + 1),
        source=ties[:, 0].astype(np.int32),
        target=ties[:, 1].astype(np.int32),
        type=draw.integers(0, len(TYPES), connections).astype(np.int16),
        support=draw.integers(1, 3, connections).astype(np.int32),
        strength=draw.integers(1, 6, connections).astype(np.float32),
        mutual=draw.random(connections) < 0.05,
        derived=np.zeros(connections, dtype=bool),
        disputed=np.zeros(connections, dtype=bool),
        spans=np.column_stack([first, last]).astype(np.int32),
        span_starts=np.arange(connections + 1),
        tables={
            "place": "bench", "place_id": 1, "name": "Bench", "revision": 1, "viewers": "public", "stamps": [],
            "unnumbered": [], "kinds": ["organisation", "asset"], "tags": [f"tag {number}" for number in range(400)],
            "types": [dict(zip(keys, it, strict=True)) for it in TYPES],
            "categories": [
                {"slug": f"c{n}", "name": f"Kind {n}", "plural": "", "group": groups[n % 6], "capital": "",
                 "infrastructure": ""} for n in range(24)
            ],
        },
    )  # fmt: skip


def connect(connections: int, seed: int = 1, say=lambda text: None) -> None:
    """Write `connections` connections among the nodes that `generate` wrote, and their statements."""
    from django.db import connection as database
    from django.db import transaction

    from mapping.models import ConnectionType, Place, Revision, Source

    place = Place.objects.get(slug="bench")
    nodes = np.array(_points(place.pk))
    types = [
        ConnectionType.objects.get_or_create(
            slug=slug, defaults={"forward": forward, "reverse": reverse, "directed": directed, "tie": tie}
        )[0].pk
        for slug, forward, reverse, directed, tie in TYPES
    ]
    source, _ = Source.objects.get_or_create(
        slug="bench", defaults={"title": "Made up", "publisher": "Nobody", "licence": "CC0-1.0"}
    )
    draw = np.random.default_rng(seed)
    ties = nodes[pairs(nodes[:, 1:], connections, seed), 0].astype(np.int64)
    with transaction.atomic(), database.cursor() as cursor:
        with cursor.copy(
            "COPY mapping_connection (uuid, source_id, target_id, type_id, created_at) FROM STDIN"
        ) as copy:
            kinds = draw.integers(0, len(types), connections)
            for (one, other), kind in zip(ties.tolist(), kinds.tolist(), strict=True):
                copy.write_row((_uuid(draw), one, other, types[kind], "2026-01-01"))
        say(f"{connections:,} connections")
        cursor.execute("SELECT id FROM mapping_connection ORDER BY id")
        numbers = [row[0] for row in cursor.fetchall()]
        with cursor.copy(
            "COPY mapping_statement (uuid, connection_id, kind, by_source_id, by_rule, key, strength, held_from, "
            "held_to, note, evidence_url, currency, visibility, consent, created_at) FROM STDIN"
        ) as copy:
            twice = draw.random(len(numbers)) < 0.1
            row = 0
            for number, again in zip(numbers, twice.tolist(), strict=True):
                for _ in range(1 + again):
                    row += 1
                    dated = row % 5 == 0
                    begins = datetime.date(2010, 1, 1) + datetime.timedelta(days=row % 3650) if dated else None
                    ends = begins + datetime.timedelta(days=500) if dated else None
                    copy.write_row((
                        _uuid(draw), number, "agrees", source.pk, "", f"row-{row}", 1 + row % 5, begins, ends,
                        "", "", "", "public", "", "2026-01-01",
                    ))  # fmt: skip
        say(f"{row:,} statements")
        Revision.objects.raise_for([place])
    with database.cursor() as cursor:
        cursor.execute("ANALYZE mapping_connection")
        cursor.execute("ANALYZE mapping_statement")
        cursor.execute("ANALYZE mapping_node")


def _points(place: int) -> list[tuple[int, float, float]]:
    from django.db import connection as database

    with database.cursor() as cursor:
        cursor.execute(
            "SELECT id, ST_X(public_point), ST_Y(public_point) FROM mapping_node "
            "WHERE place_id = %s AND state = 'live' ORDER BY id",
            [place],
        )
        return cursor.fetchall()


def _uuid(draw: np.random.Generator) -> str:
    return str(uuid.UUID(bytes=draw.bytes(16)))
