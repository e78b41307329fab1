"""What the ground of a map is drawn from: OpenStreetMap extracts, or a folder of GeoJSON layers.

Both give features of the layers of a basemap (`LAYERS`), in WGS84, with the properties `kind` and `name`, and the first
zoom at which each is worth drawing.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import osmium
import shapely
from osmium import osm
from shapely.geometry import mapping as as_geojson
from shapely.geometry import shape as from_geojson
from shapely.geometry.base import BaseGeometry

from .errors import ReadError, did_you_mean
from .geojson import open_geojson
from .text import check_file

LAYERS = ("earth", "landuse", "water", "roads", "rail", "buildings", "boundaries", "places")
MIN_ZOOM, MAX_ZOOM = 8, 14
# Names of streets are in tiles from here on, and a named one is whatever its kind; further out they would only make
# tiles larger. A map shows the tiles of one zoom less than its own.
STREET_NAMES_FROM = 13

_FIRST_ZOOM = {
    "roads": {
        "motorway": 8, "trunk": 8, "primary": 9, "major_road": 9, "secondary": 10, "medium_road": 10, "tertiary": 11,
        "service": 13, "footway": 14, "cycleway": 14, "path": 14, "steps": 14, "bridleway": 14, "track": 14,
    },
    "rail": {"rail": 9, "light_rail": 9, "tram": 11, "station": 14},
    "water": {"river": 8, "canal": 9, "stream": 12, "drain": 14, "ditch": 14},
    "landuse": {
        "pitch": 13, "playground": 14, "grass": 13, "churchyard": 13, "garden": 14, "common": 11, "park": 10,
        "wood": 9, "forest": 9, "farmland": 10, "residential": 9,
    },
    "places": {"city": 8, "town": 8, "suburb": 11, "village": 10, "hamlet": 12, "neighbourhood": 13},
    "boundaries": {"district": 8, "ward": 12},
}  # fmt: skip
_FIRST_ZOOM_OF_LAYER = {
    "earth": 8, "landuse": 11, "water": 10, "roads": 12, "rail": 11, "buildings": 14, "boundaries": 8, "places": 12,
}  # fmt: skip

_ROADS = {
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
    "pedestrian", "service", "footway", "cycleway", "path", "steps", "bridleway", "track", "busway", "road",
}  # fmt: skip
# What is no small street: main roads, and ways for no car. The words of OpenStreetMap and of layers that others made.
_MAIN_ROADS = {
    "motorway", "trunk", "primary", "secondary", "tertiary", "highway", "major", "major_road", "medium", "medium_road",
    "bus_route", "busway", "main",
}  # fmt: skip
_PATHS = {"footway", "cycleway", "path", "steps", "bridleway", "track"}
# Ways that may be areas: a square, a precinct.
_SQUARES = {"pedestrian", "footway", "living_street", "service"}
_RAILS = {"rail": "rail", "light_rail": "light_rail", "tram": "tram", "narrow_gauge": "rail", "subway": "light_rail"}
_PLACES = {"city", "town", "suburb", "village", "hamlet", "neighbourhood", "quarter"}
# Tag -> values that become landuse, each under its own name.
_LAND = {
    "leisure": {
        "park", "garden", "golf_course", "nature_reserve", "recreation_ground", "pitch", "playground", "common",
    },
    "landuse": {
        "grass", "forest", "meadow", "farmland", "cemetery", "allotments", "residential", "industrial", "commercial",
        "retail", "recreation_ground", "village_green", "orchard", "railway",
    },
    "natural": {"wood", "scrub", "heath"},
    "amenity": {"school", "college", "university", "hospital"},
}  # fmt: skip
_LAND_AS = {("amenity", "grave_yard"): "churchyard", ("natural", "grassland"): "grass"}
_WATER_LAND = {("landuse", "reservoir"), ("landuse", "basin"), ("waterway", "riverbank"), ("waterway", "dock")}
_TYPES = "nwr"
_KEYS = ("highway", "railway", "waterway", "natural", "leisure", "landuse", "amenity", "building", "place")


@dataclass(frozen=True, slots=True)
class BasemapFeature:
    """One feature of one layer; `first_zoom` is the widest view that draws it."""

    layer: str
    kind: str
    name: str
    first_zoom: int
    geometry: Mapping[str, Any]


def first_zoom(layer: str, kind: str) -> int:
    """The zoom from which features of a kind are drawn."""
    kind = kind.removesuffix("_link")
    return _FIRST_ZOOM.get(layer, {}).get(kind, _FIRST_ZOOM_OF_LAYER[layer])


def is_path(kind: str) -> bool:
    """Whether roads of a kind are ways for no car."""
    return kind in _PATHS


def is_small_street(kind: str) -> bool:
    """Whether roads of a kind are small streets: what one looks for who looks for a house."""
    kind = kind.removesuffix("_link")
    return kind not in _MAIN_ROADS and kind not in _PATHS


# --- OpenStreetMap -----------------------------------------------------------------------------------------------


def osm_features(path: str | Path) -> Iterator[BasemapFeature]:
    """What an extract (.osm, .osm.pbf) has for the ground. Raises ReadError when it is not one.

    Areas that are not whole in the extract are left out. The ways of one street are one feature, joined where they
    meet, so that its name has room. It comes last.
    """
    streets: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    path = check_file(path)
    factory = osmium.geom.WKBFactory()
    try:
        with tempfile.TemporaryDirectory() as work:
            objects = (
                osmium.FileProcessor(str(_in_order(path, Path(work))))
                .with_locations("flex_mem")
                .with_areas(osmium.filter.KeyFilter(*_KEYS))
                .with_filter(osmium.filter.KeyFilter(*_KEYS))
            )
            for item in objects:
                for layer, kind in _wanted(item):
                    geometry = _geometry(item, layer, factory)
                    if geometry is None:
                        continue
                    name = item.tags.get("name", "") if layer != "buildings" else ""
                    if layer == "roads" and name and item.is_way():
                        streets[kind, name].append(geometry)
                    else:
                        yield _feature(layer, kind, name, geometry)
    except (RuntimeError, ValueError, MemoryError) as error:
        raise _unreadable(path, error) from None
    for (kind, name), ways in streets.items():
        yield _feature("roads", kind, name, shapely.line_merge(shapely.MultiLineString(ways)))


def _feature(layer: str, kind: str, name: str, geometry: BaseGeometry) -> BasemapFeature:
    zoom = first_zoom(layer, kind)
    if layer == "roads" and name:
        zoom = min(zoom, STREET_NAMES_FROM)
    return BasemapFeature(layer, kind, name, zoom, as_geojson(geometry))


def _in_order(path: Path, work: Path) -> Path:
    """The extract with its objects by type and id, which areas are put together by: itself, or a copy in `work`."""
    with osmium.io.Reader(str(path), osm.NOTHING) as reader:
        if reader.header().get("sorting") == "Type_then_ID":
            return path
    places = ((_TYPES.index(item.type_str()), item.id) for item in osmium.FileProcessor(str(path)))
    if all(one < other for one, other in pairwise(places)):
        return path
    merged = osmium.MergeInputReader()
    merged.add_file(str(path))
    copy = work / "in-order.osm.pbf"
    with osmium.SimpleWriter(str(copy)) as writer:
        merged.apply(writer)
    return copy


def _unreadable(path: Path, error: Exception) -> ReadError:
    what = str(error).replace(str(path), "").strip(" :'") or "unknown error"
    return ReadError(
        f"this cannot be read as an OpenStreetMap extract ({what})",
        path,
        "It must be a whole .osm or .osm.pbf file: fetch it again.",
    )


def _wanted(item) -> Iterator[tuple[str, str]]:
    """The layer and kind of an object, if it belongs on the ground."""
    tags = item.tags
    if item.is_node():
        place = tags.get("place")
        if place in _PLACES and "name" in tags:
            yield "places", place
        elif tags.get("railway") in ("station", "tram_stop") and "name" in tags:
            yield "rail", "station"
    elif item.is_way():
        road = tags.get("highway", "")
        if road.removesuffix("_link") in _ROADS and tags.get("area") != "yes":
            yield "roads", road.removesuffix("_link")
        if tags.get("railway") in _RAILS and tags.get("tunnel") != "yes" and "service" not in tags:
            yield "rail", _RAILS[tags["railway"]]
        if tags.get("waterway") in ("river", "canal", "stream", "drain", "ditch") and tags.get("tunnel") != "culvert":
            yield "water", tags["waterway"]
    elif item.is_area():
        if tags.get("highway") in _SQUARES and (not item.from_way() or tags.get("area") == "yes"):
            yield "roads", tags["highway"]
        elif tags.get("building", "no") != "no":
            yield "buildings", "building"
        elif tags.get("natural") == "water" or any(tags.get(key) == value for key, value in _WATER_LAND):
            yield "water", tags.get("water", "water")
        else:
            kind = next((tags[key] for key, kinds in _LAND.items() if tags.get(key) in kinds), None) or next(
                (kind for (key, value), kind in _LAND_AS.items() if tags.get(key) == value), None
            )
            if kind:
                yield "landuse", kind


def _geometry(item, layer: str, factory) -> BaseGeometry | None:
    try:
        if item.is_node():
            wkb = factory.create_point(item)
        elif item.is_way():
            wkb = factory.create_linestring(item)
        else:
            wkb = factory.create_multipolygon(item)
    except (RuntimeError, osmium.InvalidLocationError):
        return None  # it has fewer points in this extract than it needs
    return shapely.from_wkb(wkb)


# --- a folder of GeoJSON -----------------------------------------------------------------------------------------


def layer_files(folder: str | Path) -> dict[str, Path]:
    """Layer -> file, of a folder of `water.geojson`, `roads.geojson`... Raises ReadError."""
    folder = Path(folder)
    if not folder.is_dir():
        raise ReadError("this is not a folder", folder, f"Give a folder with {LAYERS[2]}.geojson and the like.")
    found = {}
    for path in sorted((*folder.glob("*.geojson"), *folder.glob("*.json"))):
        if path.stem not in LAYERS:
            hint = did_you_mean(path.stem, LAYERS) or f"Layers are {', '.join(LAYERS)}."
            raise ReadError(f"there is no layer '{path.stem}' in a basemap", path, hint)
        found[path.stem] = path
    if not found:
        raise ReadError("there is no GeoJSON in it", folder, f"Put {LAYERS[2]}.geojson and the like there.")
    return found


def layer_features(folder: str | Path) -> Iterator[BasemapFeature]:
    """The features of a folder of layers; `min_zoom` of a feature wins over that of its kind. Raises ReadError."""
    for layer, path in layer_files(folder).items():
        for row in open_geojson(path).rows():
            if not isinstance(row, tuple):
                raise ReadError(f"feature {row.row} cannot be used", path, row.remedy)
            number, properties, geometry = row
            if geometry is None:
                continue
            kind = properties.get("kind") or layer
            zoom = properties.get("min_zoom") or ""
            yield BasemapFeature(
                layer,
                kind,
                properties.get("name") or "",
                max(MIN_ZOOM, int(zoom)) if zoom.isdigit() else first_zoom(layer, kind),
                _checked(geometry, number, path),
            )


def _checked(geometry: Mapping[str, Any], number: int, path: Path) -> Mapping[str, Any]:
    """The geometry with plain floats, if it is one in degrees."""
    where = f"{path}, feature {number}"
    try:
        shape = from_geojson(geometry)
        west, south, east, north = shape.bounds
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise ReadError("its geometry cannot be read", where, "Check its coordinates (RFC 7946).") from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ReadError(
            f"its coordinates are not degrees of longitude and latitude ({west:.6g}, {south:.6g})",
            where,
            "Convert the layer to WGS84 (EPSG:4326), longitude first.",
        )
    return as_geojson(shape)
