"""How far connections reach on the ground, and which kinds of wealth a place has on its network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.models import Units

from .phrases import counted, fill, sentences, share
from .phrases import far as _far
from .section import Section

NAMES = {
    "natural": lambda: _("natural: green and blue space"),
    "human": lambda: _("human: health, learning, skills"),
    "social": lambda: _("social: groups and meeting places"),
    "intellectual": lambda: _("intellectual: knowledge, culture, heritage"),
    "physical": lambda: _("physical: buildings and equipment"),
    "financial": lambda: _("financial: money and the means to get it"),
}


# Near and far pairs are put beside each other when there are so many of each, and so many of them connected.
MIN_PAIRS, MIN_CONNECTED = 100, 10


def distance(
    *,
    ties: int,
    known: int,
    within: Sequence[tuple[float, int]],
    middle: float,
    near: tuple[int, int, int],
    far: tuple[int, int, int],
    errors: tuple[int, int] = (0, 0),
    units: str = Units.MILES.value,
) -> Section | None:
    """How long connections are, and whether what is near is connected more often.

    ties : pairs that are joined; known : of those with both on the map; within : metres, and how many are no longer;
    middle : the length that half of them do not exceed; near, far : metres, how many pairs nearer (farther) than that
    are joined, of how many; errors : how far the numbers of near and far pairs may be off, where they were worked out
    from a sample (half the width of the 95 % interval), else 0; units : the place's, of `mapping.models.Units`.
    """
    if not known:
        return None
    how = _(
        "Measured: the straight line between the two, for those who are connected and both have a place on the map. "
        "Near and "
        "far pairs are all pairs of those in the network, connected or not; in a very large network their number is "
        "worked out from a sample of two million, and how far it may be off, 95 times of 100, is said. They are put "
        "beside each other when there are at least 100 of each, and ten of them in all are connected."
    )
    heading = _("How far connections reach")
    reach = next(((metres, n) for metres, n in within if 2 * n > known), None)
    parts = [
        fill(
            ngettext(
                "{n} of the {ties} pairs that are connected has both ends on the map.",
                "{n} of the {ties} pairs that are connected have both ends on the map.",
                known,
            )
            if ties > 1
            else _("The one pair that is connected has both ends on the map."),
            n=counted(known),
            ties=counted(ties),
        )
    ]
    if known == 1:
        parts.append(fill(_("They are about {far} apart."), far=_far(middle, units)))
    elif reach is not None:
        words = (
            _("All of them are within {far}.")
            if reach[1] == known
            else _("Most of them, {n} ({share}), are within {far}.")
        )
        parts.append(fill(words, n=counted(reach[1]), share=share(reach[1], known), far=_far(reach[0], units)))
    if known > 1:
        parts.append(fill(_("Half are no longer than about {far}."), far=_far(middle, units)))
    if near[2] and far[2] and known > 1:
        parts.append(_compared(near, far, errors, units))
    return Section("distance", heading, sentences(parts), [], how)


def _compared(near: tuple[int, int, int], far: tuple[int, int, int], errors: tuple[int, int], units: str) -> SafeString:
    """Whether near pairs are connected more often than far ones; nothing where there are too few to say."""
    if min(near[2] - errors[0], far[2] - errors[1]) < MIN_PAIRS or near[1] + far[1] < MIN_CONNECTED:
        return mark_safe("")
    close, wide = near[1] / near[2], far[1] / far[2]
    words = (
        _(
            "Of about {near_pairs} pairs less than {near} apart (give or take {near_off}) {close} are connected "
            "({close_share}), of about {far_pairs} pairs {far} apart or more (give or take {far_off}) {wide} "
            "({wide_share})."
        )
        if any(errors)
        else _(
            "Of the {near_pairs} pairs less than {near} apart {close} are connected ({close_share}), of the "
            "{far_pairs} pairs {far} apart or more {wide} ({wide_share})."
        )
    )
    if close > 2 * wide:
        words += " " + _("What is near is connected more often.")
    elif wide > 2 * close:
        words += " " + _("What is far is connected more often.")
    else:
        words += " " + _("Neither is connected more than twice as often as the other.")
    return fill(
        words,
        near=_far(near[0], units),
        close=counted(near[1]),
        near_pairs=counted(near[2]),
        near_off=counted(errors[0]),
        far_off=counted(errors[1]),
        close_share=share(*near[1:]),
        far=_far(far[0], units),
        wide=counted(far[1]),
        far_pairs=counted(far[2]),
        wide_share=share(*far[1:]),
    )


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
        _("All six kinds of wealth that a place lives on are among the {all} in this network.")
        if not absent
        else ngettext(
            "Of the six kinds of wealth that a place lives on, {n} is among the {all} in this network.",
            "Of the six kinds of wealth that a place lives on, {n} are among the {all} in this network.",
            len(shown),
        ),
        n=counted(len(shown)),
        all=counted(total),
    )
    if absent:
        text = sentences([text, fill(_("Not there: {these}."), these=", ".join(absent))])
    how = _(
        "Each category of things and groups says which of six capitals it mostly adds to; here its nodes are "
        "counted. "
        "Groups without a category count for none, so the shares need not add up."
    )
    return Section("capitals", _("Kinds of wealth"), text, items, how)
