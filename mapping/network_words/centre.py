"""Who is best connected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .section import Section
from .writing import counted, link


def best(nodes: Sequence[dict[str, Any]]) -> Section | None:
    """The best connected, each with how many others it is connected to. None when nobody has two."""
    if not nodes:
        return None
    items = []
    for node in nodes:
        words = ngettext("%(n)s connection", "%(n)s connections", node["degree"]) % {"n": counted(node["degree"])}
        items.append(format_html("{} <span>{}</span>", link(node), words))
    how = _(
        "Counted: the number of others that each is connected to, whatever the connection is and however many say so "
        "(degree). Exact."
    )
    return Section("best", _("Best connected"), mark_safe(""), items, how, ordered=True)
