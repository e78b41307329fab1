"""Work out the opening intervals of the weeks ahead."""

from mapping.commands import opening_hours
from mapping.management.base import PlainCommand
from mapping.models import OpeningHours


class Command(PlainCommand):
    help = (
        "Works out what is open when. Example: manage.py fill_opening_hours. Reaches five weeks ahead; the worker "
        "does it each hour; run it by hand after an upgrade, or with --all when bank holidays have been announced."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--all", action="store_true", help="everything anew, not only what is missing")

    def handle(self, *args, **options) -> None:
        if options["all"]:
            OpeningHours.objects.update(filled_until=None)
        written = opening_hours.fill_due()
        self.stdout.write(f"{written:,} intervals written; {OpeningHours.objects.count():,} nodes have opening hours.")
