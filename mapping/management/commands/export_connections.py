"""Write the connections of a place to a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from mapping.management.base import PlainCommand
from mapping.models import PUBLIC, Place
from mapping.network import export as network_export
from mapping.readers.errors import did_you_mean


class Command(PlainCommand):
    help = (
        "Write the connections of a place that everybody may see to a file, with who states them and on what terms. "
        "Example: manage.py export_connections --place trafford --format graphml trafford.graphml"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to write it; Kumu's elements go beside it as NAME-elements.csv")
        parser.add_argument("--place", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, choices=list(network_export.FORMATS))
        parser.add_argument(
            "--derived",
            choices=(network_export.STATED, network_export.DERIVED, network_export.ALL),
            default=network_export.STATED,
            help="connections worked out by rules: no (unless given), only, or yes: beside the stated ones",
        )

    def handle(self, *args: Any, file: str, place: str, format: str, derived: str, **options: Any) -> None:
        found = Place.objects.current().filter(slug=place).first()
        if found is None:
            hint = did_you_mean(place, Place.objects.current().values_list("slug", flat=True)[:500])
            raise CommandError(f"There is no place '{place}'. {hint or 'Load it first with import_places.'}")
        path = Path(file)
        if path.is_dir() or not path.parent.is_dir():
            why = "it is a folder" if path.is_dir() else "its folder does not exist"
            raise CommandError(f"{path} cannot be written: {why}. Give the name of a file in a folder that exists.")
        address = getattr(settings, "WAGTAILADMIN_BASE_URL", "").rstrip("/")
        export = network_export.prepare(found, PUBLIC, derived=derived, address=address)
        self._write(export, format, path)
        if format == "kumu-csv":
            self._write(export, "kumu-elements", path.with_name(f"{path.stem}-elements{path.suffix or '.csv'}"))

    def _write(self, export: network_export.Export, slug: str, path: Path) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with draft.open("w", encoding="utf-8", newline="") as handle:
                quiet = not sys.stderr.isatty()
                for piece in tqdm(export.written(slug), unit=" pieces", disable=quiet, leave=False, mininterval=0.3):
                    handle.write(piece)
            draft.replace(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written ({error.strerror}). Choose another place.") from None
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
