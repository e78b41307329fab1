"""Distances in words, in the one unit of the place that asks: miles and yards, or kilometres and metres."""

from __future__ import annotations

import math

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.models import Place, Units

MILE, YARD = 1609.344, 0.9144  # metres
WALKING = 80  # metres a minute
WALKABLE = 3000  # metres: beyond, nobody wants to know how long it takes on foot
# Below a quarter of a mile people count in yards, below a kilometre in metres.
YARDS = MILE / 4


def units_of(place: Place | None) -> str:
    """The unit of a place; where none is asked about, that of Great Britain's roads."""
    return place.units if place is not None else Units.MILES.value


def length(metres: float, units: str) -> str:
    """Return metres in words: `400 yards`, `0.7 miles`, `12 miles`; in kilometres `350 m`, `1.2 km`, `12 km`."""
    if units == Units.MILES:
        if metres < YARDS:
            return _("%(n)s yards") % {"n": 50 * max(1, round(metres / YARD / 50))}
        return _miles(metres, 1 if metres < 9.95 * MILE else 0)
    if metres < 975:
        return _("%(n)s m") % {"n": 50 * max(1, round(metres / 50))}
    if metres < 9950:
        return _("%(n)s km") % {"n": formats.number_format(round(metres / 1000, 1), 1)}
    return _("%(n)s km") % {"n": formats.number_format(round(metres / 1000))}


def distance(metres: float, units: str) -> str:
    """Return how far away something is, and how long that takes on foot: `0.7 miles, 15 min walk`, `12 km`."""
    words = length(metres, units)
    if metres > WALKABLE:
        return words
    minutes = max(1, math.ceil(metres / WALKING))
    return ngettext("%(length)s, %(n)s min walk", "%(length)s, %(n)s min walk", minutes) % {
        "length": words,
        "n": minutes,
    }


def apart(metres: float, units: str) -> str:
    """Return a distance of at most a few hundred metres, to the nearest ten: `30 yards`, `30 m`."""
    if units == Units.MILES:
        return _("%(n)s yards") % {"n": int(round(metres / YARD, -1))}
    return _("%(n)s m") % {"n": int(round(metres, -1))}


def reach(metres: int, units: str) -> str:
    """Return a search distance in words: `half a mile`, `1 mile`, `0.9 miles`; in kilometres `500 m`, `1.6 km`."""
    if units == Units.MILES:
        if abs(metres - MILE / 2) < 10:
            return _("half a mile")
        return length(metres, units) if metres < YARDS else _miles(metres, 1)
    if metres < 1000:
        return _("%(n)s m") % {"n": metres}
    return _("%(n)s km") % {"n": formats.number_format(metres / 1000, 0 if metres % 1000 == 0 else 1)}


def _miles(metres: float, digits: int) -> str:
    miles = round(metres / MILE, digits)
    shown = formats.number_format(miles, 0 if miles == round(miles) else digits)
    return _("1 mile") if miles == 1 else _("%(n)s miles") % {"n": shown}
