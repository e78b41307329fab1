"""Take in the events of a calendar that a group keeps elsewhere, once."""

from __future__ import annotations

import argparse
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from listings.feeds.events import Reading, Window
from listings.feeds.fetch import fetch
from listings.feeds.readers import MAX_BYTES, read
from mapping.management.base import PlainCommand
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
        parser.add_argument("--place", metavar="SLUG", help="the place, when it is not that of the group")
        parser.add_argument("--dry-run", action="store_true", help="say what would come in, and write nothing")
        parser.add_argument("--json", action="store_true", help="with --dry-run: print the occurrences as JSON")
        for name, dest, what in (("--from", "since", "first"), ("--to", "until", "last")):
            text = f"the {what} day of the occurrences, such as 2026-07-14 (that day included)"
            parser.add_argument(name, dest=dest, metavar="DATE", type=_day, help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["dry_run"]:
            raise CommandError("--json only says what would come in: add --dry-run.")
        home = ZoneInfo(settings.TIME_ZONE)
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

    def _bytes(self, name: str) -> bytes:
        if re.match(r"(?:https?|webcals?):", name, re.IGNORECASE):
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
