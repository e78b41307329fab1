"""Names beside a picture's dots that touch no dot and no other name; one that stands further off has a leader line.

    placed = callouts(wanted, dots=dots, size=15, frame=(0, 0, 800, 600), most=12)

`hb/network/labels` does the same in the browser, step for step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .labels import LETTER, shortened

# How far from what it names a name may stand, in heights of its letters; beyond `NEAR` of them there is a leader.
DISTANCES = (0.35, 1.0, 1.9, 3.0, 4.4, 6.2, 8.4, 11.0)
NEAR = 0.7
WAYS = 16
# Free space around a name, in heights of its letters.
AIR = 0.22
# What a leader costs that passes a dot, and one letter's height of distance.
PASSES = 1.6
# A name that should stand above what it names stands no further off than this.
LAND = 4.4
# What standing below costs a name that should stand above.
ABOVE = 1.2
# Of so many that have no room none is named: the picture is full.
MAX_TRIED = 60

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Wanted:
    """A name, and what it names: the middle and half of the width and height of that; above : where it should stand."""

    key: int
    text: str
    x: float
    y: float
    half_width: float
    half_height: float
    above: bool = False


@dataclass(frozen=True)
class Callout:
    """key : of what was wanted; x, y : the middle of the text; text; leader : from the dot's rim to the name, None
    where the name stands beside it."""

    key: int
    x: float
    y: float
    text: str
    leader: Box | None = None


def callouts(
    wanted: Sequence[Wanted],
    *,
    dots: NDArray[np.float64],
    size: float,
    frame: Box,
    most: int,
    taken: Sequence[Box] = (),
) -> tuple[list[Callout], list[Box]]:
    """Name the first of `wanted` for which there is room.

    Parameters
    ----------
    wanted : the most important first.
    dots : (n, 3) float, x, y and radius of everything that no name may touch.
    size : height of the letters, in the unit of the picture.
    frame : left, top, right, bottom; names stay inside.
    most : the largest number of names.
    taken : boxes that no name may touch.

    Returns
    -------
    names, and all boxes that are taken now.
    """
    boxes = [tuple(it) for it in taken]
    found: list[Callout] = []
    for it in wanted[:MAX_TRIED]:
        if len(found) == most:
            break
        placed = _placed(it, dots, size, frame, boxes)
        if placed is not None:
            callout, box = placed
            found.append(callout)
            boxes.append(box)
    return found, boxes


def _placed(
    it: Wanted, dots: NDArray[np.float64], size: float, frame: Box, taken: list[Box]
) -> tuple[Callout, Box] | None:
    text = shortened(it.text)
    half = np.array([len(text) * size * LETTER / 2, size * 0.55])
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
    for box in taken:
        free &= ~((low < box[2:]).all(axis=1) & (high > box[:2]).all(axis=1))
    if not free.any():
        return None
    reach = float(far[-1] + 2 * air.max() + rim.max())
    near = dots[(np.abs(dots[:, :2] - middle) < reach + dots[:, 2:]).all(axis=1)]
    index = np.flatnonzero(free)
    away = np.maximum(low[index, None] - near[None, :, :2], near[None, :, :2] - high[index, None])
    touches = np.hypot(*np.moveaxis(np.maximum(away, 0), -1, 0)) < near[:, 2]
    index = index[~touches.any(axis=1)]
    if not len(index):
        return None
    flat = spots.reshape(-1, 2)
    origin = np.tile(start, (len(far), 1))
    end = np.clip(origin, flat - half, flat + half)
    distance = np.repeat(far, WAYS) / size
    cost = distance[index] + it.above * ABOVE * (1 + way[index % WAYS, 1]) / 2
    cost = cost + PASSES * _passed(origin[index], end[index], near, middle, taken)
    # Below first, then above, then aside, where all is equal.
    best = int(index[np.argmin(np.round(cost + 0.02 * np.abs(way[index % WAYS, 0]), 6))])
    x, y = flat[best].tolist()
    leader = None
    if distance[best] > NEAR:
        leader = (*np.round(origin[best], 1).tolist(), *np.round(end[best], 1).tolist())
    box = (*low[best].tolist(), *high[best].tolist())
    return Callout(it.key, round(x, 1), round(y, 1), text, leader), box


def _passed(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    dots: NDArray[np.float64],
    own: NDArray[np.float64],
    taken: list[Box],
) -> NDArray[np.float64]:
    """How many dots and names each leader would pass, its own dot left aside."""
    others = dots[np.hypot(*(dots[:, :2] - own).T) > 0.5]
    along = end - start
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((others[None, :, :2] - start[:, None]) * along[:, None]).sum(axis=2) / length[:, None], 0, 1)
    nearest = start[:, None] + share[..., None] * along[:, None]
    passed = (np.hypot(*np.moveaxis(nearest - others[None, :, :2], -1, 0)) < others[:, 2]).sum(axis=1).astype(float)
    # Five places of the line stand for all of it.
    for part in (0.1, 0.3, 0.5, 0.7, 0.9):
        spot = start + part * along
        for box in taken:
            passed += ((spot > box[:2]) & (spot < box[2:])).all(axis=1)
    return passed
