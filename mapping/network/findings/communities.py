"""The groups within a network, each under a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .facts import Group, Named
from .phrases import counted, fill, link, listed, sentences
from .section import Section

# Groups that are named one by one.
MAX_SHOWN = 6
# A short name says all that its members do as long as it has no more letters.
MAX_LETTERS = 30


def name_of(group: Group, centre: Any = None) -> SafeString:
    """ "Primary schools around The Dean Trust". `centre` : its name, or a link; plain text unless given."""
    middle = group.centre.name if centre is None else centre
    if not group.sorts:
        return fill(_("Around {name}"), name=middle)
    what = listed([group.sorts[0], *(_within(it) for it in group.sorts[1:])])
    return fill(_("{what} around {name}"), what=what, name=middle)


def short_names(found: Sequence[Group]) -> list[SafeString]:
    """What the members of each do, as "Primary schools, PTAs"; of those who do the same, and of those who do nothing
    alike, around whom they are: no two names are the same unless those around whom they are have one name."""
    does = [_what_of(it) for it in found]
    often = Counter(str(it) for it in does)
    return [
        it if often[str(it)] == 1 and group.sorts else name_of(Group(group.centre, group.size, group.sorts[:1]))
        for it, group in zip(does, found, strict=True)
    ]


def _what_of(group: Group) -> SafeString:
    sorts = [*group.sorts[:1], *(_within(it) for it in group.sorts[1:])]
    text = ", ".join(sorts)
    return fill("{what}", what=text if len(text) <= MAX_LETTERS else sorts[0])


def _within(sort: str) -> str:
    """A sort as it stands within a sentence: "friends groups", but "PTAs"."""
    return sort[:1].lower() + sort[1:] if sort[1:2].islower() else sort


def groups(
    found: Sequence[Group],
    hubs: Sequence[Named],
    *,
    connected: int,
    grouped: int,
    settled: bool = True,
    most: int = MAX_SHOWN,
) -> Section | None:
    """The groups, the largest first.

    hubs : those that a fifth of all are connected to, left aside while looking. connected, grouped : how many are
    connected at all, and in one of the groups. settled : whether the groups would
    be the same had the nodes been entered in another order (`graph.canonical`).
    """
    names = listed([fill(_("{name} (connected to {n})"), name=link(it), n=counted(it.degree)) for it in hubs])
    how = _(
        "A group is a set with more connections among themselves than chance would give (modularity, by the Leiden "
        "method; Traag, Waltman and van Eck 2019), looked for without those that a fifth of all or more are connected "
        "to (at least 20, and three of them at most). It takes three to be one. A group is named after what its "
        "members are more often than others, and the one most connected within it."
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
        for it in found[:most]
    ]
    if len(found) > most:
        rest = len(found) - most
        items.append(fill(ngettext("and {n} more", "and {n} more", rest), n=counted(rest)))
    text = sentences(
        [
            fill(words, hubs=names or mark_safe(""), n=counted(len(found))),
            fill(
                ngettext(
                    "{n} of the {all} that are connected is in one.",
                    "{n} of the {all} that are connected are in one.",
                    grouped,
                ),
                n=counted(grouped),
                all=counted(connected),
            ),
        ]
    )
    if not settled:
        text = sentences(
            [
                text,
                _(
                    "Much in this network looks alike, so there may be other groups that are as good: which of them "
                    "are shown here depends on the order in which things were entered."
                ),
            ]
        )
    return Section("groups", heading, text, items, how)
