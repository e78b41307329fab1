"""Derive the connections that follow from what was said: same venue, same funder, near each other ..."""

from __future__ import annotations

import sys
import time

from django.core.management.base import CommandError

from mapping import derivation
from mapping.derivation.derive import counts
from mapping.management.base import PlainCommand
from mapping.models import Actor, Place


class Command(PlainCommand):
    help = (
        "Bring the connections that rules derive up to date, for every home place or one: around what changed since "
        "the last time, or all of them with --full. Example: manage.py derive_connections --place trafford --full"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--place", metavar="SLUG", help="only this place")
        parser.add_argument("--full", action="store_true", help="look at the whole place, whatever changed")
        parser.add_argument("--dry-run", action="store_true", help="count what would change, and keep nothing")

    def handle(self, *args, place: str | None = None, full: bool = False, dry_run: bool = False, **options) -> None:
        places = Place.objects.homes().current().order_by("slug")
        if place:
            places = places.filter(slug=place)
            if not places:
                known = ", ".join(Place.objects.homes().current().values_list("slug", flat=True))
                raise CommandError(
                    f"There is no home place called {place!r}. "
                    + (f"There are: {known}." if known else "Load one first (load_demo).")
                )
        for it in places:
            started = time.monotonic()
            outcome = derivation.derive(
                it,
                actor=Actor.command("derive_connections"),
                full=full,
                dry_run=dry_run,
                progress=lambda step, name=it.name: self._say(f"{name}: {step} ..."),
            )
            took = time.monotonic() - started
            looked = "all of it" if outcome.full else f"around {outcome.touched:,} changed"
            self.stdout.write(
                f"{it.name}: created {outcome.created:,}, updated {outcome.updated:,}, removed {outcome.removed:,} "
                f"({looked}, {took:.1f} s)"
            )
            for rule, number in counts(it).items():
                self.stdout.write(f"  {rule}: {number:,}")
        if dry_run:
            self.stdout.write("Dry run: nothing was kept.")

    def _say(self, text: str) -> None:
        if sys.stdout.isatty():
            self.stdout.write(text, ending="\r")
            self.stdout.flush()
