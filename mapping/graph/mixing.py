"""Who is joined with whom: by kind, by type of connection, by distance, by what it does for the place.

References
----------
Newman, M. E. J. (2003), Mixing patterns in networks, Physical Review E 67, 026126.
Putnam, R. D. (2000), Bowling Alone; Szreter, S. and Woolcock, M. (2004), Health by association? Social capital, social
theory, and the political economy of public health, International Journal of Epidemiology 33, 650-667.
Liben-Nowell, D. and others (2005), Geographic routing in social networks, PNAS 102, 11623-11628.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .network import Network
from .snapshot import Snapshot

# Bounds of the bands of distance, in metres.
BANDS = (0, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)
# Pairs that are all looked at; beyond, so many are drawn.
MAX_PAIRS = 8_000_000
PAIRS_DRAWN, PAIRS_AT_ONCE = 2_000_000, 200_000
TIES = ("bonding", "bridging", "linking", "")


def assortativity(network: Network, labels: ArrayLike) -> float:
    """Return how much ties keep to their own kind: 1 only within kinds, 0 as by chance, below 0 rather across.

    r = (sum e_ii - sum a_i^2) / (1 - sum a_i^2), with e_ij the share of tie ends from kind i to kind j and a_i the
    share of ends at kind i (Newman 2003). Ties with an end of label -1 do not count. NaN when there is no tie to
    judge by, or only one kind.

    Examples
    --------
    >>> assortativity(Network.of(4, [(0, 1), (2, 3)]), [0, 0, 1, 1])
    1.0
    """
    kind = np.asarray(labels, dtype=np.int64)
    ends = kind[network.edges]
    ends = ends[(ends >= 0).all(axis=1)]
    if not len(ends):
        return float("nan")
    share = np.bincount(ends.ravel()) / ends.size
    chance = float((share**2).sum())
    within = float((ends[:, 0] == ends[:, 1]).mean())
    return (within - chance) / (1 - chance) if chance < 1 else float("nan")


@dataclass(frozen=True)
class TypeFacts:
    """Connections of one type.

    number : place in `tables["types"]`; count : how many; density : of all pairs that could be joined by it, what share
    is; mutual : how many both ends have stated; returned : how many of a directed type run both ways, as a share;
    NaN for types without a direction.
    """

    number: int
    count: int
    density: float
    mutual: int
    returned: float


def by_type(snapshot: Snapshot, keep: NDArray[np.bool_] | None = None) -> list[TypeFacts]:
    """Return the facts of every type that occurs among the connections `keep` (all), the most common first.

    Density is m / (n (n - 1)) for types with a direction and twice that for others. `returned` is the share of
    connections whose ends are joined by the same type the other way round too (reciprocity).
    """
    chosen = np.arange(len(snapshot.source)) if keep is None else np.flatnonzero(keep)
    kind = snapshot.type[chosen].astype(np.int64)
    source, target = snapshot.source[chosen].astype(np.int64), snapshot.target[chosen].astype(np.int64)
    pairs = snapshot.size * (snapshot.size - 1)
    facts = []
    for number in np.unique(kind).tolist():
        mine = kind == number
        forth = source[mine] * snapshot.size + target[mine]
        back = target[mine] * snapshot.size + source[mine]
        directed = bool(snapshot.tables["types"][number]["directed"])
        facts.append(
            TypeFacts(
                number=number,
                count=int(mine.sum()),
                density=float(mine.sum() / pairs * (1 if directed else 2)) if pairs else 0.0,
                mutual=int(snapshot.mutual[chosen][mine].sum()),
                returned=float(np.isin(forth, back).mean()) if directed else float("nan"),
            )
        )
    return sorted(facts, key=lambda it: (-it.count, it.number))


@dataclass(frozen=True)
class Balance:
    """What connections do for social capital (Putnam 2000; Szreter and Woolcock 2004).

    bonding, bridging, linking, unknown : how many connections are of types of that tie; within, between : how many ties
    lie within a group and between two groups, whatever their type says (ties with an end in no group do not count).
    """

    bonding: int
    bridging: int
    linking: int
    unknown: int
    within: int
    between: int


def balance(
    snapshot: Snapshot, network: Network, groups: NDArray[np.int64], keep: NDArray[np.bool_] | None = None
) -> Balance:
    """Return the balance of the connections `keep` (all) by type, and of `network`'s ties by `groups`."""
    chosen = snapshot.type if keep is None else snapshot.type[keep]
    place = np.array([TIES.index(it["tie"]) for it in snapshot.tables["types"]], dtype=np.int64)
    counts = np.bincount(place[chosen], minlength=len(TIES)) if len(chosen) else np.zeros(len(TIES), dtype=np.int64)
    ends = groups[network.edges]
    ends = ends[(ends >= 0).all(axis=1)]
    within = int((ends[:, 0] == ends[:, 1]).sum())
    return Balance(*(int(it) for it in counts), within, len(ends) - within)


@dataclass(frozen=True)
class Band:
    """Pairs of nodes from `nearest` to below `farthest` metres apart (None: no end).

    pairs : how many pairs (estimated when drawn); joined : how many of them have a tie; share : joined / pairs; drawn :
    how many pairs were drawn in all, 0 when every pair was looked at.
    """

    nearest: int
    farthest: int | None
    pairs: int
    joined: int
    share: float
    drawn: int = 0


def decay(network: Network, metres: NDArray[np.float64], *, seed: int = 1) -> list[Band]:
    """Return how likely two nodes are joined, by how far apart they are (Liben-Nowell and others 2005).

    Only nodes with a point count. All pairs are looked at up to 8,000,000; beyond, 2,000,000 are drawn. Bands
    without a pair are left out.

    Parameters
    ----------
    metres : (size, 2) float, `Snapshot.metres`; NaN without a point.

    Examples
    --------
    >>> [(it.pairs, it.joined) for it in decay(Network.of(3, [(0, 1)]), np.array([[0, 0], [50, 0], [300, 0]]))]
    [(1, 1), (2, 0)]
    """
    known = np.flatnonzero(~np.isnan(metres[:, 0]))
    bounds = np.array(BANDS, dtype=np.float64)

    def counted(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        far = np.hypot(*(metres[first] - metres[second]).T)
        return np.bincount(np.searchsorted(bounds, far, side="right") - 1, minlength=len(bounds))

    total = len(known) * (len(known) - 1) // 2
    pairs = np.zeros(len(bounds), dtype=np.float64)
    seen = 0
    if total <= MAX_PAIRS:
        for start in range(len(known)):
            rest = known[start + 1 :]
            pairs += counted(np.full(len(rest), known[start]), rest)
    else:
        draw = np.random.default_rng(seed)
        # A part at a time: all of them at once would be the largest thing in memory.
        for _ in range(0, PAIRS_DRAWN, PAIRS_AT_ONCE):
            first, second = draw.integers(0, len(known), (2, PAIRS_AT_ONCE))
            apart = first != second
            pairs += counted(known[first[apart]], known[second[apart]])
            seen += int(apart.sum())
        pairs *= total / seen
    located = ~np.isnan(metres[network.edges][:, :, 0]).any(axis=1)
    joined = counted(*network.edges[located].T)
    pairs = np.maximum(pairs, joined)
    return [
        Band(
            nearest=BANDS[index],
            farthest=BANDS[index + 1] if index + 1 < len(BANDS) else None,
            pairs=round(pairs[index]),
            joined=int(joined[index]),
            share=float(joined[index] / pairs[index]),
            drawn=seen,
        )
        for index in np.flatnonzero(pairs).tolist()
    ]


def capitals(snapshot: Snapshot, nodes: ArrayLike | None = None) -> dict[str, int]:
    """Return how many of `nodes` (all) are of each capital, by their category's; "" for who has none."""
    category = snapshot.category if nodes is None else snapshot.category[np.asarray(nodes, dtype=np.int64)]
    counts: dict[str, int] = {}
    numbers, often = np.unique(category, return_counts=True)
    for number, count in zip(numbers.tolist(), often.tolist(), strict=True):
        capital = snapshot.tables["categories"][number]["capital"] if number >= 0 else ""
        counts[capital] = counts.get(capital, 0) + count
    return dict(sorted(counts.items(), key=lambda it: (-it[1], it[0])))
