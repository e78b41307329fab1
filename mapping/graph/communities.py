"""Groups within a network.

References
----------
Traag, V. A., Waltman, L. and van Eck, N. J. (2019), From Louvain to Leiden: guaranteeing well-connected
communities, Scientific Reports 9, 5233.
"""

from __future__ import annotations

import random

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .measures import by_size, degree
from .network import Network

SMALLEST = 3
# Leiden depends on the order in which it visits nodes: the best of several is kept.
RUNS = 10


def communities(
    network: Network, *, apart: ArrayLike = (), seed: int = 1, smallest: int = SMALLEST
) -> NDArray[np.int64]:
    """Return the group of each node: (size,) int, the largest group 0; -1 for nodes in none.

    Leiden on modularity, weighted by the strength of ties, run to its fixed point, the best of `RUNS`. The
    same network and `seed` always give the same groups. `apart` are left out while looking (hubs that
    everybody is joined with). Groups of fewer than `smallest` nodes are no groups.

    Examples
    --------
    >>> two = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    >>> communities(Network.of(6, two)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    rest = network.without(apart) if len(np.asarray(apart)) else network
    if not len(rest.edges):
        return np.full(network.size, -1, dtype=np.int64)
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = max(
            (
                rest.igraph.community_leiden(objective_function="modularity", weights="weight", n_iterations=-1)
                for _ in range(RUNS)
            ),
            key=lambda it: round(rest.igraph.modularity(it.membership, weights="weight"), 9),
        )
    finally:
        igraph.set_random_number_generator(random)
    raw = np.asarray(found.membership, dtype=np.int64)
    raw[degree(rest) == 0] = raw.max() + 1 + np.arange((degree(rest) == 0).sum())
    named = by_size(raw)
    counts = np.bincount(named)
    return np.where(counts[named] >= smallest, named, -1)


def modularity(network: Network, groups: NDArray[np.int64]) -> float:
    """Return Newman's modularity of `groups` (nodes of group -1 each count as a group of their own)."""
    if not len(network.edges):
        return 0.0
    labels = groups.copy()
    alone = labels < 0
    labels[alone] = labels.max(initial=-1) + 1 + np.arange(alone.sum())
    return float(network.igraph.modularity(labels.tolist(), weights="weight"))
