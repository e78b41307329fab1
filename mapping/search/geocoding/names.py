"""Places by name: areas with a boundary, settlements of the gazetteer, and streets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.contrib.gis.db.models.functions import Centroid
from django.contrib.gis.geos import Point
from django.db.models import F, Q, QuerySet, Value

from config.compiled import Compiled
from mapping.models import GazetteerEntry, Place, Street

from . import streets
from .spots import Spot, degrees, is_inside, metres_between

# Entries of one name closer together than this are one place in two lists, in metres.
SAME_PLACE = 4000
MAX_CHOICES = 12
# What a name may be.
SETTLEMENT, STREET = 1, 2


def named(text: str, place: Place | None = None) -> list[Spot]:
    """Return the places and streets of exactly this name (or "name, district"), nearest to `place` first.

    Those inside `place` leave the others out, since a reader of a place means what is there; and a place leaves out the
    streets that are called like it.
    """
    key = "" if "," in text else streets.only_key(text)
    # Most words are no names: that is found out by one question instead of three.
    known = {of for (of,) in _CALLED_SO.rows(name=text, key=key)} if key else {SETTLEMENT, STREET}
    spots = settlements(text, place) if SETTLEMENT in known else []
    at_home = [spot for spot in spots if spot.inside] if place is not None else spots
    if at_home:
        return _nearest_first(at_home, place)
    found = streets.named(text, place) if STREET in known else []
    here = [spot for spot in found if spot.inside] if place is not None else []
    return _nearest_first(here or [*spots, *found], place)


def _called_so(name: str, key: str) -> QuerySet:
    areas = Place.objects.current().filter(name__plain=name, boundary__isnull=False)
    entries = GazetteerEntry.objects.filter(name__plain=name)
    found = Street.objects.filter(key=key)
    areas, entries = (_one(it, SETTLEMENT) for it in (areas, entries))
    return areas.union(entries, _one(found, STREET), all=True)


def _one(found: QuerySet, of: int) -> QuerySet:
    """One row where anything was found, saying of what."""
    return found.order_by().annotate(of=Value(of)).values_list("of")[:1]


_CALLED_SO = Compiled(_called_so, name=str, key=str)


def _nearest_first(spots: list[Spot], place: Place | None) -> list[Spot]:
    if place is not None and place.boundary is not None and len(spots) > 1:
        middle = place.boundary.centroid
        spots = sorted(spots, key=lambda it: metres_between(it.lon, it.lat, middle.x, middle.y))
    return spots[:MAX_CHOICES]


def settlements(text: str, place: Place | None = None) -> list[Spot]:
    """Return the areas and settlements of this name (or "name, district"), in no order.

    Accents, apostrophes and marks make no difference, nor do "St" and "Saint".
    """
    name, comma, district = (part.strip() for part in text.rpartition(","))
    wanted = Q(name__plain=text)
    areas = list(
        Place.objects.current()
        .filter(wanted | (Q(name__plain=name) & Q(parent__name__plain=district)) if comma else wanted)
        .filter(boundary__isnull=False)
        .annotate(middle=Centroid("boundary"), district=F("parent__name"))
        .defer("boundary")[:MAX_CHOICES]
    )
    if comma:
        wanted |= Q(name__plain=name) & Q(district__plain=district)
    entries = list(GazetteerEntry.objects.filter(wanted)[: MAX_CHOICES * 4])
    rows = [(a.name, a.district or "", a.middle) for a in areas if place is None or a.pk != place.pk]
    rows += [(e.name, e.district, e.point) for e in entries]
    return _distinct(rows, place)


def _distinct(rows: Iterable[tuple[str, str, Point]], place: Place | None) -> list[Spot]:
    """Make spots of the rows, once each: an area and the gazetteer's entry within it are one place."""
    spots: list[Spot] = []
    for name, district, point in rows:
        twin = next(
            (i for i, it in enumerate(spots) if metres_between(it.lon, it.lat, point.x, point.y) < SAME_PLACE),
            None,
        )
        label = f"{name}, {district}" if district else name
        spot = Spot(label, name, "place", point.x, point.y, district=district, inside=is_inside(point, place))
        if twin is None:
            spots.append(spot)
        elif district and not spots[twin].district:
            spots[twin] = spot
    labels = [spot.near for spot in spots]
    # Two places that even share their district can only be told apart by where they are.
    return [
        replace(it, near=f"{degrees(it.lat)},{degrees(it.lon)}") if labels.count(it.near) > 1 else it for it in spots
    ]
