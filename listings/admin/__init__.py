"""Organisations, listings and what belongs to them in Django's own admin, for whoever runs the site."""

from . import groups, listings, moderation, reports, taking_part

__all__ = ["groups", "listings", "moderation", "reports", "taking_part"]
