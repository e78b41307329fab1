"""The form of filters: a page has a hundred choices, and a template's way with each takes most of its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .design import escaped, icon

register = template.Library()

MAX_WRITTEN = 1024  # choices that a process keeps as they are written


@register.filter
def hidden_fields(pairs: Iterable[tuple[str, str]] | SafeString) -> SafeString:
    """Return hidden fields for pairs of name and value; what is HTML already stays as it is."""
    if isinstance(pairs, SafeString):
        return pairs
    return mark_safe("".join(map(_hidden, pairs or ())))


def _hidden(pair: tuple[str, str]) -> str:
    return f'<input type="hidden" name="{escaped(pair[0])}" value="{escaped(pair[1])}">'


@register.simple_tag(takes_context=True)
def filters_form(context: Context) -> SafeString:
    """Return `components/filters.html`, which says what the context has."""
    of = context.get
    return form(
        context,
        action=of("action"),
        groups=of("groups") or (),
        hidden=of("hidden") or (),
        chosen=of("chosen") or 0,
        clear_url=of("clear_url") or "",
        is_open=bool(of("open")),
    )


def form(
    context: Any,
    *,
    action: str,
    groups: Iterable[Mapping[str, Any]],
    hidden: Iterable[tuple[str, str]] = (),
    chosen: int = 0,
    clear_url: str = "",
    is_open: bool = False,
) -> SafeString:
    """Return the form of filters: parameters as in `components/filters.html`. `context.request` carries its icons."""
    name = _("Filters")
    count = f'\n      <span class="chip__count">{chosen}</span>' if chosen else ""
    clear = f'\n      <a href="{escaped(clear_url)}">{_("Clear the filters")}</a>' if clear_url else ""
    return mark_safe(
        f'\n<form class="filters" action="{escaped(action)}" method="get" autocomplete="off" data-filters '
        f'aria-label="{name}">\n'
        f"  {hidden_fields(hidden)}\n"
        f'  <details class="filters__all"{" open" if is_open else ""}>\n'
        f"    <summary>{icon(context, 'filter')}<span>{name}</span>{count}</summary>\n"
        '    <div class="filters__groups">\n'
        f"    {''.join(_group(context, it) for it in groups)}\n"
        f'    <p class="filters__do"><button class="button" type="submit">{_("Show results")}</button>{clear}</p>\n'
        "    </div>\n"
        "  </details>\n"
        "</form>"
    )


def _group(context: Any, group: Mapping[str, Any]) -> str:
    kind, name, label = group.get("type"), escaped(group["name"]), escaped(group["label"])
    if kind in ("select", "number"):
        field = (
            f'<select id="filter-{name}" name="{name}">{select_options(group)}</select>'
            if kind == "select"
            else f'<input id="filter-{name}" type="number" inputmode="numeric" name="{name}" '
            f'value="{escaped(group["value"])}" min="{escaped(group["min"])}"\n'
            f'          max="{escaped(group["max"])}">'
        )
        return (
            f'\n      \n      <p class="filters__select"><label for="filter-{name}">{label}</label>\n'
            f"        {field}</p>\n      \n    "
        )
    date = group.get("date")
    day = (
        f'<p class="filters__select"><label for="filter-{name}-date">{escaped(date["label"])}</label>\n'
        f'          <input id="filter-{name}-date" type="date" name="{name}" min="{escaped(date["min"])}"></p>'
        if date
        else ""
    )
    return (
        f'\n      \n      <fieldset class="filters__group"><legend>{label}</legend>\n'
        f'        <div class="chips">\n        {choices(context, group)}\n        </div>\n'
        f"        {day}\n      </fieldset>\n      \n    "
    )


def choices(context: Any, group: Mapping[str, Any]) -> SafeString:
    """Return the choices of `group`, boxes or radio buttons with what each would leave.

    Each is {value, label, count, selected, disabled, icon, kind}.
    """
    kind, name = escaped(group.get("type") or "checkbox"), escaped(group["name"])
    return mark_safe("".join(_choice(context, it, kind, name) for it in group.get("options") or ()))


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


def _choice(context: Any, it: Mapping[str, Any], kind: str, name: str) -> str:
    of = it.get
    # Its page carries it.
    drawn = icon(context, it["icon"], of("kind") or "") if of("icon") else ""
    return _written(kind, name, it["value"], it["label"], of("count"), of("selected"), of("disabled"), drawn)


# Texts that are HTML and texts that are not are equal, and are written differently.
@lru_cache(maxsize=MAX_WRITTEN, typed=True)
def _written(
    kind: str, name: str, value: str, label: str, count: int | None, selected: bool, disabled: bool, drawn: str
) -> str:
    # Below a thousand there is nothing to part.
    number = count if count is None or count < 1000 else intcomma(count)
    number = "" if count is None else f' <span class="chip__count">{escaped(number)}</span>'
    return (
        f'\n          <label class="chip chip--input"><input type="{kind}" name="{name}" '
        f'value="{escaped(value)}"\n'
        f"            {' checked' if selected else ''}{_DISABLED if disabled and not selected else ''}>"
        f"{drawn}<span>{escaped(label)}</span>{number}</label>\n        "
    )


_DISABLED = "\n            disabled"
