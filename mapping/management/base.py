"""What every command shares: plain errors; and every import: --dry-run, --rejects, progress, the last line."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, OperationalError
from tqdm import tqdm

from config.errors import HereaboutsError
from mapping.commands import import_runs
from mapping.commands.outcome import Outcome, RowsRefused
from mapping.models import Actor, Place
from mapping.readers.errors import Reject, did_you_mean, one_line, readable

REJECT_COLUMNS = ("row", "field", "value", "remedy")
# A spreadsheet would run a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


# Django's own options, and what says nothing about the data.
_NOT_OURS = {*BaseCommand.base_stealth_options, "verbosity", "settings", "pythonpath", "traceback", "no_color"}
_NOT_OURS |= {"force_color", "skip_checks", "dry_run", "rejects"}


class PlainCommand(BaseCommand):
    """A command that tells one of our own errors as what was wrong and what to do, and ends with status 1."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except HereaboutsError as error:
            raise CommandError(one_line(error, 1000)) from error


class ImportCommand(PlainCommand):
    """A command that reads something and writes it whole, or not at all.

    Subclasses give `help`, `example`, `add_import_arguments` and `run`, which returns an Outcome.
    """

    example = ""
    may_reject = True
    requires_system_checks = ()  # pages and their URLs do not matter to an import

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("epilog", f"Example: manage.py {self.example}" if self.example else None)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_import_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="do everything, count it, and keep nothing")
        if self.may_reject:
            parser.add_argument(
                "--rejects",
                metavar="FILE",
                help="keep the good rows, and write the others to FILE (CSV: row, field, value, remedy)",
            )

    def add_import_arguments(self, parser: CommandParser) -> None:
        """Add the command's own arguments."""

    def run(self, **options: Any) -> Outcome:
        """Do the import. Raises ReadError, RowsRefused or CommandError."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        self.actor = Actor.command(type(self).__module__.rpartition(".")[2])
        self.keep_good = bool(options.get("rejects"))
        self._place: Place | None = None
        try:
            with (
                self._rejects(options.get("rejects")),
                readable(options.get("file") or ""),
                self._recorded(options) as run,
            ):
                outcome = self.run(**options)
                if run is not None:
                    import_runs.finish(run, outcome.counts(), self._place)
        except RowsRefused as error:
            raise CommandError(one_line(f"{options.get('file') or 'The rows'}: {error}", 1000)) from None
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database cannot be used ({one_line(error, 200)}). Start it (make db), then try again."
            ) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused the data ({one_line(error, 300)}). Nothing was kept.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was kept.") from None
        for note in outcome.notes:
            self.stdout.write(note)
        if options.get("dry_run"):
            self.stdout.write("Dry run: nothing was kept.")
        self.stdout.write(str(outcome))

    def progress(self, rows: Iterable, unit: str = " rows") -> Iterator:
        """`rows`, counted on the terminal as they pass."""
        return iter(tqdm(rows, unit=unit, disable=not sys.stderr.isatty(), leave=False, mininterval=0.3))

    def on_reject(self, reject: Reject) -> None:
        """Write one rejected row to the file that was asked for."""
        if self._writer:
            # The field too: its name is the file's own.
            cells = (reject.field, reject.value, reject.remedy)
            safe = [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]
            self._writer.writerow((reject.row, *safe))

    def place(self, slug: str | None) -> Place | None:
        """The current place with this slug. Raises CommandError."""
        if not slug:
            return None
        found = Place.objects.current().filter(slug=slug).first()
        if found is None:
            known = list(Place.objects.current().values_list("slug", flat=True)[:500])
            hint = did_you_mean(slug, known)
            if not hint:
                hint = "Load it first with import_places."
            raise CommandError(f"There is no place '{slug}'. {hint}")
        self._place = found
        return found

    def _recorded(self, options: dict[str, Any]) -> AbstractContextManager:
        """The row that this run gets; a dry run leaves none."""
        if options.get("dry_run"):
            return nullcontext()
        own = {name: value for name, value in options.items() if name not in _NOT_OURS and value not in (None, "", [])}
        name = type(self).__module__.rpartition(".")[2]
        return import_runs.recorded(actor=self.actor, command=name, file=options.get("file"), options=own)

    @contextmanager
    def _rejects(self, name: str | None) -> Iterator[None]:
        """Open the rejects file; it appears under its name only when the import went through."""
        self._writer = None
        if not name:
            with nullcontext():
                yield
            return
        path = Path(name)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            handle: IO[str] = draft.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(
                f"The rejects file {path} cannot be written ({error.strerror}). Choose another place."
            ) from None
        try:
            with handle:
                self._writer = csv.writer(handle)
                self._writer.writerow(REJECT_COLUMNS)
                yield
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
