"""The whole database as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from mapping.commands import restore
from mapping.commands.pg_programs import ProgramFailed
from mapping.management.base import PlainCommand


class Command(PlainCommand):
    """Uploads (MEDIA_ROOT) and the ledger of withdrawals (WITHDRAWALS_ROOT) are folders: copy them with it."""

    help = "Write the whole database to a file, which `restore` brings back: all of it or nothing."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog="Example: manage.py backup monday.dump", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to write it; a file of that name is replaced when all is written")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            size = restore.back_up(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written ({error.strerror}). Choose another place.") from None
        except ProgramFailed as error:
            raise CommandError(f"{error} Nothing was written.") from None
        self.stdout.write(f"{path}: {size / 1e6:.1f} MB.")
