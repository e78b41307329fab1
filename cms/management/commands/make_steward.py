"""Let somebody look after a place."""

from __future__ import annotations

from django.core.management.base import CommandError

from cms.commands import ensure_pages, ensure_steward
from mapping.management.base import PlainCommand
from mapping.models import Actor, Place


class Command(PlainCommand):
    help = (
        "Make a person a steward of a place: they approve what groups post and edit the place's page.\n"
        "They sign in with a code sent to their address.\n\n"
        "Example: manage.py make_steward ann@example.org --place trafford"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", help="their e-mail address")
        parser.add_argument("--place", required=True, metavar="SLUG", help="slug of the place")

    def handle(self, *args, email: str, place: str, **options) -> None:
        found = Place.objects.current().homes().filter(slug=place).first()
        if found is None:
            homes = ", ".join(Place.objects.current().homes().values_list("slug", flat=True))
            raise CommandError(
                f"There is no place {place!r} that keeps a map. "
                + (f"There is: {homes}." if homes else "There is none yet: run manage.py import_places first.")
            )
        actor = Actor.command("make_steward")
        ensure_pages(found, actor)
        ensure_steward(email, found, actor)
        self.stdout.write(f"{email} is a steward of {found.name}. They sign in at /accounts/login/.")
