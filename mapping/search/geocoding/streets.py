"""Streets by name, however they are shortened: "Harboro Road", "harboro rd", "Harboro Rd, Sale", "12 Harboro Road"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.contrib.gis.db.models.functions import Distance
from django.utils.translation import gettext as _

from mapping.models import GazetteerEntry, Place, Street
from mapping.readers.street_names import street_key

from .postcodes import postcode
from .spots import Spot, degrees, is_inside, metres_between

# Entries of one name in one ward nearer than this, and any nearer than the other, are one street in two lists (metres).
SAME_WARD, SAME_STREET = 2000, 500
# How far around its middle a town that has no boundary reaches, in metres.
TOWN = 2500
MAX_ROWS = 60
# Words of a town that may follow a street without a comma.
TOWN_WORDS = 3
_NUMBER = re.compile(r"(?:flat\s+)?\d+[a-z]?(?:\s?[-/–]\s?\d+[a-z]?)?,?\s+(?=\D)", re.IGNORECASE)


def named(text: str, place: Place | None = None) -> list[Spot]:
    """Return the streets that `text` may be, in no order: its name, and after it a town, ward, district or postcode.

    A house number before it is left out, and that is said. At most two queries, where no town has to be looked up.
    """
    number = _NUMBER.match(text)
    street = text[number.end() :] if number else text
    readings = _readings(street)
    rows = _rows([key for key, _rest in readings], place)
    for key, rest in readings:
        found = _in(rest, [row for row in rows if row.key == key], place)
        if found:
            spots = _distinct(found, place)
            return [_without_number(it, text) for it in spots] if number else spots
    return []


def only_key(text: str) -> str:
    """The one key that `text` may stand for; empty where it may be read in more than one way."""
    readings = [] if _NUMBER.match(text) else _readings(text)
    return readings[0][0] if len(readings) == 1 and not readings[0][1] else ""


def _without_number(spot: Spot, text: str) -> Spot:
    note = _("We know streets, but not the numbers in them: “%(text)s” was read as %(street)s.")
    return replace(spot, note=note % {"text": text, "street": spot.label})


def _readings(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What of a text may be the street's key, and what the places after it; the whole text first."""
    name, *rest = (part.strip() for part in text.split(","))
    rest = [part for part in rest if part]
    found = [(street_key(name), tuple(rest))]
    words = name.split()
    if not rest:
        for count in range(1, min(TOWN_WORDS, len(words) - 2) + 1):
            found.append((street_key(" ".join(words[:-count])), (" ".join(words[-count:]),)))
    return [reading for reading in found if reading[0]]


def _rows(keys: Sequence[str], place: Place | None) -> list[Street]:
    """The streets of these keys, those nearest to `place` first."""
    rows = Street.objects.filter(key__in=keys)
    if place is not None and place.boundary is not None:
        return list(rows.order_by(Distance("point", place.boundary.centroid), "pk")[:MAX_ROWS])
    return list(rows.order_by("town", "area", "pk")[:MAX_ROWS])


def _in(parts: Sequence[str], rows: list[Street], place: Place | None) -> list[Street]:
    """Those of `rows` that lie in all the places that `parts` name."""
    for part in parts:
        if not rows:
            break
        key = street_key(part)
        exact = [it for it in rows if key in (street_key(it.town), street_key(it.area))]
        # "Timperley" is in two wards, of which neither is called just so.
        exact = exact or [it for it in rows if street_key(it.area).startswith(f"{key} ")]
        rows = exact or _around(part, rows, place)
    return rows


def _around(part: str, rows: list[Street], place: Place | None) -> list[Street]:
    """Those of `rows` in an area, around a settlement or around a postcode of this name."""
    areas = list(Place.objects.current().named(part).filter(boundary__isnull=False)[:4])
    found = [it for it in rows if any(area.boundary.covers(it.point) for area in areas)]
    if found:
        return found
    if any(character.isdigit() for character in part):
        spot = postcode(part, place)
        middles = [(spot.lon, spot.lat, spot.reach)] if spot else []
    else:
        points = GazetteerEntry.objects.filter(name__plain=part).values_list("point", flat=True)[:MAX_ROWS]
        middles = [(it.x, it.y, TOWN) for it in points]
    return [
        row
        for row in rows
        if any(metres_between(row.point.x, row.point.y, lon, lat) <= reach for lon, lat, reach in middles)
    ]


def _distinct(rows: Sequence[Street], place: Place | None) -> list[Spot]:
    """Make spots of the rows, once each, with as much of a label as tells them apart."""
    kept: list[Street] = []
    # Of two lists, the one that writes the name out.
    for row in sorted(rows, key=lambda it: -len(it.name)):
        if not any(_same(row, other) for other in kept):
            kept.append(row)
    inside = [is_inside(row.point, place) for row in kept]
    # Those elsewhere are not offered beside those at home, and so need not be told from them.
    if place is not None and any(inside):
        kept = [row for row, here in zip(kept, inside, strict=True) if here]
        inside = [True] * len(kept)
    short = [", ".join(part for part in (row.name, row.town) if part) for row in kept]
    often = Counter(map(str.casefold, short))
    labels = [
        ", ".join((label, row.area)) if often[label.casefold()] > 1 and row.area else label
        for label, row in zip(short, kept, strict=True)
    ]
    often = Counter(map(str.casefold, labels))
    spots = []
    for row, label, here in zip(kept, labels, inside, strict=True):
        at = row.point
        near = label if often[label.casefold()] == 1 else f"{degrees(at.y)},{degrees(at.x)}"
        spots.append(Spot(near, label, "street", at.x, at.y, district=row.town, inside=here))
    return spots


def _same(row: Street, other: Street) -> bool:
    apart = metres_between(row.point.x, row.point.y, other.point.x, other.point.y)
    return apart < (SAME_WARD if (row.town, row.area) == (other.town, other.area) else SAME_STREET)
