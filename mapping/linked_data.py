"""A node in the words of schema.org, as a JSON-LD script element (a data block: it never runs)."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from .details import linked_data_for
from .models import Node, NodeKind
from .viewers import PUBLIC, Viewer

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
    hours = [_spell(it) for it in node.hours.all() if it.opens is not None]
    if hours and found["@type"] not in ("Organization", "Project", "Thing"):
        found["openingHoursSpecification"] = hours
    return found


def _spell(hours) -> dict[str, str]:
    """One spell of a week; one that passes midnight closes the next day, as schema.org has it."""
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{DAYS[hours.weekday]}",
        "opens": f"{hours.opens // 60:02}:{hours.opens % 60:02}",
        "closes": "23:59" if hours.closes == 1440 else f"{hours.closes // 60 % 24:02}:{hours.closes % 60:02}",
    }


def script(node: Node, url: str, viewer: Viewer = PUBLIC) -> SafeString:
    """Return the script element. Nothing in it can end it: `<`, `>` and `&` are written as escapes."""
    told = describe(node, url) | linked_data_for(node, viewer)
    text = json.dumps(told, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
