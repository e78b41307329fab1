"""What a listing is found by besides its name, its summary and what it has from others.

The names of its venue and organiser, and its address, are added by a trigger for as long as they may be known.
"""

from __future__ import annotations

from listings.models import Listing


def searched(listing: Listing) -> str:
    """Return the words of its categories and kind, and of a group that is not on the map, once each and in order."""
    parts = []
    category = listing.category
    while category is not None:
        parts += [category.name, category.plural]
        category = category.parent
    parts += [listing.get_listing_kind_display(), "" if listing.organiser_id else listing.organiser_name]
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))
