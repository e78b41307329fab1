"""Import things of an OpenStreetMap extract as nodes of a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import shapely

from mapping.models import Actor, Place
from mapping.readers.mapping_file import SourceFacts, slugify
from mapping.readers.nodes import NodeRow

from .nodes import import_nodes
from .outcome import Outcome

PUBLISHER = "OpenStreetMap contributors"
LICENCE = "ODbL-1.0"
ATTRIBUTION = "© OpenStreetMap contributors, Open Database Licence 1.0"
URL = "https://www.openstreetmap.org/copyright"


def import_osm(
    *,
    actor: Actor,
    rows: Iterable[NodeRow],
    categories: Iterable[str],
    place: Place,
    dry_run: bool = False,
) -> Outcome:
    """Bring the place's nodes from OpenStreetMap to what `rows` say; what lies outside it is left out."""
    inside = Inside(place, rows)
    outcome = import_nodes(
        actor=actor,
        rows=inside,
        source=SourceFacts(
            slug=f"openstreetmap-{slugify(place.slug)}",
            title=f"OpenStreetMap, {place.name}",
            publisher=PUBLISHER,
            licence=LICENCE,
            attribution=ATTRIBUTION,
            url=URL,
        ),
        place=place,
        category_slugs=categories,
        dry_run=dry_run,
        action="import OpenStreetMap",
    )
    if inside.left_out:
        outcome.notes.append(f"{inside.left_out:,} outside {place.name} left out.")
    return outcome


class Inside:
    """The rows whose point lies in a place (all of them, for a place without a boundary)."""

    def __init__(self, place: Place, rows: Iterable[NodeRow]) -> None:
        self._rows = rows
        self._area = shapely.from_wkb(bytes(place.boundary.wkb)) if place.boundary else None
        if self._area is not None:
            shapely.prepare(self._area)
        self.left_out = 0

    def __iter__(self) -> Iterator[NodeRow]:
        self.left_out = 0
        for row in self._rows:
            if self._area is None or (row.point is not None and self._area.covers(row.point)):
                yield row
            else:
                self.left_out += 1
