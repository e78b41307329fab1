"""List the imports, or take one back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from mapping.commands.forget_import import Forgotten, forget
from mapping.commands.forgetting import reasons
from mapping.management.base import PlainCommand
from mapping.models import Actor, ImportRun
from mapping.readers.errors import one_line

SHOWN = 50


class Command(PlainCommand):
    help = (
        "Take an import back: what only that run said goes, what others said, connected or changed stays. "
        "Without a number, the imports are listed."
    )
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", "Example: manage.py forget_import 12 --dry-run")
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", nargs="?", type=int, metavar="ID", help="left out: list the imports")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and keep everything")

    def handle(self, *args: Any, run: int | None, dry_run: bool, **options: Any) -> None:
        if run is None:
            return self._list()
        found = ImportRun.objects.filter(pk=run).first()
        if found is None:
            raise CommandError(f"There is no import {run}. Run forget_import without a number to see them.")
        try:
            done = forget(actor=Actor.command("forget_import"), run=found, dry_run=dry_run)
        except DatabaseError as error:
            raise CommandError(f"The database refused ({one_line(error, 300)}). Nothing was changed.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was changed.") from None
        self._tell(done)
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")

    def _list(self) -> None:
        runs = list(ImportRun.objects.all()[: SHOWN + 1])
        if not runs:
            self.stdout.write("No import is known.")
        for it in runs[:SHOWN]:
            when = it.started_at.strftime("%Y-%m-%d %H:%M")
            counts = f"made {it.made:,}, changed {it.changed:,}, unchanged {it.unchanged:,}, refused {it.refused:,}"
            end = f" (forgotten {it.forgotten_at:%Y-%m-%d})" if it.forgotten_at else ""
            self.stdout.write(f"{it.pk:>6}  {when}  {it.command}  {it.file}  {it.source_title}: {counts}{end}")
        if len(runs) > SHOWN:
            self.stdout.write(f"The latest {SHOWN}; the older ones are in the admin (/admin/imports/).")

    def _tell(self, done: Forgotten) -> None:
        self.stdout.write(
            f"{done.nodes:,} nodes, {done.statements:,} statements, {done.connections:,} connections "
            f"that only this import spoke of; {done.put_back:,} other nodes as they were before."
        )
        if done.first:
            more = f" and {done.nodes - len(done.first):,} more" if done.nodes > len(done.first) else ""
            self.stdout.write(f"The first: {', '.join(one_line(name, 60) for name in done.first)}{more}.")
        if done.handed_over:
            self.stdout.write(f"{done.handed_over:,} say only what the other source says of them now.")
        if done.changed_since:
            self.stdout.write(f"{done.changed_since:,} nodes have facts that somebody changed since: those are left.")
        words = reasons()
        for reason, number in done.kept.items():
            self.stdout.write(f"{number:,} nodes stay: {words[reason]}.")
