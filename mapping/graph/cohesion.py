"""How tightly knit it is around a node: cores, clustering, constraint.

References
----------
Batagelj, V. and Zaversnik, M. (2003), An O(m) algorithm for cores decomposition of networks, arXiv cs/0310049.
Burt, R. S. (2004), Structural holes and good ideas, American Journal of Sociology 110, 349-399.
Seidman, S. B. (1983), Network structure and minimum degree, Social Networks 5, 269-287.
Watts, D. J. and Strogatz, S. H. (1998), Collective dynamics of small-world networks, Nature 393, 440-442.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import triangles
from .measures import degree
from .network import Network


def core(network: Network) -> NDArray[np.int64]:
    """Return the core number of each node: (size,) int (Seidman 1983; Batagelj and Zaversnik 2003).

    The k-core is the largest part in which every node is joined with at least k others of it; the core number is the
    largest k whose core holds the node. Exact.

    Examples
    --------
    >>> core(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)])).tolist()
    [2, 2, 2, 1]
    """
    return np.asarray(network.igraph.coreness(), dtype=np.int64)


def clustering(network: Network, of_edges: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """Return the share of each node's pairs of neighbours that are joined: (size,) float, 0 to 1. Exact.

    C_i = T_i / (d_i (d_i - 1) / 2), with T_i triangles at node i and d_i neighbours (Watts and Strogatz 1998);
    0 with fewer than two neighbours. `of_edges` is `triangles.of_edges(network)`, when that is known.

    Examples
    --------
    >>> clustering(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)])).round(3).tolist()
    [1.0, 1.0, 0.333, 0.0]
    """
    counts = degree(network)
    pairs = counts * (counts - 1)
    return np.divide(_twice(network, of_edges), pairs, out=np.zeros(network.size), where=pairs > 0)


def transitivity(network: Network, of_edges: NDArray[np.int64] | None = None) -> float:
    """Return three times the triangles over the connected triples, 0 to 1: how often a friend of a friend is a friend.

    Examples
    --------
    >>> transitivity(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)]))
    0.6
    """
    counts = degree(network)
    triples = int((counts * (counts - 1)).sum())
    return float(_twice(network, of_edges).sum() / triples) if triples else 0.0


def _twice(network: Network, of_edges: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """Twice the number of triangles at each node: every one lies at two of its ties."""
    known = triangles.of_edges(network) if of_edges is None else of_edges
    return np.bincount(network.edges.ravel(), weights=np.repeat(known, 2), minlength=network.size)


def linked_neighbours(network: Network, of_edges: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return how many neighbours of each node are joined with another one of them: (size,) int.

    Examples
    --------
    >>> linked_neighbours(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)])).tolist()
    [2, 2, 2, 0]
    """
    known = triangles.of_edges(network) if of_edges is None else of_edges
    return np.bincount(network.edges[known > 0].ravel(), minlength=network.size).astype(np.int64)


def constraint(network: Network) -> NDArray[np.float64]:
    """Return Burt's constraint of each node: (size,) float; NaN for nodes without a tie. Exact, unweighted.

    c_i = sum over neighbours j of (p_ij + sum over q of p_iq p_qj)^2, where p_ij = 1 / d_i for neighbours and 0 for
    others (Burt 2004). High where all of a node's neighbours know each other, or there is but one; low where the
    node joins others who are not joined: it spans "structural holes".

    Examples
    --------
    >>> constraint(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)])).round(3).tolist()
    [1.007, 1.007, 0.611, 1.0]
    """
    counts = degree(network).astype(np.float64)
    share = np.divide(1.0, counts, out=np.zeros(network.size), where=counts > 0)
    low, high = network.edges[:, 0], network.edges[:, 1]
    m = len(network.edges)
    # What reaches j from i through a third node q, for each tie in both directions: p_iq p_qj = p_i p_q.
    through = np.zeros((2, m))
    for part in triangles.triangles(network):
        for edge, other in ((0, 1), (1, 0), (2, 0)):
            # q is the node of the triangle that is no end of this tie.
            mine, its = network.edges[part[:, edge]], network.edges[part[:, other]]
            third = np.where((its[:, :1] == mine).any(axis=1), its[:, 1], its[:, 0])
            through[0] += np.bincount(part[:, edge], weights=share[mine[:, 0]] * share[third], minlength=m)
            through[1] += np.bincount(part[:, edge], weights=share[mine[:, 1]] * share[third], minlength=m)
    result = np.bincount(low, weights=(share[low] + through[0]) ** 2, minlength=network.size)
    result += np.bincount(high, weights=(share[high] + through[1]) ** 2, minlength=network.size)
    return np.where(counts > 0, result, np.nan)
