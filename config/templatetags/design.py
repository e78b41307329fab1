"""Template tags of the design system: icons, the accent, the import map."""

import html
import json
from collections.abc import Iterable

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from config import accent, icons, language
from config import importmap as modules

register = template.Library()

_NOTHING = mark_safe("")


def escaped(value: object) -> str:
    """Return what a template makes of `value`: Django's own `conditional_escape` takes most of the time of a list."""
    return value if isinstance(value, SafeString) else html.escape(str(value))


@register.simple_tag
def importmap() -> SafeString:
    """Return the script element that says where each ES module lies. Put it before the first module."""
    return modules.script()


@register.simple_tag
def page_language() -> str:
    """Return the code of the language that the page is really in, for the attribute `lang`."""
    return language.of_page()


@register.simple_tag
def page_direction() -> str:
    """Return how that language is written, for the attribute `dir`: `ltr` or `rtl`."""
    return "rtl" if get_language_info(language.of_page())["bidi"] else "ltr"


@register.simple_tag
def record_lang() -> SafeString:
    """Return the attribute `lang` for an element that holds what people wrote, where the page is in another."""
    code = language.of_records()
    return format_html(' lang="{}"', code) if code else _NOTHING


@register.simple_tag
def sprite_url() -> str:
    """Return the address of the sprite of icons."""
    return static("icons.svg")


@register.simple_tag
def map_css_url() -> str:
    """Return the address of the style sheet that only pages with a map load."""
    return static("css/map.css")


@register.simple_tag
def network_css_url() -> str:
    """Return the address of the style sheet that only the network view loads."""
    return static("css/network.css")


@register.simple_tag(takes_context=True)
def icon_ref(context: Context, name: str | None) -> str:
    """Return the address of an icon: in the page, which `{% page_icons %}` then carries it; else in the sprite.

    An icon that the sprite lacks becomes the plain marker.
    """
    name = icons.known(name)
    request = getattr(context, "request", None)
    if request is None:
        return f"{sprite_url()}#i-{name}"
    wanted(request).add(name)
    return f"#i-{name}"


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str | None, kind: str = "") -> SafeString:
    """`components/icon.html` without a label: a page has a hundred, and a template for each takes most of its time."""
    drawn = (
        '<svg class="icon" width="18" height="18" aria-hidden="true" focusable="false">'
        f'<use href="{escaped(icon_ref(context, name))}"/></svg>'
    )
    return mark_safe(f'<span class="stamp" data-kind="{escaped(kind)}">{drawn}</span>' if kind else drawn)


@register.simple_tag(takes_context=True)
def want_icons(context: Context, names: str) -> str:
    """Carry the icons `names` (parted by spaces) in this page: a script will show them."""
    request = getattr(context, "request", None)
    if request is not None:
        wanted(request).update(names.split())
    return ""


@register.simple_tag(takes_context=True)
def page_icons(context: Context) -> SafeString:
    """Return the icons that the page has shown so far. Belongs at the end of the page."""
    request = getattr(context, "request", None)
    shown = wanted(request) if request is not None else set()
    return mark_safe(icons.sprite(only=shown)) if shown else mark_safe("")


def want(request: HttpRequest, names: Iterable[str]) -> None:
    """Carry these icons in the page that answers `request`."""
    wanted(request).update(names)


def wanted(request: HttpRequest) -> set[str]:
    if not hasattr(request, "hb_icons"):
        request.hb_icons = set()
    return request.hb_icons


@register.filter
def json_list(values: Iterable[str] | None) -> str:
    """Return `values` as a JSON array, to be put into an attribute (escaped by the template)."""
    return json.dumps(list(values or ()))


@register.filter
def json_of(value: object) -> str:
    """Return `value` as JSON, to be put into an attribute (escaped by the template)."""
    return json.dumps(value)


@register.simple_tag
def accent_link(place: object = None) -> str:
    """Return the link to the place's own accent, or nothing for the accent of the design."""
    colour = str(getattr(place, "accent", "") or "").lower()
    if colour == accent.DEFAULT or not accent.PATTERN.fullmatch(colour):
        return mark_safe("")
    return format_html('<link rel="stylesheet" href="/accent/{}.css">', colour[1:])
