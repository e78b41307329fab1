"""Write the map of a place as one file that needs no internet."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from mapping.management.base import PlainCommand
from mapping.maps.builder import build_map
from mapping.models import PUBLIC, Place
from mapping.readers.errors import did_you_mean


class Command(PlainCommand):
    help = (
        "Write the map of a place, with everything that everybody may see, as one HTML file that needs no internet. "
        "Example: manage.py export_map --place trafford --html trafford.html"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", required=True, metavar="SLUG")
        parser.add_argument("--html", required=True, metavar="FILE", help="where to write it")

    def handle(self, *args, place: str, html: str, **options) -> None:
        found = Place.objects.current().filter(slug=place).first()
        if found is None:
            hint = did_you_mean(place, Place.objects.current().values_list("slug", flat=True)[:500])
            raise CommandError(f"There is no place '{place}'. {hint or 'Load it first with import_places.'}")
        path = Path(html)
        if path.is_dir() or not path.parent.is_dir():
            why = "it is a folder" if path.is_dir() else "its folder does not exist"
            raise CommandError(f"{path} cannot be written: {why}. Give the name of a file in a folder that exists.")
        try:
            data = build_map(found, viewer=PUBLIC, offline=True).single_file().encode("utf-8")
        except FileNotFoundError as error:
            raise CommandError(str(error)) from None
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_bytes(data)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise CommandError(f"{path} cannot be written ({error.strerror}). Choose another place.") from None
        self.stdout.write(f"{path}: {len(data) / 1e6:.1f} MB")
