"""The few best ways between two nodes out of one search, instead of one search for every place to turn off.

Both ends search as in `shortest`, but each also enters what the other has reached, so that both know the exact cost
and preference of the best way to every node within their reach. Every path that costs no more than both reaches and
one leaves the reach of the source (or ends) by one connection; the best that passes such a connection is known at
once. The few best of those bound all others, and only what stays within that bound is written out.

References
----------
Eppstein, D. (1998), Finding the k shortest paths, SIAM Journal on Computing 28, 652-673: known best remainders, so
that a partial path is only followed when it can still be among the best.
Pohl, I. (1971), Bi-directional search, Machine Intelligence 6, 127-140.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .adjacency import Adjacency
from .shortest import FAR, LONGEST, Side, Way

# How much more than the best a way may cost to be found here; how many crossings and partial paths are followed for
# it, and how many that pass a node twice are looked at.
SLACK, CROSSED, FOLLOWED, ROUNDS = 2, 200, 300, 50
# What may be spent: cost, then preference.
Bound = tuple[int, int]


class _TooMany(Exception):
    """So many ways are alike that writing them out is no gain."""


@dataclass(frozen=True)
class _Ties:
    """The connections that may be followed. keep, cost : as for `shortest`."""

    adjacency: Adjacency
    keep: NDArray[np.bool_] | None
    cost: NDArray[np.integer] | None

    def around(self, nodes: NDArray[np.integer]) -> tuple[NDArray, NDArray, NDArray]:
        """From whom (h,), to whom (h,), by which connection (h,)."""
        place, owner = self.adjacency.around(nodes)
        number = self.adjacency.connection[place]
        if self.keep is not None:
            allowed = self.keep[number].nonzero()[0]
            place, owner, number = place[allowed], owner[allowed], number[allowed]
        return nodes[owner], self.adjacency.neighbour[place], number

    def costs(self, number: NDArray[np.integer]) -> NDArray[np.integer]:
        return np.ones(len(number), dtype=np.int32) if self.cost is None else self.cost[number]


class _Crossings:
    """Connections from what the source has reached to what the target has reached."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.best = FAR
        self.parts: list[tuple[NDArray, ...]] = []

    def note(self, ties: _Ties, ahead: Side, back: Side, one: NDArray, other: NDArray, number: NDArray) -> None:
        """Keep those from `one` to `other`, both reached by now, that can be part of a way that is good enough."""
        cost = ties.costs(number)
        total = ahead.distance[one] + cost + back.distance[other]
        self.best = min(self.best, int(total.min()))
        near = (total <= self.best + SLACK).nonzero()[0]
        if len(near):
            one, other, number = one[near], other[near], number[near]
            liked = ahead.key[one] + ties.adjacency.preference[number] + back.key[other]
            self.parts.append((total[near], liked, one, other, cost[near]))

    def within(self, reach: int) -> tuple[NDArray, ...]:
        """Those of ways that cost at most `reach`, the best first; of parallel connections only the best."""
        columns = [np.concatenate(it) for it in zip(*self.parts, strict=True)]
        near = (columns[0] <= reach).nonzero()[0]
        near = near[np.lexsort((columns[1][near], columns[0][near]))]
        ends = columns[2][near].astype(np.int64) << 32 | columns[3][near]
        near = near[np.sort(np.unique(ends, return_index=True)[1])]
        return tuple(it[near] for it in columns)

    def bound(self, found: tuple[NDArray, ...], ahead: Side, back: Side) -> Bound | None:
        """What the last of the `most` best costs at the most; None when that is not known yet.

        Connections that leave the source's reach, or end at the target, stand for different ways: each for the best
        that passes it.
        """
        total, liked, one, other, cost = found
        leaving = (ahead.distance[one] + cost > ahead.level) | (other == back.start)
        # There and straight back again is no way.
        leaving &= (ahead.before[one] != other) & (back.before[other] != one)
        known, rounds = 0, 0
        for place in leaving.nonzero()[0].tolist():
            ends = int(one[place]), int(other[place])
            # What costs less than two more than the best passes no node twice: without the round it would be better.
            if total[place] >= self.best + 2 and not set(ahead.path(ends[0])).isdisjoint(back.path(ends[1])):
                rounds += 1
                if rounds > ROUNDS:
                    break
                continue
            known += 1
            if known == self.most:
                return int(total[place]), int(liked[place])
        return None


class _Half:
    """All ways from one end to nodes that it has reached, as far as a bound allows."""

    def __init__(self, side: Side, ties: _Ties, slack: int) -> None:
        self.side, self.ties, self.slack = side, ties, slack
        self.rows: dict[int, tuple[NDArray, ...]] = {}
        self.followed = 0

    def ways(self, node: int, spent: Bound, bound: Bound) -> Iterator[Way]:
        """Ways from `node` to the end (in that order) that, with what is `spent`, stay within `bound`."""
        stack = [((node,), 0, 0)]
        while stack:
            nodes, cost, liked = stack.pop()
            if nodes[-1] == self.side.start:
                yield Way(cost, liked, nodes)
                continue
            self.followed += 1
            if self.followed > FOLLOWED or len(stack) > FOLLOWED:
                raise _TooMany
            left = bound[0] - spent[0] - cost, bound[1] - spent[1] - liked
            for there, step, preference in self._on(nodes[-1], left):
                if there not in nodes:
                    stack.append(((*nodes, there), cost + step, liked + preference))

    def _on(self, node: int, left: Bound) -> Iterable[tuple[int, int, int]]:
        """Where to go on with what is `left`: nodes, each with cost and preference of the best connection."""
        there, cost, liked, least, least_liked = self._row(node)
        fine = ((least < left[0]) | ((least == left[0]) & (least_liked <= left[1]))).nonzero()[0]
        best: dict[int, tuple[int, int, int]] = {}
        for it in zip(there[fine].tolist(), cost[fine].tolist(), liked[fine].tolist(), strict=True):
            if it[0] not in best or it < best[it[0]]:
                best[it[0]] = it
        return best.values()

    def _row(self, node: int) -> tuple[NDArray, ...]:
        """Whom `node` is joined with: cost and preference of the connection, and of the best way over it."""
        row = self.rows.get(node)
        if row is None:
            _, there, number = self.ties.around(np.array([node]))
            least = self.side.distance[there] + self.ties.costs(number)
            fine = (least <= int(self.side.distance[node]) + self.slack).nonzero()[0]
            there, number = there[fine], number[fine]
            liked = self.ties.adjacency.preference[number]
            row = there, self.ties.costs(number), liked, least[fine], liked + self.side.key[there]
            self.rows[node] = row
        return row


def several(
    adjacency: Adjacency,
    source: int,
    target: int,
    most: int,
    *,
    keep: NDArray[np.bool_] | None = None,
    cost: NDArray[np.integer] | None = None,
    closed: Iterable[int] = (),
    longer: int | None = None,
) -> list[Way] | None:
    """Return the `most` best paths from `source` to `target`, none of which passes a node twice, the best first.

    Takes about as long as one search, O(h + c log c) of the h half-connections and c crossings that both ends reach;
    only paths that are written out cost more, at most `FOLLOWED` partial ones from each end.

    Parameters
    ----------
    keep, cost, closed : as for `shortest`
    longer : leave out paths that cost more than the best by more than this

    Returns
    -------
    list of Way, empty when there is no way; None when this search cannot tell: the last of them costs above `SLACK`
    more than the best, there are fewer than `most`, two are alike in cost and preference, or too many are.
    """
    if source == target:
        return None
    shut = np.fromiter(closed, dtype=np.int64)
    ahead, back = Side(source, adjacency.size, shut), Side(target, adjacency.size, shut)
    ties, crossings = _Ties(adjacency, keep, cost), _Crossings(most)
    slack = SLACK if longer is None else min(SLACK, longer)
    side, other = ahead, back
    while True:
        going = side.go_on()
        if ahead.level + back.level > LONGEST:
            return None
        if not going:
            if crossings.best == FAR:
                return []
            # All that this end needs for ways of that cost has been reached.
            side.level = max(side.level, crossings.best + slack - 1 - other.level)
        else:
            _spread(ties, crossings, side, other, side is ahead, slack)
        reach = ahead.level + back.level + 1
        if crossings.best <= reach:
            found = crossings.within(min(reach, crossings.best + slack))
            bound = crossings.bound(found, ahead, back)
            if bound is not None:
                break
            if not going or reach >= crossings.best + slack:
                return None
        if not back.begun:
            side, other = back, ahead
        else:
            side, other = (ahead, back) if ahead.work <= back.work else (back, ahead)
    try:
        ways = _written(ties, ahead, back, found, bound, crossings.best)
    except _TooMany:
        return None
    ways.sort(key=lambda it: it.rank)
    if len({it.rank[:2] for it in ways}) < len(ways):
        return None
    return ways[:most]


def _spread(ties: _Ties, crossings: _Crossings, side: Side, other: Side, is_ahead: bool, slack: int) -> None:
    """Follow all connections of the level that `side` has settled last."""
    here, there, number = ties.around(side.frontier)
    met = (other.distance[there] < FAR).nonzero()[0]
    if len(met):
        one, two = here[met], there[met]
        if is_ahead:
            crossings.note(ties, side, other, one, two, number[met])
        else:
            crossings.note(ties, other, side, two, one, number[met])
    new = side.distance[there] == FAR
    room = crossings.best + slack - side.level - other.level - 1
    if ties.cost is not None and crossings.best < FAR:
        new &= ties.cost[number] <= room
    elif room < 1:
        return
    new = new.nonzero()[0]
    number, here = number[new], here[new]
    keys = side.key[here] + ties.adjacency.preference[number]
    side.wait(None if ties.cost is None else ties.cost[number], there[new], keys, here)


def _written(ties: _Ties, ahead: Side, back: Side, found: tuple[NDArray, ...], bound: Bound, best: int) -> list[Way]:
    """All ways within the bound, each once: over the connection by which it leaves the source's reach."""
    first, last = (_Half(it, ties, bound[0] - best) for it in (ahead, back))
    ways: list[Way] = []
    if ((found[0] < bound[0]) | ((found[0] == bound[0]) & (found[1] <= bound[1]))).sum() > CROSSED:
        raise _TooMany
    for total, liked, one, other, cost in zip(*(it.tolist() for it in found), strict=True):
        if (total, liked) > bound:
            break
        rest = int(back.distance[other]), int(back.key[other])
        liking = liked - int(ahead.key[one]) - rest[1]
        for begin in first.ways(one, (cost + rest[0], liking + rest[1]), bound):
            if begin.cost > ahead.level or (begin.cost + cost <= ahead.level and other != back.start):
                continue
            spent = begin.cost + cost, begin.preference + liking
            for end in last.ways(other, spent, bound):
                if set(begin.nodes).isdisjoint(end.nodes):
                    nodes = begin.nodes[::-1] + end.nodes
                    ways.append(Way(spent[0] + end.cost, spent[1] + end.preference, nodes))
    return ways
