"""A listing in the words of schema.org: an Event with its next date."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from listings.models import Listing
from mapping.models import Node, NodeKind, Viewer

from .facts import next_spans

SCHEMA = "https://schema.org"


def event(node: Node, viewer: Viewer) -> dict[str, Any]:
    """Return the properties of an Event (https://schema.org/Event) for a listing that still has a date."""
    if node.kind != NodeKind.ACTIVITY:
        return {}
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser", "venue").first()
    spans = next_spans(listing, 1) if listing else []
    if not spans:
        return {}
    [span] = spans
    found: dict[str, Any] = {
        "@type": "Event",
        "startDate": timezone.localtime(span.starts).isoformat(),
        "eventStatus": f"{SCHEMA}/EventScheduled",
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
