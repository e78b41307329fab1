"""Names beside a picture's dots that touch no dot and no other name; one that stands further off has a leader line,
which passes no dot and no name either.

    placed = callouts(wanted, dots=dots, size=15, frame=(0, 0, 800, 600), most=12)

`hb/network/labels` does the same in the browser, step for step.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .labels import LETTER, LONGEST, shortened

# How far from what it names a name may stand, in heights of its letters; beyond `NEAR` of them there is a leader.
DISTANCES = (0.35, 0.7, 1.1, 1.7, 2.4, 3.3, 4.4, 6.2, 8.4, 11.0)
NEAR = 0.7
WAYS = 16
# From line to line of a name that has several, in heights of its letters.
LEADING = 1.2
# Letters of a line on a narrow screen, more or less.
SLIM = 16
# Free space around a name, in heights of its letters.
AIR = 0.22
# How far from a dot's rim a leader passes it, in heights of the letters.
CLEAR = 0.1
# A name that should stand above what it names stands no further off than this.
LAND = 4.4
# What standing below costs a name that should stand above.
ABOVE = 1.2
# Of so many that have no room none is named: the picture is full.
MAX_TRIED = 60

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """A name, in lines, and what it names: the middle and half of the width and height of that; above : where it
    should stand."""

    key: int
    text: str
    x: float
    y: float
    half_width: float
    half_height: float
    above: bool = False


@dataclass(frozen=True)
class Callout:
    """key : of what was wanted; x, y : the middle of the text; text, in lines; leader : from the dot's rim to the name,
    None where the name stands beside it."""

    key: int
    x: float
    y: float
    text: str
    leader: Box | None = None


@dataclass(frozen=True)
class Taken:
    """What no name may touch: boxes, and leaders."""

    boxes: tuple[Box, ...] = ()
    leaders: tuple[Box, ...] = ()


def half_size(text: str, size: float) -> tuple[float, float]:
    r"""Half of the width and height of a text, in lines, with letters of `size`.

    Examples
    --------
    >>> [round(it, 1) for text in ("four", "four\nor 4") for it in half_size(text, 10)]
    [10.6, 5.5, 10.6, 11.5]
    """
    lines = text.split("\n")
    return max(map(len, lines)) * size * LETTER / 2, (0.55 + LEADING / 2 * (len(lines) - 1)) * size


def broken(text: str, lines: int) -> str:
    r"""A text in at most so many lines, none much longer than another.

    Examples
    --------
    >>> broken("447 are connected only to the council", 2)
    '447 are connected\nonly to the council'
    """
    most = -(-len(text) // lines)
    while True:
        found = textwrap.wrap(text, most, break_long_words=False, break_on_hyphens=False)
        if len(found) <= lines:
            return "\n".join(found)
        most += 1


def folded(text: str) -> str:
    """The name of an island in as many lines as it needs, three at most."""
    return broken(text, min(-(-len(text) // LONGEST), 3))


def slim(text: str) -> str:
    """A name in lines of some `SLIM` letters, for a narrow screen."""
    text = shortened(text) if len(text) > 3 * SLIM else text
    return broken(text, -(-len(text) // SLIM))


def callouts(
    wanted: Sequence[Wanted],
    *,
    dots: NDArray[np.float64],
    size: float,
    frame: Box,
    most: int,
    taken: Taken | None = None,
) -> tuple[list[Callout], Taken]:
    """Name the first of `wanted` for which there is room.

    Parameters
    ----------
    wanted : the most important first.
    dots : (n, 3) float, x, y and radius of everything that no name and no leader may touch.
    size : height of the letters, in the unit of the picture.
    frame : left, top, right, bottom; names stay inside.
    most : the largest number of names.
    taken : what no name and no leader may touch either.

    Returns
    -------
    names, and all that is taken now.
    """
    taken = taken or Taken()
    found: list[Callout] = []
    for it in wanted[:MAX_TRIED]:
        if len(found) == most:
            break
        placed = _placed(it, dots, size, frame, taken)
        if placed is not None:
            callout, box = placed
            found.append(callout)
            leaders = (callout.leader,) if callout.leader else ()
            taken = Taken((*taken.boxes, box), (*taken.leaders, *leaders))
    return found, taken


def is_free(box: Box, dots: NDArray[np.float64], taken: Taken) -> bool:
    """Whether nothing touches a box."""
    low, high = np.array(box[:2]), np.array(box[2:])
    away = np.maximum(np.maximum(low - dots[:, :2], dots[:, :2] - high), 0)
    if (np.hypot(*away.T) < dots[:, 2]).any():
        return False
    return not any((low < it[2:]).all() and (high > it[:2]).all() for it in taken.boxes)


def _placed(it: Wanted, dots: NDArray[np.float64], size: float, frame: Box, taken: Taken) -> tuple[Callout, Box] | None:
    text = it.text if "\n" in it.text else shortened(it.text)
    half = np.array(half_size(text, size))
    angle = np.arange(WAYS) / WAYS * 2 * np.pi + np.pi / 2
    way = np.column_stack([np.cos(angle), np.sin(angle)])
    lean = np.sign(np.round(way, 6)) * np.minimum(1, np.abs(way) * 1.5)
    rim = np.array([it.half_width, it.half_height])
    middle = np.array([it.x, it.y])
    start = middle + way * rim
    far = np.array([step for step in DISTANCES if not it.above or step <= LAND]) * size
    # (distances, ways, 2): the middles of the texts.
    spots = start[None] + way[None] * far[:, None, None] + (lean * half)[None]
    air = half + AIR * size
    low, high = (spots - air).reshape(-1, 2), (spots + air).reshape(-1, 2)
    free = (low >= frame[:2]).all(axis=1) & (high <= frame[2:]).all(axis=1)
    for box in taken.boxes:
        free &= ~((low < box[2:]).all(axis=1) & (high > box[:2]).all(axis=1))
    if not free.any():
        return None
    reach = float(far[-1] + 2 * air.max() + rim.max())
    near = dots[(np.abs(dots[:, :2] - middle) < reach + dots[:, 2:]).all(axis=1)]
    index = np.flatnonzero(free)
    away = np.maximum(low[index, None] - near[None, :, :2], near[None, :, :2] - high[index, None])
    touches = np.hypot(*np.moveaxis(np.maximum(away, 0), -1, 0)) < near[:, 2]
    index = index[~touches.any(axis=1)]
    for line in taken.leaders:
        index = index[~_enters(np.array([line]), low[index], high[index])]
    flat = spots.reshape(-1, 2)
    origin = np.tile(start, (len(far), 1))
    end = np.clip(origin, flat - half, flat + half)
    distance = np.repeat(far, WAYS) / size
    led = index[distance[index] > NEAR]
    if len(led):
        lines = np.column_stack([origin[led], end[led]])
        others = near[np.hypot(*(near[:, :2] - middle).T) > 0.5]
        stopped = _passed(lines, others[:, :2], others[:, 2] + CLEAR * size)
        for box in taken.boxes:
            stopped |= _enters(lines, np.array([box[:2]]), np.array([box[2:]]))
        for line in taken.leaders:
            stopped |= _crosses(lines, np.array(line))
        index = np.setdiff1d(index, led[stopped])
    if not len(index):
        return None
    cost = distance[index] + it.above * ABOVE * (1 + way[index % WAYS, 1]) / 2
    # Below first, then above, then aside, where all is equal.
    best = int(index[np.argmin(np.round(cost + 0.02 * np.abs(way[index % WAYS, 0]), 6))])
    x, y = flat[best].tolist()
    leader = None
    if distance[best] > NEAR:
        leader = (*np.round(origin[best], 1).tolist(), *np.round(end[best], 1).tolist())
    box = (*low[best].tolist(), *high[best].tolist())
    return Callout(it.key, round(x, 1), round(y, 1), text, leader), box


def _passed(lines: NDArray[np.float64], middles: NDArray[np.float64], rooms: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which lines pass nearer to one of some points than that has room."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((middles[None] - start[:, None]) * along[:, None]).sum(axis=2) / length[:, None], 0, 1)
    nearest = start[:, None] + share[..., None] * along[:, None]
    return (np.hypot(*np.moveaxis(nearest - middles[None], -1, 0)) < rooms).any(axis=1)


def _enters(lines: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of some lines enters its box; one of the two may be one for all (Liang and Barsky 1984)."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    along = np.where(np.abs(along) < 1e-9, 1e-9, along)
    one, other = (low - start) / along, (high - start) / along
    first = np.minimum(one, other).max(axis=1)
    last = np.maximum(one, other).min(axis=1)
    return (first < last) & (last > 0) & (first < 1)


def _crosses(lines: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which lines cross another one."""

    def side(a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.bool_]:
        return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) > (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])

    a, b, c, d = lines[:, :2], lines[:, 2:], other[:2], other[2:]
    return (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
