"""Where something that people write lies: a postcode in any spelling, a place, a street, coordinates, a grid reference.

Everything is looked up in our own tables (`Postcode`, `Place`, `GazetteerEntry`, `Street`): nobody else is asked.
"""

from __future__ import annotations

from dataclasses import replace

from django.contrib.gis.geos import Point

from mapping.models import Place

from .coordinates import coordinates
from .names import named
from .postcodes import looks_like_postcode, postcode
from .problems import problem
from .spots import EARTH_RADIUS, NAMED, Spot, ask_which, is_inside, metres_between, tidy

__all__ = [
    "EARTH_RADIUS",
    "NAMED",
    "Spot",
    "ask_which",
    "coordinates",
    "find",
    "looks_like_postcode",
    "metres_between",
    "named",
    "postcode",
    "problem",
    "tidy",
]


def find(text: str, place: Place | None = None) -> list[Spot]:
    """Return what `text` may stand for, best first; empty when nothing of that name is known (`problem` may say why).

    One spot: that is it. Several: ask which. A name that lies once in `place` is taken without asking.
    """
    text = tidy(text)
    if not text:
        return []
    if (spot := coordinates(text)) is not None:
        return [replace(spot, inside=is_inside(Point(spot.lon, spot.lat, srid=4326), place))]
    spot = postcode(text, place)
    return [spot] if spot else named(text, place)
