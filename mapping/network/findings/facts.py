"""What words are put to: the facts of a network as one viewer may see it, as plain numbers and nodes.

    found = facts.gather(snapshot, analysis)
    found.best[0].name, found.said["mutual"]

Only connections that somebody stated count; what rules worked out is counted apart.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapping.graph import findings, islands, measures, mixing
from mapping.graph.analysis import Analysis
from mapping.graph.measures import Falling
from mapping.graph.snapshot import Snapshot
from mapping.models import Units

# How far "near" may be, in metres: the first of them that holds more than half is told.
REACHES = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000)
# Pairs nearer and farther than this are compared.
NEAR, FAR = 250, 4_000
# Categories of things that stand everywhere: they name no group.
EVERYWHERE = {"defibrillator", "tram-stop", "toilets", "plaque", "memorial", "listed-building"}
SORTS = 2
# Of those who hold others beside a hub that hides all else so many are told.
BEYOND = 5


@dataclass(frozen=True)
class Named:
    """A node as sentences need it. number : its place in the snapshot; degree : how many others it is connected to."""

    number: int
    uuid: uuid.UUID
    name: str
    degree: int


@dataclass(frozen=True)
class Group:
    """centre : the node most connected within it; sorts : what sets the members apart, in the plural."""

    centre: Named
    size: int
    sorts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """The facts of one network; `mapping.network.findings` says what each is told as."""

    connected: int
    connections: int
    best: list[Named]
    between: list[tuple[Named, float]]
    between_error: float
    bridges: list[tuple[Named, Falling]]
    holding: int
    hiding: list[Named]
    beyond: list[tuple[Named, int]]
    groups: list[Group]
    settled: bool
    hubs: list[Named]
    grouped: int
    inmost: tuple[int, int, int]
    hub_only: int
    single: int
    pieces: list[int]
    balance: dict[str, int]
    distance: dict[str, Any]
    types: list[dict[str, Any]]
    said: dict[str, int]
    capitals: list[dict[str, Any]]


def gather(snapshot: Snapshot, analysis: Analysis) -> Facts:
    """Put together what there is to say. `analysis` is that of the stated connections of `snapshot`."""
    found = findings.find_in(analysis)
    counts = found.degree
    between, error = measure(analysis, "betweenness")
    keep = ~snapshot.derived
    hiding = islands.hiding(analysis.network, found.hubs)
    return Facts(
        connected=analysis.whole.joined,
        connections=analysis.whole.connections,
        best=[named(snapshot, it, counts) for it in found.best],
        between=[(named(snapshot, it, counts), float(between[it])) for it in found.between],
        between_error=error,
        bridges=[(named(snapshot, it.node, counts), it) for it in found.bridges],
        holding=int(analysis.articulation.sum()),
        hiding=[named(snapshot, it, counts) for it in hiding.tolist()],
        beyond=[
            (named(snapshot, it, counts), held)
            for it, held in (islands.holding(analysis.network, hiding)[:BEYOND] if len(hiding) else [])
        ],
        groups=[
            Group(named(snapshot, it.centre, counts), len(it.members), sorts_of(snapshot, it.words))
            for it in found.groups
        ],
        settled=analysis.settled,
        hubs=[named(snapshot, it, counts) for it in found.hubs.tolist()],
        grouped=sum(len(it.members) for it in found.groups),
        inmost=(*found.inmost, _core_parts(analysis, found.inmost[1])),
        hub_only=found.hub_only,
        single=found.edge,
        pieces=found.pieces,
        balance={
            name: getattr(analysis.balance, name) if analysis.balance else 0
            for name in ("bonding", "bridging", "linking", "unknown")
        },
        distance=distance(snapshot, analysis),
        types=types(snapshot, keep),
        said={
            "stated": int(keep.sum()),
            "derived": int((~keep).sum()),
            "mutual": int((snapshot.mutual & keep).sum()),
            "disputed": int(snapshot.disputed.sum()),
        },
        capitals=capitals(snapshot, np.flatnonzero(counts)),
    )


def _core_parts(analysis: Analysis, least: int) -> int:
    """In how many parts the innermost core is: nobody says that it is one."""
    core = np.flatnonzero(analysis.measures["core"] >= least) if least else np.zeros(0, dtype=np.int64)
    return int(measures.components(analysis.network.only(core)).max(initial=-1)) + 1


def measure(analysis: Analysis, name: str) -> tuple[NDArray[np.float64], float]:
    """A measure of every node, and how far it may be off (0: exact), among those with a stated connection.

    The engine counts whoever is in the snapshot, so also who has derived connections alone; shares told to people are
    of those who are connected: betweenness of their pairs, closeness of the others among them, PageRank of their sum.
    """
    values = np.asarray(analysis.measures[name], dtype=np.float64)
    error = analysis.errors.get(name, 0.0)
    everybody, joined = len(values), analysis.whole.joined
    scale = 1.0
    if name == "betweenness" and joined > 2:
        scale = (everybody - 1) * (everybody - 2) / ((joined - 1) * (joined - 2))
    elif name == "harmonic" and joined > 1:
        scale = (everybody - 1) / (joined - 1)
    elif name == "pagerank" and joined:
        scale = 1 / values[analysis.measures["connections"] > 0].sum()
    return values * scale, error * scale


def named(snapshot: Snapshot, node: int, counts: NDArray[np.int64] | None = None) -> Named:
    """A node of the snapshot, ready to be told of."""
    number = int(node)
    return Named(
        number,
        uuid.UUID(bytes=snapshot.uuids[number].tobytes()),
        snapshot.names[number],
        int(counts[number]) if counts is not None else 0,
    )


def sorts_of(snapshot: Snapshot, words: Sequence[Any]) -> tuple[str, ...]:
    """What names a group: what sets it apart (`graph.naming.Word`), things that stand everywhere left out.

    Categories where there are any, for they are nouns; else tags.
    """
    categories = snapshot.tables["categories"]
    nouns = [it.text for it in words if it.kind == "category" and categories[it.number]["slug"] not in EVERYWHERE]
    return tuple((nouns or [it.text for it in words if it.kind == "tag"])[:SORTS])


def distance(snapshot: Snapshot, analysis: Analysis) -> dict[str, Any]:
    """Lengths of the ties with both ends on the map, and how likely near and far pairs are joined (`mixing.decay`)."""
    ends = analysis.network.edges
    far = np.hypot(*(snapshot.metres[ends[:, 0]] - snapshot.metres[ends[:, 1]]).T) if len(ends) else np.empty(0)
    far = far[~np.isnan(far)]
    bands = _bands(snapshot, analysis)
    near_bands = [it for it in bands if it.farthest is not None and it.farthest <= NEAR]
    far_bands = [it for it in bands if it.nearest >= FAR]
    return {
        "ties": len(ends),
        "known": len(far),
        "within": [(reach, int((far <= reach).sum())) for reach in REACHES],
        "middle": float(np.median(far)) if len(far) else 0.0,
        "near": (NEAR, *_joined(near_bands)),
        "far": (FAR, *_joined(far_bands)),
        "errors": (_off(near_bands, bands), _off(far_bands, bands)),
        "units": snapshot.tables.get("units", Units.MILES.value),
    }


def _bands(snapshot: Snapshot, analysis: Analysis) -> list[mixing.Band]:
    """Pairs by distance, of those who have a stated connection: who is there by a rule alone is no pair of theirs."""
    if analysis.whole.joined == analysis.whole.nodes:
        return analysis.bands
    metres = np.array(snapshot.metres)
    metres[analysis.measures["connections"] == 0] = np.nan
    return mixing.decay(analysis.network, metres)


def _joined(bands: Sequence[mixing.Band]) -> tuple[int, int]:
    return sum(it.joined for it in bands), sum(it.pairs for it in bands)


def _off(some: Sequence[mixing.Band], bands: Sequence[mixing.Band]) -> int:
    """How far the number of pairs of `some` bands may be off, 95 times of 100; 0 where all pairs were looked at."""
    total, pairs = sum(it.pairs for it in bands), sum(it.pairs for it in some)
    drawn = max((it.drawn for it in bands), default=0)
    if not drawn or not total:
        return 0
    share = pairs / total
    return math.ceil(1.96 * total * math.sqrt(share * (1 - share) / drawn))


def types(snapshot: Snapshot, keep: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The connections `keep` by type, the most common first; density is that among the nodes which the type joins."""
    found = []
    for it in mixing.by_type(snapshot, keep):
        mine = keep & (snapshot.type == it.number)
        source, target = snapshot.source[mine].astype(np.int64), snapshot.target[mine].astype(np.int64)
        nodes = len(np.union1d(source, target))
        pairs = len(np.unique(np.minimum(source, target) * snapshot.size + np.maximum(source, target)))
        kind = snapshot.tables["types"][it.number]
        found.append(
            {
                "slug": kind["slug"],
                "forward": kind["forward"],
                "count": it.count,
                "nodes": nodes,
                "density": pairs / (nodes * (nodes - 1) / 2) if nodes > 1 else 0.0,
                "mutual": it.mutual,
            }
        )
    return found


def capitals(snapshot: Snapshot, nodes: NDArray[np.int64]) -> list[dict[str, Any]]:
    """`nodes` by the capital that their category mostly adds to."""
    found = mixing.capitals(snapshot, nodes)
    return [{"capital": capital, "nodes": count} for capital, count in found.items() if capital]


def losing(analysis: Analysis, nodes: Sequence[int]) -> Falling:
    """What comes apart when all of `nodes` are gone at once; `node` is the first of them."""
    network = analysis.network
    gone = np.zeros(network.size, dtype=bool)
    gone[list(nodes)] = True
    after = measures.components(network.without(nodes))
    alone = pieces = cut_off = others = held = largest = 0
    for piece in np.unique(analysis.piece[gone]).tolist():
        sizes = np.unique(after[(analysis.piece == piece) & ~gone], return_counts=True)[1]
        alone += int((sizes == 1).sum())
        pieces += int((sizes > 1).sum())
        cut_off += int(sizes.sum() - sizes.max(initial=0))
        others += int(sizes.sum())
        held += bool(len(sizes))
        largest = max(largest, int(sizes.max(initial=0)))
    return Falling(
        node=nodes[0] if len(nodes) else -1,
        alone=alone,
        pieces=pieces,
        cut_off=cut_off,
        others=others,
        held=held,
        largest=largest,
        before=len(analysis.whole.pieces),
        after=int((np.bincount(after[~gone], minlength=1) > 1).sum()),
    )
