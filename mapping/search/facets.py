"""The filters of a map + list page: what may be chosen, and how many results each choice would leave.

The counts of a group are those of the query without that group, so that a second choice adds to the first. Three
queries, however many choices there are.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from mapping.models import Category, Node, NodeKind, Viewer
from mapping.models.hours import DAYS
from mapping.nodes import hours_description, opening_hours
from mapping.nodes.cards import reach

from .query import Query

# Above this many records in question the choices are offered without counts.
MAX_COUNT = 20_000
REACHES = (500, 1000, 1600, 3000, 8000)
Option = dict[str, Any]
Group = dict[str, Any]


def groups(query: Query, viewer: Viewer, total: int) -> list[Group]:
    """Return the groups of `components/filters.html` for `query`, which has `total` results."""
    counted = total <= MAX_COUNT
    found = [*_categories(query, viewer, counted), _kinds(query, viewer, counted), _open(query, viewer, counted)]
    if query.near:
        found.append(_within(query))
    found.append(_sort(query))
    return [group for group in found if group]


def chosen(query: Query) -> int:
    """Return how many filters are in force (words and place are not filters)."""
    return len(query.category) + len(query.kind) + len(query.tag) + bool(query.open) + bool(query.connected)


def _nodes(query: Query, viewer: Viewer):
    return query.restrict(Node.objects.visible_to(viewer), viewer).order_by()


def _option(value: str, label: str, count: int | None, selected: bool, **more: Any) -> Option:
    return {
        "value": value,
        "label": label,
        "count": count,
        "selected": selected,
        "disabled": count == 0 and not selected,
        **more,
    }


def by_category(query: Query, viewer: Viewer) -> tuple[list[Category], Counter[int]]:
    """Return all categories, and how many results each has, its branch included. Two queries."""
    tree = list(Category.objects.all())
    parents = {it.pk: it.parent_id for it in tree}
    counts: Counter[int] = Counter()
    rows = _nodes(query.replace(category=()), viewer).values_list("category_ids").annotate(n=Count("pk"))
    for ids, n in rows:
        branch = set()
        for pk in ids:
            # Up to the top, where this branch has not been walked already.
            while pk is not None and pk not in branch:
                branch.add(pk)
                pk = parents.get(pk)
        for pk in branch:
            counts[pk] += n
    return tree, counts


def _categories(query: Query, viewer: Viewer, counted: bool) -> list[Group]:
    """The tops of the tree; below the one that is in play, its branches."""
    if counted:
        tree, counts = by_category(query, viewer)
    else:
        tree, counts = list(Category.objects.all()), None
    chosen_groups = {it.group for it in tree if it.slug in query.category}

    def options(categories: list[Category]) -> list[Option]:
        return [
            _option(
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


def _kinds(query: Query, viewer: Viewer, counted: bool) -> Group | None:
    if counted:
        rows = _nodes(query.replace(kind=()), viewer).values_list("kind").annotate(n=Count("pk"))
        counts = dict(rows)
    options = [
        _option(kind.value, str(kind.label), counts.get(kind.value, 0) if counted else None, kind.value in query.kind)
        for kind in NodeKind
        if not counted or counts.get(kind.value) or kind.value in query.kind
    ]
    if len(options) < 2 and not query.kind:
        return None
    return {"name": "kind", "label": _("Kind"), "type": "checkbox", "options": options}


def _open(query: Query, viewer: Viewer, counted: bool) -> Group | None:
    """Any time, now, or a day of the week. Places whose hours nobody knows are under "any time" only."""
    zone = opening_hours.zone_of(query.place)
    counts = opening_hours.counts(_nodes(query.replace(open=""), viewer), zone) if counted else {}
    if counted and not counts and not query.open:
        return None

    def count(value: str) -> int | None:
        return counts.get(value, 0) if counted else None

    options = [
        _option("", _("Any time"), None, not query.open),
        _option("now", _("Open now"), count("now"), query.open == "now"),
        *(_option(day, hours_description.day_name(n), count(day), query.open == day) for n, day in enumerate(DAYS)),
    ]
    if query.open and query.open != "now" and query.open not in DAYS:
        options.append(_option(query.open, hours_description.moment_in_words(query.open), None, True))
    return {"name": "open", "label": _("Open"), "type": "radio", "options": options}


def _within(query: Query) -> Group:
    reaches = sorted({*REACHES, query.within or REACHES[2]})
    options = [_option(str(metres), reach(metres), None, metres == query.within) for metres in reaches]
    where = query.centre.label if query.centre else query.near
    return {
        "name": "within",
        "label": _("How far from %(place)s") % {"place": where},
        "type": "select",
        "options": options,
    }


def _sort(query: Query) -> Group | None:
    first = _("Best match") if query.q else _("Category")
    sorts = [("relevance", first, True), ("distance", _("Nearest"), query.near), ("name", _("Name"), True)]
    options = [_option(value, label, None, query.order == value) for value, label, possible in sorts if possible]
    if len(options) < 2:
        return None
    return {"name": "sort", "label": _("In order of"), "type": "select", "options": options}


def without(query: Query) -> list[tuple[str, Query]]:
    """Return the query with one condition less each, with what was left out in words."""
    found = []
    if query.open:
        found.append((_("at any time"), query.replace(open="")))
    if query.category:
        found.append((_("of any sort"), query.replace(category=())))
    if query.kind:
        found.append((_("of any kind"), query.replace(kind=())))
    if query.tag:
        found.append((_("with any tag"), query.replace(tag=())))
    if query.connected:
        found.append((_("whoever they are connected to"), query.replace(connected=None)))
    if query.near:
        found.append((_("anywhere in the place"), query.replace(near="", within=None)))
    if query.bbox:
        found.append((_("outside this part of the map"), query.replace(bbox=None)))
    if query.q and found:
        found.append((_("whatever they are called"), query.replace(q="")))
    return found
