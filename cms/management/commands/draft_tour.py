"""Draft a tour of a place's network."""

from __future__ import annotations

from django.core.management.base import CommandError

from cms.tour_draft import draft_tour
from mapping.answers import bounds
from mapping.management.base import PlainCommand
from mapping.models import Actor, Place


class Command(PlainCommand):
    help = (
        "Draft a tour of five to eight steps through the network of a place: the whole, the centre, the bridges, the "
        "groups, the edges, a gap, what if. A steward edits and publishes it in the admin.\n\n"
        "Example: manage.py draft_tour --place trafford"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--place", required=True, metavar="SLUG", help="slug of the place")
        parser.add_argument("--publish", action="store_true", help="publish it at once, as it is")

    def handle(self, *args, place: str, publish: bool = False, **options) -> None:
        found = Place.objects.current().homes().filter(slug=place).first()
        if found is None:
            homes = ", ".join(Place.objects.current().homes().values_list("slug", flat=True))
            raise CommandError(
                f"There is no place {place!r} that keeps a map. "
                + (f"There is: {homes}." if homes else "There is none yet: run manage.py import_places first.")
            )
        with bounds.lifted():
            tour = draft_tour(actor=Actor.command("draft_tour"), place=found, publish=publish)
        steps = ", ".join(it.title for it in tour.steps.all())
        self.stdout.write(f"{tour.title}: {steps}.")
        self.stdout.write(
            f"Published at {tour.get_url()}" if publish else f"A draft; edit it at /admin/pages/{tour.pk}/edit/"
        )
