"""An order for nodes that colour refinement cannot tell apart, by taking one of them aside and refining again.

What is alike falls into parts that have nothing to do with each other once nodes of a colour of their own, and ties
that join all of one colour with all of another, are left aside. Parts in which every node has its own colour need no
more: which of them comes first makes no difference. In the others each node of one colour is taken aside in turn and
the smallest network that comes of it is taken; nodes that a symmetry exchanges need only be tried once.

References
----------
McKay, B. D. and Piperno, A. (2014), Practical graph isomorphism, II, Journal of Symbolic Computation 60, 94-112.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .refinement import ROUND, Budget, Colouring, OutOfSteps, Ties, hashed, refine

# Nodes that are taken aside one within the other.
DEEPEST = 60
# What dividing a network costs beside its nodes and ties, in steps.
DIVIDING = 40_000


@dataclass(frozen=True, eq=False)
class _Form:
    """order : (k,) the nodes; text : the coloured network in that order, equal for equal ones. even : whether any way
    down would have given the same text."""

    order: NDArray[np.int64]
    text: bytes
    even: bool


def settle(ties: Ties, colouring: Colouring, budget: Budget) -> NDArray[np.int64]:
    """Return the nodes in an order that gives the same network however they are numbered: (size,) int.

    Parameters
    ----------
    colouring : as `refine` leaves it.

    Raises
    ------
    OutOfSteps
        When that would take more than the budget.
    """
    return _Search(budget).divided(ties, colouring, 0, True)[0]


class _Search:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        # Parts that are written alike: of many small ones most are.
        self.known: dict[tuple[bytes | bool, ...], _Form] = {}

    def divided(self, ties: Ties, colouring: Colouring, depth: int, branching: bool) -> tuple[NDArray[np.int64], bool]:
        """The order of a network out of those of its parts, and whether it is even (`_Form`).

        branching : whether every node that could be taken aside is tried, or only the first.
        """
        if colouring.discrete:
            return colouring.order, True
        self.budget.spend(DIVIDING + 10 * (len(ties.edges) + ties.size))
        size, colours = ties.size, colouring.colours
        edges, kinds, all_tell = _telling(ties, colouring, self.budget)
        matrix = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(size, size))
        count, part = connected_components(matrix, directed=False)
        order = np.lexsort((np.arange(size), colours, part))
        sizes = np.bincount(part, minlength=count)
        first = np.full(count, size)
        np.minimum.at(first, part, np.arange(size))
        texts: dict[int, bytes] = {}
        within, even = np.zeros(size, dtype=np.int64), True
        # A part where a colour comes twice has to be looked into.
        twice = (np.diff(part[order]) == 0) & (np.diff(colours[order]) == 0)
        inside = np.unique(part[order][1:][twice])
        if len(inside):
            ends = np.cumsum(sizes)
            of_edge = part[edges[:, 0]]
            by_part = np.argsort(of_edge, kind="stable")
            bounds = np.searchsorted(of_edge[by_part], np.arange(count + 1))
            number = np.empty(size, dtype=np.int64)
            number[order] = np.arange(size) - np.repeat(ends - sizes, sizes)
            for it in inside.tolist():
                nodes, lot = order[ends[it] - sizes[it] : ends[it]], by_part[bounds[it] : bounds[it + 1]]
                if all_tell and len(nodes) == size:
                    found = self.hard(ties, colouring, depth, branching)
                    nodes = np.arange(size)
                else:
                    found = self.part(number[edges[lot]], kinds[lot], colours[nodes], depth, branching)
                within[nodes[found.order]] = np.arange(len(nodes))
                texts[it] = found.text
                even = even and found.even
        # Parts by size, by what they are like, then by their first node: equal ones may stand in any order.
        if texts:
            ranked = sorted(range(count), key=lambda it: (sizes[it], texts.get(it, b""), first[it]))
        else:
            ranked = np.lexsort((first, sizes))
        return np.lexsort((within, np.argsort(ranked)[part], colours)), even

    def part(
        self,
        edges: NDArray[np.int64],
        kinds: NDArray[np.int64],
        colours: NDArray[np.int64],
        depth: int,
        branching: bool,
    ) -> _Form:
        """The form of a part whose nodes stand in the order of their colours, the text with these very colours."""
        size = len(colours)
        self.budget.spend(4_000 + 10 * (len(edges) + size))
        keys = np.sort(edges, axis=1)
        keys = keys[:, 0] * size + keys[:, 1]
        rows = np.argsort(keys)
        edges, kinds = edges[rows], kinds[rows]
        own = Colouring.of(colours)
        written = (keys[rows].tobytes(), kinds.tobytes(), own.colours.tobytes(), branching, depth == 0)
        found = self.known.get(written)
        if found is None:
            ties = Ties.of(size, edges, kinds)
            order, even = self.divided(ties, own, depth, branching)
            found = self.known[written] = self.form(ties, own, order, even)
        return _Form(found.order, colours.tobytes() + found.text, found.even)

    def hard(self, ties: Ties, colouring: Colouring, depth: int, branching: bool) -> _Form:
        """The form of a network that does not divide: each node of one colour is taken aside."""
        if depth >= DEEPEST:
            raise OutOfSteps
        counts = colouring.counts
        cell = np.sort(colouring.members(int(np.argmin(np.where(counts > 1, counts, ties.size + 1)))))

        def form(node: int, all_ways: bool) -> _Form:
            self.budget.spend(ROUND)
            chosen = colouring.with_aside(node)
            refine(ties, chosen, np.array([node]), self.budget)
            order, even = self.divided(ties, chosen, depth + 1, all_ways)
            return self.form(ties, colouring, order, even)

        best = form(int(cell[0]), branching)
        if not branching:
            return best
        known, even = {best.text: best}, best.even
        orbit, tried = np.arange(ties.size), [int(cell[0])]
        symmetries: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        for node in cell[1:].tolist():
            if (orbit[tried] == orbit[node]).any():
                continue
            # One way down is enough to find a symmetry; all of them are needed to know that there is none.
            found = form(node, False)
            if found.text not in known and not best.even:
                found = form(node, True)
            alike = known.get(found.text)
            if alike is not None:
                symmetries.append((alike.order, found.order))
                orbit = self.orbits(ties.size, symmetries)
            else:
                # Not all are alike, whichever was tried first: perhaps that can be seen from farther away.
                if depth == 0 and len(known) == 1:
                    finer = _by_distance(ties, colouring, self.budget)
                    if finer is not None:
                        order, even = self.divided(ties, finer, depth + 1, True)
                        return self.form(ties, colouring, order, even)
                found = form(node, True)
                known[found.text] = found
                even = False
            tried.append(node)
        least = known[min(known)]
        return _Form(least.order, least.text, even)

    def orbits(self, size: int, symmetries: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> NDArray[np.int64]:
        """Which nodes the symmetries exchange: (size,) int, the same number for those."""
        one, other = (np.concatenate(it) for it in zip(*symmetries, strict=True))
        self.budget.spend(ROUND + 4 * len(one))
        matrix = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
        return connected_components(matrix, directed=False)[1]

    def form(self, ties: Ties, colouring: Colouring, order: NDArray[np.int64], even: bool) -> _Form:
        """The network written down in an order."""
        self.budget.spend(6_000 + 8 * (len(ties.edges) + ties.size))
        place = np.empty(ties.size, dtype=np.int64)
        place[order] = np.arange(ties.size)
        ends = np.sort(place[ties.edges], axis=1)
        keys = ends[:, 0] * ties.size + ends[:, 1]
        rows = np.argsort(keys)
        text = keys[rows].tobytes() + ties.kinds[rows].tobytes() + colouring.colours[order].tobytes()
        return _Form(order, text, even)


def _telling(ties: Ties, colouring: Colouring, budget: Budget) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """Ties that say more than the colours of their ends, their kinds, and whether those are all there are.

    Ties of a node of its own colour say nothing more, nor do those that join all of one colour with all of another.
    Where more than half of two colours are joined, and all alike, who is not joined says it in fewer words.
    """
    ends = np.sort(colouring.colours[ties.edges], axis=1)
    keep = (colouring.counts[ends] > 1).all(axis=1)
    edges, kinds, ends = ties.edges[keep], ties.kinds[keep], ends[keep]
    if not len(edges):
        return edges, kinds, not len(keep)
    pairs, which, joined = np.unique(ends[:, 0] * ties.size + ends[:, 1], return_inverse=True, return_counts=True)
    low, high = (np.full(len(joined), it) for it in (np.iinfo(np.int64).max, np.iinfo(np.int64).min))
    np.minimum.at(low, which, kinds)
    np.maximum.at(high, which, kinds)
    one, other = np.divmod(pairs, ties.size)
    counts = colouring.counts[one]
    possible = np.where(one == other, counts * (counts - 1) // 2, counts * colouring.counts[other])
    turned = (joined * 2 > possible) & (low == high)
    if not turned.any():
        return edges, kinds, bool(keep.all())
    absent = []
    for place in np.flatnonzero(turned & (joined < possible)).tolist():
        budget.spend(6_000 + 8 * int(possible[place]))
        absent.append(_absent(ties.size, colouring, int(one[place]), int(other[place]), edges[which == place]))
    left = ~turned[which]
    more = np.concatenate([np.zeros((0, 2), dtype=np.int64), *absent])
    return np.concatenate([edges[left], more]), np.append(kinds[left], np.full(len(more), -1)), False


def _absent(size: int, colouring: Colouring, one: int, other: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs of a node of one colour and one of another that are not among `edges`: (k, 2) int."""
    some, others = colouring.members(one), colouring.members(other)
    pairs = np.stack(np.meshgrid(some, others, indexing="ij"), axis=-1).reshape(-1, 2)
    pairs = np.sort(pairs, axis=1)
    if one == other:
        pairs = pairs[np.repeat(some, len(others)) < np.tile(others, len(some))]
    joined = np.sort(edges, axis=1)
    return pairs[~np.isin(pairs[:, 0] * size + pairs[:, 1], joined[:, 0] * size + joined[:, 1])]


def _by_distance(ties: Ties, colouring: Colouring, budget: Budget) -> Colouring | None:
    """Finer colours, by how many nodes are how far away; None when they are no finer.

    Most regular networks have no symmetry at all, and refinement alone sees nothing in them. All nodes walk together,
    each a bit of a word, as far as a quarter of the budget goes.
    """
    size, words = ties.size, -(-ties.size // 64)
    nodes = np.arange(size)
    round_ = ROUND + (len(ties.beside) // 4 + size) * words
    front = np.zeros((size, words), dtype=np.uint64)
    front[nodes, nodes // 64] = np.uint64(1) << (nodes % 64).astype(np.uint64)
    seen, profile = front.copy(), np.zeros(size, dtype=np.uint64)
    for far in range(budget.most // 4 // round_):
        budget.spend(round_)
        front = np.bitwise_or.reduceat(front[ties.beside], ties.starts[:-1], axis=0) & ~seen
        reached = np.bitwise_count(front).sum(axis=1, dtype=np.uint64)
        if not reached.any():
            break
        seen |= front
        profile = hashed(profile + reached * np.uint64(1_000_003) + np.uint64(far))
    rank = np.unique(profile, return_inverse=True)[1].astype(np.int64)
    finer = Colouring.of(colouring.colours * size + rank)
    if (finer.colours == colouring.colours).all():
        return None
    refine(ties, finer, nodes, budget)
    return finer
