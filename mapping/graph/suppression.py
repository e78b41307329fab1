"""Small numbers left out of a table, so that nobody can be singled out or worked out from what is left.

References
----------
Hundepool, A. and others (2012), Statistical Disclosure Control, Wiley, chapter 4: magnitude and frequency tables.
"""

from __future__ import annotations

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray

# Counts of 1 to 4 are left out; nothing (0) and five are told.
MIN_CELL = 5


def small(counts: ArrayLike, least: int = MIN_CELL) -> NDArray[np.bool_]:
    """Return which counts are above 0 and below `least`."""
    values = np.asarray(counts)
    return (values > 0) & (values < least)


def table(counts: ArrayLike, least: int = MIN_CELL) -> NDArray[np.bool_]:
    """Return which cells of a table with totals are to be left out: (rows + 1, columns + 1) bool.

    Small counts go first. What is left out could still be worked out by taking the other cells from the totals, unless
    more goes with it: seen as ties between rows and columns, a cell that is left out can be worked out exactly when
    it is a bridge, that is when it lies on no closed way through others that are left out. For each such cell the three
    cells go too that close such a way and are smallest in sum (complementary suppression). The last row and the last
    column stand for the totals, the corner for that of all; they take part like other cells.

    Parameters
    ----------
    counts : (rows, columns) int, without totals

    Examples
    --------
    >>> table([[3, 9], [8, 7]])[:2, :2].tolist()
    [[True, True], [True, True]]
    """
    cells = np.asarray(counts, dtype=np.int64)
    whole = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), dtype=np.int64)
    whole[:-1, :-1] = cells
    whole[-1, :] = whole.sum(axis=0)
    whole[:, -1] = whole[:, :-1].sum(axis=1)
    hidden = small(whole, least)
    rows = len(whole)
    while True:
        ties = np.argwhere(hidden)
        graph = igraph.Graph(n=sum(whole.shape), edges=(ties + [0, rows]).tolist())
        bridges = graph.bridges()
        if not bridges:
            return hidden
        row, column = ties[bridges[0]]
        # A cell that is left out already costs nothing. Nobody can be singled out by a nothing: better hide others.
        cost = np.where(hidden, 0, np.where(whole == 0, whole.max() + 1, whole))
        around = cost[row][None, :] + cost[:, column][:, None] + cost
        around[row, :] = around[:, column] = np.iinfo(np.int64).max
        other, beside = np.unravel_index(np.argmin(around), around.shape)
        hidden[row, beside] = hidden[other, column] = hidden[other, beside] = True


def share(part: int, whole: int, least: int = MIN_CELL) -> float | None:
    """Return part / whole, or None where that would tell of fewer than `least` on either side, or of a small whole."""
    if whole < least or small(part, least) or small(whole - part, least):
        return None
    return part / whole
