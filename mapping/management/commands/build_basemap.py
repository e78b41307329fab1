"""Build the basemap of a place from an OpenStreetMap extract or from open layers."""

from __future__ import annotations

import json
import time
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from mapping.commands.change import change
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.maps import basemap
from mapping.readers.basemap_layers import layer_features, osm_features
from mapping.readers.osm_box import said_box

OSM_ATTRIBUTION = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>'


class Command(ImportCommand):
    help = (
        "Build the basemap (PMTiles) of a place, from an OpenStreetMap extract or from a folder of GeoJSON layers "
        "(earth, landuse, water, roads, rail, buildings, boundaries, places). See docs/maps.md."
    )
    example = "build_basemap --place trafford --osm greater-manchester.osm.pbf"
    may_reject = False

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", required=True, metavar="SLUG")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--osm", metavar="FILE", help="an extract, .osm or .osm.pbf")
        what.add_argument("--layers", metavar="DIR", help="a folder of roads.geojson, water.geojson and so on")
        parser.add_argument(
            "--attribution",
            metavar="HTML",
            help="who has to be named on the map; otherwise OpenStreetMap, or what DIR/attribution.html says",
        )

    def run(self, *, place: str, osm: str | None, layers: str | None, dry_run: bool, **options: Any) -> Outcome:
        started = time.monotonic()
        of = self.place(place)
        around = None
        if of.boundary:
            west, south, east, north = of.boundary.extent
            margin = basemap.MARGIN
            around = (west - margin, south - margin, east + margin, north + margin)
        if osm:
            box = _overlap(around, said_box(osm), of.name)
            features = osm_features(osm)
            attribution = options["attribution"] or OSM_ATTRIBUTION
        else:
            box = around
            features = layer_features(layers)
            # The first is asked for now, so that a folder that is none is refused before anything is made.
            features = chain([next(features)], features)
            attribution = options["attribution"] or _attribution(Path(layers))
        built = basemap.build(
            of.slug,
            self.progress(features, unit=" features"),
            box=box,
            attribution=attribution,
            outline=json.loads(of.boundary.geojson) if of.boundary else None,
            dry_run=dry_run,
        )
        counts = ", ".join(f"{layer} {count:,}" for layer, count in built.features.items() if count)
        outcome = Outcome(
            notes=[
                f"Features: {counts}",
                f"{built.basemap.name}: {built.basemap.size / 1e6:.2f} MB, "
                f"zoom {built.basemap.min_zoom} to {built.basemap.max_zoom}, {time.monotonic() - started:.1f} s",
            ]
        )
        outcome.created, outcome.unchanged = int(built.is_new), int(not built.is_new)
        if built.is_new and not dry_run:
            # Maps of the place carry its address, and are kept by revision.
            with change(actor=self.actor, action="build basemap", place=of) as it:
                it.data["name"] = built.basemap.name
        return outcome


def _overlap(around: basemap.Box | None, extract: basemap.Box | None, name: str) -> basemap.Box | None:
    if around is None or extract is None:
        return around or extract
    box = (
        max(around[0], extract[0]),
        max(around[1], extract[1]),
        min(around[2], extract[2]),
        min(around[3], extract[3]),
    )
    if box[0] >= box[2] or box[1] >= box[3]:
        raise CommandError(f"The extract lies outside {name}. Give an extract of the same area, or another place.")
    return box


def _attribution(folder: Path) -> str:
    path = folder / "attribution.html"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
