"""Import amenities and other named things from an OpenStreetMap extract."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mapping.commands import osm
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.models import Category
from mapping.readers.osm import OsmFile
from mapping.readers.vocabulary import read_osm_tags


class Command(ImportCommand):
    help = (
        "Import what an OpenStreetMap extract (.osm, .osm.pbf) has within a place: amenities, shops worth "
        "listing, leisure, worship, community, health, education. The table of tags is in docs/importing.md."
    )
    example = "import_osm town.osm.pbf --place trafford --dry-run"
    may_reject = False

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=".osm, .osm.gz, .osm.bz2 or .osm.pbf")
        parser.add_argument("--place", required=True, metavar="SLUG")

    def run(self, *, file: str, place: str, dry_run: bool, **options: Any) -> Outcome:
        found = self.place(place)
        assert found is not None
        table = read_osm_tags()
        data = OsmFile(file, table, dict(Category.objects.values_list("slug", "name")))
        outcome = osm.import_osm(
            actor=self.actor,
            rows=self.progress(data.rows(), " things"),
            categories={slug for _, slug in table.rules},
            place=found,
            dry_run=dry_run,
        )
        if data.unnamed:
            outcome.notes.append(f"{data.unnamed:,} without a name left out.")
        return outcome
