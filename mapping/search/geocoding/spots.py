"""A spot: a point that somebody named."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from mapping.models import Place

EARTH_RADIUS = 6_371_008.77  # metres: the sphere that ST_DistanceSphere measures on

# How far around each kind of spot to look when the reader does not say, in metres.
REACH = {
    "coordinates": 1600, "grid": 1600, "postcode": 1600, "sector": 1600, "outcode": 3000, "place": 1600, "street": 1600,
}  # fmt: skip
# Kinds that are found by a name.
NAMED = ("place", "street")


@dataclass(frozen=True)
class Spot:
    """A point that somebody named. `near` is the text that finds it again, and only it.

    `lon` and `lat` are WGS84 degrees; `reach` is how far around to look, in metres; `inside` tells whether
    it lies in the home place that was asked about. `note` says in a sentence what had to be guessed.
    """

    near: str
    label: str
    kind: str
    lon: float
    lat: float
    district: str = ""
    inside: bool = True
    note: str = ""

    @property
    def reach(self) -> int:
        return REACH[self.kind]

    @property
    def read_as(self) -> str:
        """What a text was read as, exactly: of coordinates their numbers, else the label."""
        if self.kind != "coordinates":
            return self.label
        return _("latitude %(lat)s, longitude %(lon)s") % {"lat": degrees(self.lat), "lon": degrees(self.lon)}


def tidy(text: str) -> str:
    """Return `text` without control characters and with single spaces, in one Unicode spelling."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    # Half a character (a lone surrogate) cannot be sent to the database.
    return " ".join(text.encode("utf-8", "ignore").decode().split())


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance of two WGS84 points in metres (haversine)."""
    a, b = math.radians(lat), math.radians(other_lat)
    turn = math.sin((b - a) / 2) ** 2
    turn += math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(turn)))


def degrees(value: float) -> str:
    """Write degrees to a metre, without trailing noughts: `53.4`, `-2.31721`, `0`."""
    return f"{value + 0.0:.5f}".rstrip("0").rstrip(".")


def is_inside(point: Point, place: Place | None) -> bool:
    """Whether `point` lies in `place`; everything does where there is no place or no boundary."""
    return place is None or place.boundary is None or place.boundary.covers(point)


def ask_which(spots: Iterable[Spot]) -> str:
    """Return the choices in words: "Sale, Trafford; Sale, Cornwall"."""
    return "; ".join(spot.near for spot in spots)
