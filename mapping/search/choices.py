"""What the form of filters is made of: groups of choices, as `components/filters.html` takes them."""

from __future__ import annotations

from typing import Any

from mapping.models import Node, NodeQuerySet, Viewer

from .query import Query

Choice = dict[str, Any]
Group = dict[str, Any]


def choice(value: str, label: str, count: int | None, selected: bool, **more: Any) -> Choice:
    """One choice; `count` None: how many it would leave is not said. What would leave nothing cannot be chosen."""
    return {
        "value": value,
        "label": label,
        "count": count,
        "selected": selected,
        "disabled": count == 0 and not selected,
        **more,
    }


def nodes_of(query: Query, viewer: Viewer) -> NodeQuerySet:
    """What answers, in no order."""
    return query.restrict(Node.objects.visible_to(viewer), viewer).order_by()
