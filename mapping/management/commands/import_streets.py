"""Import the names of streets, so that search understands them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from mapping.commands import osm, streets
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.mapping_file import SourceFacts, slugify
from mapping.readers.osm import EXTRACTS
from mapping.readers.streets import OsmStreets, read_street_table


class Command(ImportCommand):
    help = (
        "Import the names of streets from an OpenStreetMap extract (.osm, .osm.pbf), or from a table of street, lon, "
        "lat (and town, ward). Several streets may share a name: search asks which one is meant. Load place names "
        "(import_gazetteer) and wards (import_places) first: a street is told by its town and ward."
    )
    example = "import_streets town.osm.pbf --place trafford"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help=".osm, .osm.gz, .osm.bz2, .osm.pbf, or CSV with a header")
        parser.add_argument("--place", metavar="SLUG", help="only streets in this place and within 2 km of it")
        parser.add_argument("--source-title", default="", help="where a table comes from")
        parser.add_argument("--source-publisher", default="")
        parser.add_argument("--source-licence", default="")
        parser.add_argument("--source-attribution", default="")
        parser.add_argument("--source-url", default="")

    def run(self, *, file: str, dry_run: bool, **options: Any) -> Outcome:
        place = self.place(options["place"])
        beside = f", {place.name}" if place else ""
        if file.lower().endswith(EXTRACTS):
            data = OsmStreets(file)
            rows = data.rows()
            facts = SourceFacts(
                slug=slugify(f"streets-openstreetmap-{place.slug if place else ''}"),
                title=f"Streets of OpenStreetMap{beside}",
                publisher=osm.PUBLISHER,
                licence=osm.LICENCE,
                attribution=osm.ATTRIBUTION,
                url=osm.URL,
            )
        else:
            data = None
            rows = read_street_table(file)
            title = options["source_title"]
            if not title:
                raise CommandError("Say where the table comes from: --source-title TITLE.")
            facts = SourceFacts(
                slug=slugify(title),
                title=title,
                publisher=options["source_publisher"],
                licence=options["source_licence"],
                attribution=options["source_attribution"],
                url=options["source_url"],
            )
        outcome = streets.import_streets(
            actor=self.actor,
            rows=self.progress(rows, " streets"),
            source=facts,
            place=place,
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
        if data is not None and data.missing:
            outcome.notes.append(
                f"{data.missing:,} named ways without their points left out: the extract lacks the nodes. "
                "Of Overpass, ask for (._;>;); too."
            )
        return outcome
