"""A network without the hubs that hide all else: its groups as islands, who touches hubs alone in a ring around them.

Pairs that have only each other stand in a ring of their own within it.

    found = islands(network, groups=groups, hubs=hubs, coordinates=snapshot.metres)
    found.hubs, found.ring.sum(), found.positions

A hub that most others touch, and nothing else, makes every picture the same seed head. Without it there is something
to see: who holds together by themselves, and how many do not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrangement import Piece, arrange, facing
from .measures import by_size, components, degree
from .network import Network
from .packing import pack
from .positions import GAP, MAX_PACKED, dot_radii, homes, positions
from .spacing import grown, separate

# Hubs hide the rest where so large a share of all who are joined touch them alone.
HIDES = 0.2
# Water around an island and around a smaller piece, beside the room that its dots keep to themselves.
SHORE, SMALL_SHORE = 24.0, 5.0
# From so many nodes on a piece lies in the middle, with more room between its dots; smaller pieces lie around.
MIN_ISLAND, ROOMY = 4, 1.7
# The largest islands have a name of some lines above them: how many, how wide and high it is, in the unit of the radii.
NAMED, NAME_WIDTH, NAME_HEIGHT = 10, 230.0, 84.0
# Width of the picture for its height.
ASPECT = 2.1
# Width of what the ring goes around, for its height, at least: with the rings around it that is the form of a screen.
WIDE = 1.9
# From dot to dot along a ring, and between the two of a pair.
STEP, PAIR = 12.0, 20.0
# Between the outermost island and the ring; how near to a rectangle the ring is (2 is an ellipse).
MOAT, SQUARE = 20.0, 3.2
# The ring is open below, for its number: so wide, in the unit of the radii, or so much of the picture's width.
OPEN, MAX_OPEN = 440.0, 0.45
# For what is left to chance in laying out an island.
SEED = 1
# Points by which the length of the ring is measured.
SAMPLES = 4_000


@dataclass(frozen=True, eq=False)
class Islands:
    """positions : (n, 2) float, NaN for hubs and who has no tie; hubs : those left out, none where they hide nothing;
    ring : (n,) bool, who touches hubs alone; gap : where the ring is open, x, y of its middle and how wide."""

    positions: NDArray[np.float64]
    hubs: NDArray[np.int64]
    ring: NDArray[np.bool_]
    gap: tuple[float, float, float] = (0.0, 0.0, 0.0)


def touching_only(network: Network, hubs: ArrayLike) -> NDArray[np.bool_]:
    """Who has ties, all of them to hubs: (n,) bool.

    Examples
    --------
    >>> touching_only(Network.of(4, [(0, 1), (0, 2), (2, 3)]), [0]).tolist()
    [False, True, False, False]
    """
    hubs = np.asarray(hubs, dtype=np.int64)
    found = (degree(network) > 0) & (degree(network.without(hubs)) == 0)
    found[hubs] = False
    return found


def hiding(network: Network, hubs: ArrayLike) -> NDArray[np.int64]:
    """The hubs, where a fifth (`HIDES`) of all who are joined touch nothing else; none otherwise.

    Examples
    --------
    >>> hiding(Network.of(4, [(0, 1), (0, 2), (0, 3)]), [0]).tolist(), hiding(Network.of(3, [(0, 1)]), []).tolist()
    ([0], [])
    """
    found = np.asarray(hubs, dtype=np.int64)
    joined = int((degree(network) > 0).sum())
    hides = len(found) and touching_only(network, found).sum() >= HIDES * joined
    return found if hides else np.zeros(0, dtype=np.int64)


def holding(network: Network, hubs: ArrayLike) -> list[tuple[int, int]]:
    """Who, hubs aside, is all that two others or more are joined with: pairs of node and how many, the most first.

    Examples
    --------
    >>> holding(Network.of(6, [(0, 1), (0, 2), (0, 3), (3, 4), (3, 5)]), [0])
    [(3, 2)]
    """
    rest = network.without(hubs)
    counts = degree(rest)
    ends = np.concatenate([rest.edges, rest.edges[:, ::-1]])
    held = np.bincount(ends[counts[ends[:, 1]] == 1, 0], minlength=network.size)
    order = np.lexsort((np.arange(network.size), -held))
    return [(int(it), int(held[it])) for it in order[: int((held > 1).sum())]]


def islands(
    network: Network,
    *,
    groups: ArrayLike,
    hubs: ArrayLike,
    coordinates: ArrayLike,
    sorts: ArrayLike | None = None,
) -> Islands:
    """Place every node that is joined, hubs left out. The same input always gives the same positions.

    Parameters
    ----------
    groups : (n,) int
        The group of each node, -1 for none (`communities`, looked for without the hubs).
    hubs : nodes
        Whom very many are joined with (`measures.hubs`).
    coordinates : (n, 2) float
        Where each node lies, east and north in any unit; NaN where that is not known.
    sorts : (n,) int, optional
        Who is of one sort lies side by side in the ring.

    Returns
    -------
    Islands
        Positions as those of `positions.positions`; empty (0, 2) where no hub hides anything.
    """
    gone = hiding(network, hubs)
    if not len(gone):
        return Islands(np.zeros((0, 2)), gone, np.zeros(network.size, dtype=bool))
    ring = touching_only(network, gone)
    rest = network.without(gone)
    piece = components(rest)
    size = np.bincount(piece)[piece]
    kinds = np.zeros(network.size, dtype=np.int64) if sorts is None else np.asarray(sorts, dtype=np.int64)
    found = np.full((network.size, 2), np.nan)
    half = np.array([60.0, 60.0])
    core = np.flatnonzero(size > 2)
    if len(core):
        part = rest.only(core)
        label = np.asarray(groups, dtype=np.int64)[core]
        lies = np.asarray(coordinates, dtype=np.float64)[core]
        if len(core) > MAX_PACKED:
            found[core] = positions(part, groups=label, coordinates=lies)
        else:
            igraph.set_random_number_generator(random.Random(SEED))
            try:
                found[core] = _apart(part, label, lies * [1, -1])
            finally:
                igraph.set_random_number_generator(random)
        found[core] -= (found[core].min(axis=0) + found[core].max(axis=0)) / 2
        half = np.maximum(_around(found[core], dot_radii(part)), half)
    # As wide as a screen, with room for names beside the islands.
    half = np.maximum(half, [WIDE * half[1], 0.0])
    pairs = rest.edges[size[rest.edges[:, 0]] == 2]
    if len(pairs):
        # The first of a pair inside, side by side with those of its sort.
        pairs = pairs[np.lexsort((pairs[:, 0], kinds[pairs[:, 1]], kinds[pairs[:, 0]]))]
        rows = _rows(len(pairs), half + MOAT, STEP + 1, 2 * PAIR)
        found[pairs[:, 0]] = np.concatenate([_along(_outline(it, 0.0), count) for it, count in rows])
        found[pairs[:, 1]] = np.concatenate([_along(_outline(it + PAIR, 0.0), count) for it, count in rows])
        half = rows[-1][0] + PAIR + STEP / 2
    leaves = np.flatnonzero(ring)
    leaves = leaves[np.lexsort((leaves, kinds[leaves]))]
    half = half + [MOAT, 2.2 * MOAT]
    wide = min(OPEN, MAX_OPEN * 2 * float(half[0]))
    rows = _rows(len(leaves), half, STEP, STEP, wide)
    found[leaves] = np.concatenate([_along(_outline(it, wide), count) for it, count in rows])
    return Islands(found, gone, ring, (0.0, float(rows[0][0][1] + rows[-1][0][1]) / 2, wide))


def _apart(part: Network, label: NDArray[np.int64], lies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each group laid out by itself, with water around it, the small pieces around the large ones."""
    radii = dot_radii(part)
    reach = radii + GAP / 2
    one, other = part.edges.T
    inside = label[one] == label[other]
    unit = by_size(components(Network(part.size, part.edges[inside], part.weights[inside])))
    whole = Piece(part.edges, part.weights, reach, lies)
    points = np.zeros((part.size, 2))
    pieces = whole.parts(unit)
    size = np.bincount(unit)
    for nodes, piece in pieces:
        roomy = piece.reach * (ROOMY if len(nodes) >= MIN_ISLAND else 1.15)
        laid = arrange(Piece(piece.edges, piece.weights, roomy, piece.coordinates))
        points[nodes] = laid - laid.mean(axis=0)
    rank = (size < MIN_ISLAND).astype(np.int64)
    home = homes(whole, unit, rank)
    across = part.edges[unit[one] != unit[other]]
    if len(across):
        points = facing(points, home, unit, across)
    shore = np.where(rank == 0, SHORE, SMALL_SHORE)[unit]
    places = pack(
        [_with_name(points[nodes], (reach + shore)[nodes], number) for number, (nodes, _) in enumerate(pieces)],
        home,
        rank,
        ASPECT,
    )
    return grown(separate(points + places[unit], reach), radii)


def _with_name(
    points: NDArray[np.float64], reach: NDArray[np.float64], number: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The dots of a piece, with the room of the name above it: the largest islands are numbered first."""
    if number >= NAMED or len(points) < MIN_ISLAND:
        return points, reach
    across = np.arange(-NAME_WIDTH / 2, NAME_WIDTH / 2 + 1, NAME_HEIGHT / 2)
    top = float((points[:, 1] - reach).min()) + SHORE / 2
    name = np.column_stack([across + points[:, 0].mean(), np.full(len(across), top - NAME_HEIGHT / 2)])
    return np.concatenate([points, name]), np.concatenate([reach, np.full(len(across), NAME_HEIGHT / 2)])


def _around(points: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half the width and height of an outline that holds all dots, those in the corners too."""
    extent = np.abs(points) + radii[:, None]
    half = extent.max(axis=0)
    return half * max(float((((extent / half) ** SQUARE).sum(axis=1) ** (1 / SQUARE)).max()), 1.0)


def _rows(
    count: int, half: NDArray[np.float64], step: float, deep: float, wide: float = 0.0
) -> list[tuple[NDArray[np.float64], int]]:
    """As few rows outside each other as hold `count`: half the width and height of each, and how many stand there."""
    halves: list[NDArray[np.float64]] = []
    room: list[int] = []
    while sum(room) < count or not room:
        halves.append(half + len(halves) * deep)
        room.append(max(int(_length(_outline(halves[-1], wide)) / step), 1))
    left, rows = count, []
    for index, it in enumerate(halves):
        # The same density in every row.
        here = left if index == len(halves) - 1 else round(count * room[index] / sum(room))
        rows.append((it, here))
        left -= here
    return rows


def _outline(half: NDArray[np.float64], wide: float) -> NDArray[np.float64]:
    """A ring that is open below, as points from one end to the other."""
    angle = np.linspace(0, 2 * np.pi, SAMPLES) + np.pi / 2
    turn = np.column_stack([np.cos(angle), np.sin(angle)])
    points = half * np.sign(turn) * np.abs(turn) ** (2 / SQUARE)
    if not wide:
        return points
    return points[~((np.abs(points[:, 0]) < wide / 2) & (points[:, 1] > 0))]


def _length(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _along(line: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """`count` points at even distances along a line."""
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = (np.arange(count) + 0.5) / max(count, 1) * far[-1]
    return np.column_stack([np.interp(at, far, it) for it in line.T])
