"""What holds a network together: who could not be missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.graph.measures import Falling

from .facts import Named
from .phrases import counted, fill, link, listed, sentences
from .section import Section


def bridges(falling: Sequence[tuple[Named, Falling]], holding: int, connected: int) -> Section:
    """falling : pairs of a node and what comes apart without it (`graph.measures.Falling`); holding : of how many such
    nodes; connected : of how many that are connected."""
    items = [apart(link(node), it) for node, it in falling]
    text = (
        _("If any one of them closed, all others that have a way to each other now would still have one.")
        if not items
        else ngettext(
            "{holding} of the {connected} that are connected holds others that have no second way to each other.",
            "{holding} of the {connected} that are connected hold others that have no second way to each other.",
            holding,
        )
    )
    if items and len(items) < holding:
        text += " " + ngettext("Here is {shown} of them.", "Here are {shown} of them.", len(items))
    text = fill(text, holding=counted(holding), connected=counted(connected), shown=counted(len(items)))
    how = _(
        "Each is taken away, one at a time, with all its connections; then we count who is no longer joined to the "
        "largest "
        "part of what remains (articulation points, after Hopcroft and Tarjan 1973). Looked at are those that most "
        "shortest ways between two others pass. A part is two or more that are joined, directly or over others. "
        "Exact counts."
    )
    return Section("bridges", _("What holds it together"), text, items, how)


def beyond(hubs: Sequence[Named], found: Sequence[tuple[Named, int]]) -> Section | None:
    """Who, beside hubs that hide all else, is all that others are joined with. None where no hub does, or nobody is.

    found : pairs of a node and how many others it alone joins to anyone but the hubs.
    """
    if not hubs or not found:
        return None
    names = listed([link(it) for it in hubs])
    items = [
        fill(
            ngettext(
                "{name}: without it, {n} other would be joined to nobody.",
                "{name}: without it, {n} others would be joined to nobody.",
                held,
            ),
            name=link(node),
            n=counted(held),
        )
        for node, held in found
    ]
    how = _(
        "The connections of those that a fifth of all or more are connected to are left aside; then we count, for "
        "each of the rest, who has no other connection left but the one to it. Exact."
    )
    text = fill(_("Leaving {hubs} aside, these hold most:"), hubs=names)
    return Section("beyond", _("What holds the rest together"), text, items, how)


def apart(name: Any, lost: Falling) -> SafeString:
    """ "Without Trafford Council, 447 would have no connection to anyone else here. The other 182 in the same part
    would fall into 72 parts; the largest would have 10. In all there would be 108 parts of two or more; there are
    37 now."
    """
    if not lost.cut_off and not lost.alone:
        return fill(_("Without {name}, everyone else would still be joined as before."), name=name)
    said = []
    if lost.alone:
        words = ngettext(
            "Without {name}, {n} would have no connection to anyone else here.",
            "Without {name}, {n} would have no connection to anyone else here.",
            lost.alone,
        )
        said.append(fill(words, name=name, n=counted(lost.alone)))
    rest = lost.others - lost.alone
    if lost.pieces > lost.held:
        if lost.alone:
            words = ngettext(
                "The other {rest} in the same part would fall into {parts} parts; the largest would have {largest}.",
                "The other {rest} in the same {held} parts would fall into {parts} parts; "
                "the largest would have {largest}.",
                lost.held,
            )
        else:
            words = ngettext(
                "Without {name}, the {rest} others in the same part would fall into {parts} parts; "
                "the largest would have {largest}.",
                "Without {name}, the {rest} others in the same {held} parts would fall into {parts} parts; "
                "the largest would have {largest}.",
                lost.held,
            )
        parts = {"rest": rest, "held": lost.held, "parts": lost.pieces, "largest": lost.largest}
        said.append(fill(words, name=name, **{key: counted(it) for key, it in parts.items()}))
        if lost.before > lost.held:
            words = ngettext(
                "In all there would be {after} parts of two or more; there is {before} now.",
                "In all there would be {after} parts of two or more; there are {before} now.",
                lost.before,
            )
            said.append(fill(words, after=counted(lost.after), before=counted(lost.before)))
    return sentences(said)


def without(names: Sequence[SafeString], lost: Falling) -> Section:
    """What falls away when those called `names` are not there."""
    how = _(
        "They are taken away with all their connections; then we count who is no longer joined to the largest part "
        "of what "
        "remains of theirs. Exact. Only connections that somebody stated count."
    )
    text = apart(listed(names), lost)
    return Section("what-if", _("What falls away"), text, [], how)
