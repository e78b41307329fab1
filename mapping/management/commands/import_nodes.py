"""Import nodes from a table or GeoJSON, by a mapping file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mapping.commands import nodes
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.mapping_file import load_mapping
from mapping.readers.nodes import open_nodes


class Command(ImportCommand):
    help = (
        "Import nodes (organisations, assets, ...) from CSV, TSV or GeoJSON. The mapping file says "
        "which column means what: see docs/importing.md."
    )
    example = "import_nodes food_banks.csv --mapping food_banks.toml --place trafford --dry-run"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV, TSV or GeoJSON, in any encoding; .gz too")
        parser.add_argument("--mapping", required=True, metavar="FILE.toml")
        parser.add_argument("--place", metavar="SLUG", help="the place they belong to")
        parser.add_argument("--encoding", help="when it is not found out right, such as cp1252")

    def run(self, *, file: str, mapping: str, dry_run: bool, **options: Any) -> Outcome:
        rules = load_mapping(mapping)
        place = self.place(options["place"] or rules.place)
        data = open_nodes(file, rules, encoding=options["encoding"])
        outcome = nodes.import_nodes(
            actor=self.actor,
            rows=self.progress(data.rows()),
            source=rules.source,
            place=place,
            category_slugs=rules.category_slugs(),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
            shared=data.shared_identifiers(),
        )
        if data.left_out:
            outcome.notes.insert(0, f"{data.left_out:,} rows left out by [only].")
        return outcome
