"""How findings are written: numbers as people write them, names as links, sentences that hold for any of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mapping.graph.snapshot import Snapshot
from mapping.models import Units
from mapping.nodes.distances import YARDS, apart, length

from .facts import Named

KM = 1000


def url_of(node: Named | dict[str, Any]) -> str:
    """The address of a node."""
    return reverse("node", args=[node["uuid"] if isinstance(node, dict) else node.uuid])


def link(node: Named) -> SafeString:
    """The name of a node, leading to its page."""
    return format_html('<a href="{}">{}</a>', url_of(node), node.name)


def counted(number: int) -> str:
    """A number as people write it: 1,204."""
    return formats.number_format(number, force_grouping=True)


def share(part: float, whole: float) -> str:
    """A part in per cent that is never rounded to nothing or to all: "less than 1%", "34%", "over 99%"."""
    if not whole or part <= 0:
        return "0%"
    percent = 100 * part / whole
    if percent < 1:
        return _("less than 1%")
    if percent > 99 and part < whole:
        return _("over 99%")
    return f"{round(percent)}%"


def far(metres: float, units: str = Units.MILES.value) -> str:
    """A distance in words: "380 yards", "0.8 miles", "9 miles"; in kilometres "350 m", "1.2 km", "14 km"."""
    if units == Units.MILES:
        return apart(metres, units) if metres < YARDS else length(metres, units)
    if metres < 950:
        return apart(metres, units)
    digits = 1 if metres < 9_950 and round(metres / KM, 1) % 1 else 0
    return _("%(n)s km") % {"n": formats.number_format(round(metres / KM, digits), digits)}


def units_of(snapshot: Snapshot) -> str:
    """The unit of the place that a snapshot is of."""
    return snapshot.tables.get("units", Units.MILES.value)


def fill(template: str, **parts: Any) -> SafeString:
    """Put `parts` into the {braces} of a template of ours. Texts of people's are escaped, links are not."""
    return format_html(template, **parts)


def listed(names: Sequence[Any]) -> SafeString:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return format_html("{}", names[0]) if names else mark_safe("")
    first = format_html_join(", ", "{}", ((it,) for it in names[:-1]))
    return format_html(_("{first} and {last}"), first=first, last=names[-1])


def sentences(parts: Sequence[Any]) -> SafeString:
    """Sentences, one after the other."""
    return format_html_join(" ", "{}", ((it,) for it in parts if it))
