"""What points to a node and moves with it when two are merged. Apps above this one add what they keep.

    merging.register(Relation("listings.Listing", "venue"))           # a foreign key to the node
    merging.register(Relation("listings.Membership", "organisation", once=("user_id",), best="role", order=...))
    merging.register_text("cms.TourStep", "address")                  # a text in which its uuid may stand

A test looks through every foreign key to a node: one that is neither here nor in `STAYS` fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models


@dataclass(frozen=True)
class Relation:
    """Rows of `model` whose foreign key `field` is the node.

    once : with these fields a node has one such row only; of two, the better stays. best : the field in which they may
    differ, and `order` its values from the weakest to the strongest. among : where that holds of some rows only (those
    that are open, say); the others all move.
    """

    model: str
    field: str
    once: tuple[str, ...] = ()
    best: str = ""
    order: Sequence[str] = ()
    among: models.Q = models.Q()

    @property
    def rows(self) -> models.QuerySet:
        return apps.get_model(self.model)._base_manager.all()


# (journal, kept, dropped): see `register_step`.
Step = Callable[[Any, Any, Any], None]
_steps: list[Step] = []
# (entries of the journal, kept, dropped): see `register_taken_back`.
TakenBack = Callable[[list[dict[str, Any]], Any, Any], None]
_taken_back: list[TakenBack] = []
# In the order in which they move. Connections, statements and candidates have rules of their own (commands.merges).
_relations: list[Relation] = [
    Relation("mapping.Identifier", "node"),
    Relation("mapping.SourceRecord", "node"),
    Relation("mapping.NodeTag", "content_object", once=("tag_id",)),
    Relation("mapping.Node", "group"),
    Relation("mapping.Statement", "group"),
    Relation("mapping.NodeShare", "group", once=("node_id",)),
    Relation("mapping.NodeRedirect", "node"),
]
_texts: list[tuple[str, str]] = [("mapping.SavedView", "state"), ("mapping.Dismissal", "key")]
# Foreign keys that stay, or that `commands.merges` moves by itself.
STAYS = {
    ("mapping.Connection", "source"),
    ("mapping.Connection", "target"),
    ("mapping.Statement", "by_node"),
    ("mapping.MatchCandidate", "first"),
    ("mapping.MatchCandidate", "second"),
    ("mapping.Consent", "node"),
    ("mapping.OpeningHours", "node"),
    ("mapping.OpeningInterval", "node"),
    ("mapping.Node_more_categories", "node"),
    ("mapping.NodeMerge", "kept"),
    ("mapping.NodeMerge", "dropped"),
    # What is kept is not seen by those who saw only the other.
    ("mapping.NodeShare", "node"),
}


def register(relation: Relation) -> None:
    """Add a relation (called once, from an AppConfig's `ready`)."""
    if relation not in _relations:
        _relations.append(relation)


def register_step(step: Step) -> None:
    """Add what a relation cannot say: a function of (journal, kept, dropped) that moves what hangs on `dropped`.

    It writes through the journal alone, so that it can be taken back, and may raise `MergeRefused`.
    """
    if step not in _steps:
        _steps.append(step)


def steps() -> list[Step]:
    return list(_steps)


def register_taken_back(step: TakenBack) -> None:
    """Add what follows once a merge was taken back: figures that are counted from rows which moved."""
    if step not in _taken_back:
        _taken_back.append(step)


def taken_back() -> list[TakenBack]:
    return list(_taken_back)


def register_text(model: str, field: str) -> None:
    """Add a field in which the uuid of a node may stand."""
    if (model, field) not in _texts:
        _texts.append((model, field))


def stays(model: str, field: str) -> None:
    """Say that a foreign key to a node has nothing to move."""
    STAYS.add((model, field))


def relations() -> list[Relation]:
    return list(_relations)


def texts() -> list[tuple[type[models.Model], str]]:
    return [(apps.get_model(model), field) for model, field in _texts]
