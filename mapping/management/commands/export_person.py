"""Write down everything that is kept of one person."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from mapping.access.personal_data import Person
from mapping.commands import persons
from mapping.management.base import PlainCommand


class Command(PlainCommand):
    help = (
        "Write everything that is kept of the person with this e-mail address as JSON: what it is, the rows, and what "
        "would stay if they were erased."
    )
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", "Example: manage.py export_person ann@example.org --output ann.json")
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="an address of theirs; the others of the account come along")
        parser.add_argument("--output", metavar="FILE", help="a new file that only you can read; left out: the screen")

    def handle(self, *args: Any, email: str, output: str | None, **options: Any) -> None:
        if "@" not in email:
            raise CommandError(f"{email!r} is not an e-mail address. Write one such as name@example.org.")
        found = persons.export(Person.of(email))
        text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
        rows = sum(len(it["rows"]) for it in found["kept"].values())
        if output is None:
            self.stdout.write(text)
            return
        try:
            # Of nobody else's, and never over another file.
            handle = os.open(Path(output), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{output} cannot be written ({error.strerror}). Give the name of a new file.") from None
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        self.stdout.write(f"{rows:,} rows of {len(found['kept'])} tables are in {output}.")
