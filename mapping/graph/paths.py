"""How two nodes are connected: the best paths between them, none of which passes a node twice.

References
----------
Yen, J. Y. (1971), Finding the K shortest loopless paths in a network, Management Science 17, 712-716.
Lawler, E. L. (1972), A procedure for computing the K best solutions to discrete optimization problems, Management
Science 18, 401-405.
"""

from __future__ import annotations

import bisect
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from . import measures
from .adjacency import Adjacency, metres_between
from .several import several
from .shortest import FAR, Effort, Way, shortest
from .snapshot import Snapshot

STEPS, STRENGTH = "steps", "strength"
# Choices of connections whose masks are kept.
KEPT_CHOICES = 16
# Levels that all searches for one question may settle (some 50 microseconds each); then fewer ways are told.
MAX_LEVELS = 6_000


@dataclass(frozen=True)
class Choice:
    """Which connections a path may follow, and what makes one path better than another.

    types, without_types, stated, least, day : as for `Snapshot.pick`.
    avoiding : nodes that a path may not pass (it may begin and end there).
    avoiding_hubs : also not those that a fifth of all are joined with (`measures.hubs`, of what is stated).
    by : `STEPS`, the fewest connections; `STRENGTH`, where a connection costs 6 minus its strength, to the whole
        number: a tie as strong as can be is one step, the weakest five.
    longer : leave out paths that cost more than the best by more than this; None: leave out none.
    """

    types: tuple[str, ...] = ()
    without_types: tuple[str, ...] = ()
    stated: bool | None = None
    least: float = 0
    day: int | None = None
    avoiding: tuple[int, ...] = ()
    avoiding_hubs: bool = False
    by: str = STEPS
    longer: int | None = None


@dataclass(frozen=True)
class Hop:
    """One step of a path.

    source, target : the nodes it goes from and to
    connections : all connections between them that may be followed, in order (places in the snapshot)
    metres : on the ground, as the crow flies; None where an end has no public point
    """

    source: int
    target: int
    connections: tuple[int, ...]
    metres: float | None


@dataclass(frozen=True)
class Path:
    """A way from one node to another. cost : number of hops, or what `Choice.by` says."""

    cost: int
    nodes: tuple[int, ...]
    hops: tuple[Hop, ...]

    @property
    def metres(self) -> float:
        """On the ground in all, over the hops whose length is known."""
        return sum(hop.metres for hop in self.hops if hop.metres is not None)

    @property
    def unlocated(self) -> int:
        """How many hops have an end without a public point."""
        return sum(hop.metres is None for hop in self.hops)


class Paths:
    """Finds paths in one snapshot. What depends on the snapshot alone is worked out once.

    Examples
    --------
    >>> finder = Paths.of(snapshot)                                          # doctest: +SKIP
    >>> [path.nodes for path in finder.between(0, 5, most=3)]                # doctest: +SKIP
    [(0, 2, 5), (0, 3, 5), (0, 1, 4, 5)]
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.adjacency = Adjacency.of(snapshot)
        self._masks: OrderedDict[tuple, NDArray[np.bool_]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def of(cls, snapshot: Snapshot) -> Paths:
        """The finder of a snapshot: made at its first use, kept as long as the snapshot is."""
        # On the snapshot itself: a table of both would keep them for ever, as each knows the other.
        found = vars(snapshot).get("_paths")
        if found is None:
            found = vars(snapshot)["_paths"] = cls(snapshot)
        return found

    @cached_property
    def hubs(self) -> tuple[int, ...]:
        """Those that a fifth of all are joined with, judged by what is stated."""
        return tuple(measures.hubs(self.snapshot.network(~self.snapshot.derived)).tolist())

    @cached_property
    def weakness(self) -> NDArray[np.uint8]:
        """What following each connection costs by strength: (m,) uint8, 1 to 5."""
        return (6 - np.rint(self.snapshot.strength)).clip(1, 5).astype(np.uint8)

    def between(self, source: int, target: int, choice: Choice | None = None, most: int = 1) -> list[Path]:
        """Return up to `most` paths from `source` to `target`, the best first; none when there is no way.

        Ways of more than `shortest.LONGEST` connections are none, and where looking for more takes too long there are
        fewer than there could be (`MAX_LEVELS`).

        Connections are followed in either direction. Paths of one cost are ordered by how strong, how well
        supported and how short on the ground their connections are in sum, then by their nodes. Between a node
        and itself there is one path, without hops.

        Raises
        ------
        ValueError
            When an end is no node of the snapshot, or `most` is below 1.
        """
        choice = choice or Choice()
        if not (0 <= source < self.snapshot.size and 0 <= target < self.snapshot.size):
            raise ValueError(f"Paths join nodes 0 to {self.snapshot.size - 1}, not {source} and {target}.")
        if most < 1:
            raise ValueError("Ask for one path or more.")
        keep = self._mask(choice)
        closed = {*choice.avoiding, *(self.hubs if choice.avoiding_hubs else ())} - {source, target}
        cost = self.weakness if choice.by == STRENGTH else None
        found = None
        if most > 1:
            found = several(
                self.adjacency, source, target, most, keep=keep, cost=cost, closed=closed, longer=choice.longer
            )
        if found is None:
            found = self._best(source, target, most, keep, cost, closed, choice.longer)
        return [self._path(way, keep) for way in found]

    def nearest(self, source: int, target: int) -> tuple[int, int, float] | None:
        """Where the parts of two nodes that nothing joins come nearest on the ground.

        Returns
        -------
        A node of the part of `source`, one of the part of `target`, metres between them; None when both are in
        one part, or one of the parts has no public point.
        """
        piece = self.pieces
        if piece[source] == piece[target]:
            return None
        known = ~np.isnan(self.snapshot.point[:, 0])
        some, others = (np.flatnonzero((piece == piece[it]) & known) for it in (source, target))
        if not len(some) or not len(others):
            return None
        if len(some) > len(others):
            number, far = _closest(self.snapshot.metres, some, others)
            one, other = int(some[number[far.argmin()]]), int(others[far.argmin()])
        else:
            number, far = _closest(self.snapshot.metres, others, some)
            one, other = int(some[far.argmin()]), int(others[number[far.argmin()]])
        return one, other, float(metres_between(self.snapshot, np.array([one]), np.array([other]))[0])

    @cached_property
    def pieces(self) -> NDArray[np.int64]:
        """The number of the part that each node is in, by every connection there is: (n,) int."""
        return measures.components(self.snapshot.network())

    def _best(self, source, target, most, keep, cost, closed, longer) -> list[Way]:
        """Yen's method; Lawler's rule: a path is only left where it was not left before.

        One search for each node of each path that is found: for when `several` cannot tell. After `MAX_LEVELS` levels
        no more are looked for: those that were found are still the best.
        """
        effort = Effort()

        def search(start: int, **options) -> Way | None:
            return shortest(self.adjacency, start, target, keep=keep, cost=cost, effort=effort, **options)

        best = search(source, closed=closed)
        if best is None:
            return []
        limit = FAR - 1 if longer is None else best.cost + longer
        found: list[Way] = [best]
        waiting: list[tuple[tuple, Way, int]] = []
        left_at = 0
        while len(found) < most:
            nodes = found[-1].nodes
            for place in range(left_at, len(nodes) - 1):
                if effort.levels > MAX_LEVELS:
                    return found
                root = nodes[: place + 1]
                spent = self._way(root, keep, cost)
                missing = most - len(found)
                bound = min(limit, waiting[missing - 1][1].cost) if len(waiting) >= missing else limit
                spur = search(
                    root[-1],
                    closed=closed.union(root[:-1]),
                    barred={way.nodes[place + 1] for way in found if way.nodes[: place + 1] == root},
                    most=bound - spent.cost,
                )
                if spur is not None:
                    way = Way(spent.cost + spur.cost, spent.preference + spur.preference, root[:-1] + spur.nodes)
                    bisect.insort(waiting, (way.rank, way, place))
            if not waiting:
                break
            _, way, left_at = waiting.pop(0)
            found.append(way)
        return found

    def _way(self, nodes: tuple[int, ...], keep, cost) -> Way:
        """What a path through these nodes costs, by the best connection of each hop."""
        spent, liked = 0, 0
        for one, other in zip(nodes, nodes[1:], strict=False):
            numbers = self._followed(one, other, keep)
            costs = [1] * len(numbers) if cost is None else cost[numbers].tolist()
            step = min(zip(costs, self.adjacency.preference[numbers].tolist(), strict=True))
            spent, liked = spent + step[0], liked + step[1]
        return Way(spent, liked, nodes)

    def _followed(self, one: int, other: int, keep: NDArray[np.bool_] | None) -> NDArray[np.int32]:
        numbers = self.adjacency.between(one, other)
        return numbers if keep is None else numbers[keep[numbers]]

    def _mask(self, choice: Choice) -> NDArray[np.bool_] | None:
        """Which connections may be followed; None for all. The last few masks are kept."""
        chosen = (choice.types, choice.without_types, choice.stated, choice.least, choice.day)
        if chosen == ((), (), None, 0, None):
            return None
        with self._lock:
            found = self._masks.get(chosen)
        if found is None:
            found = self.snapshot.pick(
                types=choice.types,
                without_types=choice.without_types,
                stated=choice.stated,
                least=choice.least,
                day=choice.day,
            )
        with self._lock:
            self._masks[chosen] = found
            self._masks.move_to_end(chosen)
            while len(self._masks) > KEPT_CHOICES:
                self._masks.popitem(last=False)
        return found

    def _path(self, way: Way, keep: NDArray[np.bool_] | None) -> Path:
        ends = np.asarray(way.nodes)
        metres = metres_between(self.snapshot, ends[:-1], ends[1:]).tolist()
        hops = tuple(
            Hop(one, other, tuple(self._followed(one, other, keep).tolist()), None if np.isnan(far) else far)
            for one, other, far in zip(way.nodes[:-1], way.nodes[1:], metres, strict=True)
        )
        return Path(way.cost, way.nodes, hops)


def _closest(metres: NDArray[np.float64], among: NDArray[np.int64], to: NDArray[np.int64]) -> tuple[NDArray, NDArray]:
    """For each of `to` the place in `among` of the nearest, and how many metres away it is."""
    tree = shapely.STRtree(shapely.points(metres[among]))
    (_, number), far = tree.query_nearest(shapely.points(metres[to]), all_matches=False, return_distance=True)
    return number, far
