"""A group of nodes laid out around the origin: small ones by forces, large ones out of their parts.

A force layout of some hundred nodes or more is a hairball. So what is large is taken apart into the communities
within it, each is laid out by itself, again out of its parts where it is large, and the discs that come of that are
placed by the ties between them, near to where they lie on the ground, and turned so that what is tied faces each other.

References
----------
Fruchterman, T. M. J. and Reingold, E. M. (1991), Graph drawing by force-directed placement, Software: Practice and
Experience 21, 1129-1164.
"""

from __future__ import annotations

from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from .measures import by_size
from .spacing import close_pairs, separate

# Up to so many nodes are laid out by forces at once.
MAX_AT_ONCE = 90
# Pieces of more nodes that do not fall into communities stay where they start from: forces between all take too long.
MAX_FORCES = 2_000
# Parts that are placed by forces; what is left of many goes around them.
MAX_DISCS = 260
# Free space between two parts, of their mean radius.
BETWEEN = 0.12
DEEPEST = 6


@dataclass(frozen=True)
class Piece:
    """Nodes 0 to k - 1 to be laid out.

    edges : (m, 2) int; weights : (m,) float; reach : (k,) float, the radius each needs for itself;
    ground : (k, 2) float, where each lies, x to the east, y to the south, NaN where that is not known.
    """

    edges: NDArray[np.int64]
    weights: NDArray[np.float64]
    reach: NDArray[np.float64]
    coordinates: NDArray[np.float64]

    @property
    def size(self) -> int:
        return len(self.reach)

    def parts(self, label: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], Piece]]:
        """What each label holds, with the numbers that its nodes have here; labels are 0, 1, 2, ..."""
        order = np.argsort(label, kind="stable")
        count = int(label.max()) + 1
        members = np.split(order, np.searchsorted(label[order], np.arange(1, count)))
        inside = label[self.edges[:, 0]] == label[self.edges[:, 1]]
        edges, weights = self.edges[inside], self.weights[inside]
        of = label[edges[:, 0]]
        by_label = np.argsort(of, kind="stable")
        bounds = np.searchsorted(of[by_label], np.arange(1, count))
        number = np.empty(self.size, dtype=np.int64)
        for nodes in members:
            number[nodes] = np.arange(len(nodes))
        return [
            (nodes, Piece(number[edges[rows]], weights[rows], self.reach[nodes], self.coordinates[nodes]))
            for nodes, rows in zip(members, np.split(by_label, bounds), strict=True)
        ]


def arrange(piece: Piece, label: NDArray[np.int64] | None = None, depth: int = 0) -> NDArray[np.float64]:
    """Lay a piece out around the origin.

    Parameters
    ----------
    label : (k,) int, optional
        The part that each node belongs to, 0, 1, 2, ...; by default communities are looked for.

    Returns
    -------
    (k, 2) float
        x to the east, y downwards; nearly without overlaps.
    """
    if piece.size == 1:
        return np.zeros((1, 2))
    if label is None:
        if piece.size <= MAX_AT_ONCE or depth >= DEEPEST:
            return _by_forces(piece)
        label = _communities(piece)
        if label.max() == 0 or label.max() + 1 > 0.6 * piece.size:
            return _by_forces(piece)
    parts = piece.parts(label)
    inner = [arrange(part, depth=depth + 1) for _, part in parts]
    radii = np.zeros(len(parts))
    for index, ((_, part), local) in enumerate(zip(parts, inner, strict=True)):
        local -= _middle(local, part.reach)
        radii[index] = float((np.hypot(*local.T) + part.reach).max())
    ends = label[piece.edges]
    across = ends[:, 0] != ends[:, 1]
    centres = place_discs(radii * (1 + BETWEEN), ends[across], piece.weights[across], _centroids(piece, label))
    points = np.zeros((piece.size, 2))
    for (nodes, _), local in zip(parts, inner, strict=True):
        points[nodes] = local
    if across.any():
        _turn(points, centres, label, piece.edges[across])
    return points + _tightest(points, centres, label, piece.reach) * centres[label]


def _tightest(
    points: NDArray[np.float64], centres: NDArray[np.float64], label: NDArray[np.int64], reach: NDArray[np.float64]
) -> float:
    """How much nearer to the middle all parts can move: discs touch before what is drawn in them does."""
    room = reach + BETWEEN * 4 * float(np.median(reach))
    for share in (0.6, 0.68, 0.76, 0.84, 0.92):
        pairs = close_pairs(points + share * centres[label], room)
        if (label[pairs[:, 0]] == label[pairs[:, 1]]).all():
            return share
    return 1.0


def _middle(points: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.float64]:
    return ((points - reach[:, None]).min(axis=0) + (points + reach[:, None]).max(axis=0)) / 2


def _centroids(piece: Piece, label: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where each part lies on the ground: the median of its nodes, NaN where none is known."""
    found = np.full((int(label.max()) + 1, 2), np.nan)
    known = np.flatnonzero(~np.isnan(piece.coordinates).any(axis=1))
    order = known[np.argsort(label[known], kind="stable")]
    for rows in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(rows):
            found[label[rows[0]]] = np.median(piece.coordinates[rows], axis=0)
    return found


def _communities(piece: Piece) -> NDArray[np.int64]:
    graph = igraph.Graph(n=piece.size, edges=piece.edges.tolist(), directed=False)
    found = graph.community_leiden(objective_function="modularity", weights=piece.weights.tolist(), n_iterations=3)
    return by_size(np.asarray(found.membership, dtype=np.int64))


def _by_forces(piece: Piece) -> NDArray[np.float64]:
    """Fruchterman and Reingold from where the nodes lie on the ground, then room for every dot."""
    size = piece.size
    start = seeded(piece.coordinates) * np.sqrt(size)
    rounds = 120 if size <= 4 * MAX_AT_ONCE else 50
    points = start
    if size <= MAX_FORCES:
        graph = igraph.Graph(n=size, edges=piece.edges.tolist(), directed=False)
        found = graph.layout_fruchterman_reingold(
            weights=np.sqrt(piece.weights).tolist(), seed=start.tolist(), niter=rounds, start_temp=np.sqrt(size) / 8
        )
        points = np.asarray(found.coords)
    points -= points.mean(axis=0)
    # The disc that the dots would fill if they lay side by side, and half as much again.
    wanted = np.sqrt(1.5 * (piece.reach**2).sum())
    far = np.sqrt((points**2).sum(axis=1))
    points *= wanted / max(float(np.quantile(far, 0.9)), 1e-9)
    # What flew off comes nearer: it would make the disc of its group too large.
    far = np.sqrt((points**2).sum(axis=1))
    points *= (np.minimum(far, wanted * (1 + np.log(np.maximum(far / wanted, 1)))) / np.maximum(far, 1e-9))[:, None]
    # The last overlaps are settled when all is in place.
    return separate(points, piece.reach, rounds=28, enough=0.08)


def seeded(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where to start from: a seed head around the origin, drawn towards where each node lies on the ground.

    Returns
    -------
    (k, 2) float
        Within about 1 of the origin.
    """
    count = len(coordinates)
    angle = np.arange(count) * np.pi * (3 - np.sqrt(5))
    points = np.sqrt((np.arange(count) + 0.5) / count)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    known = ~np.isnan(coordinates).any(axis=1)
    if known.sum() > 1:
        offset = coordinates[known] - np.median(coordinates[known], axis=0)
        # By the far ones, but not the farthest: one far away would leave the others in a heap.
        scale = float(np.quantile(np.abs(offset), 0.9))
        if scale > 0:
            points[known] = np.clip(offset / scale, -1.5, 1.5) + 0.1 * points[known]
    return points


def place_discs(
    radii: NDArray[np.float64],
    ties: NDArray[np.int64],
    weights: NDArray[np.float64],
    coordinates: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Place discs side by side: near those that they are tied with, and towards where they lie on the ground.

    Parameters
    ----------
    radii : (k,) float
    ties, weights : (t, 2) int, (t,) float
        Pairs of discs in any number, added up.
    ground : (k, 2) float
        x to the east, y to the south; NaN where not known.

    Returns
    -------
    (k, 2) float
        Centres; no two discs overlap. Of more than `MAX_DISCS` the smallest go around the others.
    """
    count = len(radii)
    if count == 1:
        return np.zeros((1, 2))
    order = np.argsort(-radii, kind="stable")
    inner, outer = order[:MAX_DISCS], order[MAX_DISCS:]
    pull = np.zeros((count, count) if not len(outer) else (len(inner), len(inner)))
    number = np.full(count, -1)
    number[inner] = np.arange(len(inner))
    pairs = number[ties]
    both = (pairs >= 0).all(axis=1)
    np.add.at(pull, (pairs[both, 0], pairs[both, 1]), weights[both])
    pull += pull.T
    centres = np.zeros((count, 2))
    centres[inner] = _pushed(radii[inner], pull, coordinates[inner])
    if len(outer):
        edge = float((np.hypot(*centres[inner].T) + radii[inner]).max())
        centres[outer] = seed_head(radii[outer], edge)
    return centres


def _pushed(
    radii: NDArray[np.float64], pull: NDArray[np.float64], coordinates: NDArray[np.float64]
) -> NDArray[np.float64]:
    whole = float(np.sqrt((radii**2).sum()))
    home = seeded(coordinates) * whole
    points = home.copy()
    # How much of a disc's ties go to each other disc: the strong do not pull everything into one heap.
    share = pull / np.maximum(pull.sum(axis=1, keepdims=True), 1e-9)
    share = (share + share.T) / 2
    need = radii[:, None] + radii[None, :]
    np.fill_diagonal(need, 0)
    rounds = 160 if len(radii) > 30 else 80
    for number in range(rounds):
        heat = 0.18 * (1 - number / rounds)
        drawn = share @ points - share.sum(axis=1, keepdims=True) * points
        points = points + heat * (0.5 * drawn + 0.25 * (home - points) - 0.12 * points)
        points += _push(points, need, 0.5)
    for _ in range(120):
        step = _push(points, need, 0.52)
        points += step
        if np.abs(step).max() < 1e-3 * whole / len(radii):
            break
    away = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(away, np.inf)
    return points * min(max(1.0, float((need / np.maximum(away, 1e-9)).max())), 1.5)


def _push(points: NDArray[np.float64], need: NDArray[np.float64], force: float) -> NDArray[np.float64]:
    away = points[:, None, :] - points[None, :, :]
    far = np.sqrt((away**2).sum(axis=2))
    short = np.maximum(need - far, 0)
    same = (far < 1e-9) & (need > 0)
    if same.any():
        away[same] = np.where(np.argwhere(same)[:, :1] < np.argwhere(same)[:, 1:], -1.0, 1.0)
        far = np.where(same, 1.0, far)
    crowd = np.sqrt(np.maximum((short > 0).sum(axis=1), 1))
    return force * (away * (short / np.where(far > 0, far, 1))[:, :, None]).sum(axis=1) / crowd[:, None]


def _turn(
    points: NDArray[np.float64], centres: NDArray[np.float64], label: NDArray[np.int64], ties: NDArray[np.int64]
) -> None:
    """Turn each part around its centre so that nodes face those of other parts that they are tied with.

    The angle that is best by least squares: atan2 of the summed cross and dot products (Kabsch in two dimensions).
    """
    ends = np.concatenate([ties, ties[:, ::-1]])
    count = len(centres)
    for _ in range(2):
        here = points[ends[:, 0]]
        there = points[ends[:, 1]] + centres[label[ends[:, 1]]] - centres[label[ends[:, 0]]]
        there /= np.maximum(np.hypot(*there.T), 1e-9)[:, None]
        of = label[ends[:, 0]]
        cross = np.bincount(of, weights=here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0], minlength=count)
        dot = np.bincount(of, weights=(here * there).sum(axis=1), minlength=count)
        angle = np.arctan2(cross, dot)[label]
        cos, sin = np.cos(angle), np.sin(angle)
        points[:] = np.column_stack([cos * points[:, 0] - sin * points[:, 1], sin * points[:, 0] + cos * points[:, 1]])


def facing(
    points: NDArray[np.float64], centres: NDArray[np.float64], label: NDArray[np.int64], ties: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The points of parts around their own origins, each part turned towards those of others that it is tied with."""
    points = points.copy()
    _turn(points, centres, label, ties)
    return points


def seed_head(reach: NDArray[np.float64], inner: float) -> NDArray[np.float64]:
    """Points around the origin, outside `inner`, by the golden angle: each has a disc of radius `reach` to itself.

    The area within a seed's distance is that of the seeds before it and what round seeds waste (Vogel 1979).
    """
    if not len(reach):
        return np.zeros((0, 2))
    largest = np.maximum.accumulate(reach[::-1])[::-1]
    area = (inner + largest) ** 2 + 1.28 * (np.cumsum(largest**2) - largest**2)
    angle = np.arange(len(reach)) * np.pi * (3 - np.sqrt(5)) - np.pi / 2
    return separate(np.sqrt(area)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), reach, rounds=24)
