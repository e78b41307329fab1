"""What of a network a view shows, what it fades and what it marks: for the server's picture.

`hb/network/visibility` says the same in the browser; `chosen` decides what passes the filters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapping.graph.snapshot import Snapshot

from .state import NetworkView


@dataclass(frozen=True)
class Looked:
    """How a view looks.

    nodes, near, gone : (n,) bool; which nodes are shown, which of them are not faded, which are taken away.
    edges, bright, marked : (m,) bool; which connections are shown, not faded, and on the way between two.
    """

    nodes: NDArray[np.bool_]
    near: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    edges: NDArray[np.bool_]
    bright: NDArray[np.bool_]
    marked: NDArray[np.bool_]


def look(snapshot: Snapshot, view: NetworkView, way: Sequence[int] | None = None, hubs: Sequence[int] = ()) -> Looked:
    """Work out what `view` shows: what its filters leave, with what is not near its focus or on its path faded.

    `way` is the path between the two of `view`, where somebody else has found it; by default the shortest. `hubs` are
    left out with their connections: who has no other is shown all the same, for the ring around.
    """
    plain = view.replace(focus=None, source=None, target=None)
    edges, nodes, _none = chosen(snapshot, plain)
    if way is None:
        near_edges, near, way = chosen(snapshot, view)
    else:
        near = np.isin(np.arange(snapshot.size), way)
        near_edges = edges & near[snapshot.source] & near[snapshot.target]
    gone = np.zeros(snapshot.size, dtype=bool)
    for it in view.without:
        if it.bytes in snapshot.by_uuid:
            gone[snapshot.by_uuid[it.bytes]] = True
    marked = np.zeros(len(snapshot.source), dtype=bool)
    if len(way) > 1:
        hops = {(min(a, b), max(a, b)) for a, b in zip(way, way[1:], strict=False)}
        ends = np.sort(np.column_stack([snapshot.source, snapshot.target]), axis=1)
        marked = near_edges & np.array([(a, b) in hops for a, b in ends.tolist()], dtype=bool)
    kept = np.ones(snapshot.size, dtype=bool)
    kept[list(hubs)] = False
    open_edges = kept[snapshot.source] & kept[snapshot.target]
    if len(hubs) and view.focus and view.focus.bytes in snapshot.by_uuid:
        near = _around(snapshot, near_edges & open_edges, snapshot.by_uuid[view.focus.bytes], view.steps)
    return Looked(
        nodes=(nodes | near | gone) & kept,
        near=(near | gone) & kept,
        gone=gone,
        edges=(edges | near_edges) & open_edges,
        bright=near_edges & open_edges & near[snapshot.source] & near[snapshot.target],
        marked=marked & open_edges,
    )


def connections(snapshot: Snapshot, view: NetworkView) -> NDArray[np.bool_]:
    """Which connections pass the filters of `view`, whoever is at their ends: (m,) bool."""
    return snapshot.pick(
        types=view.types,
        without_types=view.hide,
        stated=view.is_stated,
        least=view.least,
        day=view.day_number,
    )


def chosen(snapshot: Snapshot, view: NetworkView) -> tuple[NDArray[np.bool_], NDArray[np.bool_], list[int]]:
    """What `view` leaves: connections (m,) bool, nodes (n,) bool, and the nodes of the way between two, in order.

    A node is left when it is of the kinds asked for and has a connection that is left, or stands in the focus.
    """
    keep = connections(snapshot, view)
    nodes = np.ones(snapshot.size, dtype=bool)
    if view.kinds:
        nodes &= np.isin(snapshot.kind, [i for i, it in enumerate(snapshot.tables["kinds"]) if it in view.kinds])
    if view.groups:
        tops = [i for i, it in enumerate(snapshot.tables["categories"]) if it["group"] in view.groups]
        nodes &= np.isin(snapshot.category, tops)
    for it in view.without:
        if it.bytes in snapshot.by_uuid:
            nodes[snapshot.by_uuid[it.bytes]] = False
    keep &= nodes[snapshot.source] & nodes[snapshot.target]
    way: list[int] = []
    if view.source and view.target:
        way = _way(snapshot, keep, view)
        if way:
            nodes = np.isin(np.arange(snapshot.size), way)
    elif view.focus and view.focus.bytes in snapshot.by_uuid:
        nodes = _around(snapshot, keep, snapshot.by_uuid[view.focus.bytes], view.steps)
    keep &= nodes[snapshot.source] & nodes[snapshot.target]
    joined = np.zeros(snapshot.size, dtype=bool)
    joined[snapshot.source[keep]] = joined[snapshot.target[keep]] = True
    if view.focus and view.focus.bytes in snapshot.by_uuid:
        joined[snapshot.by_uuid[view.focus.bytes]] = True
    return keep, nodes & joined, way


def _around(snapshot: Snapshot, keep: NDArray[np.bool_], centre: int, steps: int) -> NDArray[np.bool_]:
    near = np.zeros(snapshot.size, dtype=bool)
    near[centre] = True
    for _ in range(steps):
        reached = keep & (near[snapshot.source] | near[snapshot.target])
        near[snapshot.source[reached]] = near[snapshot.target[reached]] = True
    return near


def _way(snapshot: Snapshot, keep: NDArray[np.bool_], view: NetworkView) -> list[int]:
    ends = [snapshot.by_uuid.get(it.bytes) for it in (view.source, view.target) if it]
    if None in ends or len(set(ends)) < 2:
        return []
    graph = snapshot.network(keep).igraph
    if ends[1] not in graph.subcomponent(ends[0]):
        return []
    return list(graph.get_shortest_paths(ends[0], ends[1])[0])
