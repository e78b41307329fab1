"""A place's network as arrays: everything that measures, paths, pictures and words are worked out from.

One snapshot holds what one class of viewers may see at one revision. It is immutable, and can be kept in a file
(`snapshot_file`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .network import Network

# The day that all days are counted from; `js/network/data.js` is sent the same numbers.
EPOCH = datetime.date(1970, 1, 1)
# A span without a beginning or an end, in days since `EPOCH`.
ALWAYS_FROM, ALWAYS_TO = -(2**31), 2**31 - 1


def day_number(day: datetime.date) -> int:
    """Days since `EPOCH`."""
    return (day - EPOCH).days


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """Texts in one array of UTF-8: text i is `blob[starts[i]:starts[i + 1]]`. starts : (n + 1,) int64."""

    blob: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        parts = [text.encode() for text in texts]
        starts = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=starts[1:])
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index):
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self.blob[self.starts[index] : self.starts[index + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Nodes 0 to n - 1 and connections 0 to m - 1, both in the order of the database's numbers.

    Parameters
    ----------
    ids : (n,) int64
        The database's number of each node, ascending.
    uuids : (n, 16) uint8
        The public name of each node.
    names : Texts of n
    kind : (n,) int8
        Place in `tables["kinds"]`, a list of `NodeKind` values.
    category : (n,) int16
        Place in `tables["categories"]`, a list of dicts `slug, name, plural, group, capital, infrastructure`;
        -1 for none.
    place : (n,) int64
        The home place's number in the database; -1 for none.
    point : (n, 2) float64
        Longitude and latitude of the public point (EPSG:4326); NaN where there is none.
    tags, tag_starts : (t,) int32, (n + 1,) int64
        The tags of node i are `tags[tag_starts[i]:tag_starts[i + 1]]`, places in `tables["tags"]`.
    connections : (m,) int64
        The database's number of each connection, ascending.
    source, target : (m,) int32
        Its ends.
    type : (m,) int16
        Place in `tables["types"]`, a list of dicts `slug, forward, reverse, directed, tie`.
    support : (m,) int32
        How many live statements that the viewers may see support it.
    strength : (m,) float32
        The mean strength that those give it, 1 to 5.
    mutual, derived, disputed : (m,) bool
        Stated by both ends; supported by rules alone; contradicted by a live statement too.
    spans, span_starts : (s, 2) int32, (m + 1,) int64
        The intervals in which connection i is said to hold, days since 1970-01-01, both ends included:
        `spans[span_starts[i]:span_starts[i + 1]]`, apart and in order. Undated statements give
        (`ALWAYS_FROM`, `ALWAYS_TO`).
    tables : dict
        What numbers above stand for; also `place` (slug), `name`, `revision`, `viewers`. Can be said in JSON.
    """

    ids: NDArray[np.int64]
    uuids: NDArray[np.uint8]
    names: Texts
    kind: NDArray[np.int8]
    category: NDArray[np.int16]
    place: NDArray[np.int64]
    point: NDArray[np.float64]
    tags: NDArray[np.int32]
    tag_starts: NDArray[np.int64]
    connections: NDArray[np.int64]
    source: NDArray[np.int32]
    target: NDArray[np.int32]
    type: NDArray[np.int16]
    support: NDArray[np.int32]
    strength: NDArray[np.float32]
    mutual: NDArray[np.bool_]
    derived: NDArray[np.bool_]
    disputed: NDArray[np.bool_]
    spans: NDArray[np.int32]
    span_starts: NDArray[np.int64]
    tables: dict[str, Any]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        """How much memory its arrays take."""
        values = [getattr(self, field.name) for field in fields(self)]
        arrays = [it for it in values if isinstance(it, np.ndarray)] + [self.names.blob, self.names.starts]
        return sum(it.nbytes for it in arrays)

    def index_of(self, pks: ArrayLike) -> NDArray[np.int64]:
        """The nodes with these numbers in the database: (k,) int, -1 where there is none."""
        wanted = np.asarray(pks, dtype=np.int64).ravel()
        if not len(self.ids):
            return np.full(len(wanted), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[found] == wanted, found, -1)

    @cached_property
    def by_uuid(self) -> dict[bytes, int]:
        """The node of each uuid (its 16 bytes)."""
        return {row.tobytes(): index for index, row in enumerate(self.uuids)}

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """(n, 2) float: east and north of the middle of all points, in metres, on a plane touching there.

        Good to 0.1 % across a county (equirectangular, mean Earth radius 6,371,008.8 m); NaN without a point.
        """
        known = ~np.isnan(self.point[:, 0])
        if not known.any():
            return np.full((self.size, 2), np.nan)
        lon, lat = self.point[known].mean(axis=0)
        metre = np.pi / 180 * 6_371_008.8
        return (self.point - [lon, lat]) * [metre * np.cos(np.radians(lat)), metre]

    def held_on(self, day: int) -> NDArray[np.bool_]:
        """Which connections are said to hold on a day (days since 1970-01-01): (m,) bool."""
        return self.held_between(day, day)

    def held_between(self, first: int, last: int) -> NDArray[np.bool_]:
        """Which connections are said to hold on some day from `first` to `last`: (m,) bool."""
        inside = (self.spans[:, 0] <= last) & (self.spans[:, 1] >= first)
        counts = np.concatenate([[0], np.cumsum(inside)])
        return counts[self.span_starts[1:]] > counts[self.span_starts[:-1]]

    def pick(
        self,
        *,
        types: Sequence[str] = (),
        without_types: Sequence[str] = (),
        stated: bool | None = None,
        least: float = 0,
        day: int | None = None,
    ) -> NDArray[np.bool_]:
        """Which connections are of these types, stated (True) or derived (False), at least so strong, and held then.

        Returns
        -------
        (m,) bool
        """
        keep = np.ones(len(self.source), dtype=bool)
        slugs = [it["slug"] for it in self.tables["types"]]
        if types:
            keep &= np.isin(self.type, [i for i, slug in enumerate(slugs) if slug in set(types)])
        if without_types:
            keep &= ~np.isin(self.type, [i for i, slug in enumerate(slugs) if slug in set(without_types)])
        if stated is not None:
            keep &= self.derived != stated
        if least:
            keep &= self.strength >= least
        if day is not None:
            keep &= self.held_on(day)
        return keep

    def network(self, keep: NDArray[np.bool_] | None = None) -> Network:
        """The simple undirected network of the connections that `keep` chooses (all), weighted by support."""
        chosen = slice(None) if keep is None else keep
        pairs = np.column_stack([self.source[chosen], self.target[chosen]])
        return Network.of(self.size, pairs, self.support[chosen])
