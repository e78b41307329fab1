"""Streets: the named ways of an OpenStreetMap extract, or a table of names with a point each.

The ways of one name that touch or lie near each other are one street, however many pieces it was drawn in.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import shapely
import shapely.ops
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from .errors import ReadError, Reject
from .locate import BadLocation, Locator
from .nodes import clean
from .osm import objects_of
from .street_names import street_key
from .tabular import Table, open_table
from .text import check_file

NAME_LENGTH = 120
# Ways of one name this near each other are one street, in metres: the two sides of a roundabout or of a main road.
NEAR = 250
# A street longer than this is an entry for each town that it runs through, in metres.
LONG = 2000
# `highway` of what is no street, or not yet or no longer one.
_NO_STREETS = {
    "bus_stop", "construction", "corridor", "elevator", "emergency_bay", "motorway_junction", "planned", "platform",
    "proposed", "raceway", "razed", "rest_area", "services", "street_lamp", "traffic_signals", "via_ferrata",
}  # fmt: skip
_NAMES = ("name", "alt_name", "name:en", "name:cy", "name:gd", "official_name")
_NAME_COLUMNS = ("street", "name")
_TOWN_COLUMNS = ("town", "locality", "district")
_AREA_COLUMNS = ("area", "ward", "suburb")


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A street and a point on it, halfway along (WGS84 degrees). `town` and `area` are empty where nothing says so.

    `pieces` of a long one: (lon, lat, metres) of the middle of each of its ways, to share it out between towns.
    """

    row: int
    name: str
    lon: float
    lat: float
    town: str = ""
    area: str = ""
    pieces: tuple[tuple[float, float, float], ...] = ()


class OsmStreets:
    """The streets of an extract. Raises ReadError when it is not one. `missing`: ways whose points it lacks."""

    def __init__(self, path: str | Path) -> None:
        self.path = check_file(path)
        self.missing = 0
        self._in_ways: dict[int, tuple[float, float]] = {}

    def rows(self) -> Iterator[StreetRow]:
        """Each street once, by name and then from west to east; the same file always gives the same rows."""
        named = self._ways()
        places = self._places({ref for _, refs in named for ref in refs} - self._in_ways.keys()) | self._in_ways
        lines: dict[str, list[tuple[str, LineString]]] = defaultdict(list)
        self.missing = 0
        for name, refs in named:
            points = [places[ref] for ref in refs if ref in places]
            if len(points) < 2:
                self.missing += 1
                continue
            lines[street_key(name)].append((name, LineString(points)))
        if not lines:
            return
        shapes = [line for several in lines.values() for _, line in several]
        ground = _Ground(shapely.total_bounds(shapes))
        number = 0
        for key in sorted(lines):
            for name, parts in _streets(lines[key], ground):
                number += 1
                yield ground.row(number, name, parts)

    def _ways(self) -> list[tuple[str, array]]:
        found = []
        for way in objects_of(self.path, osmium.osm.WAY, osmium.filter.KeyFilter("highway", "place")):
            tags = way.tags
            if tags.get("highway") in _NO_STREETS or ("highway" not in tags and tags.get("place") != "square"):
                continue
            refs = array("q", (node.ref for node in way.nodes))
            several = (it for tag in _NAMES for it in (tags.get(tag) or "").split(";"))
            by_key = {street_key(name): name for it in several if (name := clean(it, NAME_LENGTH))}
            found += [(name, refs) for key, name in by_key.items() if key]
            # What Overpass gives as `out geom` has its points in the ways themselves.
            at = {it.ref: (it.location.lon, it.location.lat) for it in way.nodes if it.location.valid()}
            if at and found:
                self._in_ways.update(at)
        return found

    def _places(self, needed: set[int]) -> dict[int, tuple[float, float]]:
        if not needed:
            return {}
        nodes = objects_of(self.path, osmium.osm.NODE, osmium.filter.IdFilter(needed))
        return {it.id: (it.location.lon, it.location.lat) for it in nodes if it.location.valid()}


class _Ground:
    """Degrees and metres around the middle of an extract (azimuthal, so that distances there are true)."""

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        middle = f"+lat_0={(south + north) / 2:.5f} +lon_0={(west + east) / 2:.5f}"
        crs = f"+proj=aeqd {middle} +datum=WGS84 +units=m"
        self._to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        self._to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def metres(self, line: BaseGeometry) -> BaseGeometry:
        return shapely.transform(line, lambda it: np.column_stack(self._to_metres.transform(it[:, 0], it[:, 1])))

    def degrees(self, point: Point) -> tuple[float, float]:
        lon, lat = self._to_degrees.transform(point.x, point.y)
        return round(lon, 6), round(lat, 6)

    def row(self, number: int, name: str, parts: Sequence[BaseGeometry]) -> StreetRow:
        """The row of a street, of which `parts` are the lines in metres."""
        whole = shapely.union_all(parts)
        pieces = []
        west, south, east, north = whole.bounds
        if max(east - west, north - south) > LONG:
            for part in parts:
                pieces.append((*self.degrees(part.interpolate(0.5, normalized=True)), part.length))
        return StreetRow(number, name, *self.degrees(middle_of(whole)), pieces=tuple(pieces))


def middle_of(line: BaseGeometry) -> Point:
    """The point on a line or lines that is nearest to their middle."""
    return line.interpolate(line.project(line.centroid)) if line.geom_type == "LineString" else _nearest(line)


def _nearest(lines: BaseGeometry) -> Point:
    return shapely.ops.nearest_points(lines, lines.centroid)[0]


def _streets(named: Sequence[tuple[str, LineString]], ground: _Ground) -> Iterator[tuple[str, list[BaseGeometry]]]:
    """The lines of one key as the streets that they are: those within `NEAR` of each other, and so on, are one."""
    shapes = [ground.metres(line) for _, line in named]
    one, other = shapely.STRtree(shapes).query(shapes, "dwithin", NEAR)
    pairs = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(shapes), len(shapes)))
    count, group = connected_components(pairs, directed=False)
    found = []
    for number in range(count):
        inside = [i for i, it in enumerate(group) if it == number]
        # The commonest spelling, by length.
        spelled: dict[str, float] = defaultdict(float)
        for i in inside:
            spelled[named[i][0]] += shapes[i].length
        name = max(sorted(spelled), key=lambda it: spelled[it])
        found.append((name, [shapes[i] for i in inside]))
    yield from sorted(found, key=lambda it: shapely.total_bounds(it[1]).tolist())


def read_street_table(path: str | Path) -> Iterator[StreetRow | Reject]:
    """Rows of a table with a header: `street` (or `name`), `lon`, `lat`; `town` and `ward` where it has them.

    Raises ReadError when the file is not such a table.
    """
    table = open_table(path)
    lower = {name.lower(): name for name in table.header}

    def column(names: Sequence[str]) -> str | None:
        return next((lower[it] for it in names if it in lower), None)

    columns = {"name": column(_NAME_COLUMNS), "lon": column(("lon", "longitude", "lng"))}
    columns |= {"lat": column(("lat", "latitude"))}
    for what, found in columns.items():
        if found is None:
            wanted = "street" if what == "name" else what
            raise ReadError(f"there is no column '{wanted}'", path, "It needs street, lon and lat.")
    return _street_rows(table, path, columns, column(_TOWN_COLUMNS), column(_AREA_COLUMNS))


def _street_rows(
    table: Table, path: str | Path, columns: dict[str, str | None], town: str | None, area: str | None
) -> Iterator[StreetRow | Reject]:
    locator = Locator()
    seen: set[tuple[str, float, float]] = set()
    for item in table.rows():
        if isinstance(item, Reject):
            yield item
            continue
        number, row = item
        name = clean(row[columns["name"]], NAME_LENGTH)
        if not street_key(name):
            yield Reject.of(number, columns["name"], name, "A name is needed.")
            continue
        try:
            point = locator.point(row[columns["lon"]] or "", row[columns["lat"]] or "").point
        except BadLocation as error:
            yield Reject.of(number, columns["lat" if error.field == "y" else "lon"], error.value, error.remedy)
            continue
        if (name, point.x, point.y) in seen:
            yield Reject.of(number, columns["name"], name, "This row is there twice.")
            continue
        seen.add((name, point.x, point.y))
        said = [clean(row.get(it), NAME_LENGTH) if it else "" for it in (town, area)]
        yield StreetRow(number, name, round(point.x, 6), round(point.y, 6), *said)
