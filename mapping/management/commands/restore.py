"""Bring a back-up back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection

from mapping.commands import restore
from mapping.commands.pg_programs import ProgramFailed
from mapping.management.base import PlainCommand


class Command(PlainCommand):
    """What people have taken back since is taken back again."""

    help = "Replace everything in the database by a file that `backup` wrote. What people took back since stays so."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog="Example: manage.py restore monday.dump --replace", **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file that `backup` (or pg_dump -Fc) wrote")
        parser.add_argument("--replace", action="store_true", help="also when something is in the database: it goes")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            if not options["replace"] and _has_nodes():
                raise CommandError("The database is not empty. With --replace, all that is in it goes.")
            found = restore.restore(path)
        except ProgramFailed as error:
            raise CommandError(f"{error} The database is as it was.") from None
        except (DatabaseError, OSError) as error:
            raise CommandError(
                f"Restored, but what follows failed ({str(error).splitlines()[0]}). Run manage.py migrate and "
                "manage.py reapply_withdrawals before anybody is let in."
            ) from None
        self.stdout.write(
            f"Restored {path}. {found.found} withdrawals were made after it; {found.done} things taken back again."
        )


def _has_nodes() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mapping_node') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM mapping_node)")
        return bool(cursor.fetchone()[0])
