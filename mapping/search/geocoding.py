"""Where something that people write lies: a postcode in any spelling, the name of a place, coordinates.

Everything is looked up in our own tables (`Postcode`, `Place`, `GazetteerEntry`): nobody else is asked.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import Centroid
from django.contrib.gis.geos import Point
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from mapping.models import GazetteerEntry, Place, Postcode

EARTH_RADIUS = 6_371_008.77  # metres: the sphere that ST_DistanceSphere measures on

# A postcode in full, a sector ("M32 0") and an outcode ("M32"), without spaces.
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])([A-Z]{2})")
OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9])")
COORDINATES = re.compile(r"([-+]?[0-9]{1,3}(?:[.][0-9]+)?)\s*,\s*([-+]?[0-9]{1,3}(?:[.][0-9]+)?)")

# How far around each kind of spot to look when the reader does not say, in metres.
REACH = {"coordinates": 1600, "postcode": 1600, "sector": 1600, "outcode": 3000, "place": 1600}
# Entries of one name closer together than this are one place in two lists, in metres.
SAME_PLACE = 4000
MAX_CHOICES = 12


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


def find(text: str, place: Place | None = None) -> list[Spot]:
    """Return what `text` may stand for, best first; empty when nothing of that name is known.

    One spot: that is it. Several: ask which. A name that lies once in `place` is taken without asking.
    """
    text = tidy(text)
    if not text:
        return []
    spot = coordinates(text) or postcode(text, place)
    return [spot] if spot else named(text, place)


def coordinates(text: str) -> Spot | None:
    """Return the spot of "latitude, longitude" in degrees, or None when `text` is not that."""
    match = COORDINATES.fullmatch(text)
    if not match:
        return None
    lat, lon = round(float(match[1]), 5), round(float(match[2]), 5)
    if abs(lat) > 85 or abs(lon) > 180:
        return None
    near = f"{_degrees(lat)},{_degrees(lon)}"
    return Spot(near, _("the chosen point"), "coordinates", lon, lat)


def _degrees(value: float) -> str:
    """Write degrees to a metre, without trailing noughts: `53.4`, `-2.31721`, `0`."""
    return f"{value + 0.0:.5f}".rstrip("0").rstrip(".")


def looks_like_postcode(text: str) -> bool:
    """Whether `text` has the form of a postcode in full, in any spacing and case."""
    return bool(POSTCODE.fullmatch(_packed(text)))


def _packed(text: str) -> str:
    return re.sub(r"[\s.\-]+", "", text).upper()


def postcode(text: str, place: Place | None = None) -> Spot | None:
    """Return the spot of a postcode, sector or outcode, or None when `text` is none that is known.

    A postcode that is not in the table but whose sector or outcode is stands for that, and says so.
    """
    packed = _packed(text)
    if len(packed) > 7:
        return None
    if match := POSTCODE.fullmatch(packed):
        outcode, digit, unit = match.groups()
        spaced = f"{outcode} {digit}{unit}"
        row = Postcode.objects.filter(code=packed).first()
        if row:
            return _spot("postcode", spaced, row.point, place)
        wider = _sector(outcode, digit, place) or _outcode(outcode, place)
        if wider is None:
            return None
        note = _("We do not know the postcode %(code)s, so this is %(wider)s.")
        return replace(wider, note=note % {"code": spaced, "wider": wider.label})
    written = " ".join(text.upper().split())
    if " " in written and (match := SECTOR.fullmatch(written)):
        return _sector(match[1], match[2], place)
    if OUTCODE.fullmatch(packed) and (spot := _outcode(packed, place)):
        return spot
    if match := SECTOR.fullmatch(packed):
        return _sector(match[1], match[2], place)
    return None


def _outcode(outcode: str, place: Place | None) -> Spot | None:
    point = Postcode.objects.filter(code=outcode).values_list("point", flat=True).first()
    point = point or _middle(outcode, 3)
    return _spot("outcode", outcode, point, place) if point else None


def _sector(outcode: str, digit: str, place: Place | None) -> Spot | None:
    """The sector "M32 0". Its middle is worked out: without the space, "M3 2" and "M32" are one code."""
    code = f"{outcode}{digit}"
    point = _middle(code, 2)
    if point is None and not OUTCODE.fullmatch(code):
        point = Postcode.objects.filter(code=code).values_list("point", flat=True).first()
    return _spot("sector", f"{outcode} {digit}", point, place) if point else None


def _middle(start: str, more: int) -> Point | None:
    """The middle of the postcodes that begin with `start` and have `more` characters after it."""
    rows = Postcode.objects.filter(code__startswith=start, code__regex=f"^.{{{len(start) + more}}}$")
    if more == 3:
        rows = rows.filter(code__regex=r"[0-9][A-Z]{2}$")
    found = rows.aggregate(n=Count("pk"), all=Centroid(Union("point")))
    return found["all"] if found["n"] else None


def _spot(kind: str, code: str, point: Point, place: Place | None) -> Spot:
    return Spot(code, code, kind, point.x, point.y, inside=_inside(point, place))


def _inside(point: Point, place: Place | None) -> bool:
    return place is None or place.boundary is None or place.boundary.covers(point)


def named(text: str, place: Place | None = None) -> list[Spot]:
    """Return the places of exactly this name (or "name, district"), nearest to `place` first.

    Those inside `place` leave the others out, since a reader of a place means what is there.
    """
    name, comma, district = (part.strip() for part in text.rpartition(","))
    wanted = Q(name__iexact=text)
    areas = list(
        Place.objects.current()
        .filter(wanted | Q(name__iexact=name, parent__name__iexact=district) if comma else wanted)
        .filter(boundary__isnull=False)
        .annotate(middle=Centroid("boundary"), district=F("parent__name"))
        .defer("boundary")[:MAX_CHOICES]
    )
    if comma:
        wanted |= Q(name__iexact=name, district__iexact=district)
    entries = list(GazetteerEntry.objects.filter(wanted)[: MAX_CHOICES * 4])
    rows = [(a.name, a.district or "", a.middle) for a in areas if place is None or a.pk != place.pk]
    rows += [(e.name, e.district, e.point) for e in entries]
    spots = _distinct(rows, place)
    at_home = [spot for spot in spots if spot.inside] if place is not None else []
    spots = at_home or spots
    if place is not None and place.boundary is not None and len(spots) > 1:
        middle = place.boundary.centroid
        spots.sort(key=lambda it: metres_between(it.lon, it.lat, middle.x, middle.y))
    return spots[:MAX_CHOICES]


def _distinct(rows: Iterable[tuple[str, str, Point]], place: Place | None) -> list[Spot]:
    """Make spots of the rows, once each: an area and the gazetteer's entry within it are one place."""
    spots: list[Spot] = []
    for name, district, point in rows:
        twin = next(
            (i for i, it in enumerate(spots) if metres_between(it.lon, it.lat, point.x, point.y) < SAME_PLACE),
            None,
        )
        label = f"{name}, {district}" if district else name
        spot = Spot(label, name, "place", point.x, point.y, district=district, inside=_inside(point, place))
        if twin is None:
            spots.append(spot)
        elif district and not spots[twin].district:
            spots[twin] = spot
    labels = [spot.near for spot in spots]
    # Two places that even share their district can only be told apart by where they are.
    return [
        replace(it, near=f"{_degrees(it.lat)},{_degrees(it.lon)}") if labels.count(it.near) > 1 else it for it in spots
    ]


def ask_which(spots: Iterable[Spot]) -> str:
    """Return the choices in words: "Sale, Trafford; Sale, Cornwall"."""
    return "; ".join(spot.near for spot in spots)
