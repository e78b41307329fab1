"""Measures of nodes and of the whole, exact.

References
----------
Freeman, L. C. (1977), A set of measures of centrality based on betweenness, Sociometry 40, 35-41.
Hopcroft, J. and Tarjan, R. (1973), Efficient algorithms for graph manipulation, CACM 16, 372-378.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .network import Network

# A node that touches this share of all others, and at least so many, is one that very many have: paths through
# it say little, and groups are clearer without it (a council that funds everyone).
HUB_SHARE = 0.2
MIN_HUB = 20
MAX_HUBS = 3


def degree(network: Network) -> NDArray[np.int64]:
    """Return the number of other nodes that each node is joined with: (size,) int.

    Examples
    --------
    >>> degree(Network.of(3, [(0, 1), (1, 2)])).tolist()
    [1, 2, 1]
    """
    return np.bincount(network.edges.ravel(), minlength=network.size).astype(np.int64)


def strength(network: Network) -> NDArray[np.float64]:
    """Return the summed weight of each node's ties, "weighted degree": (size,) float.

    Examples
    --------
    >>> strength(Network.of(3, [(0, 1), (0, 1), (1, 2)])).tolist()
    [2.0, 3.0, 1.0]
    """
    return np.bincount(network.edges.ravel(), weights=np.repeat(network.weights, 2), minlength=network.size)


def components(network: Network) -> NDArray[np.int64]:
    """Return the number of the piece that each node is in: (size,) int, the largest piece 0.

    Pieces of one size are numbered by their smallest node.

    Examples
    --------
    >>> components(Network.of(5, [(3, 4)])).tolist()
    [1, 2, 3, 0, 0]
    """
    if not network.size:
        return np.zeros(0, dtype=np.int64)
    ends = (network.edges[:, 0], network.edges[:, 1])
    matrix = coo_array((np.ones(len(network.edges), dtype=np.int8), ends), shape=(network.size, network.size))
    return by_size(connected_components(matrix, directed=False)[1].astype(np.int64))


def betweenness(network: Network) -> NDArray[np.float64]:
    """Return each node's betweenness, normalised to 0..1: (size,) float.

    The share of shortest paths between two other nodes that pass the node, summed over all pairs and divided
    by their number (n - 1)(n - 2) / 2 (Freeman 1977). Ties count as one step each. Exact (Brandes).

    Examples
    --------
    >>> betweenness(Network.of(3, [(0, 1), (1, 2)])).tolist()
    [0.0, 1.0, 0.0]
    """
    pairs = (network.size - 1) * (network.size - 2) / 2
    if pairs <= 0:
        return np.zeros(network.size)
    return np.asarray(network.igraph.betweenness(), dtype=np.float64) / pairs


def articulation_points(network: Network) -> NDArray[np.int64]:
    """Return the nodes without which a piece falls into more pieces, in order (Hopcroft and Tarjan 1973)."""
    return np.asarray(sorted(network.igraph.articulation_points()), dtype=np.int64)


def bridges(network: Network) -> NDArray[np.int64]:
    """Return the ties without which a piece falls in two: (b, 2) int, in order."""
    found = sorted(network.igraph.bridges())
    return network.edges[np.asarray(found, dtype=np.int64)].reshape(-1, 2)


def hubs(network: Network) -> NDArray[np.int64]:
    """Return the nodes that at least a fifth (`HUB_SHARE`) of all who are joined with anybody are joined with, and at
    least `MIN_HUB`; the most joined first, at most `MAX_HUBS`."""
    counts = degree(network)
    # Of those who are joined with anybody: a lonely node more changes nothing.
    least = max(MIN_HUB, HUB_SHARE * max(int((counts > 0).sum()) - 1, 1))
    order = np.lexsort((np.arange(network.size), -counts))
    return order[counts[order] >= least][:MAX_HUBS]


@dataclass(frozen=True)
class Falling:
    """What comes apart without a node, or without several.

    node : the node; alone : how many of its neighbours would have no tie at all; pieces : into how many pieces
    of two and more the rest of its piece falls; cut_off : nodes no longer in the largest of what remains of
    its piece, those alone among them. others : how many others are in its piece now; held : in how many pieces those
    are now (several nodes may be of several pieces); largest : the largest piece of them then; before, after : pieces
    of two and more in the whole network, with it and without.
    """

    node: int
    alone: int
    pieces: int
    cut_off: int
    others: int
    held: int
    largest: int
    before: int
    after: int


def falling(network: Network, nodes: NDArray[np.int64], piece: NDArray[np.int64] | None = None) -> list[Falling]:
    """Return what comes apart without each of `nodes`, one at a time; those that cut off most come first.

    `piece` is `components(network)`, when that is known.

    Examples
    --------
    >>> falling(Network.of(4, [(0, 1), (0, 2), (2, 3)]), np.array([0]))
    [Falling(node=0, alone=1, pieces=1, cut_off=1, others=3, held=1, largest=2, before=1, after=1)]
    """
    piece = components(network) if piece is None else piece
    before = int((np.bincount(piece, minlength=1) > 1).sum())
    result = []
    for node in nodes.tolist():
        mates = np.flatnonzero(piece == piece[node])
        mates = mates[mates != node]
        if not len(mates):
            continue
        left = components(network.without([node]))[mates]
        sizes = np.unique(left, return_counts=True)[1]
        result.append(
            Falling(
                node=node,
                alone=int((sizes == 1).sum()),
                pieces=int((sizes > 1).sum()),
                cut_off=int(len(mates) - sizes.max()),
                others=len(mates),
                held=1,
                largest=int(sizes.max()),
                before=before,
                after=before - 1 + int((sizes > 1).sum()),
            )
        )
    return sorted(result, key=lambda it: (-it.cut_off, it.node))


def by_size(raw: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rename labels so that the label of the largest set is 0; ties go to the smallest member."""
    labels, first, counts = np.unique(raw, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    name = np.empty(labels.max(initial=-1) + 1, dtype=np.int64)
    name[labels[order]] = np.arange(len(labels))
    return name[raw]
