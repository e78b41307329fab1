"""The box of an OpenStreetMap extract: what was cut out of the world."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import osmium
from osmium import osm

from .errors import ReadError
from .osm import objects_of
from .text import check_file

Box = tuple[float, float, float, float]  # west, south, east, north in degrees


def said_box(path: str | Path) -> Box | None:
    """The bounds that an extract says it has, if it says so. Raises ReadError."""
    path = check_file(path)
    try:
        with osmium.io.Reader(str(path), osm.NOTHING) as reader:
            box = reader.header().box()
            if not box.valid():
                return None
            return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat
    except (RuntimeError, ValueError) as error:
        what = str(error).replace(str(path), "").strip(" :'") or "unknown error"
        message = f"this cannot be read as an OpenStreetMap extract ({what})"
        raise ReadError(message, path, "It must be a whole .osm or .osm.pbf file: fetch it again.") from None


def box_of(path: str | Path) -> Box:
    """The bounds that an extract says it has; else those of its points that belong to no way.

    An extract has such points from within what was cut out only, while its ways reach outside. Seven decimals, as
    OpenStreetMap has them. Raises ReadError, also where there are no such points.
    """
    path = check_file(path)
    said = said_box(path)
    if said is not None and said[0] < said[2] and said[1] < said[3]:
        return said
    of_ways, ids, lons, lats = array("q"), array("q"), array("d"), array("d")
    for way in objects_of(path, osm.WAY):
        of_ways.extend(node.ref for node in way.nodes)
    for node in objects_of(path, osm.NODE):
        if node.location.valid():
            ids.append(node.id)
            lons.append(node.location.lon)
            lats.append(node.location.lat)
    alone = ~np.isin(np.asarray(ids), np.asarray(of_ways))
    east_west, north_south = np.asarray(lons)[alone], np.asarray(lats)[alone]
    if not (np.ptp(east_west) if len(east_west) else 0.0) or not np.ptp(north_south):
        remedy = "Cut it out again with its bounds, or draw the boundary and give it as GeoJSON."
        raise ReadError("it does not say which part of the world it is, and has no points that do", path, remedy)
    edges = (east_west.min(), north_south.min(), east_west.max(), north_south.max())
    west, south, east, north = (round(float(edge), 7) for edge in edges)
    return west, south, east, north
