"""What words are put to beside the findings: balance, distance, kinds of connection, who says so, kinds of wealth.

Plain numbers, worked out of a snapshot and so of what its viewers see; kept as long as the snapshot is.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from .graph import measures, mixing
from .graph.measures import Falling
from .graph.snapshot import Snapshot

# How far "near" may be, in metres: the first of them that holds more than half is told.
REACHES = (500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000)
LOTS = 20_000

_kept: WeakKeyDictionary[Snapshot, dict[str, Any]] = WeakKeyDictionary()
_lock = Lock()


def of(snapshot: Snapshot) -> dict[str, Any]:
    """The facts of a snapshot, by the section of the words that tells them."""
    with _lock:
        found = _kept.get(snapshot)
    if found is None:
        found = {
            "balance": balance(snapshot),
            "distance": distance(snapshot),
            "types": types(snapshot),
            "said": said(snapshot),
            "capitals": capitals(snapshot),
        }
        with _lock:
            _kept[snapshot] = found
    return found


def stated(snapshot: Snapshot) -> NDArray[np.bool_]:
    """The connections that somebody stated: (m,) bool. What rules worked out is counted apart."""
    return ~snapshot.derived


def balance(snapshot: Snapshot) -> dict[str, int]:
    """Connections by what their type says that they do."""
    ties = [it["tie"] or "unknown" for it in snapshot.tables["types"]]
    counts = np.bincount(snapshot.type[stated(snapshot)], minlength=len(ties))
    found = dict.fromkeys(("bonding", "bridging", "linking", "unknown"), 0)
    for tie, count in zip(ties, counts.tolist(), strict=True):
        found[tie] += count
    return found


def distance(snapshot: Snapshot) -> dict[str, Any]:
    """Lengths of the connections with both ends on the map, beside pairs picked by lot (seeded: always the same)."""
    keep = stated(snapshot)
    source, target = snapshot.source[keep], snapshot.target[keep]
    far = _apart(snapshot, source, target)
    known = len(far)
    located = np.flatnonzero(~np.isnan(snapshot.metres[:, 0])) if snapshot.size else np.empty(0, dtype=np.int64)
    chance = 0.0
    # By lot, but only among those who have a connection with a length: the same nodes, otherwise paired.
    ends = np.intersect1d(located, np.concatenate([source, target]))
    if len(ends) > 2:
        draw = np.random.default_rng(1)
        first, second = draw.choice(ends, LOTS), draw.choice(ends, LOTS)
        lots = _apart(snapshot, first[first != second], second[first != second])
        chance = float(np.median(lots)) if len(lots) else 0.0
    return {
        "known": known,
        "within": [(reach, int((far <= reach).sum())) for reach in REACHES],
        "middle": float(np.median(far)) if known else 0.0,
        "chance": chance,
    }


def _apart(snapshot: Snapshot, one: NDArray, other: NDArray) -> NDArray[np.float64]:
    if not len(one):
        return np.empty(0)
    far = np.hypot(*(snapshot.metres[one] - snapshot.metres[other]).T)
    return far[~np.isnan(far)]


def types(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The stated connections by type, the most common first; density is that among the nodes which the type joins."""
    keep = stated(snapshot)
    found = []
    for it in mixing.by_type(snapshot, keep):
        mine = keep & (snapshot.type == it.number)
        source, target = snapshot.source[mine].astype(np.int64), snapshot.target[mine].astype(np.int64)
        nodes = len(np.union1d(source, target))
        low, high = np.minimum(source, target), np.maximum(source, target)
        pairs = len(np.unique(low * snapshot.size + high))
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


def said(snapshot: Snapshot) -> dict[str, int]:
    """Connections by who says so."""
    keep = stated(snapshot)
    return {
        "stated": int(keep.sum()),
        "derived": int((~keep).sum()),
        "mutual": int((snapshot.mutual & keep).sum()),
        "disputed": int(snapshot.disputed.sum()),
    }


def capitals(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Nodes with a stated connection, by the capital that their category mostly adds to."""
    keep = stated(snapshot)
    nodes = np.union1d(snapshot.source[keep], snapshot.target[keep])
    found = mixing.capitals(snapshot, nodes)
    return [{"capital": capital, "nodes": count} for capital, count in found.items() if capital]


def losing(snapshot: Snapshot, nodes: Sequence[int]) -> Falling:
    """What comes apart when all of `nodes` are gone at once; `node` is the first of them."""
    network = snapshot.network(stated(snapshot))
    gone = np.zeros(network.size, dtype=bool)
    gone[list(nodes)] = True
    before, after = measures.components(network), measures.components(network.without(nodes))
    alone = pieces = cut_off = 0
    for piece in np.unique(before[gone]).tolist():
        sizes = np.unique(after[(before == piece) & ~gone], return_counts=True)[1]
        alone += int((sizes == 1).sum())
        pieces += int((sizes > 1).sum())
        cut_off += int(sizes.sum() - sizes.max(initial=0))
    return Falling(node=nodes[0] if len(nodes) else -1, alone=alone, pieces=pieces, cut_off=cut_off)
