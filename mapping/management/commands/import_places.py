"""Import the boundaries of places."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import CommandError, CommandParser

from mapping.commands import places
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.models import Nation, PlaceKind, Units
from mapping.readers.mapping_file import SourceFacts, slugify
from mapping.readers.places import open_places


class Command(ImportCommand):
    help = (
        "Import places (wards, districts, neighbourhoods) with their boundaries from GeoJSON, as they "
        "are from the day of --release on. An older boundary of the same place is kept."
    )
    example = (
        "import_places wards.geojson --kind ward --name-field name --code-field code "
        "--release 2023-05-04 --parent trafford"
    )

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="GeoJSON with polygons")
        parser.add_argument("--kind", required=True, choices=PlaceKind.values)
        parser.add_argument("--name-field", required=True, metavar="F")
        parser.add_argument("--code-field", default="", metavar="F", help="official (GSS) codes")
        parser.add_argument("--slug-field", default="", metavar="F", help="if not made of the name")
        parser.add_argument("--release", required=True, metavar="DATE", help="the day it counts from: 2023-05-04")
        parser.add_argument("--parent", metavar="SLUG", help="the place they all lie in")
        parser.add_argument("--crs", default="", help="such as EPSG:27700; left out: as the file says")
        parser.add_argument("--home", action="store_true", help="they keep a map of their own")
        parser.add_argument(
            "--nation",
            default="",
            choices=[it for it in Nation.values if it],
            help="whose bank holidays count; left out: as the code says (E08000009 is England), or as the parent",
        )
        parser.add_argument("--time-zone", default="", metavar="Z", help="such as Europe/London; left out: TIME_ZONE")
        parser.add_argument("--units", default="", choices=Units.values, help="how distances are told")
        parser.add_argument("--source-title", default="", help="where the boundaries come from")
        parser.add_argument("--source-publisher", default="")
        parser.add_argument("--source-licence", default="")
        parser.add_argument("--source-attribution", default="")

    def run(self, *, file: str, dry_run: bool, **options: Any) -> Outcome:
        try:
            release = datetime.date.fromisoformat(options["release"])
        except ValueError:
            raise CommandError(f"--release {options['release']} is not a date. Write it as 2023-05-04.") from None
        zone = options["time_zone"]
        if zone and zone not in available_timezones():
            raise CommandError(f"--time-zone {zone} is not a time zone. Write it as Europe/London.")
        data = open_places(
            file,
            name_field=options["name_field"],
            code_field=options["code_field"],
            slug_field=options["slug_field"],
            crs=options["crs"],
        )
        title = options["source_title"]
        facts = SourceFacts(
            slug=slugify(title),
            title=title,
            publisher=options["source_publisher"],
            licence=options["source_licence"],
            attribution=options["source_attribution"],
        )
        return places.import_places(
            actor=self.actor,
            rows=self.progress(data.rows()),
            kind=options["kind"],
            release=release,
            source=facts if title else None,
            parent=self.place(options["parent"]),
            home=options["home"],
            settings=places.PlaceSettings(nation=options["nation"], timezone=zone, units=options["units"]),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )
