"""A page of results and what leads to the next: written without a template, for each question has another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .card import card
from .design import escaped

register = template.Library()


@register.simple_tag(takes_context=True)
def result_list(context: Context) -> SafeString:
    """Return `components/results.html`, which says what the context has."""
    of = context.get
    return section(
        context,
        count_text=of("count_text"),
        cards=of("cards") or (),
        query=of("query") or "",
        unasked=bool(of("unasked")),
        bounds=of("bounds") or "",
        here=of("here"),
        note=of("note") or "",
        paper=of("paper") or "",
        pages=pages(of("page"), of("pages") or 1, of("prev_url") or "", of("next_url") or ""),
    )


def section(
    context: Any,
    *,
    count_text: str,
    cards: Iterable[Mapping[str, Any]],
    query: str,
    unasked: bool,
    bounds: str,
    here: Mapping[str, Any] | None,
    note: str,
    paper: str,
    pages: str,
) -> SafeString:
    """Return the results: parameters as in `components/results.html`; `pages` is what leads to others, written.

    `context.request` carries the icons of the cards.
    """
    asked = "" if unasked else f' data-query="{escaped(query)}"'
    around = f' data-bounds="{escaped(bounds)}"' if bounds else ""
    spot = f'\n  data-here="{escaped(json.dumps(here))}"' if here else ""
    return mark_safe(
        f'\n<section id="results"{asked}{around}{spot} aria-labelledby="results-title" tabindex="-1">\n'
        f'  <h2 class="explore__count" id="results-title">{escaped(count_text)}</h2>\n'
        f"  {note}\n  {paper}\n  {listed(context, cards)}\n  \n{pages}\n\n</section>"
    )


def listed(context: Any, cards: Iterable[Mapping[str, Any]], level: int = 3) -> str:
    """Return cards as a numbered list; nothing where there are none."""
    entries = "".join(f"<li>\n      {card(context, it, level)}</li>" for it in cards)
    return f'<ol class="cards">\n    {entries}\n  </ol>' if entries else ""


@register.simple_tag(takes_context=True)
def pagination(context: Context) -> SafeString:
    """Return `components/pagination.html`, which says what the context has."""
    of = context.get
    return pages(of("page"), of("pages") or 1, of("prev_url") or "", of("next_url") or "")


def pages(page: int, pages: int, prev_url: str, next_url: str) -> SafeString:
    """Return what leads to earlier and later results; nothing where all are on one page."""
    if pages <= 1:
        return mark_safe("")
    numbers = {"page": formats.localize(page), "pages": formats.localize(pages)}
    earlier = f'<a class="pagination__prev" rel="prev" href="{escaped(prev_url)}">{_("Previous")}</a>'
    later = f'<a class="pagination__next" rel="next" href="{escaped(next_url)}">{_("Next")}</a>'
    return mark_safe(
        f'\n<nav class="pagination" aria-label="{_("Pages of results")}">\n'
        f"  {earlier if prev_url else ''}\n"
        f"  <p>{_('Page %(page)s of %(pages)s') % numbers}</p>\n"
        f"  {later if next_url else ''}\n"
        "</nav>\n"
    )
