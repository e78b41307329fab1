"""What is within reach on the ground, and what no longer is when some of it closes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from .adjacency import EARTH_METRES

WITHIN = 1_000.0
# So many pairs are compared at once; more are looked up in a tree.
MAX_PAIRS = 400_000


@dataclass(frozen=True)
class Missed:
    """A category that some would no longer have within reach.

    category : its number; closed : how many of it close; who : (w,) int, those who had one within reach and now have
    none; remaining : how many of it are left anywhere; nearest : (w,) float, metres to the nearest that is left,
    infinite when none is.
    """

    category: int
    closed: int
    who: NDArray[np.int64]
    remaining: int
    nearest: NDArray[np.float64]


def missed(
    metres: NDArray[np.float64],
    category: NDArray[np.integer],
    gone: NDArray[np.bool_],
    within: float = WITHIN,
) -> list[Missed]:
    """Return what would no longer be within reach of whom, the category that most would miss first.

    Parameters
    ----------
    metres : (n, 2) float
        Where each is, on a plane (`Snapshot.metres`); NaN for who is not on the map.
    category : (n,) int
        What each offers; -1 for nothing that could be missed.
    gone : (n,) bool
        Who closes; nobody of them is counted among those who miss something.

    Notes
    -----
    u misses category c when the nearest of c is within `within` metres of u, and the nearest of those of c that do
    not close is not. As the crow flies.

    Examples
    --------
    >>> where = np.array([[0.0, 0], [300, 0], [5000, 0]])
    >>> [it.who.tolist() for it in missed(where, np.array([-1, 0, 0]), np.array([False, True, False]))]
    [[0]]
    """
    known = ~np.isnan(metres[:, 0])
    people = np.flatnonzero(known & ~gone)
    found = []
    for number in np.unique(category[gone & known & (category >= 0)]).tolist():
        closing = np.flatnonzero((category == number) & gone & known)
        staying = np.flatnonzero((category == number) & ~gone & known)
        losing = people[_nearest(metres, closing, people) <= within]
        far = _nearest(metres, staying, losing)
        misses = far > within
        if misses.any():
            found.append(Missed(number, len(closing), losing[misses], len(staying), far[misses]))
    return sorted(found, key=lambda it: (-len(it.who), it.category))


def plane(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude as metres east and north of their middle: (n, 2) float, NaN kept.

    Good to 0.1 % across a county (equirectangular, on a sphere of the Earth's mean radius).
    """
    known = ~np.isnan(points[:, 0])
    if not known.any():
        return np.full(points.shape, np.nan)
    lon, lat = points[known].mean(axis=0)
    metre = np.pi / 180 * EARTH_METRES
    return (points - [lon, lat]) * [metre * np.cos(np.radians(lat)), metre]


def inside(points: NDArray[np.float64], area: shapely.Geometry) -> NDArray[np.bool_]:
    """Which points (longitude, latitude) are in an area or on its edge: (n,) bool. Nowhere is not inside."""
    shapely.prepare(area)
    found = np.zeros(len(points), dtype=bool)
    known = ~np.isnan(points[:, 0])
    found[known] = shapely.intersects_xy(area, points[known, 0], points[known, 1])
    return found


def _nearest(metres: NDArray[np.float64], some: NDArray[np.int64], of: NDArray[np.int64]) -> NDArray[np.float64]:
    """Metres from each of the nodes `of` to the nearest of `some`, infinite without any."""
    if not len(some) or not len(of):
        return np.full(len(of), np.inf)
    if len(some) * len(of) <= MAX_PAIRS:
        far = np.full(len(of), np.inf)
        x, y = metres[of].T
        for one in metres[some]:
            np.minimum(far, np.hypot(x - one[0], y - one[1]), out=far)
        return far
    tree = shapely.STRtree(shapely.points(metres[some]))
    _, far = tree.query_nearest(shapely.points(metres[of]), all_matches=False, return_distance=True)
    return far
