"""Who runs a listing, for questions about what one group has."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from listings.models import Listing


def run_by(group: uuid.UUID) -> QuerySet:
    """The ids of the listings that a group runs, whoever may see them."""
    return Listing.objects.filter(organiser__uuid=group).order_by().values("pk")
