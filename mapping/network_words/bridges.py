"""What holds a network together: who could not be missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..graph.measures import Falling
from ..network_facts import Named
from .section import Section
from .writing import counted, fill, link, listed


def bridges(falling: Sequence[tuple[Named, Falling]]) -> Section:
    """Pairs of a node and what comes apart without it (`graph.measures.Falling`)."""
    items = [apart(link(node), alone=it.alone, pieces=it.pieces, cut_off=it.cut_off) for node, it in falling]
    text = (
        _("Everything here would still hold together if any one of them closed.")
        if not items
        else ngettext(
            "One is held on to by others that have no second way.",
            "These are held on to by others that have no second way.",
            len(items),
        )
    )
    how = _(
        "Each is taken away, one at a time, with all its connections; then we count who is no longer joined to the "
        "largest "
        "part of what remains (articulation points, after Hopcroft and Tarjan 1973). Looked at are those that most "
        "shortest ways between two others pass. Exact counts."
    )
    return Section("bridges", _("What holds it together"), _plain(text), items, how)


def _plain(text: str) -> SafeString:
    return fill("{text}", text=text)


def apart(name: Any, *, alone: int, pieces: int, cut_off: int) -> SafeString:
    """ "Without Trafford Council, 447 would have no connection to anyone else here, and the others
    would fall into 72 parts."

    alone : how many would have no tie at all; pieces : parts of two and more that the others fall into; cut_off :
    how many are no longer joined to the largest part, those alone among them.
    """
    if alone and pieces > 1:
        first = ngettext(
            "Without {name}, {n} would have no connection to anyone else here",
            "Without {name}, {n} would have no connection to anyone else here",
            alone,
        )
        second = ngettext(
            ", and the others would fall into {parts} part.", ", and the others would fall into {parts} parts.", pieces
        )
        return fill(first + second, name=name, n=counted(alone), parts=counted(pieces))
    if alone:
        words = ngettext(
            "Without {name}, {n} would have no connection to anyone else here.",
            "Without {name}, {n} would have no connection to anyone else here.",
            alone,
        )
        return fill(words, name=name, n=counted(alone))
    if not cut_off and not alone:
        return fill(_("Without {name}, everyone else would still be joined as before."), name=name)
    words = ngettext(
        "Without {name}, {n} would lose touch with the rest.",
        "Without {name}, {n} would lose touch with the rest.",
        cut_off,
    )
    return fill(words, name=name, n=counted(cut_off))


def without(names: Sequence[SafeString], lost: Falling) -> Section:
    """What falls away when those called `names` are not there."""
    how = _(
        "They are taken away with all their connections; then we count who is no longer joined to the largest part "
        "of what "
        "remains of theirs. Exact. Only connections that somebody stated count."
    )
    text = apart(listed(names), alone=lost.alone, pieces=lost.pieces, cut_off=lost.cut_off)
    return Section("what-if", _("What falls away"), text, [], how)
