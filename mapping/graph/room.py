"""Where a picture has room left: its dots on a fine grid, so that many boxes and lines are tried at once.

    room = Room(dots, frame, cell=1.5)
    room.free(boxes), room.clear(lines)

A cell counts as taken as soon as a dot reaches into it, so what is told free touches nothing. The browser's is
`hb/network/room`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Cells that a grid is wide or high at most; a finer one is not seen.
MAX_CELLS = 1_200

Floats = NDArray[np.float64]


class Room:
    """dots : (n, 3) float, x, y and radius; frame : left, top, right, bottom; cell : the side of one; clear : how far
    from the rim of a dot a line keeps, all in the unit of the picture."""

    def __init__(self, dots: Floats, frame: tuple[float, float, float, float], cell: float, clear: float = 0.0) -> None:
        self.dots = dots
        self.low, self.high = np.array(frame[:2]), np.array(frame[2:])
        extent = np.maximum(self.high - self.low, 1e-9)
        self.cell = max(cell, float(extent.max()) / MAX_CELLS)
        self.shape = np.ceil(extent / self.cell).astype(np.int64)
        taken = self._discs(dots, 0.0)
        # The sum over a box is told by its corners (Crow 1984).
        self.sums = np.zeros((taken.shape[0] + 1, taken.shape[1] + 1), dtype=np.int32)
        np.cumsum(np.cumsum(taken, axis=0, dtype=np.int32), axis=1, out=self.sums[1:, 1:])
        self.near = self._discs(dots, clear) if clear else taken

    def _discs(self, dots: Floats, more: float) -> NDArray[np.bool_]:
        """The cells into which a dot reaches that is so much larger: [row, column]."""
        wide, high = self.shape.tolist()
        taken = np.zeros((high, wide), dtype=bool)
        at = (dots[:, :2] - self.low) / self.cell
        far = (dots[:, 2] + more) / self.cell
        there = (at > -far[:, None]).all(axis=1) & (at < self.shape + far[:, None]).all(axis=1)
        at, far = at[there], far[there]
        span = np.ceil(far).astype(np.int64) + 1
        for reach in np.unique(span).tolist():
            those = span == reach
            step = np.arange(-reach, reach + 1)
            columns = np.floor(at[those, :1]).astype(np.int64) + step
            rows = np.floor(at[those, 1:]).astype(np.int64) + step
            dx = np.clip(at[those, :1], columns, columns + 1) - at[those, :1]
            dy = np.clip(at[those, 1:], rows, rows + 1) - at[those, 1:]
            hit = dx[:, None, :] ** 2 + dy[:, :, None] ** 2 < far[those, None, None] ** 2
            hit &= ((columns >= 0) & (columns < wide))[:, None, :] & ((rows >= 0) & (rows < high))[:, :, None]
            number, row, column = np.nonzero(hit)
            taken[rows[number, row], columns[number, column]] = True
        return taken

    def free(self, boxes: Floats) -> NDArray[np.bool_]:
        """Which boxes, (m, 4), lie in the frame and touch no dot."""
        inside = (boxes[:, :2] >= self.low).all(axis=1) & (boxes[:, 2:] <= self.high).all(axis=1)
        low = np.minimum(np.maximum((boxes[:, :2] - self.low) / self.cell, 0).astype(np.int64), self.shape)
        high = np.minimum(np.ceil(np.maximum((boxes[:, 2:] - self.low) / self.cell, 0)).astype(np.int64), self.shape)
        (left, top), (right, bottom) = low.T, high.T
        sums = self.sums
        return inside & (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] == 0)

    def middles(self, half: Floats, low: Floats, high: Floats, step: int) -> Floats:
        """The middles, (k, 2), between two corners, of boxes of half that width and height that touch no dot: one in
        `step` cells each way. Far quicker than `free`."""
        wide, tall = np.ceil(2 * half / self.cell).astype(np.int64).tolist()
        first = np.maximum(np.floor((low - half - self.low) / self.cell).astype(np.int64), 0)
        last = np.minimum(np.ceil((high - half - self.low) / self.cell).astype(np.int64), self.shape - [wide, tall])
        if (last < first).any():
            return np.zeros((0, 2))
        columns, rows = (slice(one, other + 1, step) for one, other in zip(first.tolist(), last.tolist(), strict=True))
        below, beside = (slice(it.start + more, it.stop + more, step) for it, more in ((rows, tall), (columns, wide)))
        sums = self.sums
        taken = sums[below, beside] - sums[rows, beside] - sums[below, columns] + sums[rows, columns]
        row, column = np.nonzero(taken == 0)
        return self.low + (first + step * np.column_stack([column, row])) * self.cell + half

    def crowd(self, x: float, y: float, reach: float) -> Floats:
        """The dots whose rims are so near to a place, the dot in that place left aside."""
        far = np.hypot(self.dots[:, 0] - x, self.dots[:, 1] - y)
        return self.dots[(far > 0.5) & (far - self.dots[:, 2] < reach)]

    def clear(self, lines: Floats, skip: float = 0.0) -> NDArray[np.bool_]:
        """Which lines, (m, 4), keep off the dots, their first `skip` left aside."""
        if not len(lines):
            return np.zeros(0, dtype=bool)
        along = lines[:, 2:] - lines[:, :2]
        long = np.sqrt((along**2).sum(axis=1))
        # The rim of what is cleared is wider than half of what lies between two looks.
        count = int(np.ceil(float(long.max()) / self.cell / 1.5)) + 1
        far = np.linspace(0, 1, count + 1)
        start = (lines[:, :2] - self.low) / self.cell
        column, row = (
            (start[:, axis, None] + far * (along[:, axis, None] / self.cell)).astype(np.int64) for axis in (0, 1)
        )
        wide, high = self.shape.tolist()
        inside = (column >= 0) & (row >= 0) & (column < wide) & (row < high)
        index = np.where(inside, row * wide + column, 0)
        return ~(self.near.ravel()[index] & inside & (far * long[:, None] >= skip)).any(axis=1)
