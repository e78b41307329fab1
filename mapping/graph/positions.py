"""Where every node of a network lies, however many there are: clusters apart, nothing on top of anything else.

    points = positions(network, groups=groups, ground=snapshot.metres)
    later = positions(changed, groups=groups, ground=metres, previous=points)

What hangs on one node alone lies around it, as seeds in a seed head. The rest is laid out by its groups
(`arrangement`). Given where nodes lay before, they stay there as far as they can; what is new goes to its neighbours.

References
----------
Vogel, H. (1979), A better way to construct the sunflower head, Mathematical Biosciences 44, 179-189.
Frishman, Y. and Tal, A. (2008), Online dynamic graph drawing, IEEE Transactions on Visualization and Computer Graphics
14, 727-740: what stays in place when a graph changes.
"""

from __future__ import annotations

import random

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrangement import Piece, arrange, facing, seed_head, seeded
from .measures import by_size, components, degree
from .network import Network
from .packing import ASPECT, pack
from .spacing import grown, separate

# Free space between two dots, in the unit of their radii.
GAP = 4.0
# With a smaller share of the nodes known from before, or the picture so much emptier than it need be, all is laid out
# anew.
MIN_KNOWN = 0.75
LOOSEST = 4.0
# A node that has come to a group whose middle is so many of the group's radii away moves there.
ASTRAY = 4.0
# Up to so many nodes are packed piece by piece, dot by dot; more are laid out as discs of discs.
MAX_PACKED = 6_000
# So many leaves make a seed head of what they hang on; fewer are laid out with it.
MIN_HEAD = 5
# A seed head of so many times the room of its dot lies for itself, in the middle, apart from its group.
MIN_HUB = 4.0
# Rounds in which pieces are drawn towards those that they are tied with.
TIED_ROUNDS = 8
# How readily a node moves that was there before, beside one that is new.
STAY = 0.08


def positions(
    network: Network,
    *,
    groups: ArrayLike,
    coordinates: ArrayLike,
    radii: ArrayLike | None = None,
    previous: ArrayLike | None = None,
    outer: ArrayLike | None = None,
    seed: int = 1,
) -> NDArray[np.float64]:
    """Place every node. The same input always gives the same positions.

    Parameters
    ----------
    groups : (n,) int
        The group of each node, -1 for none (`communities`).
    ground : (n, 2) float
        Where each node lies, east and north in any unit (`Snapshot.metres`); NaN where that is not known.
    radii : (n,) float, optional
        How large each dot is at most. Default: `dot_radii`.
    previous : (n, 2) float, optional
        Where each node lay before; NaN for what is new.
    outer : (n,) bool, optional
        Nodes that lie around all others, as far as the network is not too large for that: what is not always shown.
    seed : int
        For what is left to chance in finding groups within groups.

    Returns
    -------
    (n, 2) float
        In the unit of the radii, around the origin; x grows to the east, y downwards, as on a screen.
    """
    if not network.size:
        return np.zeros((0, 2))
    reach = (dot_radii(network) if radii is None else np.asarray(radii, dtype=np.float64)) + GAP / 2
    label = np.asarray(groups, dtype=np.int64)
    if previous is not None:
        before = np.asarray(previous, dtype=np.float64)
    else:
        before = np.full((network.size, 2), np.nan)
    lies = np.asarray(coordinates, dtype=np.float64) * [1, -1]
    igraph.set_random_number_generator(random.Random(seed))
    try:
        if _still_holds(before, reach):
            return _kept(network, label, reach, lies, before)
        if network.size > MAX_PACKED:
            return _fresh(network, label, reach, lies)
        around = np.zeros(network.size, dtype=bool) if outer is None else np.asarray(outer, dtype=bool)
        return _packed(network, label, reach, lies, around)
    finally:
        igraph.set_random_number_generator(random)


def dot_radii(network: Network) -> NDArray[np.float64]:
    """How much room a dot gets: 5, more for those with many neighbours, 26 at most; (n,) float."""
    return np.minimum(4 + np.sqrt(np.maximum(degree(network), 1)), 26.0)


def _packed(
    network: Network,
    label: NDArray[np.int64],
    reach: NDArray[np.float64],
    lies: NDArray[np.float64],
    around: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Hubs with what hangs on them alone, groups without their hubs, small pieces around, put side by side."""
    owner = _owners(network)
    counts = np.bincount(owner[owner >= 0], minlength=network.size)
    owner[(owner >= 0) & ((counts[owner] < MIN_HEAD) | (around & ~around[owner]))] = -1
    core = np.flatnonzero(owner < 0)
    local, needed = _seed_heads(owner, reach)
    part = network.only(core)
    hub = needed[core] > MIN_HUB * reach[core]
    unit = _units(part, label[core], hub, around[core])
    small = components(network)
    size = np.bincount(small)
    ring = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    ring[unit[((size[small] <= 8) & (size[small] * 4 < size.max()))[core]]] = 1
    ring[unit[around[core]]] = 2
    points = np.zeros((network.size, 2))
    whole = Piece(part.edges, part.weights, needed[core], lies[core])
    for nodes, piece in whole.parts(unit):
        inside = arrange(piece)
        points[core[nodes]] = inside - inside.mean(axis=0)
    home = homes(whole, unit, ring)
    across = part.edges[unit[part.edges[:, 0]] != unit[part.edges[:, 1]]]
    if len(across):
        points[core] = facing(points[core], home, unit, across)
    leaves = np.flatnonzero(owner >= 0)
    placed = points[core] + home[unit]
    away = _outwards(placed, part)[np.searchsorted(core, owner[leaves])]
    turned = np.column_stack([-away[:, 1], away[:, 0]])
    points[leaves] = points[owner[leaves]] + turned * local[leaves, :1] - away * local[leaves, 1:]
    of = np.empty(network.size, dtype=np.int64)
    of[core] = unit
    of[leaves] = of[owner[leaves]]
    order = np.argsort(of, kind="stable")
    members = np.split(order, np.searchsorted(of[order], np.arange(1, len(ring))))
    points += pack([(points[nodes], reach[nodes]) for nodes in members], home, ring)[of]
    return grown(separate(points, reach), reach - GAP / 2)


def _units(
    part: Network, label: NDArray[np.int64], hub: NDArray[np.bool_], around: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """What is laid out by itself: each hub, and what holds together within a group without hubs; numbered 0, 1, ..."""
    rest = part.without(np.flatnonzero(hub))
    group = _labels(rest, label)
    one, other = rest.edges.T
    inside = (group[one] == group[other]) & (around[one] == around[other])
    return by_size(components(Network(part.size, rest.edges[inside], rest.weights[inside])))


def homes(whole: Piece, unit: NDArray[np.int64], ring: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where each unit should lie: towards where it is on the ground, and near those that it is tied with."""
    count = len(ring)
    known = ~np.isnan(whole.coordinates).any(axis=1)
    total = np.bincount(unit[known], minlength=count)
    summed = [np.bincount(unit[known], weights=it, minlength=count) for it in whole.coordinates[known].T]
    lies = np.where(total[:, None] > 0, np.column_stack(summed) / np.maximum(total, 1)[:, None], np.nan)
    room = np.bincount(unit, weights=whole.reach**2, minlength=count)
    # The radius of what a ring and those within it fill.
    filled = np.sqrt(1.6 * np.cumsum(np.bincount(ring, weights=room)))[ring]
    toward = seeded(lies) * filled[:, None] * [ASPECT**0.5, ASPECT**-0.5]
    ends = unit[whole.edges]
    apart = ends[:, 0] != ends[:, 1]
    ends = np.concatenate([ends[apart], ends[apart][:, ::-1]])
    heavy = np.concatenate([whole.weights[apart]] * 2)
    pull = np.bincount(ends[:, 0], weights=heavy, minlength=count)
    home = toward.copy()
    for _ in range(TIED_ROUNDS):
        drawn = [np.bincount(ends[:, 0], weights=heavy * it[ends[:, 1]], minlength=count) for it in home.T]
        drawn = np.column_stack(drawn) / np.maximum(pull, 1e-9)[:, None]
        home = np.where(pull[:, None] > 0, (toward + drawn) / 2, toward)
    return home


def _fresh(
    network: Network, label: NDArray[np.int64], reach: NDArray[np.float64], lies: NDArray[np.float64]
) -> NDArray[np.float64]:
    owner = _owners(network)
    core = np.flatnonzero(owner < 0)
    local, needed = _seed_heads(owner, reach)
    part = network.only(core)
    piece = Piece(part.edges, part.weights, needed[core], lies[core])
    joined = degree(part) > 0
    parts = _labels(part, label[core])
    points = np.zeros((network.size, 2))
    inner = np.flatnonzero(joined & ~_crumbs(part, parts))
    if len(inner):
        chosen = part.only(inner)
        inside = Piece(chosen.edges, chosen.weights, piece.reach[inner], piece.coordinates[inner])
        found = separate(arrange(inside, by_size(parts[inner])), inside.reach)
        points[core[inner]] = found - np.median(found, axis=0)
    outer = np.setdiff1d(np.arange(len(core)), inner)
    if len(outer):
        # A corner that stands out does not push them all away: what meets it there is moved aside below.
        edge = float(np.quantile(np.hypot(*points[core[inner]].T), 0.96)) if len(inner) else 0.0
        points[core[outer]] = _around(part, outer, piece, edge)
    leaves = np.flatnonzero(owner >= 0)
    away = _outwards(points[core], part)[np.searchsorted(core, owner[leaves])]
    # Seed heads begin upwards: they are turned so that the first seeds lie away from what the node is tied with.
    turned = np.column_stack([-away[:, 1], away[:, 0]])
    points[leaves] = points[owner[leaves]] + turned * local[leaves, :1] - away * local[leaves, 1:]
    return grown(separate(points, reach), reach - GAP / 2)


def _owners(network: Network) -> NDArray[np.int64]:
    """The node that each leaf (a node of one tie) hangs on; -1 for all others. Of a pair neither is a leaf."""
    counts = degree(network)
    owner = np.full(network.size, -1, dtype=np.int64)
    for mine, theirs in ((0, 1), (1, 0)):
        hangs = (counts[network.edges[:, mine]] == 1) & (counts[network.edges[:, theirs]] > 1)
        owner[network.edges[hangs, mine]] = network.edges[hangs, theirs]
    return owner


def _seed_heads(owner: NDArray[np.int64], reach: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Where each leaf lies from its owner, the largest nearest; and how much room each node needs with its leaves."""
    local = np.zeros((len(owner), 2))
    needed = reach.copy()
    leaves = np.flatnonzero(owner >= 0)
    leaves = leaves[np.lexsort((leaves, -reach[leaves], owner[leaves]))]
    for members in np.split(leaves, np.flatnonzero(np.diff(owner[leaves])) + 1):
        if len(members):
            hub = owner[members[0]]
            local[members] = seed_head(reach[members], float(reach[hub]))
            needed[hub] = float((np.hypot(*local[members].T) + reach[members]).max())
    return local, needed


def _outwards(points: NDArray[np.float64], part: Network) -> NDArray[np.float64]:
    """For each node the direction away from its neighbours, or from the middle where it has none: (k, 2), length 1."""
    ends = np.concatenate([part.edges, part.edges[:, ::-1]])
    away = points[ends[:, 0]] - points[ends[:, 1]]
    away /= np.maximum(np.hypot(*away.T), 1e-9)[:, None]
    found = np.column_stack([np.bincount(ends[:, 0], weights=it, minlength=part.size) for it in away.T])
    found = found.astype(np.float64)
    found += 1e-3 * points / max(float(np.abs(points).max(initial=0)), 1e-9)
    length = np.hypot(*found.T)
    found[length < 1e-9] = [0.0, -1.0]
    return found / np.hypot(*found.T)[:, None]


def _labels(part: Network, label: NDArray[np.int64]) -> NDArray[np.int64]:
    """A group for every node: one without goes to that of its strongest tie, else with its component."""
    label = label.copy()
    for _ in range(6):
        ends = np.concatenate([part.edges, part.edges[:, ::-1]])
        weight = np.concatenate([part.weights, part.weights])
        asks = (label[ends[:, 0]] < 0) & (label[ends[:, 1]] >= 0)
        if not asks.any():
            break
        ends, weight = ends[asks], weight[asks]
        order = np.lexsort((ends[:, 1], -weight, ends[:, 0]))
        nodes, first = np.unique(ends[order, 0], return_index=True)
        label[nodes] = label[ends[order[first], 1]]
    rest = label < 0
    if rest.any():
        label[rest] = label.max(initial=-1) + 1 + components(part)[rest]
    return by_size(np.unique(label, return_inverse=True)[1].ravel())


def _crumbs(part: Network, label: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Nodes of small components beside a large one: they go around the picture."""
    piece = components(part)
    sizes = np.bincount(piece)
    return (sizes[piece] <= 8) & (sizes[piece] * 4 < sizes.max())


def _around(part: Network, outer: NDArray[np.int64], piece: Piece, edge: float) -> NDArray[np.float64]:
    """Small components and single nodes, each laid out by itself, in rings outside `edge`, the largest first."""
    chosen = part.only(outer)
    own = by_size(components(chosen))
    whole = Piece(chosen.edges, chosen.weights, piece.reach[outer], piece.coordinates[outer])
    local = np.zeros((len(outer), 2))
    radius = np.zeros(int(own.max()) + 1)
    for nodes, small in whole.parts(own):
        inside = arrange(small)
        inside = inside - inside.mean(axis=0)
        local[nodes] = inside
        radius[own[nodes[0]]] = float((np.hypot(*inside.T) + small.reach).max())
    order = np.argsort(-radius, kind="stable")
    centres = np.zeros((len(radius), 2))
    centres[order] = seed_head(radius[order], edge + 2 * GAP if edge else 0.0)
    return local + centres[own]


def _still_holds(before: NDArray[np.float64], reach: NDArray[np.float64]) -> bool:
    """Whether enough of the nodes were there before, and the picture is not much emptier than it need be."""
    known = ~np.isnan(before).any(axis=1)
    if known.sum() < max(MIN_KNOWN * len(known), 1):
        return False
    spread = np.hypot(*(before[known] - np.median(before[known], axis=0)).T)
    filled = np.sqrt(1.5 * (reach**2).sum())
    return bool(np.quantile(spread, 0.9) < LOOSEST * filled)


def _kept(
    network: Network,
    label: NDArray[np.int64],
    reach: NDArray[np.float64],
    lies: NDArray[np.float64],
    before: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Leave what was there where it was; put what is new, or has come to a group far away, beside its neighbours."""
    points = before.copy()
    new = np.isnan(points).any(axis=1) | _astray(network, label, before)
    points[new] = np.nan
    ends = np.concatenate([network.edges, network.edges[:, ::-1]])
    weight = np.concatenate([network.weights, network.weights])
    for _ in range(12):
        missing = np.isnan(points[:, 0])
        asks = missing[ends[:, 0]] & ~missing[ends[:, 1]]
        if not asks.any():
            break
        of, near, heavy = ends[asks, 0], ends[asks, 1], weight[asks]
        total = np.bincount(of, weights=heavy, minlength=network.size)
        found = np.flatnonzero(total)
        for axis in (0, 1):
            summed = np.bincount(of, weights=heavy * points[near, axis], minlength=network.size)
            points[found, axis] = summed[found] / total[found]
        # Beside them, not on top: each in a direction of its own.
        angle = found * np.pi * (3 - np.sqrt(5))
        points[found] += 2 * reach[found][:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    missing = np.flatnonzero(np.isnan(points[:, 0]))
    if len(missing):
        placed = ~np.isnan(points[:, 0])
        middle = np.median(points[placed], axis=0)
        edge = float((np.hypot(*(points[placed] - middle).T) + reach[placed]).max())
        # Pieces that have nothing to do with what was there.
        part = network.only(missing)
        piece = Piece(part.edges, part.weights, reach[missing], lies[missing])
        points[missing] = middle + _around(part, np.arange(len(missing)), piece, edge)
    return separate(points, reach - GAP / 4, mobility=np.where(new, 1.0, STAY), rounds=160)


def _astray(network: Network, label: NDArray[np.int64], before: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Nodes that lie far from the others of their group: they came to it since. Who has no tie there stays."""
    astray = np.zeros(len(label), dtype=bool)
    tied = np.zeros(len(label), dtype=bool)
    tied[network.edges[label[network.edges[:, 0]] == label[network.edges[:, 1]]].ravel()] = True
    placed = np.flatnonzero(~np.isnan(before).any(axis=1) & (label >= 0) & tied)
    order = placed[np.argsort(label[placed], kind="stable")]
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(members) > 3:
            away = np.hypot(*(before[members] - np.median(before[members], axis=0)).T)
            # The median is that of most, and half of a group never strays from itself.
            astray[members] = away > ASTRAY * max(float(np.quantile(away, 0.75)), 1e-9)
    return astray
