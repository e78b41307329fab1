"""Groups within a network.

References
----------
Traag, V. A., Waltman, L. and van Eck, N. J. (2019), From Louvain to Leiden: guaranteeing well-connected
communities, Scientific Reports 9, 5233.
Kuhn, H. W. (1955), The Hungarian method for the assignment problem, Naval Research Logistics Quarterly 2, 83-97.
Newman, M. E. J. (2006), Modularity and community structure in networks, PNAS 103, 8577-8582.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from . import canonical
from .measures import by_size, degree
from .network import Network

SMALLEST = 3
# Leiden depends on the order in which it visits nodes: the best of several is kept, fewer where each takes long.
RUNS_BY_TIES = ((20_000, 10), (100_000, 3))
# Most networks settle within twenty rounds; nothing in the method says that they must.
MAX_ROUNDS = 50
# Above so many pairs of an old and a new group, numbers are kept by the largest shares first.
MAX_ASSIGNED = 1_000_000
# Groups that people have got used to are kept for so little.
WORTH_CHANGING = 0.01


@dataclass(frozen=True, eq=False)
class Communities:
    """groups : (size,) int, the group of each node, the largest 0; -1 for nodes in none. settled : whether the same
    network in any other order of its nodes gives the same groups (`canonical.Order`)."""

    groups: NDArray[np.int64]
    settled: bool


def communities(
    network: Network,
    *,
    apart: ArrayLike = (),
    seed: int = 1,
    smallest: int = SMALLEST,
    before: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return the group of each node: (size,) int, the largest group 0; -1 for nodes in none (`find_communities`).

    Examples
    --------
    >>> two = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    >>> communities(Network.of(6, two)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    return find_communities(network, apart=apart, seed=seed, smallest=smallest, before=before).groups


def find_communities(
    network: Network,
    *,
    apart: ArrayLike = (),
    seed: int = 1,
    smallest: int = SMALLEST,
    before: NDArray[np.int64] | None = None,
) -> Communities:
    """Find the groups within a network.

    Leiden on modularity, weighted by the strength of ties, until a round changes nothing or `MAX_ROUNDS` are done,
    the best of ten runs (of three above 20,000 ties, one above 100,000). The same network and `seed` always give the
    same groups; nodes without ties are left out and the others looked at in canonical order, so that neither a lonely
    node more nor other numbers change anything, as far as that order is settled (`canonical.order`). `apart` are left
    out while looking (hubs that everybody is joined with). Groups of fewer than `smallest` nodes are no groups.

    Examples
    --------
    >>> ring = Network.of(6, [(n, (n + 1) % 6) for n in range(6)])
    >>> find_communities(ring).settled
    True
    """
    rest = network.without(apart) if len(np.asarray(apart)) else network
    joined = np.flatnonzero(degree(rest))
    groups = np.full(network.size, -1, dtype=np.int64)
    if not len(joined):
        return Communities(groups, True)
    part = rest.only(joined)
    found = canonical.order(part)
    seen = found.nodes
    raw = np.empty(len(joined), dtype=np.int64)
    raw[seen] = _leiden(part.only(seen), seed, None if before is None else before[joined][seen])
    named = by_size(raw)
    groups[joined] = np.where(np.bincount(named)[named] >= smallest, named, -1)
    return Communities(groups if before is None else relabelled(groups, before), found.settled)


def _leiden(network: Network, seed: int, before: NDArray[np.int64] | None) -> NDArray[np.int64]:
    graph = network.igraph
    runs = next((runs for most, runs in RUNS_BY_TIES if len(network.edges) <= most), 1)
    start = None if before is None or (before < 0).all() else _from(before)

    def found(groups: list[int] | None = None) -> list[int]:
        for _ in range(MAX_ROUNDS):
            before, groups = groups, one_round(groups)
            if groups == before:
                break
        return groups

    def one_round(groups: list[int] | None) -> list[int]:
        return graph.community_leiden(
            objective_function="modularity", weights="weight", n_iterations=1, initial_membership=groups
        ).membership

    def worth(groups: list[int]) -> float:
        return round(graph.modularity(groups, weights="weight"), 9)

    igraph.set_random_number_generator(random.Random(seed))
    try:
        best = max((found() for _ in range(runs)), key=worth)
        if start is not None and worth(kept := found(start)) >= worth(best) - WORTH_CHANGING:
            best = kept
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(best, dtype=np.int64)


def _from(before: NDArray[np.int64]) -> list[int]:
    """Labels without gaps to start from; who had none starts alone."""
    labels = before.copy()
    alone = labels < 0
    labels[alone] = labels.max() + 1 + np.arange(alone.sum())
    return np.unique(labels, return_inverse=True)[1].tolist()


def relabelled(groups: NDArray[np.int64], before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the same groups under the numbers that they had before, as far as they are the same: (size,) int.

    Old and new groups are paired so that most nodes keep their number (Kuhn 1955, the assignment problem); a new group
    that shares no node with any old one, or lost every pairing, gets the smallest number that was never in
    `before`. Nodes of no group are -1 in both, and so is in `before` who was not there.

    Examples
    --------
    >>> relabelled(np.array([0, 0, 0, 1, 1, 2]), np.array([4, 1, 1, 4, 4, -1])).tolist()
    [1, 1, 1, 4, 4, 5]
    """
    count, old = int(groups.max(initial=-1)) + 1, int(before.max(initial=-1)) + 1
    if not count or not old:
        return groups.copy()
    paired = _best_pairs if count * old <= MAX_ASSIGNED else _by_share
    rows, columns = paired(groups, before, old)
    name = np.full(count, -1, dtype=np.int64)
    name[rows] = columns
    fresh = name < 0
    name[fresh] = old + np.arange(fresh.sum())
    return np.where(groups >= 0, name[groups], -1)


def _best_pairs(groups: NDArray[np.int64], before: NDArray[np.int64], old: int) -> tuple[NDArray, NDArray]:
    """Pairs of a group and an old one so that most nodes keep their number (Kuhn 1955)."""
    count = int(groups.max(initial=-1)) + 1
    both = (groups >= 0) & (before >= 0)
    shared = np.bincount(groups[both] * old + before[both], minlength=count * old).reshape(count, old)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    kept = shared[rows, columns] > 0
    return rows[kept], columns[kept]


def _by_share(groups: NDArray[np.int64], before: NDArray[np.int64], old: int) -> tuple[NDArray, NDArray]:
    """Pairs of a group and an old one, those that share most first, each in one pair only."""
    both = (groups >= 0) & (before >= 0)
    pairs, shared = np.unique(groups[both] * old + before[both], return_counts=True)
    rows, columns = np.divmod(pairs[np.lexsort((pairs, -shared))], old)
    taken: dict[int, int] = {}
    given: set[int] = set()
    for group, number in zip(rows.tolist(), columns.tolist(), strict=True):
        if group not in taken and number not in given:
            taken[group] = number
            given.add(number)
    return np.array(list(taken), dtype=np.int64), np.array(list(taken.values()), dtype=np.int64)


def modularity(network: Network, groups: NDArray[np.int64]) -> float:
    """Return the modularity of `groups` (Newman 2006): what share of ties lies within them beyond what chance would
    put.

    Q = sum over groups c of (w_c / W - (s_c / 2W)^2), with w_c the weight within, s_c the strength of its nodes and W
    the weight of all. Nodes of group -1 each count as a group of their own.

    Examples
    --------
    >>> round(modularity(Network.of(4, [(0, 1), (2, 3)]), np.array([0, 0, 1, 1])), 3)
    0.5
    """
    if not len(network.edges):
        return 0.0
    labels = groups.copy()
    alone = labels < 0
    labels[alone] = labels.max(initial=-1) + 1 + np.arange(alone.sum())
    return float(network.igraph.modularity(labels.tolist(), weights="weight"))
