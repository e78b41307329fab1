"""From a row that a reader gave to the values of a Node, and what tells one reading from the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import Point as GeosPoint

from mapping.access.disclosure import coarser, keep_strict, stricter
from mapping.models import Category, LocationPrecision, LocationSource, Node, Place
from mapping.readers.nodes import NodeRow

from .journal import encoded

# What a row may say about a node, in the order of the model.
TEXTS = ("summary", "address", "postcode", "phone", "email", "website", "hours_text", "step_free")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with what the database knew about it: the middle of its postcode, if it has no point."""

    row: NodeRow
    location: tuple[float, float] | None  # longitude, latitude
    location_source: str
    precision: str

    @classmethod
    def of(cls, row: NodeRow, postcodes: Mapping[str, tuple[float, float]]) -> Placed:
        if row.point is not None:
            point = (row.point.x, row.point.y)
            return cls(row, point, row.location_source or LocationSource.EXACT, row.precision)
        middle = postcodes.get(row.postcode.replace(" ", ""))
        if middle is None:
            return cls(row, None, LocationSource.NONE, row.precision)
        precision = row.precision
        if precision in (LocationPrecision.EXACT, LocationPrecision.STREET):
            precision = LocationPrecision.POSTCODE
        return cls(row, middle, LocationSource.POSTCODE, precision)

    def digest(self, place: Place | None) -> str:
        """Changes when anything that this row would write changes."""
        row = self.row
        said = (
            row.name, row.kind, row.categories, row.tags, row.summary, self.location,
            row.shape.wkb_hex if row.shape is not None else "", self.location_source,
            self.precision, row.address, row.postcode, row.phone, row.email, row.website,
            row.hours.source, row.hours.expression, row.hours.not_understood, row.hours.questions,
            row.step_free, row.identifiers,
            sorted(row.facts.items()), row.visibility, row.other_names, place.pk if place else 0,
        )  # fmt: skip
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()

    def geometry(self) -> dict[str, Any]:
        """The fields of the node that say where it is (how exactly that is told is another matter)."""
        shape = self.row.shape
        return {
            "location": GeosPoint(*self.location, srid=4326) if self.location else None,
            "shape": GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326) if shape is not None else None,
            "location_source": self.location_source,
        }


class Categories:
    """The category tree, by slug."""

    def __init__(self) -> None:
        self._all = {it.pk: it for it in Category.objects.all()}
        self.by_slug = {it.slug: it for it in self._all.values()}

    def words(self, category: Category | None) -> list[str]:
        """The names of a category and of those above it."""
        words: list[str] = []
        while category is not None:
            words += [category.name, category.plural]
            category = self._all.get(category.parent_id)
        return words


def searched(
    categories: Sequence[Category],
    tree: Categories,
    tags: Sequence[str],
    other_names: Sequence[str],
    address: str,
    postcode: str,
) -> str:
    """What is searched beside name and summary, each word's line once."""
    parts: list[str] = [word for category in categories for word in tree.words(category)]
    parts += [*tags, *other_names, address, postcode, postcode.replace(" ", "")]
    return "\n".join(dict.fromkeys(part for part in parts if part))


def fill_all(node: Node, placed: Placed, tree: Categories) -> bool:
    """Write everything the row says: for a node that is this source's own. Whether it was kept stricter than that."""
    row = placed.row
    categories = [tree.by_slug[slug] for slug in row.categories]
    node.name = row.name
    strict = keep_strict(node, row.visibility, placed.precision)
    node.category = categories[0] if categories else None
    for name in TEXTS:
        setattr(node, name, getattr(row, name))
    for name, value in placed.geometry().items():
        setattr(node, name, value)
    node.facts = dict(row.facts)
    # Names that came from elsewhere (another spelling, a person) are kept.
    node.other_names = _names(node.name, (*row.other_names, *node.other_names))
    node.search_extra = searched(
        categories, tree, row.tags, node.other_names, node.public_address, node.public_postcode
    )
    return strict


def may_tell(node: Node, row: NodeRow) -> bool:
    """Whether what a row says may be added to a node: not where fewer people may see the row than see the node."""
    return stricter(node.visibility, row.visibility) == node.visibility


def values_said(placed: Placed, tree: Categories) -> dict[str, Any]:
    """What a row would make of a node that nobody else speaks of: columns by attname, and what hangs on it."""
    row = placed.row
    node = Node(kind=row.kind)
    fill_all(node, placed, tree)
    names = ("name", "other_names", "category_id", "visibility", "facts", "search_extra", "location_precision")
    names += (*TEXTS, *placed.geometry())
    return {
        "columns": {name: encoded(getattr(node, name)) for name in names},
        "categories": [tree.by_slug[slug].pk for slug in row.categories[1:]],
        "tags": list(row.tags),
        "identifiers": [[scheme[:40], value] for scheme, value in row.identifiers],
        "hours": {
            "source": row.hours.source,
            "expression": row.hours.expression,
            "not_understood": list(row.hours.not_understood),
            "questions": list(row.hours.questions),
        },
    }


def fill_blanks(node: Node, placed: Placed, tree: Categories) -> bool:
    """Add what is missing to a node that another source (or a person) made. Whether it changed."""
    row = placed.row
    before = _state(node)
    for name in TEXTS:
        if not getattr(node, name):
            setattr(node, name, getattr(row, name))
    if node.location is None and placed.location:
        # A node that may only be seen roughly stays so, and so does a point that was given on that condition.
        node.location_precision = coarser(node.location_precision, placed.precision)
        for name, value in placed.geometry().items():
            setattr(node, name, value)
    node.facts = {**row.facts, **node.facts}
    node.other_names = _names(node.name, (*node.other_names, row.name, *row.other_names))
    categories = [tree.by_slug[slug] for slug in row.categories]
    if node.category_id is None and categories:
        node.category = categories[0]
    extra = searched(categories, tree, row.tags, node.other_names, node.public_address, node.public_postcode).split(
        "\n"
    )
    node.search_extra = "\n".join(dict.fromkeys(line for line in (*node.search_extra.split("\n"), *extra) if line))
    return _state(node) != before


def _state(node: Node) -> tuple:
    return (
        *(getattr(node, name) for name in TEXTS),
        node.location and node.location.wkb,
        node.location_precision,
        dict(node.facts),
        tuple(node.other_names),
        node.category_id,
        node.search_extra,
    )


def _names(name: str, others: Sequence[str]) -> list[str]:
    """`others` without repeats and without `name`, whatever the capitals."""
    seen = {name.casefold()}
    kept = []
    for other in others:
        if other and other.casefold() not in seen:
            seen.add(other.casefold())
            kept.append(other)
    return kept
