"""A node in the words of schema.org, as a JSON-LD script element (a data block: it never runs)."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from mapping.models import PUBLIC, Node, NodeKind, Viewer
from mapping.opening_hours import State

from . import hours_description
from .providers import linked_data_for

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TYPES = {NodeKind.ORGANISATION: "Organization", NodeKind.ASSET: "Place", NodeKind.PROJECT: "Project"}
# What schema.org has a closer word for, by category.
CLOSER = {
    "library": "Library",
    "park": "Park",
    "playground": "Playground",
    "pharmacy": "Pharmacy",
    "post-office": "PostOffice",
    "church": "Church",
    "mosque": "Mosque",
    "museum": "Museum",
}
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def describe(node: Node, url: str) -> dict[str, Any]:
    """Return `node` as schema.org has it; only what is public on its page. `url` is its permanent address."""
    slug = node.category.slug if node.category else ""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": CLOSER.get(slug) or TYPES.get(node.kind, "Thing"),
        "@id": url,
        "url": node.website or url,
        "name": node.name,
    }
    optional = {
        "description": node.summary,
        "alternateName": list(node.other_names),
        "telephone": node.phone,
        "email": node.email,
    }
    found |= {key: value for key, value in optional.items() if value}
    address = {"streetAddress": node.public_address, "postalCode": node.public_postcode}
    if any(address.values()):
        found["address"] = {"@type": "PostalAddress", **{key: value for key, value in address.items() if value}}
    point = node.public_point
    if point is not None and found["@type"] not in ("Project", "Thing"):
        geo = {"@type": "GeoCoordinates", "latitude": round(point.y, 5), "longitude": round(point.x, 5)}
        if found["@type"] == "Organization":
            found["location"] = {"@type": "Place", "geo": geo}
        else:
            found["geo"] = geo
    hours = _hours(node)
    if hours and found["@type"] not in ("Organization", "Project", "Thing"):
        found["openingHoursSpecification"] = hours
    return found


def _hours(node: Node) -> list[dict[str, str]]:
    """The usual week and, with their dates, the days that differ: holidays, the first Saturday of a month."""
    hours = getattr(node, "opening_hours", None)
    week = hours_description.week(hours, timezone.now().astimezone(hours.zone).date()) if hours else None
    if week is None:
        return []
    found = []
    for weekday, spans in enumerate(week.usual):
        day = {"dayOfWeek": f"https://schema.org/{DAYS[weekday]}"}
        found += [_specification(it, day) for it in spans if it.state == State.OPEN]
    if not found and not any(it.state == State.OPEN for day in week.differing for it in day.spans):
        return []
    for day in week.differing:
        date = day.date.isoformat()
        only = {"validFrom": date, "validThrough": date}
        if day.why:
            only["name"] = day.why
        sure = [_specification(it, only) for it in day.spans if it.state == State.OPEN]
        if sure:
            found += sure
        elif day.spans:
            # There is no word for "perhaps": a day without times, and the reason for people.
            found.append({"@type": "OpeningHoursSpecification", **only, "description": day.words})
        else:
            # Closed, as schema.org has it.
            found.append({"@type": "OpeningHoursSpecification", **only, "opens": "00:00", "closes": "00:00"})
    return found


def _specification(span: hours_description.Span, day: dict[str, str]) -> dict[str, str]:
    """One stretch; one that passes midnight closes the next day."""
    closes = "23:59" if span.end == 1440 else f"{span.end // 60 % 24:02}:{span.end % 60:02}"
    return {
        "@type": "OpeningHoursSpecification",
        **day,
        "opens": f"{span.start // 60:02}:{span.start % 60:02}",
        "closes": closes,
    }


def script(node: Node, url: str, viewer: Viewer = PUBLIC) -> SafeString:
    """Return the script element. Nothing in it can end it: `<`, `>` and `&` are written as escapes."""
    told = describe(node, url) | linked_data_for(node, viewer)
    text = json.dumps(told, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
