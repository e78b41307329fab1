"""What everybody may see of a place, remembered by a process in the order of a list as long as the place is as it is.

Questions of categories and kinds alone, most that are asked, are answered from it: who answers, how many, in which
order, with which facts. What is shown of those on a page is read from the database, as ever.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, FloatField, Func

from config import remembered
from mapping.models import PUBLIC, Category, Node, Place, Viewer

from .query import Query

# Of a larger place the database is asked.
MAX_ROWS = 10_000

Extent = tuple[float, float, float, float]


class Row(NamedTuple):
    """A node, as far as questions and their filters go. x, y : where it is shown, in degrees, or None."""

    pk: int
    kind: str
    category_ids: list[int]
    features: list[str]
    step_free: str
    languages: list[str]
    audiences: list[str]
    confirmed_at: object
    min_age: int | None
    max_age: int | None
    x: float | None
    y: float | None


def answers(query: Query, viewer: Viewer) -> list[Row] | None:
    """All that answers `query`, in its order; None where the database has to be asked."""
    if query.place is None or not query.place.is_home or not viewer.is_public or query.sort:
        return None
    if not remembered.is_held() or not query.replace(category=(), kind=()).is_empty:
        return None
    place = query.place
    rows = remembered.get(("at hand", place.pk), lambda: _read(place))
    if rows is not None and query.category:
        wanted = Category.objects.with_descendants(query.category)
        rows = [it for it in rows if not wanted.isdisjoint(it.category_ids)]
    if rows is not None and query.kind:
        rows = [it for it in rows if it.kind in query.kind]
    return rows


def page(query: Query, rows: list[Row]) -> list[int]:
    """The numbers of the nodes on the page that is asked for."""
    start = (query.page - 1) * query.limit
    return [it.pk for it in rows[start : start + query.limit]]


def extent(rows: list[Row]) -> Extent | None:
    """West, south, east, north of all that is shown somewhere."""
    places = [(it.x, it.y) for it in rows if it.x is not None and it.y is not None]
    if not places:
        return None
    xs, ys = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _read(place: Place) -> list[Row] | None:
    number = lambda function: Func(F("public_point"), function=function, output_field=FloatField())  # noqa: E731
    found = (
        Query(place=place).apply(Node.objects.visible_to(PUBLIC), PUBLIC).annotate(x=number("ST_X"), y=number("ST_Y"))
    )
    rows = [Row(*it) for it in found.values_list(*Row._fields)[: MAX_ROWS + 1]]
    return rows if len(rows) <= MAX_ROWS else None
