"""Where to draw the nodes of a network of a few hundred: groups apart, nothing on top of anything else.

A force layout of such a network is a hairball: most nodes hang on one hub and end up in its middle. So the
network is taken apart first. What hangs on a hub alone fills rings around it, as seeds in a seed head; what
holds together without the hubs becomes a disc of its own, laid out by Kamada and Kawai; the discs are packed
around the middle, each as near as it can be, towards where it lies on the ground. `positions` does it for any number.

References
----------
Kamada, T. and Kawai, S. (1989), An algorithm for drawing general undirected graphs, IPL 31, 7-15.
Vogel, H. (1979), A better way to construct the sunflower head, Mathematical Biosciences 44, 179-189.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .measures import by_size, degree
from .network import Network
from .positions import positions

__all__ = ["Disc", "Layout", "layout", "positions"]

GOLDEN = np.pi * (3 - np.sqrt(5))
# Free space between two dots, between two groups, and around a hub, in the unit of the dots' radii.
GAP = 5.0
MARGIN = 9.0
CLEARING = 4.5
RELAXATIONS = 60


@dataclass(frozen=True)
class Layout:
    """positions : (size, 2) float; discs : for each group of nodes drawn together its members, centre, radius."""

    positions: NDArray[np.float64]
    discs: list[Disc]

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Smallest x, smallest y, width, height of all discs."""
        low = np.min([it.centre - it.radius for it in self.discs], axis=0)
        high = np.max([it.centre + it.radius for it in self.discs], axis=0)
        return float(low[0]), float(low[1]), *(float(v) for v in high - low)


@dataclass
class Disc:
    """Nodes that are drawn together: a hub with what hangs on it alone (`hub` set), or a group."""

    nodes: NDArray[np.int64]
    local: NDArray[np.float64]
    radius: float
    hub: int | None = None
    centre: NDArray[np.float64] | None = None
    bearing: float | None = None


def layout(
    network: Network,
    *,
    radii: ArrayLike,
    groups: ArrayLike,
    hubs: ArrayLike = (),
    order: ArrayLike | None = None,
    coordinates: ArrayLike | None = None,
) -> Layout:
    """Place every node. The same input always gives the same picture.

    Parameters
    ----------
    radii : (size,) array of float
        How large each dot is; positions come out in the same unit.
    groups : (size,) array of int
        The group of each node; -1 for none (`communities`).
    hubs : array of int
        Nodes that everybody is joined with (`measures.hubs`), the largest first.
    order : (size,) array of float, optional
        What hangs on a hub alone is put around it by this, the smallest nearest. Default: the largest dots.
    ground : (size, 2) array of float, optional
        Where each node lies on the ground, east and north, any unit; NaN where that is not known.

    Returns
    -------
    Layout
        x grows to the east, y downwards, as on a screen; no two dots touch.
    """
    radii = np.asarray(radii, dtype=np.float64)
    groups = np.asarray(groups, dtype=np.int64)
    hub_list = np.asarray(hubs, dtype=np.int64)
    rank = -radii if order is None else np.asarray(order, dtype=np.float64)
    lies = np.full((network.size, 2), np.nan) if coordinates is None else np.array(coordinates, dtype=np.float64)
    rest = network.without(hub_list) if len(hub_list) else network
    discs = [
        *_seed_heads(network, rest, radii, rank, hub_list),
        *_groups(rest, radii, groups, lies, hub_list),
    ]
    _bearings(discs, lies)
    _pack(discs)
    positions = np.zeros((network.size, 2))
    for disc in discs:
        positions[disc.nodes] = disc.local + disc.centre
    return Layout(positions, discs)


def _seed_heads(
    network: Network,
    rest: Network,
    radii: NDArray[np.float64],
    rank: NDArray[np.float64],
    hubs: NDArray[np.int64],
) -> list[Disc]:
    """One disc for each hub: the hub in the middle, what hangs on hubs alone around it."""
    if not len(hubs):
        return []
    free = degree(rest) == 0
    free[hubs] = False
    heads: list[list[int]] = [[] for _ in hubs]
    for node in np.flatnonzero(free).tolist():
        touched = [i for i, hub in enumerate(hubs) if hub in network.neighbours[node]]
        # Of several hubs the smaller one: it says more.
        heads[touched[-1] if touched else 0].append(node)
    discs = []
    for hub, members in zip(hubs.tolist(), heads, strict=True):
        members.sort(key=lambda node: (rank[node], node))
        inner = radii[hub] + CLEARING * GAP
        places = _sunflower(radii[members] + GAP / 2, inner)
        local = np.vstack([[0.0, 0.0], places])
        discs.append(_disc(np.array([hub, *members]), local, radii, hub))
    return discs


def _sunflower(reach: NDArray[np.float64], inner: float) -> NDArray[np.float64]:
    """Points around the origin, outside `inner`, by the golden angle: each has a disc of radius `reach` to itself."""
    if not len(reach):
        return np.zeros((0, 2))
    # Vogel: the area within a seed's radius is the area of the seeds before it. 1.16 is what round seeds waste.
    area = inner**2 + 1.16 * (np.cumsum(reach**2) - reach**2 / 2) * 1.1
    angle = np.arange(len(reach)) * GOLDEN - np.pi / 2
    points = np.sqrt(area)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _apart(points, reach, keep_out=inner)


def _groups(
    rest: Network,
    radii: NDArray[np.float64],
    groups: NDArray[np.int64],
    lies: NDArray[np.float64],
    hubs: NDArray[np.int64],
) -> list[Disc]:
    """One disc for each group, and for each piece among the nodes without a group."""
    joined = degree(rest) > 0
    if not len(hubs):
        joined[:] = True
    joined[hubs] = False
    label = groups.copy()
    loose = joined & (groups < 0)
    if loose.any():
        nodes = np.flatnonzero(loose)
        pieces = np.asarray(rest.only(nodes).igraph.connected_components().membership)
        label[nodes] = groups.max(initial=-1) + 1 + by_size(pieces)
    discs = []
    for value in np.unique(label[joined]):
        nodes = np.flatnonzero(joined & (label == value))
        discs.append(_disc(nodes, _spread(rest.only(nodes), radii[nodes], lies[nodes]), radii))
    return sorted(discs, key=lambda it: (-it.radius, int(it.nodes[0])))


def _spread(part: Network, radii: NDArray[np.float64], lies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay out one group around the origin."""
    reach = radii + GAP / 2
    if part.size == 1:
        return np.zeros((1, 2))
    counts = degree(part)
    centre = int(np.lexsort((np.arange(part.size), -counts))[0])
    if part.size > 3 and len(part.edges) == part.size - 1 == counts[centre]:
        # A star: its centre and rings around it.
        others = np.delete(np.arange(part.size), centre)
        others = others[np.argsort(-radii[others], kind="stable")]
        local = np.zeros((part.size, 2))
        local[others] = _ring(reach[others], radii[centre] + GAP * 1.6)
        return local
    seed = _seeded(part.size, lies)
    wanted = 2.6 * float(reach.mean())
    points = np.asarray(part.igraph.layout_kamada_kawai(seed=seed.tolist(), maxiter=50 * part.size).coords)
    return _apart(points * wanted, reach)


def _ring(reach: NDArray[np.float64], inner: float) -> NDArray[np.float64]:
    """Points in evenly filled rings around the origin, the first one just outside `inner`."""
    points = np.zeros((len(reach), 2))
    start, radius = 0, inner + (reach.max() if len(reach) else 0)
    turn = -np.pi / 2
    while start < len(reach):
        widest = reach[start:].max()
        fits = max(int(np.pi / np.arcsin(min(widest / radius, 1.0))), 1)
        here = slice(start, min(start + fits, len(reach)))
        number = here.stop - here.start
        angle = turn + 2 * np.pi * np.arange(number) / number
        points[here] = radius * np.column_stack([np.cos(angle), np.sin(angle)])
        start, radius, turn = here.stop, radius + 2 * widest, turn + np.pi / max(number, 1)
    return points


def _seeded(size: int, lies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where to start from: a circle, drawn towards where each node lies on the ground."""
    angle = 2 * np.pi * np.arange(size) / size
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    known = ~np.isnan(lies).any(axis=1)
    if known.sum() > 1:
        offset = lies[known] - lies[known].mean(axis=0)
        scale = np.abs(offset).max()
        if scale > 0:
            # North is up, and y grows downwards. A little of the circle keeps equal places apart.
            points[known] = offset / scale * [1, -1] + 0.2 * points[known]
    return points


def _apart(points: NDArray[np.float64], reach: NDArray[np.float64], keep_out: float = 0.0) -> NDArray[np.float64]:
    """Push points apart until no two discs of radius `reach` overlap, nor the disc `keep_out` at the origin."""
    points = points.copy()
    if len(points) < 2 and not keep_out:
        return points
    need = reach[:, None] + reach[None, :]
    np.fill_diagonal(need, 0)
    for _ in range(RELAXATIONS):
        away = points[:, None, :] - points[None, :, :]
        far = np.sqrt((away**2).sum(axis=2))
        short = np.maximum(need - far, 0)
        if short.max(initial=0) < 0.05 and not keep_out:
            break
        same = (far < 1e-9) & (need > 0)
        if same.any():
            # Two dots in one place: the first goes left, the second right.
            away[same] = np.where(np.argwhere(same)[:, :1] < np.argwhere(same)[:, 1:], -1.0, 1.0)
            far[same] = 1.0
        points += 0.5 * (away * (short / np.where(far > 0, far, 1))[:, :, None]).sum(axis=1)
        if keep_out:
            out = np.sqrt((points**2).sum(axis=1))
            inside = out < keep_out + reach
            points[inside] *= ((keep_out + reach) / np.maximum(out, 1e-9))[inside][:, None]
            if not inside.any() and short.max(initial=0) < 0.05:
                break
    # What is left is settled by growing the whole.
    away = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(away, np.inf)
    factor = np.max(np.where(need > 0, need / np.maximum(away, 1e-9), 0), initial=0)
    return points * max(1.0, float(factor)) if factor < 4 else points


def _disc(
    nodes: NDArray[np.int64],
    local: NDArray[np.float64],
    radii: NDArray[np.float64],
    hub: int | None = None,
) -> Disc:
    """A disc around its own middle; a hub stays in the middle."""
    reach = radii[nodes]
    if hub is None:
        low, high = (local - reach[:, None]).min(axis=0), (local + reach[:, None]).max(axis=0)
        local = local - (low + high) / 2
    radius = float((np.sqrt((local**2).sum(axis=1)) + reach).max())
    return Disc(nodes=nodes, local=local, radius=radius, hub=hub)


def _bearings(discs: list[Disc], lies: NDArray[np.float64]) -> None:
    """Say in which direction each disc lies on the ground, seen from the middle of all."""
    known = ~np.isnan(lies).any(axis=1)
    if not known.any():
        return
    middle = lies[known].mean(axis=0)
    for disc in discs:
        here = disc.nodes[known[disc.nodes]]
        if len(here):
            east, north = lies[here].mean(axis=0) - middle
            disc.bearing = float(np.arctan2(-north, east))


def _pack(discs: list[Disc]) -> None:
    """Put the discs side by side, the first in the middle, each as near to it as it fits, towards its bearing."""
    if not discs:
        return
    discs[0].centre = np.zeros(2)
    for number, disc in enumerate(discs[1:], start=1):
        placed = np.array([it.centre for it in discs[:number]])
        need = np.array([it.radius for it in discs[:number]]) + disc.radius + MARGIN
        # Candidates touch one placed disc each, all around it.
        angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        around = np.column_stack([np.cos(angle), np.sin(angle)])
        spots = (placed[:, None, :] + need[:, None, None] * around[None, :, :]).reshape(-1, 2)
        far = np.sqrt(((spots[:, None, :] - placed[None, :, :]) ** 2).sum(axis=2))
        fits = (far >= need[None, :] - 1e-6).all(axis=1)
        spots = spots[fits]
        cost = np.sqrt((spots**2).sum(axis=1))
        if disc.bearing is not None:
            off = np.abs(np.angle(np.exp(1j * (np.arctan2(spots[:, 1], spots[:, 0]) - disc.bearing))))
            cost = cost * (1 + 0.35 * off / np.pi)
        disc.centre = spots[int(np.lexsort((np.round(spots[:, 0], 6), np.round(cost, 6)))[0])]
