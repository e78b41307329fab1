"""What there is to compare nodes by, besides their ties: where they are, and what they have in common.

References
----------
Sparck Jones, K. (1972), A statistical interpretation of term specificity and its application in retrieval, Journal of
Documentation 28, 11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from . import measures
from .network import Network

# What more than this share of all have says little of two of them; in a small place what more than `MIN_COMMON` have.
COMMON_SHARE, MIN_COMMON = 0.1, 12


@dataclass(frozen=True, eq=False)
class Terrain:
    """A network with its ground and its words, for n nodes.

    Parameters
    ----------
    network : Network of n
        Stated ties. Nodes without any are part of it.
    metres : (n, 2) float
        East and north, in metres on a plane; NaN where it is not known.
    node, term : (t,) int
        Node `node[i]` has term `term[i]` (a tag, category or purpose); each pair once.
    terms : sequence of str
        What the terms are called.
    acts : (n,) bool
        Who could tie new ties of their own accord (groups, activities, projects), as against things.
    """

    network: Network
    metres: NDArray[np.float64]
    node: NDArray[np.int64]
    term: NDArray[np.int64]
    terms: Sequence[str]
    acts: NDArray[np.bool_]

    @property
    def size(self) -> int:
        return self.network.size

    @cached_property
    def degree(self) -> NDArray[np.int64]:
        """(n,) int: how many different others each is tied with."""
        return measures.degree(self.network)

    @cached_property
    def hubs(self) -> NDArray[np.int64]:
        """Nodes that a fifth of all are tied with: ways through them say little."""
        return measures.hubs(self.network)

    @cached_property
    def rest(self) -> Network:
        """The network without its hubs."""
        return self.network.without(self.hubs) if len(self.hubs) else self.network

    @cached_property
    def located(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.metres[:, 0])

    @cached_property
    def often(self) -> NDArray[np.int64]:
        """(terms,) int: how many nodes have each term."""
        return np.bincount(self.term, minlength=len(self.terms))

    @cached_property
    def specific(self) -> NDArray[np.float64]:
        """(terms,) float, 0 to 1: how much each term tells, ln(n / n_term) / ln n (Sparck Jones 1972).

        0 for what very many have, or one alone.
        """
        often = self.often
        if self.size < 2:
            return np.zeros(len(often))
        telling = (often >= 2) & (often <= max(MIN_COMMON, COMMON_SHARE * self.size))
        weight = np.log(self.size / np.maximum(often, 1)) / np.log(self.size)
        return np.where(telling, weight, 0.0)

    @cached_property
    def of_node(self) -> list[NDArray[np.int64]]:
        """For each node the terms that tell something, the most telling first."""
        if not self.size:
            return []
        tells = self.specific[self.term] > 0
        node, term = self.node[tells], self.term[tells]
        order = np.lexsort((term, -self.specific[term], node))
        return np.split(term[order], np.searchsorted(node[order], np.arange(1, self.size)))

    def common(self, one: int, other: int) -> NDArray[np.int64]:
        """The terms that two nodes share, the most telling first."""
        mine = self.of_node[one]
        return mine[np.isin(mine, self.of_node[other])]

    def likeness(self, one: int, other: int) -> float:
        """How much two nodes have in common, 0 to 1: 1 - prod(1 - w) over the weights w of the terms they share."""
        return float(1 - np.prod(1 - self.specific[self.common(one, other)]))

    def alike_pairs(
        self,
        nodes: NDArray[np.int64],
        others: NDArray[np.int64],
        *,
        within: float,
        nearest: int,
    ) -> NDArray[np.int64]:
        """Return pairs that share a telling term and are near each other: (p, 2) int, each once, smaller first.

        For each term the `nearest` of `others` that have it to each of `nodes` that has it, at most `within` metres
        apart. So the number of pairs is at most `nearest` times the number of terms on nodes, however dense it is.
        """
        asking, asked = np.zeros((2, self.size), dtype=bool)
        asking[nodes], asked[others] = True, True
        found: list[NDArray[np.int64]] = []
        useful = (self.specific[self.term] > 0) & self.located[self.node]
        order = np.lexsort((self.node[useful], self.term[useful]))
        node, term = self.node[useful][order], self.term[useful][order]
        for group in np.split(node, np.flatnonzero(np.diff(term)) + 1) if len(node) else []:
            left, right = group[asking[group]], group[asked[group]]
            if not len(left) or not len(right):
                continue
            most = min(nearest + 1, len(right))
            apart, where = cKDTree(self.metres[right]).query(self.metres[left], k=most, distance_upper_bound=within)
            apart, where = np.atleast_2d(apart.reshape(len(left), most)), where.reshape(len(left), most)
            keep = np.isfinite(apart)
            found.append(np.column_stack([np.repeat(left, most)[keep.ravel()], right[where[keep]]]))
        if not found:
            return np.zeros((0, 2), dtype=np.int64)
        pairs = np.sort(np.vstack(found), axis=1)
        return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)

    def apart(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """Metres between the two of each pair: (p,) float, NaN where one is nowhere."""
        return np.hypot(*(self.metres[pairs[:, 0]] - self.metres[pairs[:, 1]]).T)


def on_plane(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return east and north of the middle of all points, in metres: (n, 2) float, NaN where there is no point.

    Longitudes and latitudes on a plane that touches in the middle, as `Snapshot.metres`: good to 0.1 % across a county.
    """
    known = ~np.isnan(points[:, 0])
    if not known.any():
        return np.full((len(points), 2), np.nan)
    lon, lat = points[known].mean(axis=0)
    metre = np.pi / 180 * 6_371_008.8
    return (points - [lon, lat]) * [metre * np.cos(np.radians(lat)), metre]
