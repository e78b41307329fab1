"""Work out the dates of listings that have come within 18 months."""

from __future__ import annotations

from listings.commands import dates
from mapping.management.base import PlainCommand
from mapping.models import Actor


class Command(PlainCommand):
    help = (
        "Work out the dates of listings 18 months ahead. The worker does so by itself; running it again "
        "changes nothing.\n\nExample: manage.py keep_dates"
    )

    def handle(self, *args, **options) -> None:
        touched = dates.keep_all_dates(actor=Actor.command("keep_dates"))
        self.stdout.write(f"updated {touched}")
