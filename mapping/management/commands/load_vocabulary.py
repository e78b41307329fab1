"""Load the categories and connection types that come with Hereabouts."""

from __future__ import annotations

from typing import Any

from mapping.commands import vocabulary
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.readers.vocabulary import read_categories, read_connection_types


class Command(ImportCommand):
    help = "Load the categories and connection types that come with Hereabouts (mapping/vocabulary)."
    example = "load_vocabulary"
    may_reject = False

    def run(self, *, dry_run: bool, **options: Any) -> Outcome:
        return vocabulary.load(
            actor=self.actor,
            categories=read_categories(),
            connection_types=read_connection_types(),
            dry_run=dry_run,
        )
