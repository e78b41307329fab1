"""Import names of settlements and suburbs, so that search understands them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mapping.commands import gazetteer
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.gazetteer import read_gazetteer


class Command(ImportCommand):
    help = (
        "Import place names from a table of name, district, type, lat, lon (in this order, or with a "
        "header). Several places may share a name: search asks which one is meant."
    )
    example = "import_gazetteer gb_places.tsv"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="TSV or CSV")

    def run(self, *, file: str, dry_run: bool, **options: Any) -> Outcome:
        return gazetteer.import_gazetteer(
            actor=self.actor,
            rows=self.progress(read_gazetteer(file)),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
