"""Leader lines of names: from what is named to a text, and what they must not meet.

Lines are (..., 4) float, from x, y to x, y; boxes are two corners, (..., 2) each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def to_members(members: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """From the dot nearest to each box to that box: the line, and how long it is."""
    if not len(members) or not len(low):
        return np.zeros((len(low), 4)), np.full(len(low), np.inf)
    nearest = np.clip(members[None, :, :2], low[:, None], high[:, None])
    away = nearest - members[None, :, :2]
    far = np.sqrt((away**2).sum(axis=2)) - members[:, 2]
    rows = np.arange(len(low))
    first = np.argmin(far, axis=1)
    gap = far[rows, first]
    middle, end = members[first, :2], nearest[rows, first]
    share = np.minimum(members[first, 2] / np.maximum(gap + members[first, 2], 1e-9), 1)[:, None]
    return np.concatenate([middle + (end - middle) * share, end], axis=1), np.maximum(gap, 0)


def passed(lines: Floats, middles: Floats, rooms: Floats) -> Bools:
    """Which lines pass nearer to one of some points than that has room."""
    start, along = lines[:, :2], lines[:, 2:] - lines[:, :2]
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(((middles[None] - start[:, None]) * along[:, None]).sum(axis=2) / length[:, None], 0, 1)
    nearest = start[:, None] + share[..., None] * along[:, None]
    return (np.hypot(*np.moveaxis(nearest - middles[None], -1, 0)) < rooms).any(axis=1)


def enters(lines: Floats, low: Floats, high: Floats) -> Bools:
    """Which of some lines enters its box, of any shapes that go together (Liang and Barsky 1984)."""
    start, along = lines[..., :2], lines[..., 2:] - lines[..., :2]
    along = np.where(np.abs(along) < 1e-9, 1e-9, along)
    one, other = (low - start) / along, (high - start) / along
    # Of two each: quicker than along an axis.
    low, high = np.minimum(one, other), np.maximum(one, other)
    first = np.maximum(low[..., 0], low[..., 1])
    last = np.minimum(high[..., 0], high[..., 1])
    return (first < last) & (last > 0) & (first < 1)


def crosses(lines: Floats, other: Floats) -> Bools:
    """Which lines cross others, of any shapes that go together."""

    def side(a: Floats, b: Floats, c: Floats) -> Bools:
        return (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) > (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])

    a, b, c, d = lines[..., :2], lines[..., 2:], other[..., :2], other[..., 2:]
    return (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
