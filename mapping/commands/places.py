"""Import places: boundaries of one dated release.

A place keeps its row (and with it its nodes, roles and page) when a newer release comes: the row takes the
new boundary, and a copy of the old one stays behind with the day it was superseded.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import shapely
from django.contrib.gis.geos import GEOSGeometry

from mapping.models import Actor, Place, Source
from mapping.models.place import nation_of_code
from mapping.readers.errors import Reject
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.places import PlaceRow

from . import opening_hours, sources
from .change import change
from .outcome import Outcome, Sieve, whole


@dataclass(frozen=True)
class PlaceSettings:
    """What may be said of places beside their boundaries; empty: not said."""

    nation: str = ""
    timezone: str = ""
    units: str = ""

    def said(self) -> dict[str, str]:
        return {name: value for name, value in dataclasses.asdict(self).items() if value}


def import_places(
    *,
    actor: Actor,
    rows: Iterable[PlaceRow | Reject],
    kind: str,
    release: datetime.date,
    source: SourceFacts | None = None,
    parent: Place | None = None,
    home: bool = False,
    settings: PlaceSettings | None = None,
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Bring the places of `kind` to what `rows` say for `release`.

    `home` marks them as places that keep a map of their own. `settings`: nation, time zone and units of all of them;
    a nation that is not said is that of the official code, or of the parent. Raises RowsRefused.
    """
    outcome = Outcome()
    sieve = Sieve(keep_good, on_reject)
    other = False
    with whole(dry_run), change(actor=actor, action="import places", place=parent) as it:
        kept_source = sources.keep(source) if source else None
        register = _Register(kind, release)
        for row in sieve.good(rows):
            slug = register.slug(row)
            if slug is None:
                remedy = "Another place has this name and code: give it a slug of its own."
                sieve.reject(Reject.of(row.row, "name", row.name, remedy))
                continue
            place, done = _keep(row, slug, register, kept_source, parent, home, settings or PlaceSettings())
            setattr(outcome, done, getattr(outcome, done) + 1)
            if done != "unchanged" and place.is_home:
                it.touch(place)
            elif done != "unchanged":
                # What lies within it is shown by the number of all places.
                other = True
        if other:
            it.touch_everywhere()
        sieve.finish()
        outcome.rejected = sieve.count
        it.data.update(outcome.counts(), kind=kind, release=str(release))
        if not outcome.changed:
            it.nothing_changed()
        if kept_source:
            sources.was_read(kept_source, outcome.rejected)
    return outcome


class _Register:
    """The places there are, as this import needs to find them."""

    def __init__(self, kind: str, release: datetime.date) -> None:
        self.kind, self.release = kind, release
        current = list(Place.objects.current().defer("boundary"))
        self.by_code = {p.code: p for p in current if p.code and p.kind == kind}
        self.by_slug = {p.slug: p for p in current}
        self.older = {p.slug: p for p in Place.objects.filter(kind=kind, release=release, superseded_at__isnull=False)}
        self.seen: set[str] = set()

    def slug(self, row: PlaceRow) -> str | None:
        """The slug for this row: its place's own, or a free one; None when none is free."""
        known = self.by_code.get(row.code) if row.code else None
        if known is not None and known.slug not in self.seen:
            self.seen.add(known.slug)
            return known.slug
        tries = (row.slug, f"{row.slug}-{self.kind}", f"{row.slug}-{row.code}".lower())
        for slug in (s[:80].strip("-") for s in tries):
            other = self.by_slug.get(slug)
            mine = other is None or (
                other.kind == self.kind and (not other.code or not row.code or other.code == row.code)
            )
            if mine and slug not in self.seen:
                self.seen.add(slug)
                return slug
        return None


def _keep(
    row: PlaceRow,
    slug: str,
    register: _Register,
    source: Source | None,
    parent: Place | None,
    home: bool,
    settings: PlaceSettings,
) -> tuple[Place, str]:
    boundary = GEOSGeometry(memoryview(shapely.to_wkb(row.boundary)), srid=4326)
    values = {"name": row.name, "code": row.code}
    if source:
        values["source_id"] = source.pk
    values |= settings.said()
    place = register.by_slug.get(slug)
    if place is not None and place.release > register.release:
        return _keep_older(place, slug, values, boundary, register)
    if place is None:
        if parent and not nation_of_code(row.code):
            values.setdefault("nation", parent.nation)
        place = Place.objects.create(
            slug=slug,
            kind=register.kind,
            release=register.release,
            boundary=boundary,
            parent=parent,
            is_home=home,
            **values,
        )
        return place, "created"
    if parent and parent.pk != place.pk:
        values["parent_id"] = parent.pk
    if home:
        values["is_home"] = True
    if not place.nation and (nation := nation_of_code(row.code) or (parent.nation if parent else "")):
        values.setdefault("nation", nation)
    differs = any(getattr(place, name) != value for name, value in values.items())
    same_shape = place.boundary is not None and place.boundary.equals_exact(boundary, 1e-9)
    if place.release == register.release and same_shape and not differs:
        return place, "unchanged"
    behind = _as_it_was(place, register.release) if place.release < register.release else None
    elsewhere = any(getattr(place, name) != values.get(name, getattr(place, name)) for name in ("nation", "timezone"))
    for name, value in values.items():
        setattr(place, name, value)
    place.release, place.boundary = register.release, boundary
    place.save()
    if elsewhere:
        opening_hours.place_changed(place)
    if behind:
        behind.save()  # only now: until then the place itself had this release
    return place, "updated"


def _as_it_was(place: Place, until: datetime.date) -> Place:
    """A copy of `place` as it is, superseded; not saved."""
    return Place(
        name=place.name,
        slug=place.slug,
        kind=place.kind,
        code=place.code,
        release=place.release,
        superseded_at=until,
        boundary=place.boundary,
        parent_id=place.parent_id,
        source_id=place.source_id,
        accent=place.accent,
        nation=place.nation,
        timezone=place.timezone,
        units=place.units,
    )


def _keep_older(
    current: Place, slug: str, values: dict, boundary: GEOSGeometry, register: _Register
) -> tuple[Place, str]:
    """A release that is older than the one we have: it is history from the start."""
    older = register.older.get(slug)
    if older is None:
        values.setdefault("nation", current.nation)
        older = Place.objects.create(
            slug=slug,
            kind=register.kind,
            release=register.release,
            superseded_at=current.release,
            boundary=boundary,
            **values,
        )
        return older, "created"
    if older.boundary is not None and older.boundary.equals_exact(boundary, 1e-9):
        return older, "unchanged"
    older.boundary = boundary
    older.save(update_fields=["boundary"])
    return older, "updated"
