"""What of a network a view shows, what it fades and what it marks: for the server's picture.

`hb/network_shown` says the same in the browser; `view_picture.chosen` decides what passes the filters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .graph.snapshot import Snapshot
from .network_view import NetworkView


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


def look(snapshot: Snapshot, view: NetworkView) -> Looked:
    """Work out what `view` shows: what its filters leave, with what is not near its focus or on its path faded."""
    from .view_picture import chosen

    plain = view.replace(focus=None, source=None, target=None)
    edges, nodes, _none = chosen(snapshot, plain)
    near_edges, near, way = chosen(snapshot, view)
    gone = np.zeros(snapshot.size, dtype=bool)
    for it in view.without:
        if it.bytes in snapshot.by_uuid:
            gone[snapshot.by_uuid[it.bytes]] = True
    marked = np.zeros(len(snapshot.source), dtype=bool)
    if len(way) > 1:
        hops = {(min(a, b), max(a, b)) for a, b in zip(way, way[1:], strict=False)}
        ends = np.sort(np.column_stack([snapshot.source, snapshot.target]), axis=1)
        marked = near_edges & np.array([(a, b) in hops for a, b in ends.tolist()], dtype=bool)
    return Looked(
        nodes=nodes | near | gone,
        near=near | gone,
        gone=gone,
        edges=edges | near_edges,
        bright=near_edges,
        marked=marked,
    )
