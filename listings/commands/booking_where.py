"""Where a booked date takes place: as it was when people booked, and whether it is elsewhere now.

    date.where = where_of(listing, row)       # "online", "@53.42000,-2.32000" or "=The back room"
    is_elsewhere(date.where, where_of(listing, row))

Written down as the public may know it, so that nothing more exact is kept here than anybody can read.
"""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from listings.models import Listing, Occurrence
from mapping.models import PUBLIC, Node

# Metres. A pin that was set straight is no other place.
SAME_PLACE = 150
MAX = 300


def where_of(listing: Listing, row: Occurrence | None) -> str:
    """Return where it is, to be compared; "" when nobody said. `row` is its date in the calendar, if it has one."""
    if row is not None and (row.venue_id or row.where):
        if row.venue_id and row.venue.public_point is not None:
            return _point(row.venue)
        return f"={row.where or row.venue.name}"[:MAX]
    if listing.online:
        return "online"
    if listing.public_point is not None:
        return _point(listing)
    said = listing.address or listing.postcode
    return f"={said}"[:MAX] if said else ""


def is_elsewhere(before: str, now: str) -> bool:
    """Whether people would go to the wrong place. What was not known before has not changed."""
    if before == now or not before:
        return False
    if before[0] == now[:1] == "@":
        return _metres(before, now) > SAME_PLACE
    return True


def in_words(listing: Listing, row: Occurrence | None) -> str:
    """Return where it is as anybody may read it, in one line; "" when its page has to be asked."""
    if row is not None and (row.venue_id or row.where):
        return ", ".join(it for it in (_name(row.venue_id), row.where) if it)
    if listing.online:
        return _("Online")
    said = (_name(listing.venue_id), listing.public_address, listing.public_postcode)
    return ", ".join(it for it in said if it)


def _name(node_id: int | None) -> str:
    if node_id is None:
        return ""
    return Node.objects.visible_to(PUBLIC).filter(pk=node_id).values_list("name", flat=True).first() or ""


def _point(node: Node) -> str:
    return f"@{node.public_point.y:.5f},{node.public_point.x:.5f}"


def _metres(one: str, other: str) -> float:
    (lat, lon), (lat2, lon2) = ([float(part) for part in it[1:].split(",")] for it in (one, other))
    # Near enough for places of one town: a degree of latitude is 111,320 m.
    east = (lon - lon2) * math.cos(math.radians((lat + lat2) / 2))
    return math.hypot(lat - lat2, east) * 111_320
