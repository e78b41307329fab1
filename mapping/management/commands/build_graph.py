"""Work out the network of places: what follows from what was stated, measures, groups, layout, the picture."""

from __future__ import annotations

from django.core.management.base import CommandError

from mapping.jobs import answers
from mapping.management.base import PlainCommand
from mapping.models import Actor, Place
from mapping.network import build
from mapping.tasks import rebuild

WORDS = {
    "derive": "connections derived",
    "snapshot": "network read",
    "measures": "measured",
    "communities": "groups found",
    "layout": "laid out",
    "islands": "islands without their hub",
    "picture": "drawn and told",
}


class Command(PlainCommand):
    help = (
        "Derive connections and work out the network of every home place, or of one, for its present revision, and "
        "keep it. Each stage is kept when it is done: when stopped, the next run goes on from there. Does "
        "nothing for a place whose network is up to date. Example: manage.py build_graph --place trafford"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--place", metavar="SLUG", help="only this place")
        parser.add_argument("--force", action="store_true", help="work it out again even when it is up to date")

    def handle(self, *args, place: str | None = None, force: bool = False, verbosity: int = 1, **options) -> None:
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
            self._build(it, force, verbosity)

    def _build(self, place: Place, force: bool, verbosity: int) -> None:
        def progress(stage: build.Stage) -> None:
            if verbosity:
                how = "was there" if stage.there else f"{stage.seconds:.1f} s, {stage.megabytes} MB at most"
                self.stdout.write(f"  {place.name}: {WORDS[stage.name]}: {how}")
                self.stdout.flush()

        built = rebuild(place, actor=Actor.command("build_graph"), force=force, progress=progress)
        answers.prepare(place)
        payload = built.snapshot.payload
        if built.fresh:
            self.stdout.write(f"{place.name}: up to date (revision {built.snapshot.revision})")
            return
        self.stdout.write(
            f"{place.name}: connected {payload['connected']:,}, connections {payload['connections']:,}, "
            f"derived {payload['derived']:,}, drawn {payload['drawn']:,}, groups {len(payload['groups']):,}; "
            f"revision {built.snapshot.revision}, {built.seconds:.1f} s, {built.stages[-1].megabytes} MB"
        )
