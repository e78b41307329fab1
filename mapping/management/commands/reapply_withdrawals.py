"""Do again what people took back after the back-up that the database was restored from."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from mapping.commands import restored_withdrawals
from mapping.management.base import PlainCommand


class Command(PlainCommand):
    """`restore`, the web server and the worker run it themselves."""

    help = "Take back again what people took back after the back-up that this database was restored from."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, epilog="Example: manage.py reapply_withdrawals --dry-run", **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = restored_withdrawals.reapply(dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(
                f"The ledger of withdrawals cannot be read or written ({error.strerror}). See WITHDRAWALS_ROOT."
            ) from None
        except DatabaseError as error:
            raise CommandError(f"{error} Look at what is said above, then run it again.") from None
        if options["dry_run"]:
            self.stdout.write(f"Dry run: {found.found} are not known to this database; nothing was changed.")
            return
        self.stdout.write(f"{found.found} were not known to this database; {found.done} things taken back again.")
