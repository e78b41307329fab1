"""Work out the network of places: measures, groups, the picture."""

from __future__ import annotations

import resource
import time

from django.core.management.base import BaseCommand, CommandError

from mapping.commands import graph
from mapping.models import Place


class Command(BaseCommand):
    help = (
        "Work out the network of every home place, or of one, for its present revision, and keep it. "
        "Does nothing for a place whose network is up to date. Example: manage.py build_graph --place trafford"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--place", metavar="SLUG", help="only this place")
        parser.add_argument("--force", action="store_true", help="work it out again even when it is up to date")

    def handle(self, *args, place: str | None = None, force: bool = False, **options) -> None:
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
            self.stdout.write(f"{it.name}: reading connections ...", ending="\r")
            self.stdout.flush()
            built = graph.build(it, force=force)
            payload = built.snapshot.payload
            took = time.monotonic() - started
            if built.fresh:
                self.stdout.write(f"{it.name}: up to date (revision {built.snapshot.revision})")
                continue
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            self.stdout.write(
                f"{it.name}: connected {payload['connected']:,}, connections {payload['connections']:,}, "
                f"drawn {payload['drawn']:,}, groups {len(payload['findings']['groups']):,}; "
                f"revision {built.snapshot.revision}, {took:.1f} s, {memory} MB"
            )
