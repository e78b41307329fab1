"""Import grants in the 360Giving standard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from mapping.commands import grants
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.grants import GrantRow, read_grants
from mapping.readers.mapping_file import SourceFacts, slugify


class Command(ImportCommand):
    help = (
        "Import grants (360Giving CSV or JSON): organisations, and who funds whom, with amount and date. "
        "Spellings of one organisation are brought together by its identifiers."
    )
    example = "import_grants grants.csv --place trafford"

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="CSV or JSON of the 360Giving standard")
        parser.add_argument("--place", metavar="SLUG", help="the place the organisations belong to")
        parser.add_argument("--source-slug", default="", help="left out: the name of the file")
        parser.add_argument("--source-title", default="", help="left out: made of the funder's name")
        parser.add_argument("--source-publisher", default="", help="left out: the funder")
        parser.add_argument("--source-licence", default="")
        parser.add_argument("--source-attribution", default="")
        parser.add_argument("--source-url", default="")

    def run(self, *, file: str, dry_run: bool, **options: Any) -> Outcome:
        def source(rows: Sequence[GrantRow]) -> SourceFacts:
            funders = sorted({row.funder.name for row in rows})
            who = funders[0] if len(funders) == 1 else f"{len(funders)} funders"
            stem = Path(file).name.partition(".")[0]
            return SourceFacts(
                slug=slugify(options["source_slug"] or stem) or "grants",
                title=options["source_title"] or f"Grants given by {who}",
                publisher=options["source_publisher"] or (who if len(funders) == 1 else ""),
                licence=options["source_licence"],
                attribution=options["source_attribution"],
                url=options["source_url"],
            )

        read = read_grants(file)
        outcome = grants.import_grants(
            actor=self.actor,
            rows=self.progress(read, " grants"),
            source=source,
            place=self.place(options["place"]),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
        outcome.notes += read.notes()
        return outcome
