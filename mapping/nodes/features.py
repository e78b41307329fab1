"""Nodes by the facts that people look for; the tokens and their words are in `mapping/models/features.py`."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from mapping.models import NodeQuerySet, StepFree
from mapping.models.features import STEP_FREE


def with_facts(
    nodes: NodeQuerySet,
    features: Collection[str] = (),
    languages: Collection[str] = (),
    audiences: Collection[str] = (),
    age: int | None = None,
) -> NodeQuerySet:
    """Those of `nodes` that have all the features, one of the languages, and are for these people and this age."""
    if other := [it for it in features if it != STEP_FREE]:
        nodes = nodes.filter(features__contains=other)
    if STEP_FREE in features:
        nodes = nodes.filter(Q(step_free=StepFree.YES) | Q(features__contains=[STEP_FREE]))
    if languages:
        nodes = nodes.filter(languages__overlap=list(languages))
    if audiences:
        nodes = nodes.filter(audiences__overlap=list(audiences))
    if age is not None:
        # Where nobody said for which age, nobody can tell that it is for this one.
        nodes = nodes.filter(
            Q(min_age__lte=age) | Q(min_age=None, max_age__isnull=False), Q(max_age__gte=age) | Q(max_age=None)
        )
    return nodes
