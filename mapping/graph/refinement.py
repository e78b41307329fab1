"""Colour refinement: nodes are told apart by what their neighbours are, and so on, as often as that tells more apart.

Colours are ordered, and do not depend on how nodes are numbered. The work is counted in steps, so that it can be
bounded whatever the network is like.

References
----------
Weisfeiler, B. and Leman, A. (1968), The reduction of a graph to canonical form, NTI Series 2, 9, 12-16.
Cardon, A. and Crochemore, M. (1982), Partitioning a graph in O(|A| log |V|), Theoretical Computer Science 19, 85-98.
Steele, G. L., Lea, D. and Flood, C. H. (2014), Fast splittable pseudorandom number generators, OOPSLA 2014, 453-472.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What a round costs beside the neighbours that it looks at, in steps: some thirty calls of numpy.
ROUND = 8_000
_KINDS = np.uint64(1 << 40)


class OutOfSteps(Exception):
    """The next piece of work would pass the budget. It was not done."""


@dataclass
class Budget:
    """most : steps that may be made; spent : those that were made, never more than `most`. About 10 ns each."""

    most: int
    spent: int = 0

    def spend(self, steps: int) -> None:
        """Count steps that are about to be made.

        Raises
        ------
        OutOfSteps
            When they would be more than are left. None of them is counted then.
        """
        if self.spent + steps > self.most:
            raise OutOfSteps
        self.spent += steps


@dataclass(frozen=True, eq=False)
class Ties:
    """The ties of a network, from both their ends.

    size : number of nodes. edges : (m, 2) int. kinds : (m,) int, how heavy each tie is, as a rank. starts : (size + 1,)
    where each node's neighbours start in `beside` : (2m,) int. marks : (2m,) uint64, the kind of each, hashed.
    """

    size: int
    edges: NDArray[np.int64]
    kinds: NDArray[np.int64]
    starts: NDArray[np.int64]
    beside: NDArray[np.int64]
    marks: NDArray[np.uint64]

    @classmethod
    def of(cls, size: int, edges: NDArray[np.int64], kinds: NDArray[np.int64]) -> Ties:
        """Ties of `size` nodes: `edges` (m, 2) with their `kinds` (m,)."""
        ends = np.concatenate([edges[:, 0], edges[:, 1]])
        others = np.concatenate([edges[:, 1], edges[:, 0]])
        order = np.argsort(ends, kind="stable")
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(ends, minlength=size), out=starts[1:])
        # Kinds are hashed as other numbers than colours are: a colour and a kind must not change places unnoticed.
        marks = hashed(np.concatenate([kinds, kinds]).astype(np.uint64) + _KINDS)
        return cls(size, edges, kinds, starts, others[order], marks[order])

    def around(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places in `beside` of all neighbours of `nodes`, and how many each node has."""
        counts = self.starts[nodes + 1] - self.starts[nodes]
        ends = np.cumsum(counts)
        return np.arange(counts.sum()) + np.repeat(self.starts[nodes] - ends + counts, counts), counts


def hashed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """splitmix64 (Steele, Lea and Flood 2014). Unsigned arithmetic wraps on purpose."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@dataclass(eq=False)
class Colouring:
    """Nodes in an order of colours. A colour is the number of nodes that have smaller ones.

    colours : (size,) int, of each node. order : (size,) int, the nodes by colour. place : (size,) int, where each node
    stands in `order`. counts : (size,) int, at each colour how many nodes have it.
    """

    colours: NDArray[np.int64]
    order: NDArray[np.int64]
    place: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[np.int64]) -> Colouring:
        """Colours in the order of one value for each node."""
        order = np.argsort(values, kind="stable")
        ordered = values[order]
        starts = np.searchsorted(ordered, ordered)
        colours, place = np.empty((2, len(values)), dtype=np.int64)
        colours[order] = starts
        place[order] = np.arange(len(values))
        return cls(colours, order, place, np.bincount(starts, minlength=len(values)))

    @property
    def discrete(self) -> bool:
        """Whether each node has a colour of its own."""
        return bool((self.counts == 1).all())

    def members(self, colour: int) -> NDArray[np.int64]:
        """The nodes of one colour."""
        return self.order[colour : colour + self.counts[colour]]

    def with_aside(self, node: int) -> Colouring:
        """The same, but that `node` has a colour of its own before those that it was alike."""
        colour = self.colours[node]
        alike = self.members(colour)
        new = Colouring(self.colours.copy(), self.order.copy(), self.place.copy(), self.counts.copy())
        others = alike[alike != node]
        new.colours[others] += 1
        new.put(np.arange(colour, colour + len(alike)), np.append(node, others))
        new.counts[colour], new.counts[colour + 1] = 1, len(others)
        return new

    def put(self, places: NDArray[np.int64], nodes: NDArray[np.int64]) -> None:
        """Let nodes stand at these places of the order."""
        self.order[places] = nodes
        self.place[nodes] = places


def refine(ties: Ties, colouring: Colouring, changed: NDArray[np.int64], budget: Budget) -> None:
    """Split colours, in place, until nodes of one colour have the same neighbours by colour and kind of tie.

    Each round looks at the neighbours of what changed in the last, and at nothing else (Cardon and Crochemore 1982).

    Parameters
    ----------
    changed : (k,) int
        Nodes whose colour is new: the others have the same neighbours by colour, those in `changed` aside.

    Raises
    ------
    OutOfSteps
        When the next round would pass the budget. The colours are those of the rounds that were made.
    """
    colours, counts = colouring.colours, colouring.counts
    seen = np.zeros(ties.size, dtype=np.uint64)
    met = np.zeros(ties.size, dtype=bool)
    while len(changed):
        looks = int((ties.starts[changed + 1] - ties.starts[changed]).sum())
        budget.spend(ROUND + 6 * looks + 4 * len(changed))
        places, degrees = ties.around(changed)
        beside = ties.beside[places]
        # Sums of hashes do not depend on the order of neighbours.
        np.add.at(seen, beside, np.repeat(hashed(colours[changed].astype(np.uint64)), degrees) * ties.marks[places])
        # A colour of one node is told apart already.
        met[beside] = counts[colours[beside]] > 1
        touched = np.flatnonzero(met)
        touched = touched[np.lexsort((seen[touched], colours[touched]))]
        sums, before = seen[touched], colours[touched]
        seen[beside] = 0
        if not len(touched):
            return
        fresh = np.ones(len(touched), dtype=bool)
        fresh[1:] = before[1:] != before[:-1]
        first = np.flatnonzero(fresh)
        fresh[1:] |= sums[1:] != sums[:-1]
        runs = np.flatnonzero(fresh)
        cells = before[first]
        # Who was not met comes first in the colour, then the runs in their order.
        left = counts[cells] - np.diff(np.append(first, len(touched)))
        lengths = np.diff(np.append(runs, len(touched)))
        cell_of_run = np.searchsorted(first, runs, side="right") - 1
        tail = (cells + left)[cell_of_run]
        own = tail + runs - first[cell_of_run]
        spots = np.repeat(own - runs, lengths) + np.arange(len(touched))
        # Who stood at the end of the colour takes the places that are left.
        standing, was = colouring.order[spots], colouring.place[touched]
        colouring.put(np.sort(was[was < np.repeat(tail, lengths)]), standing[~met[standing]])
        colouring.put(spots, touched)
        met[touched] = False
        colours[touched] = np.repeat(own, lengths)
        counts[own] = lengths
        some = np.flatnonzero(left)
        counts[cells[some]] = left[some]
        changed = _told(np.append(some, cell_of_run), np.append(cells[some], own), colouring)


def _told(of: NDArray[np.int64], starts: NDArray[np.int64], colouring: Colouring) -> NDArray[np.int64]:
    """The nodes to look around next: of a colour that was split all but the largest part, which follows from the rest.

    of : the colour that each new one, of `starts`, is a part of.
    """
    lengths = colouring.counts[starts]
    order = np.lexsort((starts, -lengths, of))
    told = np.zeros(len(of), dtype=bool)
    told[1:] = of[order][1:] == of[order][:-1]
    chosen = order[told]
    starts, lengths = starts[chosen], lengths[chosen]
    ends = np.cumsum(lengths)
    return colouring.order[np.arange(lengths.sum()) + np.repeat(starts - ends + lengths, lengths)]
