"""The choices of a group of filters: a page has a hundred, and a template's way with each takes most of its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from .design import escaped, icon

register = template.Library()


@register.simple_tag(takes_context=True)
def choices(context: Context, group: Mapping[str, Any]) -> SafeString:
    """Return the choices of `group`, boxes or radio buttons with what each would leave.

    Each is {value, label, count, selected, disabled, icon, kind}.
    """
    kind, name = escaped(group.get("type") or "checkbox"), escaped(group["name"])
    return mark_safe("".join(_choice(context, it, kind, name) for it in group.get("options") or ()))


@register.simple_tag
def select_options(group: Mapping[str, Any]) -> SafeString:
    """Return the choices of `group`, a list to choose one from."""
    return mark_safe("".join(map(_option, group.get("options") or ())))


def _option(it: Mapping[str, Any]) -> str:
    count, selected = it.get("count"), it.get("selected")
    chosen = " selected" if selected else " disabled" if it.get("disabled") else ""
    number = "" if count is None else f" ({escaped(intcomma(count))})"
    return (
        f'\n          <option value="{escaped(it["value"])}"{chosen}>\n'
        f"          {escaped(it['label'])}{number}</option>"
    )


def _choice(context: Context, it: Mapping[str, Any], kind: str, name: str) -> str:
    count = it.get("count")
    selected, disabled = it.get("selected"), it.get("disabled")
    drawn = icon(context, it["icon"], it.get("kind") or "") if it.get("icon") else ""
    # Below a thousand there is nothing to part.
    number = count if count is None or count < 1000 else intcomma(count)
    number = "" if count is None else f' <span class="chip__count">{escaped(number)}</span>'
    return (
        f'\n          <label class="chip chip--input"><input type="{kind}" name="{name}" '
        f'value="{escaped(it["value"])}"\n'
        f"            {' checked' if selected else ''}{_DISABLED if disabled and not selected else ''}>"
        f"{drawn}<span>{escaped(it['label'])}</span>{number}</label>\n        "
    )


_DISABLED = "\n            disabled"
