"""How central nodes are: exact in small networks, sampled with a stated error in large ones.

References
----------
Brandes, U. and Pich, C. (2007), Centrality estimation in large networks, International Journal of Bifurcation and Chaos
17, 2303-2318.
Brin, S. and Page, L. (1998), The anatomy of a large-scale hypertextual web search engine, Computer Networks 30,
107-117.
Eppstein, D. and Wang, J. (2004), Fast approximation of centrality, Journal of Graph Algorithms and Applications 8,
39-45.
Marchiori, M. and Latora, V. (2000), Harmony in the small-world, Physica A 285, 539-546.
Then, M. and others (2014), The more the merrier: efficient multi-source graph traversal, PVLDB 8, 449-460.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import measures
from .network import Network

# Nodes times ties that are worked out exactly: 10,000 with 40,000 take 5 s, 1,000 with 5,000 a tenth of one.
EXACT_LIMIT = 500_000_000
# For betweenness and for closeness, where one costs a twentieth of that.
PIVOTS, NEAR_PIVOTS = 512, 1024
# Pivots are drawn in so many lots; how much these differ tells how far off their mean may be.
LOTS = 16
# Within so many standard errors lie 95 of 100 estimates: of a mean of many, and of `LOTS` lots (Student, 15 degrees).
MANY, FEW = 1.96, 2.131
# Sources that walk together: a bit of a word each. More words at a time cost memory, fewer cost time.
WORDS = 4


@dataclass(frozen=True, eq=False)
class Estimate:
    """Values of a measure and how far they may be off.

    values : (size,) float. error : the half-width of a 95 % confidence interval, for the node where it is widest, so
    that far more than 95 in 100 values are that near to the true ones; 0 when exact. pivots : how many nodes were
    drawn, 0 when exact.
    """

    values: NDArray[np.float64]
    error: float = 0.0
    pivots: int = 0

    @property
    def exact(self) -> bool:
        return self.pivots == 0


def betweenness(network: Network, *, exact_limit: int = EXACT_LIMIT, pivots: int = PIVOTS, seed: int = 1) -> Estimate:
    """Return each node's share of the shortest paths between two others, 0 to 1 (`measures.betweenness`).

    Exact (Brandes) up to `exact_limit`. Beyond, the paths from `pivots` nodes stand for those from all (Brandes and
    Pich 2007). A leaf's paths are those of its one neighbour, and all pass that neighbour: they are counted, not
    drawn, and a pivot is drawn in proportion to the leaves that it stands for (systematic sampling; who stands for more
    than one draw is taken for certain). The error is 2.13 standard errors of 16 lots of pivots.

    Parameters
    ----------
    exact_limit : nodes times ties that are still worked out exactly.
    pivots : how many nodes are drawn in a larger network; the error falls with its square root.
    seed : of the draw; the same network and seed give the same values.

    Examples
    --------
    >>> two_stars = Network.of(6, [(0, 1), (0, 2), (0, 3), (3, 4), (3, 5)])
    >>> betweenness(two_stars).values.tolist()
    [0.7, 0.0, 0.0, 0.7, 0.0, 0.0]
    >>> betweenness(two_stars, exact_limit=0, pivots=2).values.tolist()
    [0.7, 0.0, 0.0, 0.7, 0.0, 0.0]
    """
    counts = measures.degree(network)
    inner = np.flatnonzero(counts > 1)
    if network.size * len(network.edges) <= exact_limit or not len(inner):
        return Estimate(measures.betweenness(network))
    low, high = network.edges[:, 0], network.edges[:, 1]
    leaves = np.bincount(low[counts[high] == 1], minlength=network.size)
    leaves += np.bincount(high[counts[low] == 1], minlength=network.size)
    stands_for = (1.0 + leaves)[inner]
    certain, lots = _pivots(stands_for, pivots, np.random.default_rng(seed))
    # Sums over ordered pairs; igraph halves what it finds, since it is meant for pairs without order.
    piece = measures.components(network)
    summed = leaves * np.maximum(np.bincount(piece)[piece] - 2.0, 0)
    for pivot in certain.tolist():
        summed += 2 * stands_for[pivot] * np.asarray(network.igraph.betweenness(sources=[int(inner[pivot])]))
    error = 0.0
    if lots:
        rest = stands_for.sum() - stands_for[certain].sum()
        drawn = np.array(
            [2 * rest / len(lot) * np.asarray(network.igraph.betweenness(sources=inner[lot].tolist())) for lot in lots]
        )
        summed += drawn.mean(axis=0)
        error = float(FEW * drawn.std(axis=0, ddof=1).max() / math.sqrt(len(lots))) if len(lots) > 1 else 0.0
    pairs = (network.size - 1) * (network.size - 2)
    return Estimate(np.minimum(summed / pairs, 1.0), error / pairs, len(certain) + sum(map(len, lots)))


def _pivots(
    weights: NDArray[np.float64], pivots: int, draw: np.random.Generator
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Who is taken for certain, and lots of the others, drawn in proportion to their weights without repeats."""
    if pivots >= len(weights):
        return np.arange(len(weights)), []
    sure = np.zeros(len(weights), dtype=bool)
    while True:
        left = pivots - int(sure.sum())
        more = ~sure & (weights * left >= weights[~sure].sum())
        if left <= 0 or not more.any():
            break
        sure |= more
    others = draw.permutation(np.flatnonzero(~sure))
    left = max(left, 2 * LOTS)
    reach = np.cumsum(weights[others])
    steps = (draw.random() + np.arange(left)) * reach[-1] / left
    chosen = np.unique(others[np.minimum(np.searchsorted(reach, steps, side="right"), len(others) - 1)])
    return np.flatnonzero(sure), np.array_split(draw.permutation(chosen), min(LOTS, len(chosen)))


def harmonic(network: Network, *, exact_limit: int = EXACT_LIMIT, pivots: int = NEAR_PIVOTS, seed: int = 1) -> Estimate:
    """Return each node's harmonic closeness, 0 to 1: the mean of 1 / distance to the others (Marchiori and Latora
    2000).

    H_i = sum over j of 1 / d_ij / (n - 1), with 1 / d = 0 where there is no way. 1 for who is joined with everybody.
    Exact when nodes times ties are at most `exact_limit`. Beyond, the distances to `pivots` nodes drawn at random stand
    for all (Eppstein and Wang 2004); the error is 1.96 standard errors of that mean, corrected for
    the finite number of nodes.

    Examples
    --------
    >>> harmonic(Network.of(3, [(0, 1), (1, 2)])).values.tolist()
    [0.75, 1.0, 0.75]
    """
    size = network.size
    used = np.flatnonzero(measures.degree(network))
    values = np.zeros(size)
    if not len(used):
        return Estimate(values)
    part = network.only(used)
    count = len(used)
    if count * len(part.edges) <= exact_limit or pivots >= count:
        sums, _ = _inverse_distances(part, np.arange(count))
        values[used] = sums / (size - 1)
        return Estimate(values)
    chosen = np.sort(np.random.default_rng(seed).choice(count, pivots, replace=False))
    sums, squares = _inverse_distances(part, chosen)
    # A pivot is no pivot to itself.
    seen = np.full(count, float(pivots))
    seen[chosen] -= 1
    mean = sums / seen
    spread = np.maximum(squares / seen - mean**2, 0) * seen / np.maximum(seen - 1, 1)
    finite = (count - 1 - seen) / max(count - 2, 1)
    scale = (count - 1) / (size - 1)
    values[used] = mean * scale
    error = float(MANY * np.sqrt(spread / seen * np.maximum(finite, 0)).max() * scale)
    return Estimate(values, error, pivots)


def _inverse_distances(network: Network, sources: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each node the sum of 1 / distance, and of its square, to all `sources`. Every node has a neighbour.

    All sources walk together, each a bit of a word: one step for 64 of them costs one look at every tie (Then 2014).
    """
    ends = np.concatenate([network.edges, network.edges[:, ::-1]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    beside = ends[:, 1].astype(np.int32)
    starts = np.searchsorted(ends[:, 0], np.arange(network.size))
    sums, squares = np.zeros(network.size), np.zeros(network.size)
    width = 64 * WORDS
    for first in range(0, len(sources), width):
        mine = sources[first : first + width]
        words = math.ceil(len(mine) / 64)
        front = np.zeros((network.size, words), dtype=np.uint64)
        place = np.arange(len(mine))
        np.bitwise_or.at(front, (mine, place // 64), np.uint64(1) << (place % 64).astype(np.uint64))
        seen, far = front.copy(), 0
        while front.any():
            far += 1
            front = np.bitwise_or.reduceat(front[beside], starts, axis=0) & ~seen
            seen |= front
            reached = np.bitwise_count(front).sum(axis=1, dtype=np.int64)
            sums += reached / far
            squares += reached / far**2
    return sums, squares


def pagerank(network: Network, *, damping: float = 0.85) -> NDArray[np.float64]:
    """Return each node's PageRank: (size,) float, summing to 1 (Brin and Page 1998). Exact, ties in both directions.

    The share of time that a walker spends at the node who follows a random tie, and with probability 1 - `damping`
    starts again anywhere: r_i = (1 - damping) / n + damping * sum over neighbours j of r_j / d_j.

    Examples
    --------
    >>> pagerank(Network.of(3, [(0, 1), (1, 2)])).round(3).tolist()
    [0.257, 0.486, 0.257]
    """
    if not network.size:
        return np.zeros(0)
    return np.asarray(network.igraph.pagerank(damping=damping), dtype=np.float64)
