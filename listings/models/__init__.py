"""Organisations and what they post."""

from .draft import PostDraft
from .listing import Listing, ListingKind, Occurrence, Repeats
from .organisation import EDITING_ROLES, Membership, MembershipRole, Organisation

__all__ = [
    "EDITING_ROLES",
    "Listing",
    "ListingKind",
    "Membership",
    "MembershipRole",
    "Occurrence",
    "Organisation",
    "PostDraft",
    "Repeats",
]
