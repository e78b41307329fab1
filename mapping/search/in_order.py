"""What is on or open in an area, in order, read by one query instead of three.

To find what is open around a point costs a look-up for each node there, and an answer wants to know how many there are,
which are on its page, and how many more may be open.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone

from mapping.models import NodeQuerySet, Viewer
from mapping.nodes import occasions, opening_hours

from .query import Query

# Above this the page is read by itself.
MAX_READ = 5000


@dataclass(frozen=True)
class InOrder:
    """The numbers of all nodes that answer, in order, and how many more may be open."""

    answers: list[int]
    perhaps: int

    def page(self, query: Query) -> list[int]:
        start = (query.page - 1) * query.limit
        return self.answers[start : start + query.limit]


def in_order(query: Query, nodes: NodeQuerySet, viewer: Viewer) -> InOrder | None:
    """Read the answers to a question of time about an area; None for other questions, and where they are too many."""
    window = query.window
    if window is None or window.is_empty or not (query.near or query.bbox):
        return None
    if not opening_hours.is_kept(window, timezone.now()):
        return None
    sure = ExpressionWrapper(occasions.is_sure(window), output_field=BooleanField())
    either = query.replace(perhaps=True).apply(nodes, viewer).annotate(sure=sure)
    rows = list(either.values_list("pk", "sure")[: MAX_READ + 1])
    if len(rows) > MAX_READ:
        return None
    answers = [pk for pk, is_sure in rows if is_sure or query.perhaps]
    return InOrder(answers, len(rows) - len(answers))
