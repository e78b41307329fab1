"""How far connections reach on the ground, and which kinds of wealth a place has on its network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .section import Section
from .writing import counted, far, fill, sentences, share

NAMES = {
    "natural": lambda: _("natural: green and blue space"),
    "human": lambda: _("human: health, learning, skills"),
    "social": lambda: _("social: groups and meeting places"),
    "intellectual": lambda: _("intellectual: knowledge, culture, heritage"),
    "physical": lambda: _("physical: buildings and equipment"),
    "financial": lambda: _("financial: money and the means to get it"),
}


def distance(*, known: int, within: Sequence[tuple[float, int]], middle: float, chance: float) -> Section | None:
    """known : connections with both ends on the map; within : pairs of metres and how many are no longer; middle : the
    length that half of them do not exceed; chance : the same for pairs picked by lot, 0 when not known."""
    if not known:
        return None
    how = _(
        "Measured: the straight line between the two ends, for connections of which both ends have a place on the "
        "map. “By "
        "lot” compares with pairs of the same nodes that are picked at random and need not be connected."
    )
    heading = _("How far connections reach")
    near = next(((metres, n) for metres, n in within if 2 * n > known), None)
    parts = [
        fill(
            ngettext("{n} connection has both ends on the map.", "{n} connections have both ends on the map.", known),
            n=counted(known),
        )
    ]
    if near is not None and known > 1:
        metres, number = near
        words = (
            _("All of them are within {far}.")
            if number == known
            else _("Most of them, {n} ({share}), are within {far}.")
        )
        parts.append(fill(words, n=counted(number), share=share(number, known), far=far(metres)))
    if known > 1:
        parts.append(fill(_("Half are no longer than {far}."), far=far(middle)))
    else:
        parts.append(fill(_("It is {far} long."), far=far(middle)))
    if chance and known > 1:
        words = (
            _("Two picked by lot would be {far} apart, so what is near is connected more often.")
            if middle < 0.9 * chance
            else _("Two picked by lot would be {far} apart, so being near makes little difference here.")
        )
        parts.append(fill(words, far=far(chance)))
    return Section("distance", heading, sentences(parts), [], how)


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
        ngettext(
            "Of the six kinds of wealth that a place lives on, {n} is in this network.",
            "Of the six kinds of wealth that a place lives on, {n} are in this network.",
            len(shown),
        ),
        n=counted(len(shown)),
    )
    if absent:
        text = sentences([text, fill(_("Not there: {these}."), these=", ".join(absent))])
    how = _(
        "Each category of things and groups says which of six capitals it mostly adds to; here its nodes are counted. "
        "Groups without a category count for none, so the shares need not add up."
    )
    return Section("capitals", _("Kinds of wealth"), text, items, how)
