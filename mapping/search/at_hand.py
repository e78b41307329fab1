"""What everybody may see of a place, remembered by a process in the order of a list as long as the place is as it is.

Most questions that are asked are answered from it: who answers, how many, with which facts, from which sources. Of
categories and kinds alone it knows the order as well; else the database is asked once which numbers answer, in order.
What is shown of those on a page is read from the database, as ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, FloatField, Func, OuterRef, Value
from django.db.models.lookups import IsNull
from django.utils import timezone

from config import remembered
from mapping.models import PUBLIC, Category, Node, Place, Source, SourceRecord, Viewer
from mapping.nodes import occasions
from mapping.nodes.window import Window

from .geometry import is_outside
from .matching_order import may_have_others
from .parameters import DEFAULT_LIMIT
from .query import Query

# Of a larger place the database is asked.
MAX_ROWS = 10_000
# Of a larger place it is asked for the times of those alone that answer.
MAX_TIMED = 4_000

Extent = tuple[float, float, float, float]


class Row(NamedTuple):
    """A node, as far as questions and their filters go. x, y : where it is shown, in degrees, or None.

    is_elsewhere : whether that is outside of the place; source_ids : where it comes from.
    """

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
    is_fading: bool
    is_elsewhere: bool
    source_ids: list[int]


@dataclass(frozen=True)
class Hand:
    """All rows of a place in order, and by number; its sources in theirs."""

    rows: list[Row]
    by_number: dict[int, Row] = field(repr=False)
    sources: list[Source] = field(repr=False)


def answers(query: Query, viewer: Viewer) -> list[Row] | None:
    """All that answers `query`, in its order; None where the database has to be asked."""
    # What is on or was confirmed lately changes by the clock.
    if query.place is None or not query.place.is_home or not viewer.is_public or query.when or query.confirmed:
        return None
    if not remembered.is_held():
        return None
    query = query.replace(page=1, limit=DEFAULT_LIMIT)
    return remembered.once(("answered", query), lambda: _answers(query))


def _answers(query: Query) -> list[Row] | None:
    hand = _hand(query.place)
    if hand is None:
        return None
    plain = query.replace(category=(), kind=())
    if plain.is_empty and not plain.sort:
        rows: list[Row] | None = hand.rows
    else:
        rows = remembered.once(("answers", plain), lambda: _asked(plain, hand))
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


def seen(query: Query, rows: list[Row], viewer: Viewer) -> list[int]:
    """The same, of what the database lets `viewer` see at this moment: for what is not read from it afterwards."""
    numbers = page(query, rows)
    visible = set(Node.objects.visible_to(viewer).filter(pk__in=numbers).order_by().values_list("pk", flat=True))
    return [it for it in numbers if it in visible]


def extent(rows: list[Row]) -> Extent | None:
    """West, south, east, north of all that is shown somewhere."""
    places = [(it.x, it.y) for it in rows if it.x is not None and it.y is not None]
    if not places:
        return None
    xs, ys = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def sources(query: Query, numbers: Iterable[int], viewer: Viewer) -> list[Source] | None:
    """Where these of the answers come from; None where the database has to be asked."""
    if answers(query, viewer) is None or (hand := _hand(query.place)) is None:
        return None
    wanted = {pk for it in numbers if it in hand.by_number for pk in hand.by_number[it].source_ids}
    return [it for it in hand.sources if it.pk in wanted]


def times(query: Query, viewer: Viewer, windows: Mapping[str, Window]) -> Mapping[str, int] | None:
    """How many of the answers are on or open in each of `windows`, as `occasions.counts` has it; the windows of this
    minute. None where the database has to be asked."""
    rows = answers(query, viewer)
    if rows is None or (hand := _hand(query.place)) is None or len(hand.rows) > MAX_TIMED:
        return None
    minute = timezone.now().replace(second=0, microsecond=0)
    everything = Query(place=query.place).restrict(Node.objects.visible_to(PUBLIC), PUBLIC)
    key = ("on", query.place.pk, *windows)
    _of, on = remembered.get(
        key,
        lambda: (minute, occasions.on_in(everything, windows)),
        holds=lambda kept: kept[0] == minute,
        in_words=False,
    )
    together = Counter(on[it.pk] for it in rows if it.pk in on)
    if not together:
        return {}
    found = {value: sum(n for mask, n in together.items() if value in mask) for value in windows}
    return {value: n for value, n in found.items() if not windows[value].is_empty}


def _hand(place: Place) -> Hand | None:
    return remembered.get(("at hand", place.pk), lambda: _read(place), in_words=False)


def _asked(query: Query, hand: Hand) -> list[Row] | None:
    found = query.apply(Node.objects.visible_to(PUBLIC), PUBLIC).values_list("pk", flat=True)[: MAX_ROWS + 1]
    try:
        return [hand.by_number[pk] for pk in found]
    except KeyError:
        # It came after the state was read.
        return None


def _read(place: Place) -> Hand | None:
    number = lambda function: Func(F("public_point"), function=function, output_field=FloatField())  # noqa: E731
    records = SourceRecord.objects.filter(node=OuterRef("pk")).order_by()
    elsewhere = is_outside(place) if may_have_others(place) else Value(False, output_field=BooleanField())
    found = (
        Query(place=place)
        .apply(Node.objects.visible_to(PUBLIC), PUBLIC)
        .annotate(
            x=number("ST_X"),
            y=number("ST_Y"),
            is_fading=IsNull(F("fading_since"), False),
            is_elsewhere=elsewhere,
            source_ids=ArraySubquery(records.values("source_id")),
        )
    )
    rows = [Row(*it) for it in found.values_list(*Row._fields)[: MAX_ROWS + 1]]
    if len(rows) > MAX_ROWS:
        return None
    ids = {pk for it in rows for pk in it.source_ids}
    return Hand(rows, {it.pk: it for it in rows}, list(Source.objects.filter(pk__in=ids)))
