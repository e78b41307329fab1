"""All that stands in a place, connected or not, as arrays: what is near whom when something closes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from django.db.models import F, FloatField, Func, QuerySet
from django.db.models.functions import Length
from numpy.typing import NDArray

from mapping.graph.snapshot import Snapshot
from mapping.graph.surroundings import plane
from mapping.models import Node, NodeKind, Place, Postcode, Viewer

# More than this is not gone through for one page.
MAX_STANDING = 50_000
# Categories of things nobody goes to for a service.
NOT_SERVICES = {"plaque", "memorial", "listed-building"}


_kept: WeakKeyDictionary[Snapshot, Amenities | None] = WeakKeyDictionary()
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Amenities:
    """The nodes of a place that a viewer sees, persons apart, by the database's numbers; and the postcodes in it.

    ids : (k,) int64; points : (k, 2) float, longitude and latitude, NaN without; category : (k,) int, place in
    `categories` (dicts of slug, name, plural), -1 for none; building : (k,) bool; service : (k,) bool, whether it is
    a building or activity of a category that people go to; homes : (h, 2) float, the points of postcodes.
    """

    ids: NDArray[np.int64]
    names: list[str]
    uuids: list[str]
    points: NDArray[np.float64]
    category: NDArray[np.int64]
    building: NDArray[np.bool_]
    service: NDArray[np.bool_]
    categories: list[dict[str, str]]
    homes: NDArray[np.float64]

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """Where nodes, then homes, are on a plane: (k + h, 2) float, in metres."""
        return plane(np.concatenate([self.points, self.homes]))

    def of_category(self, slug: str) -> NDArray[np.bool_]:
        """The buildings of a category: (k,) bool."""
        numbers = [number for number, it in enumerate(self.categories) if it["slug"] == slug]
        return np.isin(self.category, numbers) & self.building


def load(place: Place, viewer: Viewer, snapshot: Snapshot) -> Amenities | None:
    """The same as `read`, read once for each snapshot of a place: that is of one revision and class of viewers."""
    if not snapshot.tables["revision"] or not place.is_home:
        return read(place, viewer)
    with _lock:
        if snapshot in _kept:
            return _kept[snapshot]
    found = read(place, viewer)
    with _lock:
        _kept[snapshot] = found
    return found


def read(place: Place, viewer: Viewer, most: int = MAX_STANDING) -> Amenities | None:
    """Return what stands in `place`; None where that is more than `most`. Two queries."""
    rows = list(
        # What somebody lives near is nobody's business, even where they agreed to be on the map.
        _located(
            Node.objects.visible_to(viewer).current().of_place(place).exclude(kind=NodeKind.PERSON), "public_point"
        )
        .order_by("pk")
        .values_list(
            "pk", "name", "uuid", "kind", "lon", "lat",
            "category__slug", "category__name", "category__plural", "category__infrastructure",
        )[: most + 1]
    )  # fmt: skip
    if len(rows) > most:
        return None
    number: dict[str, int] = {}
    categories: list[dict[str, str]] = []
    for row in rows:
        if row[6] and row[6] not in number:
            number[row[6]] = len(categories)
            categories.append({"slug": row[6], "name": row[7], "plural": row[8] or row[7]})
    kinds = np.array([row[3] for row in rows], dtype=object)
    building = kinds == NodeKind.ASSET
    serving = np.array([bool(row[9]) and row[6] not in NOT_SERVICES for row in rows], dtype=bool)
    return Amenities(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        names=[row[1] for row in rows],
        uuids=[str(row[2]) for row in rows],
        points=_points([row[4:6] for row in rows]),
        category=np.array([number.get(row[6], -1) for row in rows], dtype=np.int64),
        building=building.astype(bool),
        service=serving & (building | (kinds == NodeKind.ACTIVITY)).astype(bool),
        categories=categories,
        homes=_homes(place, most),
    )


def _homes(place: Place, most: int) -> NDArray[np.float64]:
    """The points of the full postcodes in the place; none where there are more than `most`."""
    if place.boundary is None:
        return _points([])
    full = Postcode.objects.annotate(letters=Length("code")).filter(letters__gt=4, point__coveredby=place.boundary)
    rows = list(_located(full, "point").order_by("pk").values_list("lon", "lat")[: most + 1])
    return _points(rows if len(rows) <= most else [])


def _located(rows: QuerySet, name: str) -> QuerySet:
    # Numbers instead of geometries: a tenth of the time.
    return rows.annotate(
        lon=Func(F(name), function="ST_X", output_field=FloatField()),
        lat=Func(F(name), function="ST_Y", output_field=FloatField()),
    )


def _points(rows) -> NDArray[np.float64]:
    return np.array([(np.nan, np.nan) if lon is None else (lon, lat) for lon, lat in rows]).reshape(-1, 2)
