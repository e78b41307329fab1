"""What is missing: what could be connected and is not, as far as anyone has said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .phrases import counted, fill, sentences
from .section import Section


def missing(*, terms: Sequence[dict[str, Any]], pairs: int, unmet: int, alone: int, url: str) -> Section | None:
    """What could be connected and is not.

    terms : dicts `term` (a tag), `groups` (that mention it), `connected` (of them, to something of the same tag),
    `what` (what has that tag, in the plural); pairs : of groups within that have much in common and few ties; unmet :
    pairs of nodes; alone : without a connection beside one of their kind; url : of the page with all of them.
    """
    items = [_mention(it) for it in terms if it["groups"]]
    if pairs:
        words = ngettext(
            "At least {n} pair of groups within has much in common and hardly a connection.",
            "At least {n} pairs of groups within have much in common and hardly a connection.",
            pairs,
        )
        items.append(fill(words, n=counted(pairs)))
    if unmet:
        words = ngettext(
            "At least {n} pair is close by and alike, and far apart in the network.",
            "At least {n} pairs are close by and alike, and far apart in the network.",
            unmet,
        )
        items.append(fill(words, n=counted(unmet)))
    if alone:
        words = ngettext(
            "At least {n} has no connection at all, though one like it is nearby.",
            "At least {n} have no connection at all, though one like them is nearby.",
            alone,
        )
        items.append(fill(words, n=counted(alone)))
    if not items:
        return None
    text = sentences(
        [
            _("As far as anyone has said; they may know each other well."),
            format_html('<a href="{}">{}</a>', url, _("Who they are, and why")),
        ]
    )
    how = _(
        "A group mentions something when it is one of its tags; it counts as connected when it has a connection of "
        "any kind "
        "to one that has the same tag and is a place or service. How the pairs are found is said on the page of "
        "gaps, which tells of 40 of each sort at most and of nobody more than twice: hence “at least”."
    )
    return Section("missing", _("What is missing"), text, items, how)


def _mention(it: dict[str, Any]) -> Any:
    """ "12 groups mention food; none is connected to one of the food banks."."""
    first = ngettext("{n} group mentions {term}", "{n} groups mention {term}", it["groups"])
    if not it["connected"]:
        second = (
            _("; it is connected to none of the {what}.")
            if it["groups"] == 1
            else _("; none is connected to any of the {what}.")
        )
    elif it["connected"] == it["groups"]:
        second = (
            _("; it is connected to one of the {what}.")
            if it["groups"] == 1
            else _("; each is connected to one of the {what}.")
        )
    else:
        second = ngettext(
            "; {k} is connected to one of the {what}.", "; {k} are connected to one of the {what}.", it["connected"]
        )
    return fill(
        first + second, n=counted(it["groups"]), k=counted(it["connected"]), term=it["term"], what=it["what"].lower()
    )
