"""What would fall apart without some nodes: who is left alone, what splits, how much farther everybody is.

References
----------
Albert, R., Jeong, H. and Barabási, A.-L. (2000), Error and attack tolerance of complex networks, Nature 406, 378-382.
Cochran, W. G. (1977), Sampling techniques, 3rd edition, section 6.4 (the error of a ratio).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .measures import components, degree
from .network import Network

# Up to so many nodes every distance is measured; beyond, those from so many of them, drawn with a seed.
MAX_EXACT = 2_000
# And up to so many nodes times ties.
EXACT_WORK = 100_000_000
SAMPLED = 64
CHUNK = 64


@dataclass(frozen=True)
class Split:
    """A group that would no longer hold together by itself.

    label : its label; members : how many of it remain; before, after : into how many pieces those fall by the
    group's own ties, with and without what is removed; largest : the largest piece after.
    """

    label: int
    members: int
    before: int
    after: int
    largest: int


@dataclass(frozen=True)
class Distances:
    """Mean number of steps between two that can reach each other with and without what is removed.

    before, after : the means over the same pairs; pairs : how many were measured; exact : whether that is all of
    them; error : half the width of the 95 % interval of the difference, 0 when exact.
    """

    before: float
    after: float
    pairs: int
    exact: bool
    error: float


@dataclass(frozen=True)
class Removal:
    """What is lost. All counts are of the nodes that remain.

    removed : the nodes taken away, in order : (r,) int
    alone : who had ties and now has none : (a,) int
    cut_off : who was in the largest piece and is, though not alone, no longer in the largest part of it : (c,) int
    ties, lost : how many pairs are joined at first, and how many of those are no longer
    largest_before, largest_after : how many of those who remain are in the largest piece
    pieces_before, pieces_after : how many pieces of two and more they are in
    pairs : how many pairs of them there are
    reach_before, reach_after : the share of all pairs of them that have a way to each other, 0 to 1
    splits : the groups that fall apart, those with most pieces first
    distances : None when no two can reach each other
    """

    removed: NDArray[np.int64]
    alone: NDArray[np.int64]
    cut_off: NDArray[np.int64]
    ties: int
    lost: int
    largest_before: int
    largest_after: int
    pieces_before: int
    pieces_after: int
    pairs: int
    reach_before: float
    reach_after: float
    splits: list[Split]
    distances: Distances | None


def remove(
    network: Network,
    nodes: ArrayLike,
    labels: NDArray[np.int64] | None = None,
    *,
    exact_most: int = MAX_EXACT,
    seed: int = 1,
) -> Removal:
    """Return what is lost when `nodes` and all their ties are taken away.

    Parameters
    ----------
    labels : (size,) int
        The group of each node, -1 for none. A group falls apart when its remaining members, who could reach each
        other by ties within the group, no longer can.
    exact_most : up to so many remaining nodes every distance is measured

    Raises
    ------
    ValueError
        When a node is not in the network.

    Examples
    --------
    >>> star = Network.of(5, [(0, 1), (0, 2), (0, 3), (3, 4)])
    >>> found = remove(star, [0])
    >>> found.alone.tolist(), found.largest_before, found.largest_after
    ([1, 2], 4, 2)
    """
    gone = np.unique(np.asarray(nodes, dtype=np.int64))
    if len(gone) and (gone[0] < 0 or gone[-1] >= network.size):
        raise ValueError(f"Nodes are 0 to {network.size - 1}.")
    left = np.ones(network.size, dtype=bool)
    left[gone] = False
    rest = network.without(gone)
    had, has = degree(network), degree(rest)
    piece, piece_after = components(network), components(rest)
    sizes, sizes_after = _sizes(piece, left), _sizes(piece_after, left)
    alone = left & (had > 0) & (has == 0)
    # The main part, and what is the main part of it afterwards.
    main = left & (piece == int(sizes.argmax())) if len(sizes) else left
    rest_of_main = np.bincount(piece_after[main], minlength=1)
    cut_off = main & (piece_after != int(rest_of_main.argmax())) & ~alone
    return Removal(
        removed=gone,
        alone=np.flatnonzero(alone),
        cut_off=np.flatnonzero(cut_off),
        ties=len(network.edges),
        lost=len(network.edges) - len(rest.edges),
        largest_before=int(sizes.max(initial=0)),
        largest_after=int(sizes_after.max(initial=0)),
        pieces_before=int((sizes > 1).sum()),
        pieces_after=int((sizes_after > 1).sum()),
        pairs=int(left.sum()) * (int(left.sum()) - 1) // 2,
        reach_before=_reach(sizes),
        reach_after=_reach(sizes_after),
        splits=[] if labels is None else _splits(network, rest, left, np.asarray(labels)),
        distances=_distances(network, rest, np.flatnonzero(left), exact_most, seed),
    )


def _sizes(piece: NDArray[np.int64], left: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of those who remain are in each piece."""
    return np.bincount(piece[left], minlength=int(piece.max(initial=-1)) + 1)


def _reach(sizes: NDArray[np.int64]) -> float:
    """The share of pairs within one piece: sum of s (s - 1) over n (n - 1)."""
    total = int(sizes.sum())
    return float((sizes * (sizes - 1)).sum() / (total * (total - 1))) if total > 1 else 0.0


def _splits(network: Network, rest: Network, left: NDArray[np.bool_], labels: NDArray[np.int64]) -> list[Split]:
    inner, inner_rest = (
        Network(it.size, it.edges[within], it.weights[within])
        for it in (network, rest)
        for within in [(labels[it.edges[:, 0]] == labels[it.edges[:, 1]]) & (labels[it.edges[:, 0]] >= 0)]
    )
    before, after = components(inner), components(inner_rest)
    found = []
    for label in np.unique(labels[(labels >= 0) & ~left]).tolist():
        members = np.flatnonzero((labels == label) & left)
        sizes = np.unique(after[members], return_counts=True)[1]
        at_first = len(np.unique(before[members]))
        if len(sizes) > at_first:
            found.append(Split(int(label), len(members), at_first, len(sizes), int(sizes.max())))
    return sorted(found, key=lambda it: (-it.after, -it.members, it.label))


def _distances(
    network: Network, rest: Network, left: NDArray[np.int64], exact_most: int, seed: int
) -> Distances | None:
    """Steps between those who can reach each other both ways, before and after."""
    left = left[degree(rest)[left] > 0]
    if len(left) < 2:
        return None
    exact = len(left) <= exact_most and len(left) * len(network.edges) <= EXACT_WORK
    sources = left if exact else np.sort(np.random.default_rng(seed).choice(left, SAMPLED, replace=False))
    rows = []
    for first in range(0, len(sources), CHUNK):
        chosen = sources[first : first + CHUNK].tolist()
        far, far_after = (
            np.asarray(it.igraph.distances(source=chosen, target=left.tolist())) for it in (network, rest)
        )
        both = np.isfinite(far_after) & (far_after > 0)
        rows += zip(
            both.sum(axis=1).tolist(),
            np.where(both, far, 0).sum(axis=1).tolist(),
            np.where(both, far_after, 0).sum(axis=1).tolist(),
            strict=True,
        )
    counts, before, after = np.asarray(rows, dtype=np.float64).T
    pairs = counts.sum()
    if not pairs:
        return None
    error = 0.0
    if not exact:
        grown = (after - before).sum() / pairs
        residual = after - before - grown * counts
        error = 1.96 * float(np.sqrt(residual.var(ddof=1) / len(counts)) / counts.mean())
    return Distances(float(before.sum() / pairs), float(after.sum() / pairs), int(pairs), exact, error)
