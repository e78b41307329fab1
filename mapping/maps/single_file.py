"""A map as one HTML file: scripts, styles, icons, ground and points inside, and a list for those without scripts.

Its own Content-Security-Policy forbids every request, so that nothing in it can ask anybody for anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from config import icons, importmap, language
from mapping.models import Node, Source
from mapping.nodes.cards import colour_of

MAX_LISTED = 20_000
BUTTONS = {"plus", "minus", "whole", "marker"}


@dataclass(frozen=True)
class MapParts:
    """A rendered map, apart: `header` (empty: pages bring their own), `html` (the container), `script`."""

    header: str
    html: str
    script: str


def render(made_of: dict[str, Any], rendered: MapParts, *, name: str) -> str:
    """Return the file of a map that was built offline: what it was built of, its parts, the name of its element."""
    place = made_of["place"]
    nodes = list(made_of["nodes"][:MAX_LISTED])
    return render_to_string(
        "mapping/maps/single_file.html",
        {
            "lang": language.of_page(),
            "title": place.name if place else _("Map"),
            "place": place,
            "styles": mark_safe(_styles()),
            "sprite": mark_safe(icons.sprite(only={_icon(node) for node in nodes} | BUTTONS)),
            "import_map": mark_safe(importmap.inline_modules()),
            "libraries": [mark_safe(_script(path)) for path in importmap.CLASSIC.values()],
            "html": mark_safe(rendered.html),
            "script": mark_safe(rendered.script),
            "map_name": name,
            "has_lines": made_of["lines"] > 0,
            "groups": _grouped(nodes),
            "count": len(nodes),
            "sources": Source.objects.filter(nodes__in=[node.pk for node in nodes]).distinct(),
        },
    )


def _icon(node: Node) -> str:
    return node.category.icon if node.category else "marker"


def _grouped(nodes: list[Node]) -> list[tuple[str, list[dict[str, str]]]]:
    """Nodes by the name of their category, both in order of the alphabet."""
    groups: dict[str, list[dict[str, str]]] = {}
    for node in nodes:
        name = (node.category.plural or node.category.name) if node.category else node.get_kind_display()
        address, postcode = node.public_address, node.public_postcode
        facts = [address, postcode if postcode not in address else "", node.hours_text, node.phone]
        groups.setdefault(name, []).append(
            {
                "id": f"node-{node.uuid}",
                "name": node.name,
                "kind": colour_of(node),
                "facts": " · ".join(fact for fact in facts if fact),
            }
        )
    return [(name, sorted(groups[name], key=lambda it: it["name"].casefold())) for name in sorted(groups)]


@lru_cache(maxsize=1)
def _styles() -> str:
    """The style sheets, without anything that would be fetched."""
    css = "\n".join(importmap.source(path) for path in ("css/hereabouts.css", "css/map.css"))
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    return re.sub(r"url\((?!['\"]?data:)[^)]*\)", "none", css).replace("</", "<\\/")


@lru_cache(maxsize=8)
def _script(path: str) -> str:
    # What looks like the end of the element would end it, in a string too.
    return importmap.source(path).replace("</script", "<\\/script").replace("<!--", "<\\!--")
