"""Where somebody who is signed in goes from their own page: what apps above this one keep for them.

An app registers from its AppConfig's `ready`: `ways.register(provider)`, a provider being (user) -> iterable of
`Part`. A provider asks a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Way:
    """A link, and in a few words what is there."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A titled part of the page; `key` is its id there."""

    key: str
    title: str
    ways: list[Way] = field(default_factory=list)


_providers: list[Callable[[Any], Iterable[Part]]] = []


def register(provider: Callable[[Any], Iterable[Part]]) -> None:
    """Add a provider of parts."""
    if provider not in _providers:
        _providers.append(provider)


def parts_for(user: Any) -> list[Part]:
    """Return the parts of `user`'s page that hold anything."""
    return [part for provider in _providers for part in provider(user) if part.ways]
