"""Template tags of the design system: icons, the accent, the import map."""

import json
from collections.abc import Iterable

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config import accent, icons
from config import importmap as modules

register = template.Library()


@register.simple_tag
def importmap() -> SafeString:
    """Return the script element that says where each ES module lies. Put it before the first module."""
    return modules.script()


@register.simple_tag
def sprite_url() -> str:
    """Return the address of the sprite of icons."""
    return static("icons.svg")


@register.simple_tag
def map_css_url() -> str:
    """Return the address of the style sheet that only pages with a map load."""
    return static("css/map.css")


@register.filter
def icon_name(name: str | None) -> str:
    """Return `name` when the sprite has such an icon, else the plain marker's."""
    return icons.known(name)


@register.filter
def json_list(values: Iterable[str] | None) -> str:
    """Return `values` as a JSON array, to be put into an attribute (escaped by the template)."""
    return json.dumps(list(values or ()))


@register.simple_tag
def accent_link(place: object = None) -> str:
    """Return the link to the place's own accent, or nothing for the accent of the design."""
    colour = str(getattr(place, "accent", "") or "").lower()
    if colour == accent.DEFAULT or not accent.PATTERN.fullmatch(colour):
        return mark_safe("")
    return format_html('<link rel="stylesheet" href="/accent/{}.css">', colour[1:])
