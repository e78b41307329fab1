"""Everything that is measured of a network, in one go: what the picture, the words, the table and the job read.

analysis = analyse(snapshot)
analysis.measures["betweenness"]   # (n,) float, in the order of snapshot.ids
analysis.errors["betweenness"]     # 0.0: exact
analysis.groups[0].words           # what sets the largest group apart
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import centrality, cohesion, measures, mixing, naming, triangles
from .centrality import EXACT_LIMIT
from .communities import Communities, find_communities, modularity
from .naming import Word
from .network import Network
from .snapshot import Snapshot

MEASURES = (
    "connections", "linked", "strength", "betweenness", "pagerank", "harmonic", "core", "clustering", "constraint",
    "out", "in",
)  # fmt: skip
"""Keys of `Analysis.measures`; those that a picture can show are `mapping.network.view.looks.SIZES`."""


@dataclass(frozen=True, eq=False)
class Group:
    """A group of nodes that hold together more closely than the rest.

    number : its label in `Analysis.group`, the same from one revision to the next as far as it is the same group;
    members : its nodes, the most joined within it first, so that `members[0]` is its centre; words : what sets it
    apart, the most telling first, perhaps none; within, leaving : ties among its members, and to other nodes.
    """

    number: int
    members: NDArray[np.int64]
    words: tuple[Word, ...]
    within: int
    leaving: int

    @property
    def centre(self) -> int:
        return int(self.members[0])


@dataclass(frozen=True)
class Whole:
    """Figures of the whole. Shares and coefficients are 0 to 1 (assortativity -1 to 1, NaN when there is nothing to
    judge).

    nodes : all; joined : those with a tie; connections : how many of any type were counted; ties : pairs joined;
    density : ties over pairs of joined nodes; transitivity : how often a friend of a friend is a friend; modularity :
    of the groups, hubs left aside; pieces : sizes of the pieces, the
    largest first, without single nodes.
    """

    nodes: int
    joined: int
    connections: int
    ties: int
    density: float
    transitivity: float
    modularity: float
    pieces: tuple[int, ...]
    kind_assortativity: float
    group_assortativity: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """Arrays are (n,) in the order of the nodes.

    Parameters
    ----------
    network : the simple undirected network that was measured.
    measures : by the names in `MEASURES`; "constraint" is NaN for who has no tie; "out" and "in" count connections of
        types with a direction, all 0 when only a `Network` was given.
    errors : by the same names how far a value may be off (the largest of 95 % half-widths), 0 when exact.
    pivots : how many nodes were drawn for a sampled measure; exact ones are not in it.
    piece : number of each node's piece, the largest 0.
    group : label of each node's group, -1 for none.
    articulation : who holds others that would come apart without them.
    bridges : (b, 2) ties that hold two parts together.
    hubs : whom a fifth of all are joined with; they were left out while looking for groups.
    groups : the largest first.
    settled : whether the groups would be the same had the nodes been entered in another order.
    types, balance, bands, capitals : see `mixing`; empty or None when only a `Network` was given.
    """

    network: Network
    measures: dict[str, NDArray]
    errors: dict[str, float]
    pivots: dict[str, int]
    piece: NDArray[np.int64]
    group: NDArray[np.int64]
    articulation: NDArray[np.bool_]
    bridges: NDArray[np.int64]
    hubs: NDArray[np.int64]
    groups: list[Group]
    settled: bool
    whole: Whole
    types: list[mixing.TypeFacts]
    balance: mixing.Balance | None
    bands: list[mixing.Band]
    capitals: dict[str, int]

    @cached_property
    def group_of(self) -> dict[int, Group]:
        """Each group by its label."""
        return {it.number: it for it in self.groups}


@dataclass(frozen=True, eq=False)
class Measured:
    """What takes longest: every measure of every node, and where the network would come apart. See `Analysis`."""

    measures: dict[str, NDArray]
    errors: dict[str, float]
    pivots: dict[str, int]
    piece: NDArray[np.int64]
    articulation: NDArray[np.bool_]
    bridges: NDArray[np.int64]
    hubs: NDArray[np.int64]
    transitivity: float


def measured_network(source: Snapshot | Network, *, stated_only: bool = True) -> Network:
    """The simple undirected network that `analyse` measures."""
    if isinstance(source, Network):
        return source
    return source.network(source.pick(stated=True) if stated_only else None)


def measure(
    source: Snapshot | Network,
    network: Network | None = None,
    *,
    stated_only: bool = True,
    seed: int = 1,
    exact_limit: int = EXACT_LIMIT,
) -> Measured:
    """Measure every node: the first stage of `analyse`. `network` is `measured_network(source)`, when that is there."""
    network = network or measured_network(source, stated_only=stated_only)
    in_triangles = triangles.of_edges(network)
    between = centrality.betweenness(network, exact_limit=exact_limit, seed=seed)
    close = centrality.harmonic(network, exact_limit=exact_limit, seed=seed)
    out, into = np.zeros((2, network.size), dtype=np.int64)
    if isinstance(source, Snapshot):
        out, into = _directions(source, source.pick(stated=True if stated_only else None))
    articulation = np.zeros(network.size, dtype=bool)
    articulation[measures.articulation_points(network)] = True
    return Measured(
        measures={
            "connections": measures.degree(network),
            "linked": cohesion.linked_neighbours(network, in_triangles),
            "strength": measures.strength(network),
            "betweenness": between.values,
            "pagerank": centrality.pagerank(network),
            "harmonic": close.values,
            "core": cohesion.core(network),
            "clustering": cohesion.clustering(network, in_triangles),
            "constraint": cohesion.constraint(network),
            "out": out,
            "in": into,
        },
        errors=dict.fromkeys(MEASURES, 0.0) | {"betweenness": between.error, "harmonic": close.error},
        pivots={name: it.pivots for name, it in (("betweenness", between), ("harmonic", close)) if not it.exact},
        piece=measures.components(network),
        articulation=articulation,
        bridges=measures.bridges(network),
        hubs=measures.hubs(network),
        transitivity=cohesion.transitivity(network, in_triangles),
    )


def group_labels(
    network: Network, hubs: NDArray[np.int64], *, seed: int = 1, before: NDArray[np.int64] | None = None
) -> Communities:
    """The label of each node's group: the second stage of `analyse`."""
    return find_communities(network, apart=hubs, seed=seed, before=before)


def analyse(
    source: Snapshot | Network,
    *,
    stated_only: bool = True,
    seed: int = 1,
    exact_limit: int = EXACT_LIMIT,
    before: NDArray[np.int64] | None = None,
    measured: Measured | None = None,
    group: Communities | None = None,
) -> Analysis:
    """Measure a network, find its groups and say what sets them apart.

    Parameters
    ----------
    source : a `Snapshot`, or a bare `Network`, of which nothing is known but who is joined.
    stated_only : count only connections that somebody stated; derived ones are a layer of their own.
    seed : of everything drawn. The same source and seed give the same analysis.
    exact_limit : nodes times ties up to which betweenness and closeness are exact (`centrality`).
    before : (n,) labels of the groups at an earlier revision, -1 for none or not there (`communities`).
    measured, group : what `measure` and `group_labels` gave for the same source and options, when that was kept.

    Examples
    --------
    >>> found = analyse(Network.of(6, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]))
    >>> found.measures["connections"].tolist(), found.group.tolist(), found.errors["betweenness"]
    ([2, 2, 3, 3, 2, 2], [0, 0, 0, 1, 1, 1], 0.0)
    >>> [it.members.tolist() for it in found.groups]
    [[2, 0, 1], [3, 4, 5]]
    """
    snapshot = source if isinstance(source, Snapshot) else None
    keep = snapshot.pick(stated=True if stated_only else None) if snapshot is not None else None
    network = source if snapshot is None else snapshot.network(keep)
    it = measured or measure(source, network, stated_only=stated_only, seed=seed, exact_limit=exact_limit)
    found = group_labels(network, it.hubs, seed=seed, before=before) if group is None else group
    group = found.groups
    rest = network.without(it.hubs) if len(it.hubs) else network
    return Analysis(
        network=network,
        measures=it.measures,
        errors=it.errors,
        pivots=it.pivots,
        piece=it.piece,
        group=group,
        articulation=it.articulation,
        bridges=it.bridges,
        hubs=it.hubs,
        groups=_groups(rest, group, snapshot),
        settled=found.settled,
        whole=_whole(network, rest, snapshot, keep, group, it),
        types=mixing.by_type(snapshot, keep) if snapshot is not None else [],
        balance=mixing.balance(snapshot, network, group, keep) if snapshot is not None else None,
        bands=mixing.decay(network, snapshot.metres, seed=seed) if snapshot is not None else [],
        capitals=mixing.capitals(snapshot) if snapshot is not None else {},
    )


def _directions(snapshot: Snapshot, keep: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many connections with a direction start and end at each node: (2, n)."""
    directed = np.array([bool(it["directed"]) for it in snapshot.tables["types"]], dtype=bool)
    chosen = keep & directed[snapshot.type] if len(directed) else keep
    return np.stack([np.bincount(ends[chosen], minlength=snapshot.size) for ends in (snapshot.source, snapshot.target)])


def _groups(rest: Network, group: NDArray[np.int64], snapshot: Snapshot | None) -> list[Group]:
    """The groups within `rest` (hubs left aside), each with what sets it apart."""
    ends = group[rest.edges]
    same = (ends[:, 0] == ends[:, 1]) & (ends[:, 0] >= 0)
    inner = np.bincount(rest.edges[same].ravel(), minlength=rest.size)
    joined = measures.degree(rest)
    labels, sizes = np.unique(group[group >= 0], return_counts=True)
    within = dict(zip(*np.unique(ends[same, 0], return_counts=True), strict=True))
    leaving = dict(zip(*np.unique(ends[~same], return_counts=True), strict=True))
    told = naming.words(snapshot, group) if snapshot is not None else {}
    found = []
    order = np.lexsort((np.arange(rest.size), -joined, -inner, group))
    starts = np.searchsorted(group[order], labels)
    for index in np.lexsort((labels, -sizes)).tolist():
        label = int(labels[index])
        found.append(
            Group(
                number=label,
                members=order[starts[index] : starts[index] + sizes[index]],
                words=tuple(told.get(label, ())),
                within=int(within.get(label, 0)),
                leaving=int(leaving.get(label, 0)),
            )
        )
    return found


def _whole(
    network: Network,
    rest: Network,
    snapshot: Snapshot | None,
    keep: NDArray[np.bool_] | None,
    group: NDArray[np.int64],
    measured: Measured,
) -> Whole:
    counts = measures.degree(network)
    joined = int((counts > 0).sum())
    pairs = joined * (joined - 1) / 2
    sizes = np.sort(np.unique(measured.piece[counts > 0], return_counts=True)[1])[::-1]
    return Whole(
        nodes=network.size,
        joined=joined,
        connections=len(network.edges) if keep is None else int(keep.sum()),
        ties=len(network.edges),
        density=len(network.edges) / pairs if pairs else 0.0,
        transitivity=measured.transitivity,
        modularity=modularity(rest, group),
        pieces=tuple(sizes.tolist()),
        kind_assortativity=mixing.assortativity(network, snapshot.kind) if snapshot is not None else float("nan"),
        group_assortativity=mixing.assortativity(network, group),
    )
