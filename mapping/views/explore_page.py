"""The map + list page of a place, written: its frame once for each state of the place, the rest for each question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from config import frames
from config.templatetags import filters, result_list
from config.templatetags.design import escaped
from mapping.maps import builder
from mapping.maps.paper import Sheet
from mapping.models import Place
from mapping.nodes.providers import Link
from mapping.search import Found
from mapping.templatetags import results as written
from mapping.templatetags.sharing import picture_of

TEMPLATE = "mapping/places/explore.html"
CARD_URL = "/node/{uuid}?card"
# What the templates of these leave where they have nothing to say.
NO_ERRORS = "\n\n"


def page(
    request: HttpRequest,
    place: Place,
    view: str,
    found: Found,
    *,
    canonical: str,
    errors: list[Mapping[str, str]],
    links: Iterable[Link],
    sheet: Sheet | None,
) -> SafeString:
    """Return the whole page. `view` is "map" or "list"; the others as `mapping.views.explore` puts them together."""
    with_map = view == "map"
    maps = builder.explore_parts(place) if with_map else {"map_html": "", "map_scripts": []}
    kinds, picture = found.filters[0]["options"], picture_of(request, place)
    home = place.get_absolute_url()
    signs = tuple((it["label"], it["icon"], it["kind"]) for it in kinds) if with_map else ()

    def values() -> dict[str, Any]:
        return {
            "place": place,
            "place_url": home,
            "search_url": found.path,
            "section": "map",
            "with_map": with_map,
            "card_url": CARD_URL,
            "complete": reverse("suggestions", args=[place.slug]),
            "kinds": kinds,
            "picture": "",
            **maps,
        }

    key = (
        *(place.pk, place.name, place.accent, place.is_home, home, found.path, view, bool(picture)),
        *(maps["map_html"], *maps["map_scripts"], signs),
    )
    gaps = _gaps(request, place, found, with_map, sheet, canonical) | {
        "errors": _by_template(request, "components/error_summary.html", errors=errors) if errors else NO_ERRORS,
        "links": "".join(f' ·\n    <a href="{escaped(it.url)}">{escaped(it.label)}</a>' for it in links),
        **({"picture": escaped(picture)} if picture else {}),
    }
    return frames.filled(request, TEMPLATE, key, values, gaps)


def _gaps(
    request: HttpRequest, place: Place, found: Found, with_map: bool, sheet: Sheet | None, canonical: str
) -> dict[str, str]:
    # Icons are noted in the request; a context has nothing else that these read.
    context = SimpleNamespace(request=request)
    results = found.results
    chosen = found.filters_chosen
    asked = found.query_string
    near, taken_back = found.near_choices, found.removable
    sources = found.sources
    return {
        "count_text": escaped(results.count_text),
        "canonical": escaped(canonical),
        "canonical_quoted": quote(canonical, safe=""),
        "near_choices": _by_template(request, "mapping/partials/search/choices.html", choices=near) if near else "",
        "typed": escaped(found.typed),
        "kept": filters.hidden_fields(found.kept),
        "other_url": escaped(found.list_url if with_map else found.map_url),
        "calendar_query": f"?{escaped(asked)}" if asked else "",
        "removable": _by_template(request, "mapping/partials/search/removable.html", links=taken_back)
        if taken_back
        else "",
        "filters": filters.form(
            context,
            action=found.path,
            groups=found.filters,
            hidden=found.filters_kept,
            chosen=chosen,
            clear_url=found.clear_url,
        ),
        "results": result_list.section(
            context,
            count_text=results.count_text,
            cards=results.cards,
            query=results.tile_query,
            unasked=results.unasked,
            bounds=results.bounds,
            here=results.here,
            note=written.note(found, place),
            paper=written.on_paper(sheet, canonical) if with_map else "",
            pages=result_list.pages(results.query.page, results.pages, results.prev_url, results.next_url),
        ),
        "sources": written.sources_on_paper(sources) if with_map and sources else "",
        "attribution": written.attribution(sources),
    }


def _by_template(request: HttpRequest, name: str, **given: Any) -> str:
    """What few pages have."""
    return mark_safe(render_to_string(name, given, request=request))
