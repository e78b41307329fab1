"""The best way between two nodes: a search from both ends at once, level by level, whole levels at a time.

References
----------
Dial, R. B. (1969), Algorithm 360: shortest-path forest with topological ordering, CACM 12, 632-633.
Pohl, I. (1971), Bi-directional search, Machine Intelligence 6, 127-140.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .adjacency import Adjacency

# Distances of nodes not reached yet, and of those that may not be entered.
FAR, CLOSED = 2**30, 2**30 + 1
# Ways of more connections are not followed: a search takes time for every step, however few nodes there are at each.
LONGEST = 1_000
_NO_KEY = np.iinfo(np.int64).max


@dataclass
class Effort:
    """levels : how many levels searches have settled in all; what bounds many searches, one after the other."""

    levels: int = 0


@dataclass(frozen=True)
class Way:
    """A path as it was found: its nodes in order, its cost, and how good it is among paths of that cost."""

    cost: int
    preference: int
    nodes: tuple[int, ...]

    @property
    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        """What paths are ordered by: cheapest, most preferred, lowest nodes."""
        return self.cost, self.preference, self.nodes


class Side:
    """One end's half of the search: what is settled, and what waits for later levels."""

    def __init__(self, start: int, size: int, closed: NDArray[np.int64]) -> None:
        self.start = start
        self.distance = np.full(size, FAR, dtype=np.int32)
        self.distance[closed] = CLOSED
        self.distance[start] = 0
        # Only what is reached is ever written or read.
        self.key, self.mark = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
        self.before = np.empty(size, dtype=np.int32)
        self.key[start], self.before[start] = 0, -1
        self.level = 0
        self.frontier = np.array([start], dtype=np.int64)
        self.begun = False
        self.waiting: dict[int, list[tuple[NDArray, NDArray, NDArray]]] = {}

    @property
    def work(self) -> int:
        """About how much the next level takes."""
        return sum(len(it[0]) for it in self.waiting[min(self.waiting)]) if self.waiting else 0

    def path(self, node: int) -> list[int]:
        """From `node` back to the start."""
        found = [node]
        while found[-1] != self.start:
            found.append(int(self.before[found[-1]]))
        return found

    def wait(self, steps: NDArray | None, nodes: NDArray, keys: NDArray, before: NDArray) -> None:
        """Keep nodes for the levels at which they may be settled: `steps` (None: one) from now."""
        if not len(nodes):
            return
        if steps is None:
            self.waiting.setdefault(self.level + 1, []).append((nodes, keys, before))
            return
        for step in range(1, int(steps.max()) + 1):
            at = (steps == step).nonzero()[0]
            if len(at):
                self.waiting.setdefault(self.level + step, []).append((nodes[at], keys[at], before[at]))

    def go_on(self) -> bool:
        """Settle the next level; False when nothing more can be reached."""
        if not self.begun:
            self.begun = True
            return True
        while self.waiting:
            self.level = min(self.waiting)
            parts = self.waiting.pop(self.level)
            nodes, keys, before = (np.concatenate(it) if len(it) > 1 else it[0] for it in zip(*parts, strict=True))
            fresh = (self.distance[nodes] == FAR).nonzero()[0]
            if not len(fresh):
                continue
            if len(fresh) < len(nodes):
                nodes, keys, before = nodes[fresh], keys[fresh], before[fresh]
            self.distance[nodes] = self.level
            self.key[nodes] = _NO_KEY
            np.minimum.at(self.key, nodes, keys)
            best = keys == self.key[nodes]
            nodes, before = nodes[best], before[best]
            # Of equals the one from the lowest node; each node once.
            self.before[nodes] = len(self.distance)
            np.minimum.at(self.before, nodes, before)
            number = np.arange(len(nodes))
            self.mark[nodes] = number
            self.frontier = nodes[self.mark[nodes] == number]
            return True
        return False


def shortest(
    adjacency: Adjacency,
    source: int,
    target: int,
    *,
    keep: NDArray[np.bool_] | None = None,
    cost: NDArray[np.integer] | None = None,
    closed: Iterable[int] = (),
    barred: Iterable[int] = (),
    most: int = FAR,
    effort: Effort | None = None,
) -> Way | None:
    """Return the best path from `source` to `target`, followed in either direction of each connection.

    The cheapest; of these the one whose connections are most preferred in sum (`Adjacency.preference`). The same
    arrays always give the same path.

    Parameters
    ----------
    keep : (m,) bool
        Which connections may be followed; left out: all.
    cost : (m,) int
        What following each connection costs, 1 or more; left out: 1 each, so that the cost counts steps.
    closed : nodes that may not be entered
    barred : nodes that may not come straight after `source`
    most : paths that cost more are not looked for; nor are any of more than `LONGEST` connections
    effort : counts the levels that are settled

    Returns
    -------
    Way, or None when there is none.
    """
    if source == target:
        return Way(0, 0, (source,))
    shut = np.fromiter(closed, dtype=np.int64)
    barred_nodes = np.fromiter(barred, dtype=np.int64)
    ahead, back = Side(source, adjacency.size, shut), Side(target, adjacency.size, shut)
    longest = 1 if cost is None or not len(cost) else int(cost.max())
    most = min(most, LONGEST * longest)
    best_cost, best_key = most + 1, _NO_KEY
    best_ends: tuple[int, int] | None = None
    side, other = ahead, back
    while side.go_on():
        if effort is not None:
            effort.levels += 1
        place, owner = adjacency.around(side.frontier)
        if keep is not None:
            allowed = keep[adjacency.connection[place]]
            place, owner = place[allowed], owner[allowed]
        there = adjacency.neighbour[place]
        here = side.frontier[owner]
        if len(barred_nodes):
            out = there if side is ahead else here
            at_source = (here if side is ahead else there) == source
            if at_source.any():
                fine = ~(at_source & np.isin(out, barred_nodes))
                place, here, there = place[fine], here[fine], there[fine]
        number = adjacency.connection[place]
        keys = side.key[here] + adjacency.preference[number]
        over = other.distance[there]
        met = (over < FAR).nonzero()[0]
        if len(met):
            total = side.level + over[met] + (1 if cost is None else cost[number[met]])
            cheapest = int(total.min())
            if cheapest <= best_cost:
                met = met[total == cheapest]
                sums = keys[met] + other.key[there[met]]
                least = int(sums.min())
                if (cheapest, least) < (best_cost, best_key):
                    met = met[sums == least]
                    ends = min(zip(here[met].tolist(), there[met].tolist(), strict=True))
                    best_cost, best_key, best_ends = cheapest, least, ends if side is ahead else ends[::-1]
        # Every path that costs no more than both levels and one has been met (Pohl's rule for whole numbers).
        bound = min(best_cost, most)
        if bound <= ahead.level + back.level + 1:
            break
        # What the other end has settled is met, not entered; what it has not is a level beyond it at least.
        new = (side.distance[there] == FAR) & (over >= FAR)
        room = bound - side.level - other.level - 1
        if cost is not None and room < longest:
            new &= cost[number] <= room
        new = new.nonzero()[0]
        side.wait(None if cost is None else cost[number[new]], there[new], keys[new], here[new])
        if not back.begun:
            side, other = back, ahead
        else:
            side, other = (ahead, back) if ahead.work <= back.work else (back, ahead)
    if best_ends is None or best_cost > most:
        return None
    nodes = [*ahead.path(best_ends[0])[::-1], *back.path(best_ends[1])]
    return Way(best_cost, best_key, tuple(nodes))
