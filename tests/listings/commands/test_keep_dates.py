from __future__ import annotations

from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from listings.commands import listings
from listings.models import Schedule
from mapping.models import Actor
from tests.listings.commands.test_listings import post


def test_the_command_says_how_many_it_touched(place):
    listing = listings.approve(actor=Actor.command("test"), listing=post(place))
    for said in ("updated 0", "updated 1", "updated 0"):
        out = StringIO()
        call_command("keep_dates", stdout=out)
        assert out.getvalue().strip() == said
        if said == "updated 0":
            # As if it had been worked out a month ago.
            listing.occurrences.last().delete()
            Schedule.objects.update(kept_until=timezone.localdate())
