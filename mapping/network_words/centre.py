"""Who is best connected."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..network_facts import Named
from .section import Section
from .writing import counted, fill, link, share


def best(nodes: Sequence[Named]) -> Section | None:
    """The best connected, each with how many others it is connected to. None when nobody has two."""
    if not nodes:
        return None
    items = []
    for node in nodes:
        words = ngettext("connected to %(n)s other", "connected to %(n)s others", node.degree)
        words %= {"n": counted(node.degree)}
        items.append(format_html("{} <span>{}</span>", link(node), words))
    how = _(
        "Counted: the number of others that each is connected to, whatever the connection is and however many say so "
        "(degree). Exact."
    )
    return Section("best", _("Best connected"), mark_safe(""), items, how, ordered=True)


def between(found: Sequence[tuple[Named, float]], error: float) -> Section | None:
    """Whom most of the shortest ways between two others pass, each with the share. None where there is nobody."""
    if not found:
        return None
    items = [format_html("{} <span>{}</span>", link(node), share(part, 1)) for node, part in found]
    how = _(
        "For every two of the others we count how many of the shortest ways between them lead through (betweenness, "
        "Freeman 1977), as a share of all pairs."
    )
    text = fill("{it}", it=_("So many of the shortest ways between two others lead through them."))
    return Section("between", _("On the way between others"), text, items, f"{how} {exactness(error)}", ordered=True)


def exactness(error: float) -> str:
    """ "Exact.", or how far a sampled share may be off."""
    if not error:
        return _("Exact.")
    off = formats.number_format(round(100 * error, 2), 2)
    return _("Sampled: off by at most %(n)s percentage points, 95 times of 100.") % {"n": off}


def inmost(many: int, each: int) -> Section | None:
    """The closely knit middle: how many are in it, and how many others of it each is connected to at least."""
    if many < 3 or each < 2:
        return None
    text = fill(
        ngettext(
            "{n} is each connected to at least {k} others among them.",
            "{n} are each connected to at least {k} others among them.",
            many,
        ),
        n=counted(many),
        k=counted(each),
    )
    how = _(
        "Whoever has fewer connections than k is left out, then whoever has fewer among those who remain, and so "
        "on; k is as "
        "large as it can be with somebody left (k-core, Seidman 1983). Exact."
    )
    return Section("inmost", _("The closely knit middle"), text, [], how)
