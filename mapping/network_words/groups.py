"""The groups within a network, each under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .section import Section
from .writing import counted, fill, link, listed

# Groups that are told one by one; sorts of members that name a group.
TOLD = 6
SORTS = 2
# A sort names a group when it is this share of the members besides the one in the middle, and at least two.
NAMING_SHARE = 0.3


@dataclass(frozen=True)
class Group:
    """centre : the node in the middle; size : how many are in it; sorts : what they are, the most common first."""

    centre: dict[str, Any]
    size: int
    sorts: tuple[str, ...] = ()


def sorts_of(around: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """What those around the middle of a group are, in the plural, where some sort is common enough to name them all.

    Each is a dict with `what` (plural name of its category, or empty) and `everywhere` (true for things that stand
    everywhere, such as defibrillators, and so say nothing of a group).
    """
    others = [it for it in around if it["what"] and not it.get("everywhere")]
    counts = Counter(it["what"] for it in others)
    least = max(2, NAMING_SHARE * len(others))
    common = [(what, often) for what, often in counts.items() if often >= least]
    return tuple(what for what, _often in sorted(common, key=lambda it: (-it[1], it[0]))[:SORTS])


def name_of(group: Group, centre: Any = None) -> SafeString:
    """ "Primary schools around The Dean Trust". `centre` : its name, or a link; plain text unless given."""
    middle = group.centre["name"] if centre is None else centre
    if not group.sorts:
        return fill(_("Around {name}"), name=middle)
    what = listed([group.sorts[0], *(_within(it) for it in group.sorts[1:])])
    return fill(_("{what} around {name}"), what=what, name=middle)


def _within(sort: str) -> str:
    """A sort as it stands within a sentence: "friends groups", but "PTAs"."""
    return sort[:1].lower() + sort[1:] if sort[1:2].islower() else sort


def groups(found: Sequence[Group], hubs: Sequence[dict[str, Any]], *, told: int = TOLD) -> Section | None:
    """The groups, the largest first. `hubs` : those that nearly everybody is connected to, left aside while looking."""
    names = listed([link(it) for it in hubs])
    how = _(
        "A group is a set with more connections among themselves than chance would give (modularity, by the Leiden "
        "method; "
        "Traag, Waltman and van Eck 2019), looked for without those that nearly everybody is connected to. It takes "
        "three "
        "to be one. A group is named after what most of its members are and the one most connected within it."
    )
    heading = _("Groups within")
    if not found:
        text = (
            fill(_("Apart from {hubs}, nobody here forms a group yet."), hubs=names)
            if hubs
            else fill("{text}", text=_("Nobody here forms a group of three or more yet."))
        )
        return Section("groups", heading, text, [], how)
    if hubs:
        words = ngettext(
            "Leaving {hubs} aside, {n} group holds together by itself.",
            "Leaving {hubs} aside, {n} groups hold together by themselves.",
            len(found),
        )
    else:
        words = ngettext(
            "{n} group holds together more closely than the rest.",
            "{n} groups hold together more closely than the rest.",
            len(found),
        )
    items = [
        fill(
            ngettext("{name}: {n} member", "{name}: {n} members", it.size),
            name=name_of(it, link(it.centre)),
            n=counted(it.size),
        )
        for it in found[:told]
    ]
    if len(found) > told:
        rest = len(found) - told
        items.append(fill(ngettext("and {n} smaller one", "and {n} smaller ones", rest), n=counted(rest)))
    return Section("groups", heading, fill(words, hubs=names or mark_safe(""), n=counted(len(found))), items, how)
