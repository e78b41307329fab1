"""An order of nodes that does not depend on how they are called: the same network gives the same order.

What starts at random (groups, layouts) comes out alike for one network under any names only when it sees the nodes in
such an order.

References
----------
Weisfeiler, B. and Leman, A. (1968), The reduction of a graph to canonical form, NTI Series 2, 9, 12-16.
Junttila, T. and Kaski, P. (2007), Engineering an efficient canonical labeling tool for large and sparse graphs,
ALENEX 2007, 135-149 (bliss, as igraph has it).
"""

from __future__ import annotations

import igraph
import numpy as np
from numpy.typing import NDArray

from .network import Network

ROUNDS = 64
# So many nodes are put in a truly canonical order; beyond, what is alike keeps the order of its numbers.
EXACT_MOST = 3_000


def order(network: Network, exact_most: int = EXACT_MOST) -> NDArray[np.int64]:
    """Return the nodes in canonical order: (size,) int.

    Nodes are told apart by degree and strength, then by what their neighbours are, and so on, as often as that tells
    more apart (Weisfeiler and Leman 1968). What is still alike is ordered by a canonical form of the whole (bliss). In
    networks of more than `exact_most` nodes what is still alike keeps the order of its numbers: mostly leaves of
    one node, where any order gives the same network.

    Examples
    --------
    >>> one, other = Network.of(3, [(0, 1), (1, 2)]), Network.of(3, [(2, 0), (0, 1)])
    >>> int(order(one)[-1]), int(order(other)[-1])
    (1, 0)
    """
    colours = _colours(network)
    if network.size <= exact_most and colours.max(initial=-1) + 1 < network.size:
        colours = _settled(network, colours)
    return np.lexsort((np.arange(network.size), colours))


def _colours(network: Network) -> NDArray[np.int64]:
    """The same number for nodes that cannot be told apart by walking, smaller ones for fewer neighbours."""
    low, high = network.edges[:, 0], network.edges[:, 1]
    weights = np.unique(network.weights, return_inverse=True)[1].astype(np.uint64) + np.uint64(1)
    degree = np.bincount(network.edges.ravel(), minlength=network.size)
    colours, count = degree.astype(np.int64), 0
    for _ in range(ROUNDS):
        colours = np.unique(colours, return_inverse=True)[1].astype(np.int64)
        if colours.max(initial=-1) + 1 == count:
            break
        count = int(colours.max(initial=-1)) + 1
        # Sums of hashes do not depend on the order of neighbours. Unsigned arithmetic wraps on purpose.
        seen = np.zeros(network.size, dtype=np.uint64)
        np.add.at(seen, low, _mixed(colours[high].astype(np.uint64) * np.uint64(1_000_003) + weights))
        np.add.at(seen, high, _mixed(colours[low].astype(np.uint64) * np.uint64(1_000_003) + weights))
        # First by what they were, so that rounds only ever split.
        order = np.lexsort((seen, colours))
        new = np.ones(network.size, dtype=np.int64)
        new[1:] = (np.diff(colours[order]) != 0) | (np.diff(seen[order].view(np.int64)) != 0)
        colours = np.empty_like(colours)
        colours[order] = np.cumsum(new) - 1
    return colours


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """splitmix64 (Steele, Lea and Flood 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _settled(network: Network, colours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Colours that are all different: the canonical form of bliss, ties of a weight being nodes of a colour."""
    size, edges = network.size, network.edges
    kinds = np.unique(network.weights, return_inverse=True)[1]
    if len(kinds) and kinds.max() > 0:
        middle = size + np.arange(len(edges))
        edges = np.concatenate([np.column_stack([edges[:, 0], middle]), np.column_stack([edges[:, 1], middle])])
        colours = np.concatenate([colours, colours.max() + 1 + kinds])
    graph = igraph.Graph(n=len(colours), edges=edges, directed=False)
    found = np.asarray(graph.canonical_permutation(color=colours.tolist()), dtype=np.int64)
    # Before version 1.0, igraph gave each node its place; since then, each place its node. Colours go up by places.
    place = np.argsort(found) if (np.diff(colours[found]) >= 0).all() else found
    return place[:size] + colours[:size] * len(colours)
