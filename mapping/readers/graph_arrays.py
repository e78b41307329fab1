"""A file of a network as arrays, for measuring: names stay with the file, the network is numbers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import Reject
from .graph_file import MAX_NODES, GraphEdge, GraphFile, too_many


@dataclass(frozen=True, eq=False)
class GraphArrays:
    """names : ids of the nodes; edges : (m, 2) int, places in `names`; weights : (m,) float, NaN where none is given.

    rejects : the first rows that could not be read, of `rejected` in all; isolated : nodes without any edge.
    """

    names: list[str]
    edges: NDArray[np.int64]
    weights: NDArray[np.float64]
    rejects: list[Reject]
    rejected: int


KEPT_REJECTS = 20


def read_arrays(
    graph: GraphFile, most: int | None = None, rows: Iterable[GraphEdge | Reject] | None = None
) -> GraphArrays:
    """Read all edges: about 25 bytes each, and each id once. `rows`: the edges, when they are counted on their way.

    Raises ReadError when there are more than `most` edges, or too many nodes.
    """
    number: dict[str, int] = {node.id: index for index, node in enumerate(graph.nodes)}
    ends, weights = array("q"), array("d")
    rejects = list(graph.rejects[:KEPT_REJECTS])
    rejected = len(graph.rejects)
    for edge in graph.checked_edges(most) if rows is None else rows:
        if isinstance(edge, Reject):
            rejected += 1
            if len(rejects) < KEPT_REJECTS:
                rejects.append(edge)
            continue
        for end in (edge.source, edge.target):
            ends.append(number.setdefault(end, len(number)))
        weights.append(float("nan") if edge.weight is None else edge.weight)
        if len(number) > MAX_NODES:
            raise too_many(graph.path, "nodes", MAX_NODES)
    return GraphArrays(
        names=list(number),
        edges=np.frombuffer(ends, dtype=np.int64).reshape(-1, 2),
        weights=np.frombuffer(weights, dtype=np.float64),
        rejects=rejects,
        rejected=rejected,
    )
