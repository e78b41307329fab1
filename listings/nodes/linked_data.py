"""A listing in the words of schema.org: an Event with its next date."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from listings.models import Listing, Occurrence
from listings.schedules.schedule import Status
from mapping.models import Node, NodeKind, Viewer

from .date_lines import span_of
from .facts import next_rows

SCHEMA = "https://schema.org"
# https://schema.org/EventStatusType
STATUS = {Status.ON: "EventScheduled", Status.MOVED: "EventRescheduled", Status.CANCELLED: "EventCancelled"}


def event(node: Node, viewer: Viewer) -> dict[str, Any]:
    """Return the properties of an Event (https://schema.org/Event) for a listing that still has a date."""
    if node.kind != NodeKind.ACTIVITY:
        return {}
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser", "venue").first()
    rows = next_rows(listing) if listing else []
    if not rows:
        return {}
    # The next that takes place; where none does, the next that does not.
    span = span_of(next((it for it in rows if it.status != Occurrence.Status.CANCELLED), rows[0]))
    found: dict[str, Any] = {
        "@type": "Event",
        "startDate": timezone.localtime(span.starts).isoformat(),
        "eventStatus": f"{SCHEMA}/{STATUS[span.status]}",
        "eventAttendanceMode": f"{SCHEMA}/{'Online' if listing.online else 'Offline'}EventAttendanceMode",
    }
    if span.ends:
        found["endDate"] = timezone.localtime(span.ends).isoformat()
    visible = set(
        Node.objects.visible_to(viewer)
        .filter(pk__in=[pk for pk in (listing.organiser_id, listing.venue_id) if pk])
        .values_list("pk", flat=True)
    )
    organiser = listing.organiser.name if listing.organiser_id in visible else listing.organiser_name
    if organiser:
        found["organizer"] = {"@type": "Organization", "name": organiser}
    if listing.online:
        found["location"] = {"@type": "VirtualLocation", "url": node.website} if node.website else None
    else:
        place: dict[str, Any] = {"@type": "Place"}
        if listing.venue_id in visible:
            place["name"] = listing.venue.name
        address = " ".join(part for part in (node.public_address, node.public_postcode) if part)
        if address:
            place["address"] = address
        found["location"] = place if len(place) > 1 else None
    return {key: value for key, value in found.items() if value}
