"""Import connections from a file of a network, by a mapping file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError, CommandParser

from mapping.commands import connection_import
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.connection_mapping import load_connection_mapping
from mapping.readers.connections import open_connections
from mapping.readers.graph_formats import FORMATS


class Command(ImportCommand):
    help = (
        "Import connections from GraphML, GEXF, CSV, node-link or Kumu JSON, Kumu's tables, XLSX or 360Giving, as "
        "statements of one source. The mapping file says whose they are and what its words mean: see docs/network.md."
    )
    example = "import_connections kumu.json --place trafford --mapping kumu.toml --dry-run"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="in any of the formats; .gz too")
        parser.add_argument("--mapping", required=True, metavar="FILE.toml")
        parser.add_argument("--place", metavar="SLUG", help="whose nodes are meant; left out: what the mapping says")
        parser.add_argument("--format", choices=FORMATS, help="when it is not recognised")
        parser.add_argument("--elements", metavar="FILE", help="Kumu's second table: the elements")
        parser.add_argument(
            "--names-are-ids", action="store_true", help="show the ids of nodes as names, where they have no other"
        )
        parser.add_argument("--encoding", help="of a table, when it is not found out right, such as cp1252")

    def run(self, *, file: str, mapping: str, dry_run: bool, **options: Any) -> Outcome:
        rules = load_connection_mapping(mapping)
        if options["names_are_ids"]:
            rules = replace(rules, ends=replace(rules.ends, names_are_ids=True))
        place = self.place(options["place"] or rules.place)
        if place is None:
            raise CommandError('Say which place: --place SLUG, or place = "slug" in the mapping file.')
        data = open_connections(
            file, rules, format=options["format"], encoding=options["encoding"], elements=options["elements"]
        )
        return connection_import.import_connections(
            actor=self.actor,
            file=data,
            place=place,
            progress=self.progress,
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
