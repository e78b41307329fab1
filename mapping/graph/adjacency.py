"""Who is beside whom, in compressed rows (CSR): what searches from node to node walk along."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .snapshot import Snapshot

# Places in one int64 for what makes one connection better than another of the same cost: weakness in the highest
# bits, then missing support, then metres. Sums over 1,024 connections stay within their bits.
WEAKEST, _WEAK_SHIFT = 80, 45
MIN_SUPPORT, _SUPPORT_SHIFT = 255, 27
FARTHEST = 2**17 - 1
EARTH_METRES = 6_371_008.8


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Both ends of every connection, by node.

    starts : (n + 1,) int64
        The half-connections of node i are `starts[i]` to `starts[i + 1]`.
    neighbour : (2m,) int32
        The node at the other end; ascending for each node.
    connection : (2m,) int32
        Which connection it is.
    preference : (m,) int64
        The smaller, the better to follow among connections of one cost: stronger, then more supported, then
        shorter on the ground. May be summed along a path.
    """

    starts: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    connection: NDArray[np.int32]
    preference: NDArray[np.int64]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Adjacency:
        """Put the connections of a snapshot into rows."""
        count = len(snapshot.source)
        here = np.concatenate([snapshot.source, snapshot.target]).astype(np.int64)
        there = np.concatenate([snapshot.target, snapshot.source]).astype(np.int64)
        number = np.tile(np.arange(count, dtype=np.int32), 2)
        # One sort of one number is many times faster than a sort by two.
        order = np.argsort(here * max(snapshot.size, 1) + there, kind="stable")
        starts = np.zeros(snapshot.size + 1, dtype=np.int64)
        np.cumsum(np.bincount(here, minlength=snapshot.size), out=starts[1:])
        return cls(starts, there[order].astype(np.int32), number[order], preference(snapshot))

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.starts) - 1

    def around(self, nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All half-connections of `nodes`: (h,) int places in `neighbour`; (h,) int the place of each in `nodes`."""
        first = self.starts[nodes]
        counts = self.starts[nodes + 1] - first
        owner = np.repeat(np.arange(len(nodes)), counts)
        ends = np.cumsum(counts)
        place = np.arange(int(ends[-1]) if len(ends) else 0) + (first - ends + counts)[owner]
        return place, owner

    def between(self, one: int, other: int) -> NDArray[np.int32]:
        """The connections that join two nodes, in order: (c,) int."""
        first, last = int(self.starts[one]), int(self.starts[one + 1])
        row = self.neighbour[first:last]
        low, high = np.searchsorted(row, [other, other + 1])
        return np.sort(self.connection[first + low : first + high])


def preference(snapshot: Snapshot) -> NDArray[np.int64]:
    """How much worse each connection is to follow than the best there could be: (m,) int64, to be summed.

    Strength 5 to 1 in twentieths, then support (255 statements and more are as good as it gets), then metres (131 km
    and more are as far as it gets; 0 where an end has no public point).
    """
    weak = np.rint((5 - snapshot.strength.astype(np.float64)) * 20).clip(0, WEAKEST).astype(np.int64)
    lonely = MIN_SUPPORT - snapshot.support.clip(0, MIN_SUPPORT).astype(np.int64)
    far = np.nan_to_num(metres_between(snapshot, snapshot.source, snapshot.target)).clip(0, FARTHEST).astype(np.int64)
    return (weak << _WEAK_SHIFT) + (lonely << _SUPPORT_SHIFT) + far


def metres_between(snapshot: Snapshot, some: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.float64]:
    """Great-circle metres between the public points of `some` and `others`: (k,) float, NaN where one has none.

    Haversine on a sphere of the Earth's mean radius (Sinnott 1984, Sky and Telescope 68, 159).
    """
    one, two = np.radians(snapshot.point[some]), np.radians(snapshot.point[others])
    half = np.sin((two - one) / 2) ** 2
    inside = half[:, 1] + np.cos(one[:, 1]) * np.cos(two[:, 1]) * half[:, 0]
    return 2 * EARTH_METRES * np.arcsin(np.sqrt(np.clip(inside, 0, 1)))
