"""Room between dots: finding those that overlap, and moving them apart, in any number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Below this many dots every pair is looked at; above, those of neighbouring cells of a grid.
MAX_DENSE = 48
# Pairs that are looked at in one go. In a heap of dots each is put beside so many of the others.
MAX_PAIRS = 4_000_000
# Pairs are looked for anew after so many rounds; until then dots may come this much nearer (of the mean reach).
ROUNDS_A_SEARCH = 4
SLACK = 0.5


def close_pairs(points: NDArray[np.float64], reach: NDArray[np.float64], slack: float = 0.0) -> NDArray[np.int64]:
    """Return the pairs of dots that are nearer to each other than the sum of their reaches and `slack`.

    Parameters
    ----------
    points : (n, 2) float
    reach : (n,) float
        The radius that each dot has to itself.

    Returns
    -------
    (p, 2) int
        The smaller number first. Dots much larger than most are looked at on a coarser grid than the rest, so that
        a few of them do not make every cell crowded.
    """
    size = len(points)
    if size < 2:
        return np.zeros((0, 2), dtype=np.int64)
    if size <= MAX_DENSE:
        pairs = np.column_stack(np.triu_indices(size, 1))
    else:
        usual = max(float(np.median(reach)) * 1.5, 1e-9)
        large = np.flatnonzero(reach > usual)
        small = np.flatnonzero(reach <= usual)
        pairs = small[_neighbours(points[small], 2 * usual + slack)]
        if len(large):
            pairs = np.vstack([pairs, _around(points, reach, large, small, slack)])
    away = points[pairs[:, 0]] - points[pairs[:, 1]]
    need = reach[pairs[:, 0]] + reach[pairs[:, 1]] + slack
    return np.sort(pairs[(away**2).sum(axis=1) < need**2], axis=1)


def _cells(points: NDArray[np.float64], low: NDArray[np.float64], side: float) -> NDArray[np.int64]:
    return np.floor((points - low) / side).astype(np.int64)


def _neighbours(points: NDArray[np.float64], side: float) -> NDArray[np.int64]:
    """Pairs of points in the same cell of a grid or in adjoining ones, each pair once."""
    if len(points) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    cell = _cells(points, points.min(axis=0), side)
    wide = int(cell[:, 0].max()) + 3
    key = (cell[:, 1] + 1) * wide + cell[:, 0] + 1
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    found = []
    # The cell itself, the one to the right, and the three in the row below: the others see us as theirs.
    for offset in (0, 1, wide - 1, wide, wide + 1):
        first = np.searchsorted(sorted_key, sorted_key + offset, side="left")
        last = np.searchsorted(sorted_key, sorted_key + offset, side="right")
        if offset == 0:
            first = np.arange(len(points)) + 1
        found.append(_ranges(first, last))
    pairs = np.vstack(found)
    return order[pairs]


def _ranges(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """For every i the pairs (i, first[i]) to (i, last[i] - 1)."""
    counts = np.maximum(last - first, 0)
    if counts.sum() > MAX_PAIRS:
        counts = np.minimum(counts, max(MAX_PAIRS // max(len(counts), 1), 1))
    one = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.column_stack([one, np.repeat(first, counts) + within])


def _around(
    points: NDArray[np.float64],
    reach: NDArray[np.float64],
    large: NDArray[np.int64],
    small: NDArray[np.int64],
    slack: float,
) -> NDArray[np.int64]:
    """Pairs with a large dot in them: of two large ones each pair once."""
    most = float(reach[large].max())
    side = 2 * most + slack
    low = points.min(axis=0)
    wide = int(_cells(points, low, side)[:, 0].max()) + 3
    found = []
    for others in (large, small):
        cell = _cells(points[others], low, side)
        key = (cell[:, 1] + 1) * wide + cell[:, 0] + 1
        order = np.argsort(key, kind="stable")
        mine = _cells(points[large], low, side)
        my_key = (mine[:, 1] + 1) * wide + mine[:, 0] + 1
        for row in (-wide, 0, wide):
            first = np.searchsorted(key[order], my_key + row - 1, side="left")
            last = np.searchsorted(key[order], my_key + row + 1, side="right")
            pairs = _ranges(first, last)
            pairs = np.column_stack([large[pairs[:, 0]], others[order[pairs[:, 1]]]])
            found.append(pairs[pairs[:, 0] < pairs[:, 1]] if others is large else pairs)
    return np.vstack(found)


def separate(
    points: NDArray[np.float64],
    reach: NDArray[np.float64],
    *,
    mobility: ArrayLike | None = None,
    rounds: int = 80,
    enough: float = 0.02,
) -> NDArray[np.float64]:
    """Push dots apart until no two overlap, each no farther than it must.

    Parameters
    ----------
    points : (n, 2) float
    reach : (n,) float
        The radius that each dot has to itself.
    mobility : (n,) float, optional
        How readily each moves, above 0: of two that overlap the one of greater mobility goes farther. Default: all
        alike.
    rounds : int
        After so many what still overlaps is left as it is (see `grown`).
    enough : float
        An overlap of this share of the mean reach is none.

    Returns
    -------
    (n, 2) float
    """
    points = points.copy()
    if len(points) < 2:
        return points
    ready = np.ones(len(points)) if mobility is None else np.asarray(mobility, dtype=np.float64)
    mean = float(reach.mean())
    pairs = np.zeros((0, 2), dtype=np.int64)
    for number in range(rounds):
        if number % ROUNDS_A_SEARCH == 0:
            pairs = close_pairs(points, reach, slack=SLACK * mean)
            one, other = pairs[:, 0], pairs[:, 1]
            need = reach[one] + reach[other]
            share = (ready[one] / (ready[one] + ready[other]))[:, None]
        away = points[one] - points[other]
        far = np.sqrt((away**2).sum(axis=1))
        short = need - far
        over = short > 0
        if not over.any() or short.max() < enough * mean:
            if number % ROUNDS_A_SEARCH == 0:
                break
            continue
        here, there, away, far, short = one[over], other[over], away[over], far[over], short[over]
        same = far < 1e-9
        if same.any():
            # Two dots in one place go apart by the golden angle of their numbers: never all along one line.
            angle = (here[same] * 7 + there[same]) * 2.399963
            away[same] = np.column_stack([np.cos(angle), np.sin(angle)])
            far[same] = 1.0
        push = away * (1.02 * short / far)[:, None]
        # A crowded dot is pushed from all sides at once: not by the sum, or it would fly off.
        crowd = np.bincount(np.concatenate([here, there]), minlength=len(points))
        calm = 1 / np.sqrt(np.maximum(crowd, 1))
        mine, theirs = push * share[over], -push * (1 - share[over])
        for axis in (0, 1):
            moved = np.bincount(here, weights=mine[:, axis] * calm[here], minlength=len(points))
            moved += np.bincount(there, weights=theirs[:, axis] * calm[there], minlength=len(points))
            points[:, axis] += moved
    return points


def grown(points: NDArray[np.float64], radii: NDArray[np.float64], most: float = 1.6) -> NDArray[np.float64]:
    """Enlarge the whole until no two dots of these radii overlap, at most `most` times."""
    pairs = close_pairs(points, radii)
    if not len(pairs):
        return points
    far = np.sqrt(((points[pairs[:, 0]] - points[pairs[:, 1]]) ** 2).sum(axis=1))
    need = radii[pairs].sum(axis=1)
    return points * min(float((need / np.maximum(far, 1e-9)).max()) * 1.0001, most)


def overlapping(points: NDArray[np.float64], radii: NDArray[np.float64], tolerance: float = 0.01) -> int:
    """Count the pairs of dots that overlap by more than `tolerance` of the mean radius."""
    if not len(points):
        return 0
    return len(close_pairs(points, radii, slack=-tolerance * float(radii.mean())))
