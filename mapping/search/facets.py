"""The filters of a map + list page: what may be chosen, and how many results each choice would leave.

The counts of a group are those of the query without that group, so that a second choice adds to the first. A few
queries, however many choices there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from config import remembered
from mapping.models import Category, NodeKind, Units, Viewer
from mapping.nodes.distances import reach

from . import at_hand, fact_facets, time_facets
from .choices import Choice, Group, choice, nodes_of
from .counted import Counted, counted
from .parameters import DEFAULT_METRES
from .query import Query

# Above this many records in question the choices are offered without counts.
MAX_COUNT = 20_000
# How far around, in metres: round numbers of either unit.
REACHES = {
    Units.MILES: (800, 1600, 3200, 4800, 8000, 16_000),
    Units.KM: (500, 1000, 1600, 3000, 5000, 8000, 16_000),
}
# The filters of the form, and what else can be taken back at once.
NOTHING_CHOSEN: Mapping[str, Any] = {
    "category": (),
    "kind": (),
    "tag": (),
    "when": "",
    "at": "",
    "feature": (),
    "language": (),
    "for_": (),
    "age": None,
    "confirmed": False,
    "connected": None,
    "run_by": None,
}


def groups(query: Query, viewer: Viewer, total: int) -> list[Group]:
    """Return the groups of `components/filters.html` for `query`, which has `total` results."""
    here = counted(query, viewer) if total <= MAX_COUNT else None
    found = [*_categories(query, viewer, here), _kinds(query, viewer, here)]
    found += time_facets.groups(query, viewer, here is not None)
    found += fact_facets.groups(query, viewer, here)
    if query.near:
        found.append(_within(query))
    found.append(_sort(query))
    return [group for group in found if group]


def chosen(query: Query) -> int:
    """Return how many filters are in force (words and place are not filters)."""
    several = (query.category, query.kind, query.tag, query.feature, query.language, query.for_)
    one = (query.when, query.at, query.age is not None, query.confirmed, query.connected, query.run_by)
    return sum(map(len, several)) + sum(map(bool, one))


def by_category(query: Query, viewer: Viewer) -> tuple[list[Category], Counter[int]]:
    """Return all categories, and how many results each has, its branch included. Two queries."""
    query = query.replace(category=())
    if query.place is not None and query.is_empty and viewer.is_public:
        # What a place has of everything, beside which any category is shown.
        return remembered.get(("by category", query.place.pk), lambda: _by_category(query, viewer))
    return _by_category(query, viewer)


def _by_category(query: Query, viewer: Viewer) -> tuple[list[Category], Counter[int]]:
    tree = Category.objects.every()
    ready = at_hand.answers(query, viewer)
    if ready is not None:
        return tree, _in_branches(Counter(tuple(it.category_ids) for it in ready).items())
    rows = nodes_of(query, viewer).values_list("category_ids").annotate(n=Count("pk"))
    return tree, _in_branches(rows)


def _in_branches(rows: Iterable[tuple[Iterable[int], int]]) -> Counter[int]:
    parents = remembered.get(
        ("parents of categories",), lambda: {it.pk: it.parent_id for it in Category.objects.every()}, in_words=False
    )
    counts: Counter[int] = Counter()
    for ids, n in rows:
        branch = set()
        for pk in ids:
            # Up to the top, where this branch has not been walked already.
            while pk is not None and pk not in branch:
                branch.add(pk)
                pk = parents.get(pk)
        for pk in branch:
            counts[pk] += n
    return counts


def _categories(query: Query, viewer: Viewer, here: Counted | None) -> list[Group]:
    """The tops of the tree; below the one that is in play, its branches."""
    if here is None:
        tree, counts = Category.objects.every(), None
    elif query.category:
        tree, counts = by_category(query, viewer)
    else:
        tree = Category.objects.every()
        counts = _in_branches(here.branches)
    chosen_groups = {it.group for it in tree if it.slug in query.category}

    def options(categories: list[Category]) -> list[Choice]:
        return [
            choice(
                it.slug,
                it.plural or it.name,
                None if counts is None else counts[it.pk],
                it.slug in query.category,
                icon=it.icon,
                kind=it.group,
            )
            for it in categories
            if counts is None or counts[it.pk] or it.slug in query.category or it.parent_id is None
        ]

    tops = [it for it in tree if it.parent_id is None]
    found = [{"name": "category", "label": _("What"), "type": "checkbox", "options": options(tops)}]
    for top in tops:
        if top.slug in chosen_groups:
            below = options([it for it in tree if it.group == top.slug and it.pk != top.pk])
            if below:
                found.append({"name": "category", "label": top.name, "type": "checkbox", "options": below})
    return found


def _kinds(query: Query, viewer: Viewer, here: Counted | None) -> Group | None:
    counts = here and here.kinds
    if here is not None and query.kind:
        plain = query.replace(kind=())
        ready = at_hand.answers(plain, viewer)
        if ready is not None:
            counts = Counter(it.kind for it in ready)
        else:
            counts = dict(nodes_of(plain, viewer).values_list("kind").annotate(n=Count("pk")))
    count = lambda kind: None if counts is None else counts.get(kind.value, 0)  # noqa: E731
    options = [
        choice(kind.value, str(kind.label), count(kind), kind.value in query.kind)
        for kind in NodeKind
        if counts is None or counts.get(kind.value) or kind.value in query.kind
    ]
    if len(options) < 2 and not query.kind:
        return None
    return {"name": "kind", "label": _("Kind"), "type": "checkbox", "options": options}


def _within(query: Query) -> Group:
    reaches = sorted({*REACHES[Units(query.units)], query.within or DEFAULT_METRES})
    options = [choice(str(metres), reach(metres, query.units), None, metres == query.within) for metres in reaches]
    where = query.centre.label if query.centre else query.near
    return {
        "name": "within",
        "label": _("How far from %(place)s") % {"place": where},
        "type": "select",
        "options": options,
    }


def _sort(query: Query) -> Group | None:
    first = _("Best match") if query.q else _("Category")
    sorts = [
        ("relevance", first, True),
        ("distance", _("Nearest"), query.near),
        ("date", _("Date"), query.when),
        ("name", _("Name"), True),
    ]
    # What goes without saying is not said, so that it follows the next question: a place is then sorted by distance.
    natural = query.replace(sort="").order
    options = [
        choice("" if value == natural else value, label, None, query.order == value)
        for value, label, possible in sorts
        if possible
    ]
    if len(options) < 2:
        return None
    return {"name": "sort", "label": _("In order of"), "type": "select", "options": options}


def without(query: Query) -> list[tuple[str, Query]]:
    """Return the query with one condition less each, with what was left out in words."""
    found = []
    if query.when:
        found.append((_("at any time"), query.replace(when="", at="")))
    if query.at:
        found.append((_("at any time of day"), query.replace(at="")))
    found += fact_facets.without(query)
    if query.category:
        found.append((_("of any sort"), query.replace(category=())))
    if query.kind:
        found.append((_("of any kind"), query.replace(kind=())))
    if query.tag:
        found.append((_("with any tag"), query.replace(tag=())))
    if query.connected:
        found.append((_("whoever they are connected to"), query.replace(connected=None)))
    if query.run_by:
        found.append((_("whoever runs it"), query.replace(run_by=None)))
    if query.near:
        found.append((_("anywhere in the place"), query.replace(near="", within=None)))
    if query.bbox:
        found.append((_("outside this part of the map"), query.replace(bbox=None)))
    if query.q and found:
        found.append((_("whatever they are called"), query.replace(q="")))
    return found
