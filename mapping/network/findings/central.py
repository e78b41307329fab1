"""Who is best connected."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.network.view import looks

from .facts import Named
from .phrases import counted, fill, link, sentences, share
from .section import Section

# With fewer connections nobody stands out beside somebody who has at least so many.
FEW = 5


def best(nodes: Sequence[Named], connected: int) -> Section | None:
    """The best connected, each with how many others it is connected to. None when nobody has two.

    connected : how many are connected at all.
    """
    if not nodes:
        return None
    items = []
    # Who has a few connections, as many have, is no headline; where nobody has more, the first still are.
    if nodes[0].degree >= FEW:
        nodes = [it for it in nodes if it.degree >= FEW]
    for node in nodes:
        words = ngettext("connected to %(n)s other", "connected to %(n)s others", node.degree)
        words %= {"n": counted(node.degree)}
        items.append(format_html("{} <span>{}</span>", link(node), words))
    how = _(
        "Counted: the number of others that each is connected to, whatever the connection is and however many say so "
        "(degree). Exact."
    )
    text = fill(_("The first of {n} that are connected."), n=counted(connected))
    return Section("best", _("Best connected"), text, items, how, ordered=True)


def between(found: Sequence[tuple[Named, float]], error: float, connected: int) -> Section | None:
    """Whom most of the shortest ways between two others pass, each with the share. None where there is nobody.

    error : how far a share that was worked out from a sample may be off; shares below it are not told.
    """
    found = [it for it in found if it[1] > error]
    if not found:
        return None
    items = [format_html("{} <span>{}</span>", link(node), share(part, 1)) for node, part in found]
    how = _(
        "For every two of the others we count how many of the shortest ways between them lead through (betweenness, "
        "Freeman 1977), as a share of all pairs."
    )
    text = fill(
        _("Share of the shortest paths between the {n} that are connected that pass through each."),
        n=counted(connected),
    )
    if error:
        off = formats.number_format(round(100 * error, 2), 2)
        text = sentences([text, fill(_("From a sample: off by at most {off} percentage points."), off=off)])
    return Section(
        "between", str(looks.SIZES["betweenness"].name), text, items, f"{how} {exactness(error)}", ordered=True
    )


def exactness(error: float) -> str:
    """ "Exact.", or how far a sampled share may be off."""
    if not error:
        return _("Exact.")
    off = formats.number_format(round(100 * error, 2), 2)
    return _("Sampled: off by at most %(n)s percentage points, 95 times of 100.") % {"n": off}


def inmost(many: int, each: int, parts: int, connected: int) -> Section | None:
    """The most closely knit: how many are, how many others of them each is connected to at least, in how many parts.

    connected : how many are connected at all.
    """
    if many < 3 or each < 2:
        return None
    text = fill(
        ngettext(
            "{n} of the {connected} that are connected is connected to at least {k} others among them.",
            "{n} of the {connected} that are connected are each connected to at least {k} others among them.",
            many,
        ),
        n=counted(many),
        k=counted(each),
        connected=counted(connected),
    )
    if parts > 1:
        text = sentences(
            [text, fill(_("They are in {parts} parts that are joined, if at all, over others."), parts=counted(parts))]
        )
    how = _(
        "Whoever has fewer connections than k is left out, then whoever has fewer among those who remain, and so "
        "on; k is as "
        "large as it can be with somebody left (k-core, Seidman 1983). Exact."
    )
    return Section("inmost", _("The most closely knit"), text, [], how)
