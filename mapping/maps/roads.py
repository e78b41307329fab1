"""The roads of a basemap as lines, for pictures that are drawn here: `<place>.<stamp>.roads` beside its tiles.

    kept = Roads(); kept.add("residential", geometry); kept.write(path)     # when a basemap is built
    lines = in_box(path, (west, south, east, north), tolerance=0.0001)      # when a picture is drawn

The file holds two geometries as WKB, each after its length (4 bytes, the least first): main roads, and small streets.
Ways for no car are in neither.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapping.readers.basemap_layers import is_path, is_small_street

# Of small streets so many are kept, the longest; a city has 5,000.
MAX_STREETS = 30_000
# Corners of all lines in a picture: small streets are left out where it would be more, then the shortest main roads.
MAX_CORNERS = 1_200
EXACT = 0.00002  # degrees, two metres: what is kept is no more exact

Box = tuple[float, float, float, float]  # west, south, east, north in degrees


class Lines(NamedTuple):
    """Lines one after the other: `corners` (n, 2), longitude and latitude; `which` (n), the line that each is of."""

    corners: NDArray[np.float64]
    which: NDArray[np.intp]


NOTHING = Lines(np.empty((0, 2)), np.empty(0, np.intp))


class Roads:
    """The roads of a basemap that is being built."""

    def __init__(self) -> None:
        self.main: list[BaseGeometry] = []
        self.small: list[BaseGeometry] = []

    def add(self, kind: str, geometry: BaseGeometry) -> None:
        """Take a feature of the layer of roads, if it is one that cars use and a line."""
        if not is_path(kind):
            lines = [it for it in shapely.get_parts(geometry) if it.geom_type == "LineString"]
            (self.small if is_small_street(kind) else self.main).extend(lines)

    def write(self, path: Path) -> None:
        """Write them to `path`."""
        small = sorted(self.small, key=lambda it: it.length, reverse=True)[:MAX_STREETS]
        with path.open("wb") as file:
            for lines in (self.main, small):
                joined = shapely.simplify(shapely.line_merge(shapely.MultiLineString(lines)), EXACT)
                data = shapely.to_wkb(joined)
                file.write(struct.pack("<I", len(data)) + data)


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[shapely.STRtree, shapely.STRtree]:
    data, at, trees = path.read_bytes(), 0, []
    for _ in range(2):
        (length,) = struct.unpack_from("<I", data, at)
        geometry = shapely.from_wkb(data[at + 4 : at + 4 + length])
        trees.append(shapely.STRtree(shapely.get_parts(geometry)))
        at += 4 + length
    return trees[0], trees[1]


def in_box(path: Path, box: Box, tolerance: float) -> tuple[Lines, Lines]:
    """Return the main roads and the small streets in `box`, cut at its edge, simplified by `tolerance` (degrees).

    No more than `MAX_CORNERS` corners in all. Both are empty where there is no such file.
    """
    try:
        trees = _read(path)
    except FileNotFoundError:
        return NOTHING, NOTHING
    main, small = (_cut(tree, box, tolerance) for tree in trees)
    if len(main.corners) > MAX_CORNERS:
        main = _longest(main)
    return main, small if len(small.corners) <= MAX_CORNERS - len(main.corners) else NOTHING


def _cut(tree: shapely.STRtree, box: Box, tolerance: float) -> Lines:
    found: NDArray[Any] = tree.geometries.take(tree.query(shapely.box(*box)))
    cut = shapely.simplify(shapely.clip_by_rect(found, *box), tolerance, preserve_topology=False)
    parts = shapely.get_parts(cut)
    return Lines(*shapely.get_coordinates(parts[shapely.length(parts) > tolerance], return_index=True))


def _longest(lines: Lines) -> Lines:
    """Of too many lines the longest."""
    corners, which = lines
    steps = np.hypot(*np.diff(corners, axis=0).T) * (which[1:] == which[:-1])
    length = np.bincount(which[1:], steps, minlength=which[-1] + 1)
    order = np.argsort(-length, kind="stable")
    fits = order[np.cumsum(np.bincount(which)[order]) <= MAX_CORNERS]
    kept = np.isin(which, fits)
    return Lines(corners[kept], which[kept])
