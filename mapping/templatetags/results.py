"""The results of a query, as pages show them: what is said above them, and what is on paper alone."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from urllib.parse import quote

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.templatetags.design import escaped
from config.templatetags.result_list import listed
from mapping.maps.paper import Sheet
from mapping.models import Place, Source
from mapping.search import Found

register = template.Library()

NOTE = "mapping/partials/search/results_note.html"
# The template of a note leaves so much of its lines where nothing is to be said.
NOTHING = "\n" * 8
# A context without a request: the cards of what is nearest take their icons from the sprite.
NOBODY = SimpleNamespace()


@register.simple_tag(takes_context=True)
def results_note(context: template.Context) -> SafeString:
    """Return what stands above the results: what was done, asked, or could be tried instead."""
    return render_to_string(NOTE, context.flatten())


def note(found: Found, place: Place) -> str:
    """Return the same. Most questions were understood, so that there is nothing to say of them but what is missing."""
    results, meaning = found.results, found.meaning
    if (
        meaning.corrected_text
        or meaning.note
        or found.near_note
        or found.choices
        or found.is_outside
        or results.perhaps
        or results.is_bounded
        or found.mended
        or results.unasked
    ):
        given = {"found": found, "results": results, "place": place}
        return render_to_string(NOTE, given)
    return f"{NOTHING}{nothing_found(found, place) if not results.total else ''}\n"


@register.simple_tag
def nothing_found(found: Found, place: Place | str | None) -> SafeString:
    """Return what is near, what else finds something and where to tell us, where nothing answers `found`."""
    nearest, ways = listed(NOBODY, found.results.nearest, level=4), found.results.other_ways
    if nearest:
        nearest = f"\n  <h3>{_('The nearest that does match')}</h3>\n  {nearest}\n  "
    other = "".join(f'<li><a href="{escaped(it.url)}">{escaped(it.text)}</a></li>' for it in ways)
    if other:
        other = f"\n  <h3>{_('With one condition less')}</h3>\n  <ul>{other}</ul>\n  "
    missing = ""
    if isinstance(place, Place):
        slug, words = escaped(place.slug), quote(found.query.q)
        missing = (
            f'<a\n    href="{reverse("tell-us")}?place={slug}&amp;q={words}">{_("Tell us what is missing")}</a> ·\n'
            f'    <a href="{reverse("nominate")}?place={slug}">{_("Name a group that is missing")}</a> ·\n'
            "    "
        )
    return mark_safe(
        f'\n<div class="flow nothing">\n  {nearest}\n  {other}\n  <p>{_("Is something missing?")} {missing}'
        f'<a href="{reverse("post")}">{_("Put it on the map")}</a></p>\n</div>\n'
    )


@register.simple_tag(takes_context=True)
def results_on_paper(context: template.Context) -> SafeString:
    """Return what is on paper alone: the map of the results (`sheet`, mapping.maps.paper), and their address."""
    return on_paper(context["sheet"], context["canonical"])


def on_paper(sheet: Sheet | None, address: str) -> SafeString:
    """Return the map of this page of results with their numbers, and where the page is found."""
    credit = f" · {escaped(sheet.credit)}" if sheet is not None and sheet.credit else ""
    return mark_safe(
        f'\n<div class="on-paper paper">\n  {"" if sheet is None else _drawn(sheet)}\n'
        f'  <p class="paper__address">{escaped(address)}{credit}</p>\n</div>\n'
    )


def _drawn(sheet: Sheet) -> str:
    streets = f'<path class="paper__road" d="{sheet.streets}"/>' if sheet.streets else ""
    roads = f'<path class="paper__road paper__road--main" d="{sheet.roads}"/>' if sheet.roads else ""
    towns = (f'<text class="paper__town" x="{x}" y="{y}">{escaped(name)}</text>' for x, y, name in sheet.towns)
    here = ""
    if sheet.here:
        x, y, radius = sheet.here
        here = (
            f'<path class="paper__here" d="M{x} {y}m-7 0h14m-7-7v14"/>\n'
            f'    <circle class="paper__here" cx="{x}" cy="{y}" r="{radius}"/>'
        )
    leads = (f'<path class="paper__lead" d="M{it.at_x} {it.at_y}L{it.x} {it.y}"/>' for it in sheet.marks if it.is_moved)
    numbers = (
        f'<circle cx="{it.x}" cy="{it.y}" r="8.5"/><text x="{it.x}" y="{it.y}">{it.number}</text>' for it in sheet.marks
    )
    wide, length = sheet.bar
    return (
        f'<svg viewBox="0 0 {sheet.width} {sheet.height}" aria-hidden="true">\n'
        f'    <path class="paper__boundary" d="{sheet.outline}"/>\n'
        f"    {streets}{roads}\n"
        f"    {''.join(towns)}\n"
        f"    {here}\n"
        f'    <path class="paper__bar" d="M10 374v6h{wide}v-6"/>'
        f'<text class="paper__length" x="14" y="370">{escaped(length)}</text>\n'
        f"    {''.join(leads)}\n"
        f"    {''.join(numbers)}\n"
        "  </svg>"
    )


@register.simple_tag
def attribution(sources: Iterable[Source]) -> SafeString:
    """Return whose data a page shows; nothing where there are no sources."""
    named = "".join(f"\n  <li>{_credit(it)}</li>" for it in sources or ())
    if not named:
        return mark_safe("")
    return mark_safe(f"<details><summary>{_('Whose data this is')}</summary><ul>{named}</ul></details>")


def sources_on_paper(sources: Iterable[Source]) -> str:
    """Return the same in one line for paper."""
    return f'<p class="on-paper paper__sources">{" · ".join(map(_credit, sources))}</p>'


def _credit(source: Source) -> str:
    licence = f" ({escaped(source.licence)})" if source.licence else ""
    return f"{escaped(source.attribution or source.title)}{licence}"
