"""What everybody may see of a place, remembered by a process in the order of a list as long as the place is as it is.

Most questions that are asked are answered from it: who answers, how many, with which facts, from which sources. Of
categories and kinds alone it knows the order as well; of words the database is asked which records have them, and how
well they match; else it is asked which numbers answer, in order. What is shown of a record is remembered too, and given
out only where the database says that everybody may see it at this moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, F, FloatField, Func, OuterRef, QuerySet, TextField, Value
from django.db.models import Window as OverRows
from django.db.models.functions import RowNumber
from django.db.models.lookups import IsNull
from django.utils import timezone

from config import remembered
from config.compiled import Compiled
from mapping.models import PUBLIC, Category, Node, Place, Source, SourceRecord, Viewer
from mapping.models.plain_name import WORDS
from mapping.nodes import occasions
from mapping.nodes.window import Window

from . import synonyms
from .geometry import is_outside
from .matching_order import letters_of, may_have_others
from .parameters import DEFAULT_LIMIT
from .query import Query
from .text import one_expression

# Of a larger place the database is asked.
MAX_ROWS = 10_000
# Of a larger place it is asked for the times of those alone that answer.
MAX_TIMED = 4_000
# Nodes that a process keeps as cards show them.
MAX_SHOWN = 2_000

Extent = tuple[float, float, float, float]


class Row(NamedTuple):
    """A node, as far as questions and their filters go. x, y : where it is shown, in degrees, or None.

    is_elsewhere : whether that is outside of the place; source_ids : where it comes from; letters : its name as
    `matching_order` compares it; by_name : its number in the order of names; counted : what filters count of it.
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
    letters: str
    by_name: int
    counted: tuple = ()


@dataclass(frozen=True)
class Hand:
    """All rows of a place in order, by number, and where those of a category are; its sources in their order."""

    rows: list[Row]
    by_number: dict[int, Row] = field(repr=False)
    sources: list[Source] = field(repr=False)
    of_category: dict[int, list[int]] = field(repr=False)

    def within(self, categories: Iterable[int]) -> list[Row]:
        """The rows of these categories, in order."""
        found = {at for it in categories for at in self.of_category.get(it, ())}
        return [self.rows[at] for at in sorted(found)]


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
    wanted = Category.objects.with_descendants(query.category) if query.category else None
    if plain == Query(place=query.place):
        rows: list[Row] | None = hand.rows if wanted is None else hand.within(wanted)
    else:
        rows = remembered.once(("answers", plain), lambda: _having(plain, hand))
        if rows is not None and wanted is not None:
            rows = [it for it in rows if not wanted.isdisjoint(it.category_ids)]
    if rows is not None and query.kind:
        rows = [it for it in rows if it.kind in query.kind]
    return rows


def page(query: Query, rows: list[Row]) -> list[int]:
    """The numbers of the nodes on the page that is asked for."""
    start = (query.page - 1) * query.limit
    return [it.pk for it in rows[start : start + query.limit]]


def seen(numbers: Iterable[int]) -> list[int]:
    """Those that the database lets everybody see at this moment, in order: for what is not read from it afterwards."""
    numbers = list(numbers)
    visible = {pk for (pk,) in _VISIBLE.rows(ids=numbers)} if numbers else ()
    return [it for it in numbers if it in visible]


def shown(numbers: list[int]) -> list[Node]:
    """What everybody may see of these, as `for_cards` has it, in order; nobody changes anything in them."""
    shelf: remembered.Shelf[Node] = remembered.get(("shown",), lambda: remembered.Shelf(MAX_SHOWN), in_words=False)
    kept = shelf.find(numbers)
    visible = seen(kept)
    found = {pk: kept[pk] for pk in visible}
    if missing := [pk for pk in numbers if pk not in kept]:
        made = {it.pk: it for it in _FOR_CARDS.objects(ids=missing)}
        shelf.put(made)
        found |= made
    return [found[pk] for pk in numbers if pk in found]


_VISIBLE = Compiled(
    lambda ids: Node.objects.visible_to(PUBLIC).filter(pk__any_of=ids).order_by().values_list("pk"), ids=list
)
_FOR_CARDS = Compiled(
    lambda ids: Node.objects.visible_to(PUBLIC).filter(pk__any_of=ids).for_cards().order_by(), ids=list
)


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


def times(
    query: Query, viewer: Viewer, names: tuple[str, ...], windows: Callable[[], Mapping[str, Window]]
) -> Mapping[str, int] | None:
    """How many of the answers are on or open in each of `windows`, as `occasions.counts` has it; the windows of these
    names, of this minute. None where the database has to be asked."""
    rows = answers(query, viewer)
    if rows is None or (hand := _hand(query.place)) is None or len(hand.rows) > MAX_TIMED:
        return None
    minute = timezone.now().replace(second=0, microsecond=0)

    def read() -> tuple[Any, Any, list[str]]:
        asked = windows()
        everything = Query(place=query.place).restrict(Node.objects.visible_to(PUBLIC), PUBLIC)
        return minute, occasions.on_in(everything, asked), [name for name in names if not asked[name].is_empty]

    _of, on, possible = remembered.get(
        ("on", query.place.pk, *names), read, holds=lambda kept: kept[0] == minute, in_words=False
    )
    together = Counter(on[it.pk] for it in rows if it.pk in on)
    if not together:
        return {}
    return {name: sum(n for mask, n in together.items() if name in mask) for name in possible}


def _hand(place: Place) -> Hand | None:
    return remembered.get(("at hand", place.pk), lambda: _read(place), in_words=False)


def _row(*values: Any) -> Row:
    row = Row(*values)
    has_ages = row.min_age is not None or row.max_age is not None
    lists = (tuple(it) if isinstance(it, list) else it for it in row[1:7])
    return row._replace(counted=(*lists, row.confirmed_at is not None, has_ages))


def _having(query: Query, hand: Hand) -> list[Row] | None:
    """What answers a question without categories and kinds, in order."""
    expression = one_expression(query.q) if query.q else None
    if expression is None or query != Query(place=query.place, q=query.q, sort=query.sort):
        return _asked(query, hand)
    have = _WORDED.rows(place=query.place.pk, words=expression, text=query.q)
    try:
        found = [(hand.by_number[pk], rank) for pk, rank, _called in have]
    except KeyError:
        # It came after the state was read.
        return None
    if query.order == "name":
        return sorted((row for row, _rank in found), key=lambda it: it.by_name)
    kinds, called = _numbers_of(synonyms.kinds_in(query.q)), have[0][2] if have else ""

    def order(it: tuple[Row, float]) -> tuple:
        # As `Query.apply` has it in SQL.
        row, rank = it
        is_other_kind = bool(kinds) and kinds.isdisjoint(row.category_ids)
        return row.letters != called, row.is_fading, row.is_elsewhere, is_other_kind, -rank, row.by_name

    return [row for row, _rank in sorted(found, key=order)]


def any_worded(place: Place | None, viewer: Viewer, expression: str) -> bool | None:
    """Whether anything of a home has these words, as to_tsquery reads them; None where the database is to be asked."""
    if place is None or not place.is_home or not viewer.is_public or not remembered.is_held():
        return None
    return bool(_WORDED.rows(place=place.pk, words=expression, text=""))


def _numbers_of(slugs: Iterable[str]) -> set[int]:
    slugs = set(slugs)
    return {it.pk for it in Category.objects.every() if it.slug in slugs} if slugs else set()


def _worded(place: int, words: str, text: str) -> QuerySet:
    """What has the words, how well, and the letters of the whole text, as names are compared with it."""
    asked = SearchQuery(words, search_type="raw", config=WORDS)
    nodes = Query(place=Place(pk=place, is_home=True)).restrict(Node.objects.visible_to(PUBLIC), PUBLIC)
    found = nodes.filter(search_vector=asked).order_by()
    # Asked for once, not for each row.
    called = Func(letters_of(Value(text)), template="(SELECT %(expressions)s)", output_field=TextField())
    return found.annotate(rank=SearchRank(F("search_vector"), asked), called=called).values_list("pk", "rank", "called")


_WORDED = Compiled(_worded, place=int, words=str, text=str)


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
            letters=letters_of(F("name")),
            by_name=OverRows(RowNumber(), order_by=["name", "pk"]),
        )
    )
    rows = [_row(*it) for it in found.values_list(*Row._fields[:-1])[: MAX_ROWS + 1]]
    if len(rows) > MAX_ROWS:
        return None
    ids = {pk for it in rows for pk in it.source_ids}
    of_category: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        for category in row.category_ids:
            of_category.setdefault(category, []).append(at)
    return Hand(rows, {it.pk: it for it in rows}, list(Source.objects.filter(pk__in=ids)), of_category)
