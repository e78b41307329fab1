"""What the page of a node says of it: facts, contact, where it is, where the record comes from."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.compiled import Compiled
from mapping.models import LocationPrecision, LocationSource, Node, SourceRecord, Tag

from .cards import ago
from .providers import Section
from .telephone import dialled

Fact = dict[str, Any]

# Asked only of a node that the viewer may see.
_TAGS = Compiled(lambda node: Tag.objects.filter(node_tags__content_object=node).order_by("node_tags__pk"), node=int)
_RECORDS = Compiled(
    lambda node: SourceRecord.objects.filter(node=node).select_related("source").order_by("source__title", "pk"),
    node=int,
)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OSM = "https://www.openstreetmap.org"
SHORT = 160  # characters
ROUGHLY = {
    LocationPrecision.STREET: gettext_lazy("The map shows the street, not the exact spot."),
    LocationPrecision.POSTCODE: gettext_lazy("The map shows the area of the postcode, not the exact spot."),
    LocationPrecision.AREA: gettext_lazy("The map shows the area, not the exact spot."),
}


def crumbs(node: Node, place_url: str) -> list[Fact]:
    """Return the way here: the place, then its list of the same category."""
    if not place_url:
        return []
    found: list[Fact] = [{"url": place_url, "label": node.place.name, "written": True}]
    if node.category:
        url = f"{place_url}list/?{urlencode({'category': node.category.slug})}"
        found.append({"url": url, "label": node.category.plural or node.category.name, "written": True})
    return found


def facts(node: Node) -> list[Fact]:
    """Return what is known besides when and where: access, then whatever the source says."""
    found: list[Fact] = []
    if node.step_free:
        found.append({"label": _("Getting in"), "value": node.get_step_free_display(), "icon": "wheelchair"})
    if node.other_names:
        found.append({"label": _("Also called"), "lines": list(node.other_names), "written": True})
    for label, value in node.facts.items():
        shown = _said(value)
        if shown:
            said = {"label": str(label).replace("_", " ").capitalize(), "value": shown}
            found.append({**said, "written": shown == value})
    # All its categories are in one array: with one of them, there are no more.
    is_of_more = len(node.category_ids) > (node.category_id is not None)
    more = [it.plural or it.name for it in node.more_categories.all()] if is_of_more else []
    if more:
        found.append({"label": _("Also listed under"), "lines": more, "written": True})
    return found


def _said(value: Any) -> str:
    """Return a fact's value in words; lists with commas, yes and no for truth."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return formats.number_format(value, force_grouping=True)
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_said(it) for it in value)))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(it)}" for key, it in value.items())
    text = "" if value is None else str(value)
    if ISO_DATE.fullmatch(text):
        try:
            return formats.date_format(datetime.date.fromisoformat(text), "j F Y")
        except ValueError:
            return text
    return text


def contact(node: Node) -> list[Fact]:
    """Return telephone, e-mail and website, each a link."""
    found: list[Fact] = []
    if node.phone:
        telephone = {"label": _("Telephone"), "value": node.phone, "icon": "telephone"}
        found.append(telephone | ({"url": f"tel:{number}"} if (number := dialled(node.phone)) else {}))
    if node.email:
        found.append({"label": _("E-mail"), "value": node.email, "url": f"mailto:{node.email}"})
    if node.website.startswith(("http://", "https://")):
        shown = node.website.split("//", 1)[1].rstrip("/")
        shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
        found.append({"label": _("Website"), "value": shown, "url": node.website})
    return found


def where(node: Node) -> dict[str, Any]:
    """Return the address in plain lines, links that lead there, and how exactly the map shows it."""
    point = node.public_point
    lines = [part.strip() for part in node.public_address.split(",") if part.strip()]
    if node.public_postcode and node.public_postcode not in node.public_address:
        lines.append(node.public_postcode)
    note = str(ROUGHLY.get(node.location_precision, "")) if point else ""
    if point and node.location_source == LocationSource.POSTCODE:
        note = _("The map shows the middle of the postcode.")
    found: dict[str, Any] = {"lines": lines, "note": note, "geo": "", "map": "", "directions": ""}
    if point:
        lat, lon = f"{point.y:.5f}", f"{point.x:.5f}"
        found["geo"] = f"geo:{lat},{lon}"
        # Not every device knows `geo:`; every one opens these.
        found["map"] = f"{OSM}/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}"
        found["directions"] = f"{OSM}/directions?to={lat}%2C{lon}"
    return found


def description(node: Node, kind_name: str) -> str:
    """Return what the page is about in a line, for where its address is shown: a search, a message."""
    if node.summary:
        return Truncator(" ".join(node.summary.split())).chars(SHORT)
    parts = [kind_name, node.place.name if node.place else ""]
    lines = where(node)["lines"]
    return ": ".join(filter(None, (", ".join(filter(None, parts)), ", ".join(lines))))


def tags(node: Node, place_url: str) -> list[Fact]:
    """Return the node's tags, each with the list of what else has it."""
    return [
        {
            "label": tag.name,
            "url": f"{place_url}list/?{urlencode({'tag': tag.slug})}" if place_url else "",
            "written": True,
        }
        for tag in _TAGS.objects(node=node.pk)
    ]


def origins(node: Node) -> list[dict[str, Any]]:
    """Return where the record comes from: each source with its publisher, date, licence and attribution."""
    found = []
    seen = set()
    now = timezone.localtime()
    for record in _RECORDS.objects(node=node.pk):
        source = record.source
        if source.pk in seen:
            continue
        seen.add(source.pk)
        found.append(
            {
                "title": source.title,
                "publisher": source.publisher,
                "read": ago(record.read_at, now),
                "licence": source.licence,
                "licence_url": source.licence_url,
                "attribution": source.attribution,
                "url": source.url,
            }
        )
    return found


def tidy_section(section: Section) -> dict[str, Any]:
    """Return a section for the template: several values of one fact are its lines."""
    return {
        "title": section.title,
        "lines": section.lines,
        "links": section.links,
        "facts": [{**fact, "lines": fact.get("lines") or fact.get("values")} for fact in section.facts],
    }
