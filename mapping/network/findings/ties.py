"""What the connections of a network are: of which kinds, who says so, what they do for those they join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .phrases import counted, fill, sentences, share
from .section import Section


def types(found: Sequence[dict[str, Any]]) -> Section | None:
    """found : dicts `forward` (a verb), `count`, `nodes` (that it joins), `density` (0 to 1), `mutual`."""
    shown = [it for it in found if it["count"]]
    if not shown:
        return None
    items = []
    for it in shown:
        words = ngettext("“{verb}”: {n} connection", "“{verb}”: {n} connections", it["count"])
        parts: dict[str, Any] = {"verb": it["forward"], "n": counted(it["count"])}
        if it.get("nodes"):
            words += ngettext(" among {nodes}", " among {nodes}", it["nodes"])
            parts["nodes"] = counted(it["nodes"])
        if it.get("density"):
            words += _(", {share} of the pairs that there could be among them")
            parts["share"] = share(it["density"], 1)
        if it.get("mutual"):
            words += ngettext("; {mutual} is stated by both ends", "; {mutual} are stated by both ends", it["mutual"])
            parts["mutual"] = counted(it["mutual"])
        items.append(fill(words, **parts))
    how = _(
        "Counted by kind of connection. The share is the number of pairs that are joined, of all pairs among those "
        "who have a "
        "connection of this kind (density). Exact."
    )
    text = ngettext("There is {n} kind of connection here.", "There are {n} kinds of connection here.", len(shown))
    return Section("types", _("Kinds of connection"), fill(text, n=counted(len(shown))), items, how)


def said(*, stated: int, derived: int, mutual: int, disputed: int) -> Section | None:
    """How many connections somebody stated, rules alone worked out, both ends stated, somebody disputes."""
    if not stated + derived:
        return None
    parts = []
    if stated:
        words = ngettext("{n} connection was stated by somebody.", "{n} connections were stated by somebody.", stated)
        parts.append(fill(words, n=counted(stated)))
        parts.append(
            fill(
                ngettext("{n} of them was stated by both ends.", "{n} of them were stated by both ends.", mutual),
                n=counted(mutual),
            )
            if mutual
            else _("None of them was stated by both ends yet.")
        )
    if derived:
        words = ngettext(
            "{n} more was worked out by rules, such as meeting in the same hall, and nobody has stated it.",
            "{n} more were worked out by rules, such as meeting in the same hall, and nobody has stated them.",
            derived,
        )
        parts.append(fill(words, n=counted(derived)))
    if disputed:
        words = ngettext(
            "{n} is disputed: somebody says that it does not hold.",
            "{n} are disputed: somebody says that they do not hold.",
            disputed,
        )
        parts.append(fill(words, n=counted(disputed)))
    else:
        parts.append(_("None is disputed."))
    how = _(
        "Counted over the statements that you may see and that nobody has withdrawn. A connection counts as stated "
        "when one "
        "statement of a person, group or dataset supports it; as stated by both ends when each of the two said so. "
        "Exact."
    )
    return Section("said", _("Who says so"), sentences(parts), [], how)


def balance(*, bonding: int, bridging: int, linking: int, unknown: int) -> Section | None:
    """How many connections bind like with like, reach across, or lead to those with power or means."""
    known = bonding + bridging + linking
    if not known + unknown:
        return None
    how = _(
        "Each kind of connection says what it mostly does: bonding within a group (member of), bridging across "
        "groups (works "
        "with), linking to those with power or means (funds). Counted by kind; kinds that say nothing of it are left "
        "out of "
        "the shares. After Szreter and Woolcock (2004). Exact counts of a rough division."
    )
    heading = _("Bonding, bridging, linking")
    if not known:
        text = ngettext(
            "Of {n} connection here it is not known which it does.",
            "Of the {n} connections here it is not known which they do.",
            unknown,
        )
        return Section("balance", heading, fill(text, n=counted(unknown)), [], how)
    templates = (
        (
            linking,
            _("{n} lead to those with power or means (linking): {share}"),
            _("{n} leads to those with power or means (linking): {share}"),
        ),
        (
            bridging,
            _("{n} reach across between groups (bridging): {share}"),
            _("{n} reaches across between groups (bridging): {share}"),
        ),
        (
            bonding,
            _("{n} hold a group together (bonding): {share}"),
            _("{n} holds a group together (bonding): {share}"),
        ),
    )
    items = [
        fill(one if number == 1 else more, n=counted(number), share=share(number, known))
        for number, more, one in sorted(templates, key=lambda it: -it[0])
    ]
    if unknown:
        text = ngettext(
            "Of {n} of the {all} connections it is known what it does for those it joins.",
            "Of {n} of the {all} connections it is known what they do for those they join.",
            known,
        )
    else:
        text = ngettext(
            "Of the {n} connection it is known what it does for those it joins.",
            "Of all {n} connections it is known what they do for those they join.",
            known,
        )
    return Section("balance", heading, fill(text, n=counted(known), all=counted(known + unknown)), items, how)
