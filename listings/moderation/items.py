"""What waits for a steward, whatever it is: one row of the queue, and where rows come from.

    items.register(Source("flags", _("Flags"), waiting))     # from an AppConfig's `ready`
    items.waiting_for(user)                                   # every source, urgent first, then oldest first

A source is a function of (user, limit) -> `Waiting`: only what this user may decide, how many there are (`count`: no
further than one more than `MAX_COUNTED`), and the first `limit` of them, urgent and oldest first. It costs a fixed
number of queries.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mapping.models import Place

# Nobody works through more in a day; to count all of 100,000 rows takes seconds.
MAX_COUNTED = 1000


@dataclass(frozen=True)
class Button:
    """Something likely to be done with a row: a link (GET), or one button that POSTs to `url` with `data`."""

    label: str
    url: str
    post: bool = False
    data: tuple[tuple[str, str], ...] = ()
    primary: bool = False


@dataclass(frozen=True)
class Item:
    """One row: what it is about, why it is there in a sentence, since when, and its likely actions (two).

    `key` is unique within its source; `bulk` names the bulk action that may be done with it ("" for none).
    """

    key: str
    title: str
    why: str
    since: datetime.datetime
    place: Place
    url: str
    detail: str = ""
    buttons: Sequence[Button] = ()
    urgent: bool = False
    bulk: str = ""


@dataclass(frozen=True)
class Waiting:
    """What one source has for a user: how many, and the first of them."""

    number: int = 0
    items: Sequence[Item] = field(default_factory=tuple)


@dataclass(frozen=True)
class Source:
    """A kind of thing that waits: its name in addresses, its label on the page, and who tells what waits."""

    name: str
    label: Any
    waiting: Callable[[Any, int], Waiting]


def count(rows: QuerySet) -> int:
    """How many rows, of more than `MAX_COUNTED` one more than that."""
    return rows.order_by()[: MAX_COUNTED + 1].count()


def first(rows: QuerySet, limit: int) -> list[Any]:
    """The first `limit` of them, in their order. To sort whole records of everything that waits would take long."""
    return list(rows.filter(pk__in=rows.values("pk")[:limit])) if limit else []


def in_figures(number: int) -> str:
    """A number of `count`, or a sum of some, in figures."""
    if number <= MAX_COUNTED:
        return str(number)
    return _("more than %(n)s") % {"n": number_format(MAX_COUNTED, force_grouping=True)}


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source (called once, from an AppConfig's `ready`). The same name replaces the one before."""
    _sources[source.name] = source


def sources() -> list[Source]:
    """Return the sources in the order in which they were registered."""
    return list(_sources.values())


def counts_for(user) -> dict[str, int]:
    """Return how many of each source wait for `user`."""
    return {it.name: it.waiting(user, 0).number for it in sources()}


def waiting_for(user, limit: int, only: str = "") -> list[tuple[Source, Item]]:
    """Return at most `limit` rows of every source (or of the one called `only`), urgent and then oldest first."""
    return _sorted({it.name: it.waiting(user, limit) for it in sources() if only in ("", it.name)})[:limit]


def numbers_and_rows(user, limit: int, only: str = "") -> tuple[dict[str, int], list[tuple[Source, Item]]]:
    """Return what `counts_for` and `waiting_for` do, and ask each source once: to count 100,000 rows takes a while."""
    found = {it.name: it.waiting(user, limit if only in ("", it.name) else 0) for it in sources()}
    return {name: it.number for name, it in found.items()}, _sorted(found)[:limit]


def _sorted(found: dict[str, Waiting]) -> list[tuple[Source, Item]]:
    rows = [(_sources[name], item) for name, it in found.items() for item in it.items]
    return sorted(rows, key=lambda it: (not it[1].urgent, it[1].since))


@dataclass(frozen=True)
class Bulk:
    """Something that may safely be done with several rows at once. `do(request, key)` decides one row."""

    name: str
    label: Any
    do: Callable[[Any, str], None]


_bulk: dict[str, Bulk] = {}


def register_bulk(bulk: Bulk) -> None:
    """Add an action that `Item.bulk` names (called once, from an AppConfig's `ready`)."""
    _bulk[bulk.name] = bulk


def bulk_action(name: str) -> Bulk | None:
    """Return the action of this name; None when there is none."""
    return _bulk.get(name)
