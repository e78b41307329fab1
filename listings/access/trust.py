"""How far a person is trusted in a place."""

from __future__ import annotations

from listings.models import Listing, Trust, TrustLevel
from mapping.models import Place

from . import permissions

# After so many posts that were published, the queue offers a steward to trust their poster.
OFFERED_AFTER = 3


def published_by(user, place: Place):
    """What this person posted in this place that has been live."""
    return Listing.objects.filter(posted_by=user, place=place, confirmed_at__isnull=False)


def level(user, place: Place) -> TrustLevel:
    """New (nothing of theirs has been live yet), known, trusted, or a steward of the place. At most four queries."""
    if not user.is_authenticated:
        return TrustLevel.NEW
    if permissions.can_decide(user, place.pk):
        return TrustLevel.STEWARD
    if Trust.objects.filter(user=user, place=place).exists():
        return TrustLevel.TRUSTED
    return TrustLevel.KNOWN if published_by(user, place).exists() else TrustLevel.NEW


def may_be_offered(user, place: Place) -> bool:
    """Whether a steward may well trust them: enough of theirs was published, and nobody has said so yet."""
    return level(user, place) == TrustLevel.KNOWN and published_by(user, place)[:OFFERED_AFTER].count() >= OFFERED_AFTER
