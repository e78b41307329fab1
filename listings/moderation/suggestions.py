"""What anybody may suggest about a node: some facts of its page, or a sentence. The fields, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from listings.models import Listing
from mapping.models import LocationPrecision, Node

from . import diff

WORDS = "words"
LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "summary": gettext_lazy("What is said of it"),
    "address": gettext_lazy("Address"),
    "hours_text": gettext_lazy("Opening hours"),
    "cost": gettext_lazy("Cost"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "website": gettext_lazy("Website"),
    WORDS: gettext_lazy("Something else"),
}


def facts_of(node: Node) -> dict[str, str]:
    """What can be suggested otherwise, as everybody may know it. An address that is not told is no part of it."""
    found = {name: getattr(node, name) for name in ("name", "summary", "phone", "email", "website")}
    is_listing = isinstance(node, Listing)
    at_venue = is_listing and node.venue_id is not None
    told = not node.is_coarsened or node.location_precision == LocationPrecision.STREET
    if told and not at_venue and not (is_listing and node.online):
        found["address"] = node.address
    if is_listing:
        found["cost"] = node.cost
    else:
        found["hours_text"] = node.hours_text
    return {name: found[name] for name in LABELS if name in found}


def lines(base: Mapping[str, str], typed: Mapping[str, str], now: Mapping[str, str]) -> list[diff.Line]:
    """The difference, fact by fact. A fact that says something else by now than when it was written is marked."""
    shown = []
    for name, label in LABELS.items():
        if name not in typed:
            continue
        was, becomes, current = base.get(name, ""), typed[name], now.get(name, base.get(name, ""))
        conflict = name != WORDS and current not in (was, becomes)
        marks = [(diff.IN, becomes)] if name == WORDS else diff.parts(was, becomes)
        shown.append(
            diff.Line(
                name,
                str(label),
                was,
                becomes,
                tuple(marks),
                meanwhile=current if conflict else "",
                is_conflict=conflict,
            )
        )
    return shown
