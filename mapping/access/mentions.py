"""Where a person is named in texts that others wrote: notes, summaries, views, and what apps above this one keep.

When somebody's consent ends they are gone from every page by themselves. Such texts are not: a steward is shown them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mapping.models import Dismissal, Node, SavedView, Statement

# Of one kind; there is more to do than to list when a name stands in more.
MAX_OF_A_KIND = 50
BEFORE, LONGEST = 60, 160


@dataclass(frozen=True)
class Mention:
    """One text: what it is, where it can be read or changed, and the words around the name."""

    what: str
    url: str
    excerpt: str


_providers: list[Callable[[Node], Iterable[Mention]]] = []


def register_mentions(provider: Callable[[Node], Iterable[Mention]]) -> None:
    """Add a reader of texts (called once, from an AppConfig's `ready`)."""
    if provider not in _providers:
        _providers.append(provider)


def mentions_of(person: Node) -> list[Mention]:
    """Return the texts of the person's place that name them, whoever may see those texts. For its stewards."""
    return [it for provider in (_ours, *_providers) for it in provider(person)]


def excerpt(text: str, name: str) -> str:
    """The words of `text` around `name`."""
    text = " ".join(text.split())
    at = text.lower().find(name.lower())
    start = max(0, at - BEFORE)
    return ("…" if start else "") + Truncator(text[start:]).chars(LONGEST)


def _ours(person: Node) -> Iterable[Mention]:
    name, place = person.name, person.place_id
    here = Q(connection__source__place=place) | Q(connection__target__place=place)
    notes = Statement.objects.live().filter(here, note__icontains=name).select_related("connection")
    for it in notes.order_by("pk")[:MAX_OF_A_KIND]:
        url = reverse("connection", args=[it.connection.uuid])
        yield Mention(_("A note on a connection"), url, excerpt(it.note, name))
    others = Node.objects.filter(Q(summary__icontains=name) | Q(name__icontains=name), place=place)
    for node in others.exclude(pk=person.pk).order_by("pk")[:MAX_OF_A_KIND]:
        yield Mention(node.name, node.get_absolute_url(), excerpt(node.summary or node.name, name))
    views = SavedView.objects.filter(Q(name__icontains=name) | Q(text__icontains=name), place=place)
    for view in views[:MAX_OF_A_KIND]:
        url = f"{view.place.get_absolute_url()}network/views/{view.slug}/"
        yield Mention(_("The view “%(name)s”") % {"name": view.name}, url, excerpt(f"{view.name}. {view.text}", name))
    for gap in Dismissal.objects.filter(place=place, reason__icontains=name)[:MAX_OF_A_KIND]:
        url = f"{gap.place.get_absolute_url()}network/gaps/"
        yield Mention(_("Why a gap was dismissed"), url, excerpt(gap.reason, name))
