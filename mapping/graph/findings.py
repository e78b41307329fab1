"""What there is to say about a network, as facts. Words are put to them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import measures
from .communities import communities
from .measures import Falling
from .network import Network

BEST = 5


@dataclass(frozen=True)
class Group:
    """members : its nodes, the most joined within it first."""

    number: int
    members: NDArray[np.int64]


@dataclass(frozen=True)
class Findings:
    """All arrays are (size,) and belong to the nodes of the network in their order.

    best : the best joined, at most `BEST`; bridges : what comes apart without whom, the worst first, at most
    `BEST`; pieces : sizes of the pieces, the largest first; edge : number of nodes with one tie; hub_only :
    number of nodes whose every tie leads to a hub.
    """

    degree: NDArray[np.int64]
    betweenness: NDArray[np.float64]
    linked_neighbours: NDArray[np.int64]
    piece: NDArray[np.int64]
    group: NDArray[np.int64]
    articulation: NDArray[np.bool_]
    hubs: NDArray[np.int64]
    best: list[int]
    bridges: list[Falling]
    groups: list[Group]
    pieces: list[int]
    edge: int
    hub_only: int
    ties: int


def find(network: Network, *, seed: int = 1) -> Findings:
    """Measure a network and say what stands out. Nodes without a tie count in nothing."""
    counts = measures.degree(network)
    joined = counts > 0
    hubs = measures.hubs(network)
    cut = measures.articulation_points(network)
    piece = measures.components(network)
    group = communities(network, apart=hubs, seed=seed)
    rest = network.without(hubs) if len(hubs) else network
    rest_degree = measures.degree(rest)
    between = measures.betweenness(network)
    order = np.lexsort((np.arange(network.size), -between, -counts))
    # What comes apart is worked out for those most paths pass: the others cut off less.
    worst = cut[np.lexsort((cut, -between[cut]))][: 4 * BEST]
    groups = [
        Group(int(value), members[np.lexsort((members, -rest_degree[members]))])
        for value in range(int(group.max(initial=-1)) + 1)
        if len(members := np.flatnonzero(group == value))
    ]
    articulation = np.zeros(network.size, dtype=bool)
    articulation[cut] = True
    hub_only = joined & (rest_degree == 0)
    hub_only[hubs] = False
    return Findings(
        degree=counts,
        betweenness=between,
        linked_neighbours=_linked_neighbours(network),
        piece=piece,
        group=group,
        articulation=articulation,
        hubs=hubs,
        best=[int(node) for node in order[:BEST] if counts[node] > 1],
        bridges=[it for it in measures.falling(network, worst) if it.cut_off][:BEST],
        groups=groups,
        pieces=np.unique(piece[joined], return_counts=True)[1].tolist(),
        edge=int((counts == 1).sum()),
        hub_only=int(hub_only.sum()) if len(hubs) else 0,
        ties=len(network.edges),
    )


def _linked_neighbours(network: Network) -> NDArray[np.int64]:
    """For each node how many of its neighbours are joined with another one of them: (size,) int."""
    result = np.zeros(network.size, dtype=np.int64)
    sets = [set(it.tolist()) for it in network.neighbours]
    for node, mine in enumerate(sets):
        # Ask from the side that is smaller: a hub has thousands of neighbours with few each.
        result[node] = sum(1 for other in mine if not mine.isdisjoint(sets[other]))
    return result
