"""Who is at the edge of a network."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..network_facts import Named
from .section import Section
from .writing import counted, fill, link, listed, sentences


def edge(*, hubs: Sequence[Named], hub_only: int, single: int, parts: int, second: int) -> Section | None:
    """hub_only : connected to hubs alone; single : with one connection; parts : that are not joined.

    second : size of the largest part beside the main one.
    """
    said = []
    if hub_only and hubs:
        words = ngettext("{n} is connected to nobody but {hubs}.", "{n} are connected to nobody but {hubs}.", hub_only)
        said.append(fill(words, n=counted(hub_only), hubs=listed([link(it) for it in hubs])))
    if single:
        words = ngettext("{n} has a single connection.", "{n} have a single connection.", single)
        said.append(fill(words, n=counted(single)))
    if parts > 1:
        apart = parts - 1
        words = ngettext(
            "{n} part is not joined to the rest at all;", "{n} parts are not joined to the rest at all;", apart
        )
        said.append(fill(words, n=counted(apart)))
        words = ngettext("the largest has {n} member.", "the largest has {n} members.", second)
        said.append(fill(words, n=counted(second)))
    if not said:
        return None
    how = _(
        "Counted: those with one connection, and the parts between which there is no way at all (connected "
        "components). "
        "Exact. Somebody without any connection is not in the network, and so not in these numbers."
    )
    return Section("edge", _("At the edge"), sentences(said), [], how)
