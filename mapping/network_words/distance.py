"""How far connections reach on the ground, and which kinds of wealth a place has on its network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .section import Section
from .writing import counted, fill, sentences, share
from .writing import far as _far

NAMES = {
    "natural": lambda: _("natural: green and blue space"),
    "human": lambda: _("human: health, learning, skills"),
    "social": lambda: _("social: groups and meeting places"),
    "intellectual": lambda: _("intellectual: knowledge, culture, heritage"),
    "physical": lambda: _("physical: buildings and equipment"),
    "financial": lambda: _("financial: money and the means to get it"),
}


def distance(
    *,
    known: int,
    within: Sequence[tuple[float, int]],
    middle: float,
    near: tuple[int, int, int],
    far: tuple[int, int, int],
) -> Section | None:
    """How long connections are, and whether what is near is connected more often.

    known : pairs that are joined and both on the map; within : metres, and how many are no longer; middle : the length
    that half of them do not exceed; near, far : metres, how many pairs nearer (farther) than that are joined, of
    how many.
    """
    if not known:
        return None
    how = _(
        "Measured: the straight line between the two, for those who are connected and both have a place on the map. "
        "Near and "
        "far pairs are all pairs of those in the network, connected or not; in a very large network a sample of two "
        "million."
    )
    heading = _("How far connections reach")
    reach = next(((metres, n) for metres, n in within if 2 * n > known), None)
    parts = [
        fill(
            ngettext("{n} connection has both ends on the map.", "{n} connections have both ends on the map.", known),
            n=counted(known),
        )
    ]
    if known == 1:
        parts.append(fill(_("It is {far} long."), far=_far(middle)))
    elif reach is not None:
        words = (
            _("All of them are within {far}.")
            if reach[1] == known
            else _("Most of them, {n} ({share}), are within {far}.")
        )
        parts.append(fill(words, n=counted(reach[1]), share=share(reach[1], known), far=_far(reach[0])))
    if known > 1:
        parts.append(fill(_("Half are no longer than {far}."), far=_far(middle)))
    if near[2] and far[2] and known > 1:
        parts.append(_compared(near, far))
    return Section("distance", heading, sentences(parts), [], how)


def _compared(near: tuple[int, int, int], far: tuple[int, int, int]) -> SafeString:
    """Whether near pairs are connected more often than far ones."""
    close, wide = near[1] / near[2], far[1] / far[2]
    words = (
        _("Of the pairs less than {near} apart {close} are connected, of those {far} apart or more {wide}.")
        if near[1] or far[1]
        else _("No pair less than {near} apart is connected, and none {far} apart or more.")
    )
    if close > 2 * wide:
        words += " " + _("What is near is connected more often.")
    elif wide > 2 * close:
        words += " " + _("What is far is connected more often.")
    else:
        words += " " + _("Being near makes little difference.")
    return fill(words, near=_far(near[0]), close=share(*near[1:]), far=_far(far[0]), wide=share(*far[1:]))


def capitals(found: Sequence[dict[str, Any]], total: int) -> Section | None:
    """found : dicts `capital`, `nodes` (how many add to it); total : nodes of the network."""
    shown = [it for it in found if it["nodes"] and it["capital"] in NAMES]
    if not shown:
        return None
    items = [
        fill(
            ngettext("{what}: {n} ({share})", "{what}: {n} ({share})", it["nodes"]),
            what=NAMES[it["capital"]](),
            n=counted(it["nodes"]),
            share=share(it["nodes"], total),
        )
        for it in sorted(shown, key=lambda it: (-it["nodes"], it["capital"]))
    ]
    absent = [NAMES[it]().split(":")[0] for it in NAMES if it not in {row["capital"] for row in shown}]
    text = fill(
        _("All six kinds of wealth that a place lives on are in this network.")
        if not absent
        else ngettext(
            "Of the six kinds of wealth that a place lives on, {n} is in this network.",
            "Of the six kinds of wealth that a place lives on, {n} are in this network.",
            len(shown),
        ),
        n=counted(len(shown)),
    )
    if absent:
        text = sentences([text, fill(_("Not there: {these}."), these=", ".join(absent))])
    how = _(
        "Each category of things and groups says which of six capitals it mostly adds to; here its nodes are "
        "counted. "
        "Groups without a category count for none, so the shares need not add up."
    )
    return Section("capitals", _("Kinds of wealth"), text, items, how)
