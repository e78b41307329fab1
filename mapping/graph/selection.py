"""Which nodes a picture shows when there are more than it can hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .measures import degree
from .network import Network

# So many leaves of one kind around one node say no more than their number does.
MAX_LEAVES = 12


@dataclass(frozen=True)
class Selection:
    """drawn : (k,) nodes to draw, in order; left_out : how many were left out, by the drawn node they hang on."""

    drawn: NDArray[np.int64]
    left_out: dict[int, int]
    owner: dict[int, int]


def select(
    network: Network,
    *,
    importance: ArrayLike,
    countable: ArrayLike,
    most: int,
) -> Selection:
    """Choose the most telling nodes.

    Leaves (nodes of one tie) say least. First go `countable` leaves around a node that has more than
    `MAX_LEAVES` of them: a number says the same. When there still are more than `most`, go the other countable
    leaves, then all leaves, then anything, each time the least important first.

    Parameters
    ----------
    importance : (size,) array of float
        The higher, the longer a node stays.
    countable : (size,) array of bool
        Nodes that may be told as a number when they are leaves (things, rather than groups of people).
    most : int
        The largest number of nodes to draw, at least 1.

    Returns
    -------
    Selection
        `left_out[node]` counts the leaves that hang on a drawn node and were left out; `owner` says for each
        left-out leaf on which drawn node it hangs (nodes left out for other reasons are not in it).
    """
    importance = np.asarray(importance, dtype=np.float64)
    countable = np.asarray(countable, dtype=bool)
    counts = degree(network)
    leaf = counts == 1
    hangs_on = {int(n): int(network.neighbours[n][0]) for n in np.flatnonzero(leaf)}
    crowd = Counter(owner for node, owner in hangs_on.items() if countable[node] and not leaf[owner])
    crowded = np.zeros(network.size, dtype=bool)
    for node, owner in hangs_on.items():
        crowded[node] = countable[node] and crowd[owner] > MAX_LEAVES
    keep = (counts > 0) & ~crowded
    if keep.sum() > most:
        # Stages: 2 countable leaves, 1 leaves, 0 the rest. The last stage goes first.
        stage = np.where(leaf & countable, 2, np.where(leaf, 1, 0))
        order = np.lexsort((np.arange(network.size), -importance, stage))
        order = order[keep[order]]
        keep[order[most:]] = False
    left_out: Counter[int] = Counter()
    owner_of: dict[int, int] = {}
    for node, owner in hangs_on.items():
        if not keep[node] and keep[owner]:
            left_out[owner] += 1
            owner_of[node] = owner
    return Selection(np.flatnonzero(keep), dict(left_out), owner_of)
