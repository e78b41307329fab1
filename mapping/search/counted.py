"""What there is among the answers to a question: how many of each kind, category and fact. Read at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q

from mapping.models import StepFree, Viewer
from mapping.models.features import STEP_FREE

from . import at_hand
from .choices import nodes_of
from .query import Query


@dataclass
class Counted:
    """How many answers there are. branches : the categories that a node names, and of how many nodes that is so.

    known : of how many anything is known of each group of facts.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    branches: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    features: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    audiences: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)


def counted(query: Query, viewer: Viewer) -> Counted:
    """Count the answers to `query`. One query, or none where they are at hand."""
    at_once = at_hand.answers(query, viewer)
    rows = _read(query, viewer) if at_once is None else _alike(at_once)
    return _sum(rows)


def _alike(rows: Iterable[at_hand.Row]) -> Iterator[tuple]:
    """One row for all that are alike in what is counted."""
    for it, n in Counter(row.counted for row in rows).items():
        *facts, is_confirmed, has_ages = it
        yield *facts, n, n * is_confirmed, n * has_ages


def _read(query: Query, viewer: Viewer) -> Iterable[tuple]:
    return (
        nodes_of(query, viewer)
        .values_list("kind", "category_ids", "features", "step_free", "languages", "audiences")
        .annotate(
            n=Count("pk"),
            confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
            ages=Count("pk", filter=Q(min_age__isnull=False) | Q(max_age__isnull=False)),
        )
    )


def _sum(rows: Iterable[tuple]) -> Counted:
    found, branches = Counted(), Counter()
    for kind, category_ids, features, step_free, languages, audiences, n, confirmed, ages in rows:
        found.kinds[kind] += n
        branches[tuple(category_ids)] += n
        tokens = {*features, *([STEP_FREE] if step_free == StepFree.YES else [])}
        for counts, values in (
            (found.features, tokens),
            (found.languages, set(languages)),
            (found.audiences, set(audiences)),
        ):
            for value in values:
                counts[value] += n
        found.known["features"] += n if tokens else 0
        found.known["languages"] += n if languages else 0
        found.known["audiences"] += n if audiences else 0
        found.known["confirmed"] += confirmed
        found.known["ages"] += ages
    found.branches = list(branches.items())
    return found
