"""Triangles: three nodes that are joined with each other.

References
----------
Latapy, M. (2008), Main-memory triangle computations for very large (sparse (power-law)) graphs, Theoretical Computer
Science 407, 458-473.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .network import Network

# Wedges looked at in one go: what bounds the memory (some 60 bytes each).
CHUNK = 2_000_000


def triangles(network: Network, *, chunk: int = CHUNK) -> Iterator[NDArray[np.int64]]:
    """Yield every triangle once, in pieces of (t, 3) int: the numbers of its three ties in `network.edges`.

    Every tie is turned towards the end with more neighbours, so that a node of a million neighbours is the last of all
    its triangles and no pair of its neighbours is ever tried. That takes time in the order of m * sqrt(m).

    Examples
    --------
    >>> [it.tolist() for it in triangles(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)]))]
    [[[0, 1, 2]]]
    """
    edges = network.edges
    if not len(edges):
        return
    counts = np.bincount(edges.ravel(), minlength=network.size)
    rank = np.empty(network.size, dtype=np.int64)
    rank[np.lexsort((np.arange(network.size), counts))] = np.arange(network.size)
    ends = np.sort(rank[edges], axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    low, high = ends[order, 0], ends[order, 1]
    keys = low * network.size + high
    starts = np.searchsorted(low, np.arange(network.size + 1))
    # How many ties of the same start come after each tie: each pair of those is a wedge.
    after = starts[low + 1] - np.arange(len(low)) - 1
    total = np.concatenate([[0], np.cumsum(after)])
    begin = 0
    while begin < len(low):
        end = max(int(np.searchsorted(total, total[begin] + chunk, side="right")) - 1, begin + 1)
        mine = after[begin:end]
        first = np.repeat(np.arange(begin, end), mine)
        second = first + 1 + np.arange(len(first)) - np.repeat(total[begin:end] - total[begin], mine)
        wanted = high[first] * network.size + high[second]
        third = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        closed = keys[third] == wanted
        if closed.any():
            yield np.sort(order[np.column_stack([first[closed], second[closed], third[closed]])], axis=1)
        begin = end


def of_edges(network: Network) -> NDArray[np.int64]:
    """Return in how many triangles each tie is: (m,) int.

    Examples
    --------
    >>> of_edges(Network.of(4, [(0, 1), (1, 2), (0, 2), (2, 3)])).tolist()
    [1, 1, 1, 0]
    """
    counts = np.zeros(len(network.edges), dtype=np.int64)
    for part in triangles(network):
        counts += np.bincount(part.ravel(), minlength=len(counts))
    return counts
