"""What a listing is found by besides its name, its summary and what it has from others.

The names of its venue and organiser, and its address, are added by a trigger for as long as they may be known.
"""

from __future__ import annotations

from listings.models import Listing
from mapping.models import StepFree
from mapping.models.features import FEATURES, STEP_FREE, audience_labels, feature_labels, language_labels


def searched(listing: Listing) -> str:
    """Return the words of its categories, kind and facts, and of a group that is not on the map, once each."""
    parts = []
    category = listing.category
    while category is not None:
        parts += [category.name, category.plural]
        category = category.parent
    parts += [listing.get_listing_kind_display(), "" if listing.organiser_id else listing.organiser_name]
    parts += [*feature_labels(listing.features), *audience_labels(listing.audiences)]
    parts += language_labels(listing.languages)
    if listing.step_free == StepFree.YES:
        parts.append(FEATURES[STEP_FREE].label)
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))
