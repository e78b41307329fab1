"""Import postcodes with their points."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from mapping.commands import postcodes
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.postcodes import read_directory, read_table


class Command(ImportCommand):
    help = (
        "Import postcodes from the ONS directory that is installed with Hereabouts (2.7 million; limit it "
        "with --district), or from a table of postcodes, sectors or outcodes with lon and lat."
    )
    example = "import_postcodes --district E08000009"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="a table; left out: the ONS directory")
        parser.add_argument(
            "--district",
            action="append",
            default=[],
            metavar="CODE",
            help="only this district (GSS code, such as E08000009); may be given more than once",
        )

    def run(self, *, file: str | None, district: list[str], dry_run: bool, **options: Any) -> Outcome:
        rows = read_table(file, district) if file else read_directory(district)
        outcome = postcodes.import_postcodes(
            actor=self.actor,
            rows=self.progress(rows, " batches"),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
        if district and not (outcome.changed or outcome.unchanged or outcome.rejected):
            outcome.notes.append(f"No postcode lies in {', '.join(district)}: check the code.")
        return outcome
