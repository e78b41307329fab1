"""Take in the events of a calendar that a group keeps elsewhere, once."""

from __future__ import annotations

import argparse
import json
import re
import uuid as uuids
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from listings.feeds.addresses import feed_address
from listings.feeds.events import Reading, Window
from listings.feeds.fetch import fetch
from listings.feeds.readers import MAX_BYTES, read
from listings.feeds.sync import sync_bytes
from listings.models import Feed, Organisation
from mapping.management.base import PlainCommand
from mapping.models import Actor, Place
from mapping.readers.errors import did_you_mean
from mapping.readers.text import open_bytes

# As far as dates are worked out for what repeats.
AHEAD = timedelta(days=548)
# Only printed, so that a long window may have many.
MAX_PRINTED = 100_000


class Command(PlainCommand):
    help = (
        "Take in the events of a calendar (.ics, CSV, GeoJSON, RSS, Atom, or a page with schema.org data) for a group. "
        "With --dry-run it only says what would come in."
    )
    requires_system_checks = ()

    example = "import_calendar programme.ics --organisation 6d3c8f0e-5b1e-4f8e-9a55-0f3c2f6f7a11 --dry-run"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=f"Example: manage.py {self.example}", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("calendar", metavar="FILE_OR_URL")
        parser.add_argument("--organisation", metavar="ID", help="the group whose calendar it is (UUID or number)")
        parser.add_argument(
            "--place", metavar="SLUG", help="the place whose clocks hold; the group has to be one of it"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would come in, and write nothing")
        parser.add_argument("--json", action="store_true", help="with --dry-run: print the occurrences as JSON")
        for name, dest, what in (("--from", "since", "first"), ("--to", "until", "last")):
            text = f"the {what} day of the occurrences, such as 2026-07-14 (that day included)"
            parser.add_argument(name, dest=dest, metavar="DATE", type=_day, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["dry_run"]:
            raise CommandError("--json only says what would come in: add --dry-run.")
        place = self._place(options["place"]) if options["place"] else None
        organisation = self._organisation(options["organisation"], place) if options["organisation"] else None
        if not options["dry_run"]:
            if organisation is None:
                raise CommandError("Say whose calendar it is: --organisation ID. Or add --dry-run.")
            if options["since"] or options["until"]:
                raise CommandError("--from and --to only choose what --dry-run says: leave them out.")
            self._import(options["calendar"], organisation)
            return
        kept_by = place or (organisation.place if organisation is not None else None)
        home = ZoneInfo(kept_by.timezone if kept_by is not None else settings.TIME_ZONE)
        first = options["since"] or timezone.now().astimezone(home).date()
        last = options["until"] or first + AHEAD
        if last < first:
            raise CommandError(f"--to ({last}) is before --from ({first}). Exchange them.")
        window = Window(first, last, home, occurrences=MAX_PRINTED)
        name = options["calendar"]
        reading = read(self._bytes(name), home=home, window=window, address=name)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(reading), ensure_ascii=False, indent=1))
        else:
            self._say(reading, first, last)

    def _import(self, name: str, organisation: Organisation) -> None:
        """Take in what is there now. Again, it is kept in step with what was taken in before."""
        data = self._bytes(name)
        url = feed_address(name) if is_address(name) else f"file:{Path(name).name}"[:1000]
        feed, _made = Feed.objects.get_or_create(organisation=organisation, url=url, defaults={"paused": True})
        feed = Feed.objects.select_related("organisation__place", "category").get(pk=feed.pk)
        outcome = sync_bytes(feed, data, actor=Actor.command("import_calendar"), address=name)
        for problem in outcome.problems:
            self.stdout.write(str(problem))
        if outcome.failure:
            raise CommandError(f"{name}: {outcome.failure}")
        kept = outcome.kept
        unchanged = max(0, outcome.events - kept.created - kept.changed)
        self.stdout.write(
            f"created {kept.created:,}, updated {kept.changed:,}, unchanged {unchanged:,}, "
            f"taken off the map {kept.taken_out:,}, problems {len(outcome.problems):,}"
        )

    def _place(self, slug: str) -> Place:
        found = Place.objects.current().filter(slug=slug).first()
        if found is None:
            known = list(Place.objects.current().values_list("slug", flat=True)[:500])
            raise CommandError(f"There is no place '{slug}'. {did_you_mean(slug, known)}".rstrip())
        return found

    def _organisation(self, said: str, place: Place | None) -> Organisation:
        try:
            wanted = Q(uuid=uuids.UUID(said))
        except ValueError:
            wanted = Q(pk=int(said)) if said.isdigit() and len(said) < 18 else Q(pk=None)
        found = Organisation.objects.filter(wanted).select_related("place").first()
        if found is None:
            raise CommandError(f"There is no organisation '{said}'. Its ID is at the end of the address of its page.")
        if place is not None and found.place_id != place.pk:
            where = found.place.slug if found.place is not None else "no place"
            raise CommandError(f"'{found.name}' is kept in {where}, not in {place.slug}. Leave --place out.")
        if found.place is None:
            raise CommandError(f"'{found.name}' is in no place yet. Put it into one first.")
        return found

    def _bytes(self, name: str) -> bytes:
        if is_address(name):
            return fetch(name).data
        path = Path(name)
        if path.is_file() and not path.stat().st_size:
            # Told as a problem of the calendar, as it is when an address answers with nothing.
            return b""
        with open_bytes(path) as handle:
            return handle.read(MAX_BYTES + 1)

    def _say(self, reading: Reading, first: date, last: date) -> None:
        live = [(event, it) for event, it in reading.occurrences() if it.is_live]
        for event, it in live[:50]:
            self.stdout.write(f"{_said(it.starts)}  {it.name or event.name}  {it.location or event.location}".rstrip())
        if len(live) > 50:
            self.stdout.write(f"and {len(live) - 50:,} more.")
        for problem in reading.problems:
            self.stdout.write(str(problem))
        self.stdout.write("Dry run: nothing was kept.")
        self.stdout.write(
            f"{len(reading.events):,} events, {len(live):,} occurrences from {first} to {last}, "
            f"{len(reading.problems):,} problems."
        )


def is_address(name: str) -> bool:
    return re.match(r"(?:https?|webcals?):", name, re.IGNORECASE) is not None


def as_json(reading: Reading) -> dict[str, list]:
    """The live occurrences in order, and the problems as sentences."""
    return {
        "occurrences": [
            {"uid": event.uid, "start": it.starts.isoformat()} for event, it in reading.occurrences() if it.is_live
        ],
        "problems": [str(it) for it in reading.problems],
    }


def _said(moment: date | datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment} all day  "


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not a day. Write it as 2026-07-14.") from None
