"""How a network stands losing more and more nodes: by accident, and when the most connected go first.

References
----------
Schneider, C. M., Moreira, A. A., Andrade, J. S., Havlin, S. and Herrmann, H. J. (2011), Mitigation of malicious
attacks on networks, PNAS 108, 3838-3841.
Newman, M. E. J. and Ziff, R. M. (2001), Fast Monte Carlo algorithm for site or bond percolation, Physical Review E 64,
016706.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .measures import betweenness
from .network import Network

RANDOM_RUNS = 20
# Up to so many ties the order "on the way between most others first" is worked out too, and so many accidents.
MAX_BETWEEN = 20_000
# And up to so many nodes times ties: about a second.
BETWEEN_WORK = 100_000_000
FEW_RUNS, MANY_TIES = 5, 50_000
# Within so many standard errors of the mean of so many runs lie 95 of 100 (Student, 19 and 4 degrees of freedom).
STUDENT = {RANDOM_RUNS: 2.093, FEW_RUNS: 2.776}
SHOWN_SHARE, SHOWN_STEPS = 0.5, 25


@dataclass(frozen=True)
class Curve:
    """How much holds together as nodes go.

    removed : (k,) float, the share of nodes removed, 0 to `SHOWN_SHARE`
    held : (k,) float, how many are in the largest piece then, as a share of those in it at first
    error : (k,) float, how far `held` may be off as the mean of all orders that could be drawn (half the width of the
        95 % interval); 0 for an order that is not drawn
    robustness : R of Schneider and others: the mean, over all removals from the first to the last, of the share of
        all nodes that are in the largest piece. 0 to 0.5.
    """

    removed: NDArray[np.float64]
    held: NDArray[np.float64]
    robustness: float
    error: NDArray[np.float64]


@dataclass(frozen=True)
class Robustness:
    """size : nodes with a tie; largest : of those in the largest piece.

    by_chance : the mean of `runs` orders drawn with a seed; by_degree : the most joined first, counted anew after each;
    by_betweenness : those on the way between most others first; None above `MAX_BETWEEN` ties or `BETWEEN_WORK`.
    """

    by_chance: Curve
    by_degree: Curve
    by_betweenness: Curve | None
    runs: int
    size: int
    largest: int


def robustness(network: Network, *, seed: int = 1) -> Robustness:
    """Return how the largest piece shrinks. Nodes without ties are not counted: nothing can be lost by them.

    Every curve is exact for its order: nodes are put back one by one, in reverse (Newman and Ziff 2001).

    Examples
    --------
    >>> star = Network.of(5, [(0, 1), (0, 2), (0, 3), (0, 4)])
    >>> robustness(star).by_degree.held.tolist()[-1]
    0.2
    """
    tied = np.unique(network.edges)
    part = network.only(tied)
    runs = RANDOM_RUNS if len(part.edges) <= MANY_TIES else FEW_RUNS
    rng = np.random.default_rng(seed)
    chance = [_held(part, rng.permutation(part.size)) for _ in range(runs)]
    between = None
    if len(part.edges) <= MAX_BETWEEN and part.size * len(part.edges) <= BETWEEN_WORK:
        scores = betweenness(part)
        between = _curve(_held(part, np.lexsort((np.arange(part.size), -scores))), part.size)
    return Robustness(
        by_chance=_curve(np.mean(chance, axis=0), part.size, _off(np.array(chance))),
        by_degree=_curve(_held(part, _by_degree(part)), part.size),
        by_betweenness=between,
        runs=runs,
        size=part.size,
        largest=int(chance[0][0]),
    )


def _held(network: Network, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """The size of the largest piece after 0, 1, ... n removals in this order: (n + 1,) float."""
    size = network.size
    held = np.zeros(size + 1)
    if not size:
        return held
    turn = np.empty(size, dtype=np.int64)
    turn[order] = np.arange(size)
    # A tie is there while both its ends are: until the first of them goes.
    ends = np.sort(turn[network.edges], axis=1)
    back = np.lexsort((ends[:, 1], -ends[:, 0]))
    first, other = ends[back, 0].tolist(), ends[back, 1].tolist()
    parent, count = list(range(size)), [1] * size
    largest, place = 0, 0
    for gone in range(size - 1, -1, -1):
        largest = max(largest, 1)
        while place < len(first) and first[place] == gone:
            one, two = gone, other[place]
            while parent[one] != one:
                parent[one] = one = parent[parent[one]]
            while parent[two] != two:
                parent[two] = two = parent[parent[two]]
            if one != two:
                if count[one] < count[two]:
                    one, two = two, one
                parent[two] = one
                count[one] += count[two]
                largest = max(largest, count[one])
            place += 1
        held[gone] = largest
    return held


def _by_degree(network: Network) -> NDArray[np.int64]:
    """The most joined first, degrees counted anew after each; of equals the one with the lowest number."""
    beside = [it.tolist() for it in network.neighbours]
    degree = [len(it) for it in beside]
    waiting = [(-count, node) for node, count in enumerate(degree)]
    heapq.heapify(waiting)
    order: list[int] = []
    gone = [False] * network.size
    while waiting:
        count, node = heapq.heappop(waiting)
        if gone[node] or -count != degree[node]:
            continue
        gone[node] = True
        order.append(node)
        for other in beside[node]:
            if not gone[other]:
                degree[other] -= 1
                heapq.heappush(waiting, (-degree[other], other))
    return np.asarray(order, dtype=np.int64)


def _off(runs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the width of the 95 % interval of the mean of some runs (Student), at each step."""
    return STUDENT[len(runs)] * runs.std(axis=0, ddof=1) / np.sqrt(len(runs))


def _curve(held: NDArray[np.float64], size: int, error: NDArray[np.float64] | None = None) -> Curve:
    removed = np.linspace(0, SHOWN_SHARE, SHOWN_STEPS + 1)
    if not size:
        return Curve(removed, np.zeros(len(removed)), 0.0, np.zeros(len(removed)))
    at = np.floor(removed * size + 1e-9).astype(np.int64)
    off = np.zeros(len(removed)) if error is None else error[at] / held[0]
    return Curve(removed, held[at] / held[0], float(held[1:].sum() / size / size), off)
