"""Walking through a network in words: whom one node is connected to, each as a sentence that leads on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.graph.snapshot import Snapshot
from mapping.network.view.state import NetworkView

from .phrases import counted, fill
from .section import Section

# Neighbours that are told one by one.
MAX_LISTED = 200
BRIEF = 12


def uuid_of(snapshot: Snapshot, node: int) -> uuid.UUID:
    """The public name of a node."""
    return uuid.UUID(bytes=snapshot.uuids[node].tobytes())


def links(snapshot: Snapshot, nodes: Iterable[int]) -> list[SafeString]:
    """The names of nodes, leading to their pages."""
    return [
        format_html('<a href="{}">{}</a>', reverse("node", args=[uuid_of(snapshot, it)]), snapshot.names[it])
        for it in nodes
    ]


def ways(snapshot: Snapshot, node: int) -> list[dict[str, Any]]:
    """The stated connections of a node: dicts `verb`, `other`, `uuid`, `support`, `disputed`; by verb, then by name."""
    types = snapshot.tables["types"]
    found = []
    for index in np.flatnonzero(((snapshot.source == node) | (snapshot.target == node)) & ~snapshot.derived).tolist():
        outward = snapshot.source[index] == node
        other = int(snapshot.target[index] if outward else snapshot.source[index])
        kind = types[snapshot.type[index]]
        found.append(
            {
                "verb": kind["forward"] if outward else kind["reverse"],
                "other": snapshot.names[other],
                "uuid": uuid_of(snapshot, other),
                "number": other,
                "support": int(snapshot.support[index]),
                "disputed": bool(snapshot.disputed[index]),
            }
        )
    return sorted(found, key=lambda it: (it["verb"], it["other"].casefold(), it["number"]))


@dataclass(frozen=True)
class Walk:
    """Where somebody stands in the network, and the ways on. ways : dicts `verb, other, walk_url, disputed`."""

    name: str
    url: str
    text: SafeString
    ways: list[dict[str, Any]]
    more_url: str


def walk_from(snapshot: Snapshot, focus: uuid.UUID | None, more: str = "") -> Walk | None:
    """Where `focus` is, with all ways on (at most `MAX_LISTED` unless `more`). None when it is not in the network."""
    node = snapshot.by_uuid.get(focus.bytes) if focus else None
    if node is None:
        return None
    found = ways(snapshot, node)
    shown = found if more else found[:MAX_LISTED]
    here = {"focus": str(focus)}
    return Walk(
        name=snapshot.names[node],
        url=reverse("node", args=[focus]),
        text=_connected(snapshot.names[node], found),
        ways=[{**it, "walk_url": f"?{urlencode({'focus': str(it['uuid'])})}#walk"} for it in shown],
        more_url=f"?{urlencode({**here, 'more': '1'})}#walk" if len(shown) < len(found) else "",
    )


def _connected(name: Any, found: list[dict[str, Any]]) -> SafeString:
    others = len({it["number"] for it in found})
    if not others:
        return fill(_("{name} is connected to nobody."), name=name)
    return fill(
        ngettext("{name} is connected to {n} other.", "{name} is connected to {n} others.", others),
        name=name,
        n=counted(others),
    )


def section(snapshot: Snapshot, view: NetworkView, *, most: int = BRIEF) -> Section | None:
    """Whom the node in focus is connected to. None when it is not there, or connected to nobody."""
    node = snapshot.by_uuid.get(view.focus.bytes) if view.focus else None
    found = ways(snapshot, node) if node is not None else []
    if not found:
        return None
    text = _connected(links(snapshot, [node])[0], found)
    items = [
        fill("{verb} {other}", verb=it["verb"], other=link)
        for it, link in zip(found[:most], links(snapshot, [it["number"] for it in found[:most]]), strict=True)
    ]
    if len(found) > most:
        rest = len(found) - most
        items.append(fill(ngettext("and {n} more", "and {n} more", rest), n=counted(rest)))
    how = _("The connections that somebody stated, that you may see, and that nobody has withdrawn.")
    return Section("neighbours", _("Whom it is connected to"), text, items, how)
