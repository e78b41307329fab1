"""Pieces of a picture put side by side, as near to the middle as they fit, in a frame wider than it is high.

What a piece covers is looked at dot by dot, on a grid: pieces reach into each other's corners, as their outer discs
could not. The first lie in the middle; those of a later ring lie outside all that went before, in its hollows neither.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .arrangement import seed_head

# Width of the picture for its height.
ASPECT = 4 / 3
# How near to a rectangle its outline is: 2 is an ellipse.
SQUARE = 3.0
# Free space between the dots of two pieces, beside what the dots keep to themselves.
APART = 3.0
# How much being near to where it belongs counts, beside being near to the middle.
HOME = 0.7
# So often the frame is made larger; pieces that do not fit then lie around each other.
MAX_FRAMES = 24
# Cells that a grid is wide at most.
MAX_CELLS = 420

Piece = tuple[NDArray[np.float64], NDArray[np.float64]]


def pack(
    pieces: list[Piece], home: NDArray[np.float64], ring: NDArray[np.int64], aspect: float = ASPECT
) -> NDArray[np.float64]:
    """Find a place for every piece. The same pieces always get the same places.

    Parameters
    ----------
    pieces : list of ((k, 2) float, (k,) float)
        Where the dots of each lie around its own origin, and how much room each dot needs: its radius.
    home : (u, 2) float
        Where each should lie if there were room.
    ring : (u,) int
        Those of ring 0 lie in the middle, those of ring 1 around them, and so on.
    aspect : float
        How wide all of it is to be for its height.

    Returns
    -------
    (u, 2) float
        What to add to the points of each.
    """
    # A hexagonal packing covers nine tenths, pieces of some dots six.
    area = sum(float(np.pi * ((reach + APART / 2) ** 2).sum()) for _, reach in pieces) / 0.5
    largest = max(float((np.hypot(*points.T) + reach).max()) for points, reach in pieces)
    usual = float(np.median(np.concatenate([reach for _, reach in pieces])))
    half = 1.25 * np.sqrt(area / np.pi * np.array([aspect, 1 / aspect])) + 2 * largest
    for _ in range(MAX_FRAMES):
        found = _Grid(half, max(usual * 0.6, 2 * float(half[0]) / MAX_CELLS), aspect).fill(pieces, home, ring)
        if found is not None:
            return found
        half = half * 1.4
    return seed_head(np.array([float((np.hypot(*points.T) + reach).max()) for points, reach in pieces]), 0.0)


class _Grid:
    """Cells that are taken; a cell's number tells the place of its middle."""

    def __init__(self, half: NDArray[np.float64], side: float, aspect: float) -> None:
        self.side = side
        self.reach = np.ceil(half / side).astype(np.int64)
        wide, high = (2 * self.reach + 1).tolist()
        self.taken = np.zeros((high, wide), dtype=bool)
        x = (np.arange(wide) - self.reach[0]) * side
        y = (np.arange(high) - self.reach[1]) * side
        self.x, self.y = (it.ravel() for it in np.meshgrid(x, y))
        across, down = np.abs(self.x) / np.sqrt(aspect), np.abs(self.y) * np.sqrt(aspect)
        # Between an ellipse and a rectangle: the corners of a frame are not left empty.
        self.out = (across**SQUARE + down**SQUARE) ** (1 / SQUARE)

    def fill(
        self, pieces: list[Piece], home: NDArray[np.float64], ring: NDArray[np.int64]
    ) -> NDArray[np.float64] | None:
        """Place all, the largest of a ring first; None when the grid is too small."""
        covers = [self._cells(points, reach) for points, reach in pieces]
        count = np.array([len(it) for it in covers])
        places = np.zeros((len(pieces), 2))
        now = 0
        for number in np.lexsort((np.arange(len(pieces)), -count, ring)).tolist():
            if ring[number] != now:
                now = int(ring[number])
                self._close()
            spot = self._spot(covers[number], home[number])
            if spot is None:
                return None
            places[number] = self.x[spot], self.y[spot]
            self.taken.ravel()[self._flat(covers[number]) + spot] = True
        return places

    def _flat(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        return cells[:, 1] * self.taken.shape[1] + cells[:, 0]

    def _cells(self, points: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.int64]:
        """The cells that a piece covers when its origin is in the middle of cell (0, 0): (c, 2) int, x and y."""
        room = reach + APART / 2
        span = int(np.ceil(room.max() / self.side)) + 1
        step = np.arange(-span, span + 1)
        offset = np.stack(np.meshgrid(step, step), axis=-1).reshape(-1, 2)
        cells = np.rint(points / self.side).astype(np.int64)[:, None, :] + offset[None]
        far = np.hypot(*np.moveaxis(cells * self.side - points[:, None, :], -1, 0))
        return np.unique(cells[far <= room[:, None] + 0.35 * self.side], axis=0)

    def _spot(self, cells: NDArray[np.int64], home: NDArray[np.float64]) -> int | None:
        """The best cell for a piece's origin where it covers nothing that is taken."""
        high, wide = self.taken.shape
        (left, top), (right, bottom) = cells.min(axis=0).tolist(), cells.max(axis=0).tolist()
        # No farther out than beside what is there: nearer places cost less.
        near_top, near_bottom = self._span(1, bottom - top + 1)
        near_left, near_right = self._span(0, right - left + 1)
        first_row, last_row = max(-top, near_top - bottom), min(high - 1 - bottom, near_bottom - top)
        first, last = max(-left, near_left - right), min(wide - 1 - right, near_right - left)
        if first_row > last_row or first > last:
            return None
        free = np.ones((last_row - first_row + 1, last - first + 1), dtype=bool)
        for x, y in cells.tolist():
            free &= ~self.taken[first_row + y : last_row + y + 1, first + x : last + x + 1]
        rows, columns = np.nonzero(free)
        if not len(rows):
            return None
        spots = (rows + first_row) * wide + columns + first
        cost = self.out[spots] + HOME * np.hypot(self.x[spots] - home[0], self.y[spots] - home[1])
        return int(spots[np.argmin(np.round(cost, 6))])

    def _span(self, axis: int, more: int) -> tuple[int, int]:
        """The first and last row (1) or column (0) that is taken, and `more` on either side; the middle at first."""
        found = np.flatnonzero(self.taken.any(axis=axis))
        middle = int(self.reach[1 if axis else 0])
        low, up = (int(found[0]), int(found[-1])) if len(found) else (middle, middle)
        return low - more, up + more

    def _close(self) -> None:
        """Take what lies between things that are taken, and a rim around all: the next ring lies outside."""
        taken = self.taken

        def since(axis: int) -> NDArray[np.bool_]:
            forth = np.logical_or.accumulate(taken, axis=axis)
            back = np.flip(np.logical_or.accumulate(np.flip(taken, axis), axis=axis), axis)
            return forth & back

        closed = since(0) & since(1)
        rim = closed.copy()
        rim[1:] |= closed[:-1]
        rim[:-1] |= closed[1:]
        rim[:, 1:] |= closed[:, :-1]
        rim[:, :-1] |= closed[:, 1:]
        self.taken = rim
