"""What lies underneath a map: a few connections as lines between two points, and bands between groups.

Thousands of lines over a map are a grey blanket. So a map gets the strongest, of one node its own, of a part of the
ground those that begin or end there; and, for the whole, one band between two groups for all that ties them. Whoever a
fifth of all are joined with (`measures.hubs`: a council, say) would be all that is seen: their lines are drawn when
they are chosen, or who is joined with them. Everything comes from the snapshot that the viewer may see.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapping.graph.paths import Paths
from mapping.graph.snapshot import Snapshot
from mapping.models import Place, Viewer
from mapping.network import browser_data, snapshots
from mapping.network.view import filter as view_filter
from mapping.network.view.state import NetworkView

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

# Of a whole place, a map draws few; of one node, all that anybody could tell apart.
MAX_LINES = 60
MAX_OF_A_NODE = 500
# As long as there are others: one who funds everybody would be all that is seen.
MAX_AT_ONE_END = 12
# From far out a line shorter than this is no line: what is in one house, or next door.
SHORTEST = 150  # metres
MAX_BANDS = 24
MIN_BAND = 2


def collection(
    place: Place, viewer: Viewer, *, view: NetworkView, node: str | None = None, within: Box | None = None
) -> dict[str, Any]:
    """GeoJSON of what to draw under the map of a place, as `viewer` sees it.

    Parameters
    ----------
    view : `types`, `hide`, `stated`, `least` and `day` choose the connections.
    node : a uuid; only the connections of this node, and no bands.
    within : only connections that begin or end in this box, and no bands.

    Returns
    -------
    dict
        A FeatureCollection of lines (`strongest`) with foreign members (RFC 7946, 6.1): `bands`, features from the
        middle of one group to that of another with `count`, `derived` (how many of them), `label`; `total`, how many
        connections there are to choose from; `hubs`, names of those whose lines are left out; `types`, what kinds of
        connection the map has: `slug`, `label`, and how many are `stated` and `derived`.
    """
    snapshot = snapshots.load(place, viewer)
    keep = view_filter.connections(snapshot, view) & _located(snapshot)
    found = _narrowed(snapshot, keep, node, within)
    hubs = Paths.of(snapshot).hubs if node is None else ()
    found &= ~_touches(snapshot, hubs)
    limit = MAX_LINES if node is None else MAX_OF_A_NODE
    whole = node is None and within is None
    groups = browser_data.groups(snapshot).get() if whole else None
    drawn = found & _is_long(snapshot) if whole else found
    return {
        "type": "FeatureCollection",
        "features": _features(snapshot, _first(snapshot, drawn, limit, fair=node is None)),
        "bands": [] if groups is None else _bands(snapshot, found, groups),
        "total": int(found.sum()),
        "hubs": [snapshot.names[it] for it in hubs],
        "types": _types(snapshot),
    }


def strongest(
    place: Place, viewer: Viewer, *, node: str | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """GeoJSON features of the connections of a place that `viewer` sees and whose ends both have a public point.

    The ones with the most statements first, then the stronger. `node` (a uuid) asks for those of one node. Those of a
    hub (see above) say so with `hub`: a map draws them when one of their ends is chosen.

    Properties: `source`, `target` (uuids), `type` (slug), `weight` (how many statements support it), `strength` (1 to
    5), `derived`, `mutual`, `label` (a sentence).
    """
    snapshot = snapshots.load(place, viewer)
    found = _narrowed(snapshot, _located(snapshot), node, None)
    if limit is None:
        limit = MAX_LINES if node is None else MAX_OF_A_NODE
    rows = _first(snapshot, found, limit, fair=False)
    spokes = _touches(snapshot, Paths.of(snapshot).hubs)
    features = _features(snapshot, rows)
    for row, feature in zip(rows, features, strict=True):
        if spokes[row]:
            feature["properties"]["hub"] = True
    return features


def _located(snapshot: Snapshot) -> NDArray[np.bool_]:
    known = ~np.isnan(snapshot.point).any(axis=1)
    return known[snapshot.source] & known[snapshot.target]


def _is_long(snapshot: Snapshot) -> NDArray[np.bool_]:
    far = np.hypot(*(snapshot.metres[snapshot.source] - snapshot.metres[snapshot.target]).T)
    return far >= SHORTEST


def _touches(snapshot: Snapshot, nodes: Sequence[int]) -> NDArray[np.bool_]:
    """Which connections have one of `nodes` at an end."""
    return np.isin(snapshot.source, nodes) | np.isin(snapshot.target, nodes)


def _narrowed(snapshot: Snapshot, keep: NDArray[np.bool_], node: str | None, within: Box | None) -> NDArray[np.bool_]:
    """Those of one node, or with an end in a box."""
    if node is not None:
        index = snapshot.by_uuid.get(uuid.UUID(node).bytes, -1)
        keep = keep & ((snapshot.source == index) | (snapshot.target == index))
    if within is not None:
        west, south, east, north = within
        with np.errstate(invalid="ignore"):
            inside = ((snapshot.point >= [west, south]) & (snapshot.point <= [east, north])).all(axis=1)
        keep = keep & (inside[snapshot.source] | inside[snapshot.target])
    return keep


def _first(snapshot: Snapshot, keep: NDArray[np.bool_], limit: int, *, fair: bool) -> list[int]:
    """The strongest; with `fair`, no node has more than `MAX_AT_ONE_END` of them while others have any left."""
    rows = np.flatnonzero(keep)
    order = rows[np.lexsort((snapshot.connections[rows], -snapshot.strength[rows], -snapshot.support[rows]))]
    if not fair or len(order) <= limit:
        return order[:limit].tolist()
    counts: Counter[int] = Counter()
    chosen: list[int] = []
    later: list[int] = []
    for row in order.tolist():
        ends = int(snapshot.source[row]), int(snapshot.target[row])
        if max(counts[end] for end in ends) >= MAX_AT_ONE_END:
            later.append(row)
            continue
        counts.update(ends)
        chosen.append(row)
        if len(chosen) == limit:
            break
    return chosen + later[: limit - len(chosen)]


def _features(snapshot: Snapshot, rows: list[int]) -> list[dict[str, Any]]:
    types = snapshot.tables["types"]
    found = []
    for row in rows:
        source, target = int(snapshot.source[row]), int(snapshot.target[row])
        kind = types[int(snapshot.type[row])]
        found.append(
            {
                "type": "Feature",
                "geometry": _line(snapshot.point[source], snapshot.point[target]),
                "properties": {
                    "source": str(uuid.UUID(bytes=snapshot.uuids[source].tobytes())),
                    "target": str(uuid.UUID(bytes=snapshot.uuids[target].tobytes())),
                    "type": kind["slug"],
                    "weight": int(snapshot.support[row]),
                    "strength": round(float(snapshot.strength[row])),
                    "derived": bool(snapshot.derived[row]),
                    "mutual": bool(snapshot.mutual[row]),
                    "label": f"{snapshot.names[source]} {kind['forward']} {snapshot.names[target]}.",
                },
            }
        )
    return found


def _line(one: NDArray[np.float64], other: NDArray[np.float64]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[round(float(it), 6) for it in point] for point in (one, other)]}


def _bands(snapshot: Snapshot, keep: NDArray[np.bool_], groups: browser_data.Groups) -> list[dict[str, Any]]:
    """One band for all connections between two groups, the widest first."""
    ends = np.sort(np.column_stack([groups.of[snapshot.source[keep]], groups.of[snapshot.target[keep]]]), axis=1)
    across = (ends[:, 0] >= 0) & (ends[:, 0] != ends[:, 1])
    pairs, where, counts = np.unique(ends[across], axis=0, return_inverse=True, return_counts=True)
    derived = np.bincount(where.ravel(), weights=snapshot.derived[keep][across], minlength=len(pairs))
    widest = np.lexsort((np.arange(len(pairs)), -counts))
    known = ~np.isnan(snapshot.point).any(axis=1)
    found: list[dict[str, Any]] = []
    for index in widest[counts[widest] >= MIN_BAND][:MAX_BANDS].tolist():
        one, other = pairs[index].tolist()
        middles = [np.median(snapshot.point[known & (groups.of == it)], axis=0) for it in (one, other)]
        found.append(
            {
                "type": "Feature",
                "geometry": _line(*middles),
                "properties": {
                    "count": int(counts[index]),
                    "derived": int(derived[index]),
                    "groups": [one, other],
                    "label": f"{groups.labels[one]} – {groups.labels[other]}",
                },
            }
        )
    return found


def _types(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The kinds of connection of the place, the most common first; how many of each the map could draw."""
    located = _located(snapshot)
    types = snapshot.tables["types"]
    stated = np.bincount(snapshot.type[located & ~snapshot.derived], minlength=len(types))
    derived = np.bincount(snapshot.type[located & snapshot.derived], minlength=len(types))
    # By all of them, on the map or not: the order decides on colours, and the network has the same.
    order = np.lexsort((np.arange(len(types)), -np.bincount(snapshot.type, minlength=len(types))))
    return [
        {
            "slug": types[i]["slug"],
            "label": types[i]["forward"],
            "stated": int(stated[i]),
            "derived": int(derived[i]),
        }
        for i in order.tolist()
    ]
