"""Who is at the edge of a network."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .facts import Named
from .phrases import counted, fill, link, listed, sentences
from .section import Section


def edge(*, hubs: Sequence[Named], hub_only: int, single: int, pieces: Sequence[int], connected: int) -> Section | None:
    """hub_only : connected to hubs alone; single : with one connection; pieces : sizes of the parts that are not
    joined, the largest first; connected : how many are connected at all.
    """
    said = []
    if hub_only and hubs:
        words = ngettext(
            "{n} of the {all} that are connected is connected to nobody but {hubs}.",
            "{n} of the {all} that are connected are connected to nobody but {hubs}.",
            hub_only,
        )
        said.append(fill(words, n=counted(hub_only), all=counted(connected), hubs=listed([link(it) for it in hubs])))
    if single:
        words = ngettext(
            "{n} of {all} is connected to one other only.", "{n} of {all} are connected to one other only.", single
        )
        said.append(fill(words, n=counted(single), all=counted(connected)))
    if len(pieces) > 1:
        words = ngettext(
            "The {all} are in {n} part.",
            "All {all} are in {n} parts that are not joined to each other: the largest has {first} members, "
            "the next {second}.",
            len(pieces),
        )
        parts = {"all": connected, "n": len(pieces), "first": pieces[0], "second": pieces[1]}
        said.append(fill(words, **{key: counted(it) for key, it in parts.items()}))
    if not said:
        return None
    how = _(
        "Counted: those with one connection, and the parts between which there is no way at all (connected "
        "components). "
        "Exact. Somebody without any connection is not in the network, and so not in these numbers."
    )
    return Section("edge", _("At the edge"), sentences(said), [], how)
