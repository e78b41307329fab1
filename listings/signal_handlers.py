"""What a listing needs when it goes off the map, and when it comes back."""

from __future__ import annotations

from django.db import transaction

from .commands import dates
from .models import Listing
from .posting import mail


def tell_poster(sender, *, node, reason: str, by_steward: bool, site: str = "", by_flag: bool = False, **rest) -> None:
    """Write to the poster of a listing that a steward took off the map, once that is committed.

    What goes because of flags has letters of its own (listings/moderation/flag_letters.py).
    """
    listing = Listing.objects.select_related("place", "posted_by").filter(pk=node.pk).first()
    if listing is not None and by_steward and not by_flag:
        transaction.on_commit(lambda: mail.taken_off(listing, reason, site))


def bring_dates_up_to_date(sender, *, node, **rest) -> None:
    """Work out the dates that have come within 18 months while the listing was off the map."""
    listing = Listing.objects.filter(pk=node.pk).first()
    if listing is not None:
        dates.keep_dates(listing)
