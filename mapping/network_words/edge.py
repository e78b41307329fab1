"""Who is at the edge of a network, and what its picture leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import NodeKind
from .section import Section
from .writing import counted, fill, link, listed, sentences

# Left-out neighbours are told one by one for so many nodes, and only from so many on.
TOLD = 6
LEAST = 3


def edge(*, hubs: Sequence[dict[str, Any]], hub_only: int, single: int, parts: int, second: int) -> Section | None:
    """hub_only : connected to hubs alone; single : with one connection; parts : that are not joined.

    second : size of the largest part beside the main one.
    """
    said = []
    if hub_only and hubs:
        words = ngettext("{n} is connected to nobody but {hubs}.", "{n} are connected to nobody but {hubs}.", hub_only)
        said.append(fill(words, n=counted(hub_only), hubs=listed([link(it) for it in hubs])))
    if single:
        words = ngettext("{n} has a single connection.", "{n} have a single connection.", single)
        said.append(fill(words, n=counted(single)))
    if parts > 1:
        apart = parts - 1
        words = ngettext(
            "{n} part is not joined to the rest at all;", "{n} parts are not joined to the rest at all;", apart
        )
        said.append(fill(words, n=counted(apart)))
        words = ngettext("the largest has {n} member.", "the largest has {n} members.", second)
        said.append(fill(words, n=counted(second)))
    if not said:
        return None
    how = _(
        "Counted: those with one connection, and the parts between which there is no way at all (connected "
        "components). "
        "Exact. Somebody without any connection is not in the network, and so not in these numbers."
    )
    return Section("edge", _("At the edge"), sentences(said), [], how)


def left_out(more: Sequence[dict[str, Any]], nodes: Sequence[dict[str, Any]], missing: int) -> Section | None:
    """What the picture does not draw. more : dicts `node, verb, kind, count`; missing : how many are not drawn."""
    if not missing:
        return None
    items, told = [], 0
    for it in more[:TOLD]:
        if it["count"] < LEAST:
            break
        told += it["count"]
        items.append(fill("{name} {verb} {some}", name=link(nodes[it["node"]]), verb=it["verb"], some=_some(it)))
    if missing > told and items:
        rest = missing - told
        items.append(fill(ngettext("and {n} more on the edge", "and {n} more on the edge", rest), n=counted(rest)))
    words = ngettext(
        "{n} is left out of the picture, where a number says as much. It is in the table.",
        "{n} are left out of the picture, where a number says as much. They are in the table.",
        missing,
    )
    how = _("A few hundred dots make a picture, more make a cloud. Left out first is what hangs on one other alone.")
    return Section("left-out", _("Not drawn"), fill(words, n=counted(missing)), items, how)


def _some(it: dict[str, Any]) -> str:
    """ "138 more places", "49 more organisations", by the kind of node."""
    nouns = {
        NodeKind.ORGANISATION: ngettext("%(n)s more group", "%(n)s more groups", it["count"]),
        NodeKind.ASSET: ngettext("%(n)s more place", "%(n)s more places", it["count"]),
        NodeKind.ACTIVITY: ngettext("%(n)s more activity", "%(n)s more activities", it["count"]),
    }
    return nouns.get(it["kind"], ngettext("%(n)s more", "%(n)s more", it["count"])) % {"n": counted(it["count"])}
