"""OpenStreetMap extracts (.osm, .osm.pbf) -> nodes in waiting, by the documented tag table.

Three passes (relations, ways, nodes), so that it does not matter in which order a file has them, nor
in which order their ids are. Ways that reach outside the extract lack nodes: they keep what they have.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from .errors import ReadError
from .hours import read_osm_hours
from .locate import BadLocation, Locator, normalise_postcode
from .nodes import (
    ADDRESS_LENGTH,
    HOURS_LENGTH,
    NAME_LENGTH,
    NO_HOURS,
    PHONE_LENGTH,
    SUMMARY_LENGTH,
    NodeRow,
    clean,
    clean_email,
    clean_step_free,
    clean_website,
)
from .text import check_file
from .vocabulary import TagTable

IDENTIFIER_SCHEME = "OSM"
# How the names of extracts end.
EXTRACTS = (".osm", ".pbf", ".osm.gz", ".osm.bz2")
_GONE = ("disused", "abandoned", "demolished", "razed", "removed", "proposed", "construction")
_PRIVATE_LEISURE = ("swimming_pool", "garden", "pitch", "park", "playground", "picnic_site")
_TAGS_KEPT = (
    "name", "description", "operator", "opening_hours", "wheelchair", "phone", "contact:phone",
    "email", "contact:email", "website", "contact:website", "url", "addr:housename",
    "addr:housenumber", "addr:street", "addr:place", "addr:city", "addr:postcode", "alt_name",
    "old_name", "official_name", "access", "vacant", "ref:GB:uprn", "charity", "fee",
)  # fmt: skip


@dataclass(slots=True)
class _Wanted:
    """An object that the tag table wants, and what its shape is made of."""

    key: str
    tags: dict[str, str]
    category: str
    refs: array = field(default_factory=lambda: array("q"))  # of a way: its nodes
    outer: list[int] = field(default_factory=list)  # of a relation: its ways
    inner: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)  # of a relation: its nodes
    point: Point | None = None


def objects_of(path: Path, entities, *filters) -> Iterator:
    """The objects of an extract (`entities` as osmium has them) that pass all the filters. Raises ReadError."""
    try:
        processor = osmium.FileProcessor(str(path), entities)
        for one in filters:
            processor.with_filter(one)
        yield from processor
    except (RuntimeError, ValueError, osmium.InvalidLocationError, MemoryError) as error:
        remedy = "It must be a whole .osm or .osm.pbf file: fetch it again."
        what = str(error).replace(str(path), "").strip(" :'") or "unknown error"
        message = f"this cannot be read as an OpenStreetMap extract ({what})"
        raise ReadError(message, path, remedy) from None


class OsmFile:
    """An extract, read for what the tag table wants. Raises ReadError when it is not one."""

    def __init__(self, path: str | Path, table: TagTable, names: Mapping[str, str]) -> None:
        """`names` are the names of categories, for things that have none of their own."""
        self.path = check_file(path)
        self.table = table
        self.names = names
        self.unnamed = 0
        self._locator = Locator(where=path)

    def rows(self) -> Iterator[NodeRow]:
        """Every wanted thing with its point, and its shape when it is an area or a line."""
        self.unnamed = 0
        wanted: list[_Wanted] = []
        refs_of: dict[int, array] = {}
        self._relations(wanted)
        member_ways = {ref for item in wanted for ref in (*item.outer, *item.inner)}
        self._ways(wanted, member_ways, refs_of)
        places = self._nodes(wanted, refs_of)
        for number, item in enumerate(sorted(wanted, key=_order), start=1):
            shape = item.point or self._shape(item, refs_of, places)
            if shape is None:
                continue  # nothing of it lies in this extract
            try:
                located = self._locator.geometry(shape)
            except BadLocation:
                continue
            row = self._row(number, item, located.point, located.shape)
            if row is None:
                self.unnamed += 1
            else:
                yield row

    # The passes.

    def _objects(self, entities, *filters) -> Iterator:
        return objects_of(self.path, entities, *filters)

    def _relations(self, wanted: list[_Wanted]) -> None:
        for relation in self._objects(osmium.osm.RELATION, self._filter()):
            item = self._wanted(f"relation/{relation.id}", relation)
            if item is None:
                continue
            for member in relation.members:
                if member.type == "w":
                    (item.inner if member.role == "inner" else item.outer).append(member.ref)
                elif member.type == "n":
                    item.members.append(member.ref)
            wanted.append(item)

    def _ways(self, wanted: list[_Wanted], members: set[int], refs_of: dict[int, array]) -> None:
        if members:
            only = osmium.filter.IdFilter(members)
            for way in self._objects(osmium.osm.WAY, only):
                refs_of[way.id] = array("q", (node.ref for node in way.nodes))
        for way in self._objects(osmium.osm.WAY, self._filter()):
            item = self._wanted(f"way/{way.id}", way)
            if item is not None:
                item.refs = array("q", (node.ref for node in way.nodes))
                wanted.append(item)

    def _nodes(self, wanted: list[_Wanted], refs_of: dict[int, array]) -> dict[int, tuple[float, float]]:
        needed = {ref for item in wanted for ref in (*item.refs, *item.members)}
        for refs in refs_of.values():
            needed.update(refs)
        for node in self._objects(osmium.osm.NODE, self._filter()):
            item = self._wanted(f"node/{node.id}", node)
            if item is not None and node.location.valid():
                item.point = Point(node.location.lon, node.location.lat)
                wanted.append(item)
        places: dict[int, tuple[float, float]] = {}
        if needed:
            for node in self._objects(osmium.osm.NODE, osmium.filter.IdFilter(needed)):
                if node.location.valid():
                    places[node.id] = (node.location.lon, node.location.lat)
        return places

    def _filter(self):
        return osmium.filter.KeyFilter(*self.table.keys)

    def _wanted(self, key: str, thing) -> _Wanted | None:
        tags = {tag.k: tag.v for tag in thing.tags}
        category = self.table.category(tags)
        if category is None or any(tags.get(gone) in ("yes", "vacant") for gone in _GONE):
            return None
        if tags.get("vacant") == "yes" or tags.get("shop") == "vacant":
            return None
        if tags.get("access") in ("private", "no") and tags.get("leisure") in _PRIVATE_LEISURE:
            return None
        keep = (*_TAGS_KEPT, *self.table.keys)
        return _Wanted(key, {k: tags[k] for k in keep if k in tags}, category)

    # From an object to a row.

    def _shape(
        self,
        item: _Wanted,
        refs_of: Mapping[int, array],
        places: Mapping[int, tuple[float, float]],
    ) -> BaseGeometry | None:
        if item.refs:
            return _way_shape(item.refs, places)
        outer = [_line(refs_of[ref], places) for ref in item.outer if ref in refs_of]
        inner = [_line(refs_of[ref], places) for ref in item.inner if ref in refs_of]
        area = _polygons(outer)
        if area is not None:
            holes = _polygons(inner)
            left = area.difference(holes) if holes is not None else area
            return left if not left.is_empty else area
        known = [line for line in outer if line is not None]
        if known:  # some of its ways lie outside the extract: only the middle of the rest
            return shapely.union_all(known).centroid
        points = [places[ref] for ref in item.members if ref in places]
        return Point(points[0]) if points else None

    def _row(self, number: int, item: _Wanted, point: Point, shape: BaseGeometry | None) -> NodeRow | None:
        tags = item.tags
        name = clean(tags.get("name"), NAME_LENGTH)
        street = tags.get("addr:street") or tags.get("addr:place") or ""
        if not name:
            if item.category not in self.table.unnamed:
                return None
            kind = self.names.get(item.category, item.category)
            name = clean(f"{kind}, {street}" if street else kind, NAME_LENGTH)
        hours_text = clean(tags.get("opening_hours"), HOURS_LENGTH)
        number_and_street = " ".join(p for p in (tags.get("addr:housenumber"), street) if p)
        address = (tags.get("addr:housename"), number_and_street, tags.get("addr:city"))
        facts = {
            "Run by": clean(tags.get("operator"), 300),
            "Sport": clean(tags.get("sport", "").replace(";", ", ").replace("_", " "), 200),
        }
        others = (tags.get(k) for k in ("official_name", "alt_name", "old_name"))
        other_names = (clean(n, NAME_LENGTH) for text in others if text for n in text.split(";"))
        return NodeRow(
            row=number,
            key=item.key,
            name=name,
            kind="organisation" if "office" in tags or "club" in tags else "asset",
            categories=(item.category,),
            summary=clean(tags.get("description"), SUMMARY_LENGTH),
            point=point,
            shape=shape,
            location_source="exact",
            address=clean(", ".join(p for p in address if p), ADDRESS_LENGTH),
            postcode=normalise_postcode(tags.get("addr:postcode", "")) or "",
            phone=clean(tags.get("phone") or tags.get("contact:phone"), PHONE_LENGTH),
            email=clean_email(tags.get("email") or tags.get("contact:email") or ""),
            website=clean_website(tags.get("website") or tags.get("contact:website") or tags.get("url") or ""),
            hours=read_osm_hours(hours_text) if hours_text else NO_HOURS,
            step_free=clean_step_free(tags.get("wheelchair", "")),
            identifiers=((IDENTIFIER_SCHEME, item.key),),
            facts={label: text for label, text in facts.items() if text},
            other_names=tuple(dict.fromkeys(n for n in other_names if n and n != name)),
        )


def _order(item: _Wanted) -> tuple[str, int]:
    kind, _, number = item.key.partition("/")
    return kind, int(number)


def _line(refs: array, places: Mapping[int, tuple[float, float]]) -> LineString | None:
    points = [places[ref] for ref in refs if ref in places]
    return LineString(points) if len(points) > 1 else None


def _polygons(lines: list[LineString | None]) -> BaseGeometry | None:
    """The area that a relation's ways enclose, in whatever order and direction they stand."""
    known = [line for line in lines if line is not None]
    if not known:
        return None
    areas = list(shapely.polygonize(known).geoms)
    return shapely.union_all(areas) if areas else None


def _way_shape(refs: array, places: Mapping[int, tuple[float, float]]) -> BaseGeometry | None:
    points = [places[ref] for ref in refs if ref in places]
    if not points:
        return None
    closed = len(refs) > 3 and refs[0] == refs[-1]
    if len(points) < len(refs):  # the rest lies outside the extract: no shape, only about where
        return shapely.MultiPoint(points).centroid
    if closed:
        polygon = Polygon(points)
        return polygon if polygon.area > 0 else polygon.centroid
    return LineString(points) if len(points) > 1 else Point(points[0])
