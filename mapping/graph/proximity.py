"""The network that distance alone would give, beside the one that was stated: what distance explains, what surprises.

References
----------
Liben-Nowell, D. and Kleinberg, J. (2007), The link-prediction problem for social networks, JASIST 58, 1019-1031.
Zipf, G. K. (1946), The P1 P2 / D hypothesis: on the intercity movement of persons, American Sociological Review 11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .network import Network

# Below so many metres a gravity model does not tell one distance from another (next door, across the street).
SOFTENING = 100.0
# Gravity looks at every pair: above this many nodes on the ground only at the nearest of each.
EVERY_PAIR = 1500
NEAREST = 32
# Where more pairs than this are close (many at one point), only the nearest of each are looked at.
MAX_CLOSE = 4_000_000


@dataclass(frozen=True)
class Prediction:
    """How well a model names the stated ties, when it names as many.

    pairs : (m, 2) int, the ties that it predicts; hits : how many of them are stated; precision : hits / m (also its
    recall, as it names as many as there are); jaccard : hits / (predicted or stated); chance : the precision that
    naming pairs at random would have.
    """

    pairs: NDArray[np.int64]
    hits: int
    precision: float
    jaccard: float
    chance: float


@dataclass(frozen=True)
class Comparison:
    """Stated ties between nodes that are on the ground, beside two predictions.

    stated : (m, 2) int; metres : (m,) float, how long each is; explained : (m,) bool, predicted by nearness;
    closer : (m,) int, for each tie how many others either end could have reached without going so far, the fewer of
    the two ends; located : nodes that are on the ground and have a tie.
    """

    stated: NDArray[np.int64]
    metres: NDArray[np.float64]
    explained: NDArray[np.bool_]
    closer: NDArray[np.int64]
    located: int
    nearest: Prediction
    gravity: Prediction

    @property
    def surprising(self) -> NDArray[np.int64]:
        """Ties that distance does not explain, the most surprising first: places in `stated`."""
        order = np.lexsort((np.arange(len(self.stated)), -self.metres, -self.closer))
        return order[~self.explained[order] & (self.closer[order] > 0)]


def compare(network: Network, metres: NDArray[np.float64]) -> Comparison:
    """Put the ties of a network beside the pairs that distance alone would tie.

    Only nodes that have a tie to another one on the ground take part: m ties between them. `nearest` ties the m pairs
    that are closest; `gravity` the m pairs with the largest k_i k_j / (d + 100 m)^2, where k is how many ties each has
    (Zipf 1946). Equally good pairs go by their numbers.

    Parameters
    ----------
    metres : (n, 2) float
        East and north on a plane; NaN for nodes that are nowhere.
    """
    known = ~np.isnan(metres[:, 0])
    stated = network.edges[known[network.edges].all(axis=1)]
    nodes = np.unique(stated)
    name = np.full(network.size, -1, dtype=np.int64)
    name[nodes] = np.arange(len(nodes))
    ties, coordinates = name[stated], metres[nodes]
    length = np.hypot(*(coordinates[ties[:, 0]] - coordinates[ties[:, 1]]).T)
    close = _nearest(coordinates, len(ties))
    heavy = _gravity(coordinates, np.bincount(ties.ravel(), minlength=len(nodes)), len(ties))
    return Comparison(
        stated=stated,
        metres=length,
        explained=_among(ties, close, len(nodes)),
        closer=_closer(coordinates, ties, length),
        located=len(nodes),
        nearest=_judged(nodes, ties, close),
        gravity=_judged(nodes, ties, heavy),
    )


def _judged(nodes: NDArray[np.int64], ties: NDArray[np.int64], pairs: NDArray[np.int64]) -> Prediction:
    hits = int(_among(ties, pairs, len(nodes)).sum())
    m = len(ties)
    possible = len(nodes) * (len(nodes) - 1) / 2
    return Prediction(
        pairs=nodes[pairs].reshape(-1, 2),
        hits=hits,
        precision=hits / m if m else 0.0,
        jaccard=hits / (len(pairs) + m - hits) if m else 0.0,
        chance=m / possible if possible else 0.0,
    )


def _among(ties: NDArray[np.int64], pairs: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Which of `ties` are among `pairs` (both with the smaller first)."""
    return np.isin(ties[:, 0] * size + ties[:, 1], pairs[:, 0] * size + pairs[:, 1])


def _nearest(coordinates: NDArray[np.float64], number: int) -> NDArray[np.int64]:
    """The `number` pairs that are closest: (number, 2) int, the smaller first."""
    if not number:
        return np.zeros((0, 2), dtype=np.int64)
    tree = cKDTree(coordinates)
    widest = float(np.hypot(*np.ptp(coordinates, axis=0)))
    # The smallest of these radii within which there are as many pairs; counted both ways round, and each with itself.
    radii = np.append(np.geomspace(1, max(widest, 1), 60), widest + 1)
    counts = tree.count_neighbors(tree, radii)
    enough = counts >= 2 * number + len(coordinates)
    which = int(np.argmax(enough)) if enough.any() else len(radii) - 1
    if counts[which] > 2 * MAX_CLOSE:
        _, where = tree.query(coordinates, k=NEAREST)
        pairs, _ = _once(np.repeat(np.arange(len(coordinates)), NEAREST), where.ravel(), len(coordinates))
    else:
        pairs = np.sort(tree.query_pairs(radii[which], output_type="ndarray").astype(np.int64), axis=1)
    apart = np.hypot(*(coordinates[pairs[:, 0]] - coordinates[pairs[:, 1]]).T)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], apart))[:number]]


def _gravity(coordinates: NDArray[np.float64], degree: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """The `number` pairs with the strongest pull: (number, 2) int, the smaller first."""
    size = len(coordinates)
    if not number:
        return np.zeros((0, 2), dtype=np.int64)
    if size <= EVERY_PAIR:
        pairs = np.column_stack(np.triu_indices(size, 1))
    else:
        _, where = cKDTree(coordinates).query(coordinates, k=NEAREST)
        # A large node pulls from far off.
        large = np.argsort(-degree, kind="stable")[:NEAREST]
        one = np.concatenate([np.repeat(np.arange(size), NEAREST), np.repeat(large, size)])
        pairs, _ = _once(one, np.concatenate([where.ravel(), np.tile(np.arange(size), len(large))]), size)
    apart = np.hypot(*(coordinates[pairs[:, 0]] - coordinates[pairs[:, 1]]).T)
    pull = degree[pairs[:, 0]] * degree[pairs[:, 1]] / (apart + SOFTENING) ** 2
    if len(pull) > 4 * number:
        keep = np.flatnonzero(pull >= np.partition(pull, len(pull) - number)[len(pull) - number])
        pairs, pull = pairs[keep], pull[keep]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -pull))[:number]]


def _once(one: NDArray[np.int64], other: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of two different nodes once, the smaller first, and where each stood first."""
    apart = np.flatnonzero(one != other)
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    codes, first = np.unique(low * size + high, return_index=True)
    return np.column_stack(np.divmod(codes, size)), apart[first]


def _closer(
    coordinates: NDArray[np.float64], ties: NDArray[np.int64], length: NDArray[np.float64]
) -> NDArray[np.int64]:
    """For each tie how many other nodes are closer than its far end, from the end that has the fewer such."""
    if not len(ties):
        return np.zeros(0, dtype=np.int64)
    tree = cKDTree(coordinates)
    # A little less, so that the far end itself and what is at its point do not count.
    reach = np.maximum(length - 1e-6, 0)
    inside = [
        np.asarray(tree.query_ball_point(coordinates[ties[:, end]], reach, return_length=True)) - (reach > 0)
        for end in (0, 1)
    ]
    return np.maximum(np.minimum(*inside), 0).astype(np.int64)
