"""Further sections of a node's page, and the "when" of its card, from apps above this one.

An app that keeps more about some nodes registers providers from its AppConfig's `ready`:

    providers.register(sections)        # (node, viewer, asked) -> iterable of Section, for the page of one node
    providers.register_cards(cards)     # (ids of nodes) -> {id: CardDetail}, one query for a whole page of cards
    providers.register_linked_data(event) # (node, viewer) -> what schema.org should say instead, or nothing
    providers.register_upcoming(coming) # (place, viewer, now, limit) -> what is on next there, soonest first
    providers.register_question_links(links) # (place, canonical query string) -> what else can be done with a question
    providers.register_actions(actions) # (user, node) -> what this person, signed in or not, may do with it, as links

A provider is asked only for nodes that the viewer may see.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapping.models import Node, Place, Viewer

from .window import Window


@dataclass(frozen=True)
class Section:
    """A titled part of a node's page: facts as `components/facts.html` takes them, or a list of lines.

    `links` are {label, url} below them; with `webcal` the calendar app of the device opens it. `position` sorts
    sections: 0 comes before the facts that every node has. `only_date`: it says the one time at which this is on, so
    that the head of the page need not.
    """

    title: str
    facts: list[dict] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    links: list[dict] = field(default_factory=list)
    position: int = 0
    only_date: bool = False


@dataclass(frozen=True)
class AskedTime:
    """The time that the address of a page asks for, and the same in words ("this weekend")."""

    window: Window
    words: str


@dataclass(frozen=True)
class CardDetail:
    """What a card says besides: `when` in a few words, `cost`."""

    when: str = ""
    cost: str = ""


@dataclass(frozen=True)
class Upcoming:
    """The next time that a node (`node_id`) is on: `when` in a few words, `starts_at` to sort by."""

    node_id: int
    starts_at: datetime.datetime
    when: str


@dataclass(frozen=True)
class Action:
    """Something that whoever looks may do with a node: a link at the foot of its page. `position` sorts them.

    `note` says in a few words when it is the right one; `own`: they may because they look after the node; `edits`:
    it leads to the form in which they change it.
    """

    url: str
    label: str
    position: int = 0
    note: str = ""
    own: bool = False
    edits: bool = False


_actions: list[Callable[[Any, Node], Iterable[Action]]] = []
_upcoming: list[Callable[..., Iterable[Upcoming]]] = []
_linked_data: list[Callable[[Node, Viewer], Mapping[str, Any]]] = []
_sections: list[Callable[[Node, Viewer, AskedTime | None], Iterable[Section]]] = []
_cards: list[Callable[[Iterable[int]], Mapping[int, CardDetail]]] = []


def register(provider: Callable[[Node, Viewer, AskedTime | None], Iterable[Section]]) -> None:
    """Add a provider of sections."""
    if provider not in _sections:
        _sections.append(provider)


def register_cards(provider: Callable[[Iterable[int]], Mapping[int, CardDetail]]) -> None:
    """Add a provider of what cards say."""
    if provider not in _cards:
        _cards.append(provider)


def sections_for(node: Node, viewer: Viewer, asked: AskedTime | None = None) -> list[Section]:
    """Return the sections of one node's page, in order; `asked`: what is on there at another time than next."""
    found = [section for provider in _sections for section in provider(node, viewer, asked)]
    return sorted(found, key=lambda it: it.position)


def cards_for(ids: Iterable[int]) -> dict[int, CardDetail]:
    """Return what the cards of these nodes say; nodes about which nothing is known are left out."""
    ids = list(ids)
    found: dict[int, CardDetail] = {}
    for provider in _cards:
        found |= provider(ids)
    return found


def register_upcoming(provider: Callable[..., Iterable[Upcoming]]) -> None:
    """Add a provider of what is on next."""
    if provider not in _upcoming:
        _upcoming.append(provider)


def upcoming(place: Place, viewer: Viewer, now: datetime.datetime, limit: int) -> list[Upcoming]:
    """Return the next `limit` things that are on in `place` and that `viewer` may see, soonest first."""
    found = [it for provider in _upcoming for it in provider(place, viewer, now, limit)]
    return sorted(found, key=lambda it: it.starts_at)[:limit]


def register_linked_data(provider: Callable[[Node, Viewer], Mapping[str, Any]]) -> None:
    """Add a provider of schema.org's properties of a node."""
    if provider not in _linked_data:
        _linked_data.append(provider)


def linked_data_for(node: Node, viewer: Viewer) -> dict[str, Any]:
    """Return the properties that apps above this one know; they replace those of the node's own."""
    found: dict[str, Any] = {}
    for provider in _linked_data:
        found |= provider(node, viewer)
    return found


def register_actions(provider: Callable[[Any, Node], Iterable[Action]]) -> None:
    """Add a provider of what a signed-in person may do with a node."""
    if provider not in _actions:
        _actions.append(provider)


def actions_for(user: Any, node: Node) -> list[Action]:
    """Return what `user`, who may not be signed in, may do with `node`, in order."""
    return sorted((it for provider in _actions for it in provider(user, node)), key=lambda it: it.position)


@dataclass(frozen=True)
class Link:
    """An address and what stands on it."""

    label: str
    url: str


_question_links: list[Callable[[Place, str], Iterable[Link]]] = []


def register_question_links(provider: Callable[[Place, str], Iterable[Link]]) -> None:
    """Add a provider of what else can be done with a question: being told of answers, say."""
    if provider not in _question_links:
        _question_links.append(provider)


def question_links(place: Place, question: str) -> list[Link]:
    """Return the links of a question of `place` (its canonical query string)."""
    return [link for provider in _question_links for link in provider(place, question)]
