"""Import the boundaries of places."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import CommandError, CommandParser

from mapping.commands import osm, places
from mapping.commands.outcome import Outcome
from mapping.management.base import ImportCommand
from mapping.models import Nation, PlaceKind, Units
from mapping.readers.errors import Reject
from mapping.readers.mapping_file import SourceFacts, slugify
from mapping.readers.osm import EXTRACTS
from mapping.readers.places import PlaceRow, open_places, place_of_extract


class Command(ImportCommand):
    help = (
        "Import places (wards, districts, neighbourhoods) with their boundaries from GeoJSON, as they "
        "are from the day of --release on. An older boundary of the same place is kept. Of an OpenStreetMap extract "
        "(.osm, .osm.pbf) its box becomes the boundary of one place, which --name calls."
    )
    example = (
        "import_places wards.geojson --kind ward --name-field name --code-field code "
        "--release 2023-05-04 --parent trafford"
    )

    def add_import_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="GeoJSON with polygons, or an OpenStreetMap extract")
        parser.add_argument("--kind", required=True, choices=PlaceKind.values)
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--name-field", default="", metavar="F", help="the property that is their name")
        what.add_argument("--name", default="", help="of an OpenStreetMap extract: what the place is called")
        parser.add_argument("--slug", default="", help="of an OpenStreetMap extract, if not made of the name")
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
        rows, facts = _of_extract(file, **options) if file.lower().endswith(EXTRACTS) else _of_geojson(file, **options)
        return places.import_places(
            actor=self.actor,
            rows=self.progress(rows),
            kind=options["kind"],
            release=release,
            source=facts if facts.title else None,
            parent=self.place(options["parent"]),
            home=options["home"],
            settings=places.PlaceSettings(nation=options["nation"], timezone=zone, units=options["units"]),
            keep_good=self.keep_good,
            on_reject=self.on_reject,
            dry_run=dry_run,
        )


def _of_geojson(file: str, **options: Any) -> tuple[Iterator[PlaceRow | Reject], SourceFacts]:
    if not options["name_field"]:
        raise CommandError("Say which property of the features is their name: --name-field F.")
    data = open_places(
        file,
        name_field=options["name_field"],
        code_field=options["code_field"],
        slug_field=options["slug_field"],
        crs=options["crs"],
    )
    return data.rows(), _source(options, SourceFacts(slug="", title=""))


def _of_extract(file: str, **options: Any) -> tuple[Iterator[PlaceRow | Reject], SourceFacts]:
    if not slugify(options["name"]):
        raise CommandError("Say what the place is called: --name NAME.")
    facts = SourceFacts(
        slug="",
        title=f"Box of an OpenStreetMap extract, {options['name']}",
        publisher=osm.PUBLISHER,
        licence=osm.LICENCE,
        attribution=osm.ATTRIBUTION,
        url=osm.URL,
    )
    return place_of_extract(file, name=options["name"], slug=options["slug"]), _source(options, facts)


def _source(options: dict[str, Any], otherwise: SourceFacts) -> SourceFacts:
    """What the options say of where the boundaries come from; what they do not say is as in `otherwise`."""
    said = {name: options[f"source_{name}"] for name in ("title", "publisher", "licence", "attribution")}
    facts = replace(otherwise, **{name: text for name, text in said.items() if text})
    return replace(facts, slug=slugify(facts.title))
