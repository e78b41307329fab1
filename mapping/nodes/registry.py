"""Which model keeps nodes of a kind: apps above this one register theirs (Organisation, Listing)."""

from __future__ import annotations

from mapping.models import Node, NodeKind

_models: dict[str, type[Node]] = {}


def register(kind: NodeKind, model: type[Node]) -> None:
    """Say that nodes of `kind` are rows of `model` (called once, from an AppConfig's `ready`)."""
    _models[kind] = model


def model_for(kind: NodeKind | str) -> type[Node]:
    """Return the model to create nodes of `kind` with; `Node` itself when no app claims it."""
    return _models.get(kind, Node)
