"""Nodes as cards: what `components/card.html` says of each, at most five facts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import remembered
from mapping.models import ConfirmedBy, LocationPrecision, Node, NodeKind, Rank, StepFree, Units

from . import distances, hours_description, occasions
from .occasions import Occasion
from .providers import CardDetail, cards_for
from .time_description import occasion_in_words
from .window import Window

RIGHT_HERE = 25  # metres
SUMMARY = 160  # characters
# Cards that a process keeps as they are written, in each language.
MAX_WRITTEN = 2_000
A_MINUTE = datetime.timedelta(minutes=1)


def cards(
    nodes: Iterable[Node],
    now: datetime.datetime | None = None,
    asked: Window | None = None,
    units: str = Units.MILES.value,
) -> list[dict[str, Any]]:
    """Return the parameters of a card for each of `nodes` (as `for_cards` gives them), in order.

    `now` is an aware time. `asked`: say when they are on or open in this window, instead of next. A `distance` that was
    annotated (metres) is said in words, in `units` of `mapping.models.Units`.
    """
    nodes = list(nodes)
    now = now or timezone.localtime()
    written = _as_written(nodes)
    # Nothing else is on at certain times, or costs something.
    said = cards_for(node.pk for node in nodes if node.kind == NodeKind.ACTIVITY)
    on = occasions.first_in(asked, [node.pk for node in nodes]) if asked is not None else {}
    return [{**written[node.pk], **_at(node, now, said.get(node.pk), asked, on.get(node.pk), units)} for node in nodes]


def card(
    node: Node,
    now: datetime.datetime,
    detail: CardDetail | None = None,
    asked: Window | None = None,
    occasion: Occasion | None = None,
    units: str = Units.MILES.value,
) -> dict[str, Any]:
    """Return the parameters of `components/card.html` for one node."""
    return {**_always(node), **_at(node, now, detail, asked, occasion, units)}


def _as_written(nodes: list[Node]) -> dict[int, dict[str, Any]]:
    """What each card says whatever the time and the question, by the number of its node.

    Worked out once for each state of the records. `written`: where a template keeps what it has made of it.
    """
    if not remembered.is_held():
        return {node.pk: _always(node) for node in nodes}
    shelf: remembered.Shelf[dict] = remembered.get(("cards",), lambda: remembered.Shelf(MAX_WRITTEN))
    found = shelf.find(node.pk for node in nodes)
    if made := {node.pk: {**_always(node), "written": {}} for node in nodes if node.pk not in found}:
        shelf.put(made)
    return found | made


def _at(
    node: Node,
    now: datetime.datetime,
    detail: CardDetail | None,
    asked: Window | None,
    occasion: Occasion | None,
    units: str,
) -> dict[str, Any]:
    """What a card says of the time and of how far away it is."""
    detail = detail or CardDetail()
    opens = getattr(node, "opening_hours", None)
    if occasion is not None and asked is not None:
        when = occasion_in_words(occasion, now, asked.zone)
    elif asked is None or (asked.is_moment and abs(asked.start - now) < A_MINUTE):
        standing = hours_description.standing(opens, now)
        when = detail.when or (standing.words if standing else "")
    else:
        when = hours_description.asked_in_words(opens, asked) or detail.when
    return {
        "when": when,
        "distance": distance_of(node, units),
        "cost": detail.cost,
        "confirmed": confirmed(node, now),
    }


def _always(node: Node) -> dict[str, Any]:
    category, point = node.category, node.public_point
    return {
        "url": node.get_absolute_url(),
        "uuid": str(node.uuid),
        "name": node.name,
        "kind": colour_of(node),
        "kind_name": category.name if category else node.get_kind_display(),
        "icon": category.icon if category else "marker",
        "summary": _short(" ".join(node.summary.split())),
        "step_free": node.step_free == StepFree.YES,
        "fading": node.fading_since is not None,
        "lat": round(point.y, 6) if point else None,
        "lon": round(point.x, 6) if point else None,
        "address": address_of(node),
    }


def _short(text: str) -> str:
    # Django looks at each letter; without accents there is nothing to see in a text that is short enough.
    return text if len(text) <= SUMMARY and text.isascii() else Truncator(text).chars(SUMMARY)


def address_of(node: Node) -> str:
    """Return where everybody may know a node to be, in one line: "Talbot Road, Stretford, M32 0TH"; or nothing."""
    address, postcode = node.public_address, node.public_postcode
    return address if postcode in address else ", ".join(it for it in (address, postcode) if it)


def colour_of(node: Node) -> str:
    """Return the slug that gives a node its colour: the top of its category's branch, or its kind."""
    if node.category:
        return node.category.group
    return "organisation" if node.kind == "organisation" else "other"


def rank_of(node: Node) -> int:
    """Return how a map shows a node until somebody asks for it: one of `mapping.models.Rank`."""
    if node.kind == NodeKind.ACTIVITY:
        return Rank.FIRST.value
    return node.category.rank if node.category else Rank.ORDINARY.value


def distance_of(node: Node, units: str) -> str:
    """Return how far away a node is ("400 yards, 5 min walk"), from its annotated `distance`; or nothing."""
    metres = getattr(node, "distance", None)
    if metres is None:
        return ""
    if metres < RIGHT_HERE:
        return _("right here") if node.location_precision == LocationPrecision.EXACT else _("very near")
    words = distances.distance(metres, units)
    if node.location_precision != LocationPrecision.EXACT:
        return _("about %(distance)s") % {"distance": words}
    return words


def confirmed(node: Node, now: datetime.datetime) -> str:
    """Return when a node was confirmed last and by whom, or since when nobody has, in words; empty if it never was."""
    if node.fading_since is not None:
        since = timezone.localtime(node.confirmed_at or node.created_at)
        return _("Not confirmed since %(month)s") % {"month": formats.date_format(since, "F Y")}
    if node.confirmed_at is None:
        return ""
    when = ago(node.confirmed_at, now)
    if node.confirmed_by == ConfirmedBy.NOBODY:
        return _("Confirmed %(when)s") % {"when": when}
    return _("Confirmed %(when)s by %(who)s") % {"when": when, "who": ConfirmedBy(node.confirmed_by).label}


def ago(then: datetime.datetime, now: datetime.datetime) -> str:
    """Return how long ago in words: `today`, `3 weeks ago`, `in May 2024` when over a year ago."""
    days = (timezone.localtime(now).date() - timezone.localtime(then).date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    if days < 14:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < 60:
        return ngettext("%(n)s week ago", "%(n)s weeks ago", days // 7) % {"n": days // 7}
    if days < 365:
        return ngettext("%(n)s month ago", "%(n)s months ago", days // 30) % {"n": days // 30}
    return _("in %(month)s") % {"month": formats.date_format(timezone.localtime(then), "F Y")}
