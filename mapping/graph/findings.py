"""What there is to say about a network, as facts. Words are put to them elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import measures
from .analysis import Analysis, Group, analyse
from .measures import Falling
from .network import Network

BEST = 5
# Who joins others that are not joined: low constraint, of at least so many neighbours.
MIN_JOINS = 3


@dataclass(frozen=True)
class Findings:
    """All arrays are (size,) and belong to the nodes of the network in their order.

    best : the best joined, at most `BEST`; bridges : what comes apart without whom, the worst first, at most
    `BEST`; between : who most ways between others pass, the most first, at most `BEST`; joining : who joins others
    that are not joined themselves (lowest constraint), at most `BEST`; inmost : how many are in the innermost core,
    and how many others each of them is joined with at least within it; pieces : sizes of the pieces, the largest
    first; edge : number of nodes with one tie; hub_only : number of nodes whose every tie leads to a hub. Each list
    may be empty, each number 0.
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
    between: list[int]
    joining: list[int]
    inmost: tuple[int, int]
    groups: list[Group]
    pieces: list[int]
    edge: int
    hub_only: int
    ties: int


def find(network: Network, *, seed: int = 1) -> Findings:
    """Measure a network and say what stands out. Nodes without a tie count in nothing."""
    return find_in(analyse(network, seed=seed))


def find_in(analysis: Analysis) -> Findings:
    """Say what stands out in what was measured.

    Examples
    --------
    >>> found = find(Network.of(4, [(0, 1), (0, 2), (0, 3)]))
    >>> found.best, [(it.node, it.alone) for it in found.bridges], found.edge, found.pieces
    ([0], [(0, 3)], 3, [4])
    """
    network, hubs = analysis.network, analysis.hubs
    counts, between = analysis.measures["connections"], analysis.measures["betweenness"]
    rest = network.without(hubs) if len(hubs) else network
    number = np.arange(network.size)
    cut = np.flatnonzero(analysis.articulation)
    # What comes apart is worked out for those most paths pass: the others cut off less.
    worst = cut[np.lexsort((cut, -between[cut]))][: 4 * BEST]
    hub_only = (counts > 0) & (measures.degree(rest) == 0)
    hub_only[hubs] = False
    constraint = np.where(counts >= MIN_JOINS, analysis.measures["constraint"], np.inf)
    core = analysis.measures["core"]
    most = int(core.max(initial=0))
    return Findings(
        degree=counts,
        betweenness=between,
        linked_neighbours=analysis.measures["linked"],
        piece=analysis.piece,
        group=analysis.group,
        articulation=analysis.articulation,
        hubs=hubs,
        best=[int(it) for it in np.lexsort((number, -between, -counts))[:BEST] if counts[it] > 1],
        bridges=[it for it in measures.falling(network, worst, analysis.piece) if it.cut_off][:BEST],
        between=[int(it) for it in np.lexsort((number, -between))[:BEST] if between[it] > 0],
        joining=[int(it) for it in np.lexsort((number, constraint))[:BEST] if constraint[it] < np.inf],
        inmost=(int((core == most).sum()), most) if most else (0, 0),
        groups=analysis.groups,
        pieces=list(analysis.whole.pieces),
        edge=int((counts == 1).sum()),
        hub_only=int(hub_only.sum()) if len(hubs) else 0,
        ties=len(network.edges),
    )
