"""What a listing is found by besides its name and summary."""

from __future__ import annotations

from .models import Listing


def searched(listing: Listing) -> str:
    """Return the words of its categories, group, venue and address, once each and in order."""
    parts = []
    category = listing.category
    while category is not None:
        parts += [category.name, category.plural]
        category = category.parent
    parts += [
        listing.get_listing_kind_display(),
        listing.organiser.name if listing.organiser else listing.organiser_name,
        listing.venue.name if listing.venue else "",
        listing.public_address,
        listing.public_postcode,
        listing.public_postcode.replace(" ", ""),
    ]
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))
