"""Which ids of edges are ids: those that name one edge each.

Programs number parallel edges ("key" 0, 1, ... between each two, NetworkX; written as `id` in GraphML): such a number
comes back between other nodes and names nothing. An edge without an id of its own is known by what it says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class EdgeKeys:
    """repeated : ids that stand between different nodes; counters : whether all are the numbers of parallel edges."""

    repeated: frozenset[str] = frozenset()
    counters: bool = False

    @classmethod
    def of(cls, edges: Iterable[tuple[str, Hashable]]) -> EdgeKeys:
        """Look through all edges of a file, as (id, ends). About 100 bytes an edge with an id.

        >>> EdgeKeys.of([("0", ("a", "b")), ("1", ("a", "b")), ("0", ("b", "c"))])
        EdgeKeys(repeated=frozenset({'0'}), counters=True)
        >>> EdgeKeys.of([("7", ("a", "b")), ("8", ("b", "c")), ("7", ("c", "a"))])
        EdgeKeys(repeated=frozenset({'7'}), counters=False)
        """
        ends_of: dict[str, int] = {}
        repeated: set[str] = set()
        numbers: dict[int, list[int]] | None = {}
        for key, ends in edges:
            if not key:
                continue
            pair = hash(ends)
            if ends_of.setdefault(key, pair) != pair:
                repeated.add(key)
            if numbers is not None:
                if key.isascii() and key.isdigit() and len(key) < 7:
                    count = numbers.setdefault(pair, [0, 0])
                    count[0] += 1
                    count[1] = max(count[1], int(key))
                else:
                    numbers = None
        counters = bool(repeated) and bool(numbers) and all(last == many - 1 for many, last in numbers.values())
        return cls(frozenset(repeated), counters)

    def own(self, key: str) -> str:
        """The id of an edge if it is one, else nothing."""
        return "" if self.counters or key in self.repeated else key


# Nothing is known of the others: every id is taken for one.
ANY_KEY = EdgeKeys()
