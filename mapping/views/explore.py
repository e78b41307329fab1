"""Map + list: one page, one query, a URL for every state. It works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from mapping import search
from mapping.access.viewers import viewer_for
from mapping.maps import paper
from mapping.models import Place
from mapping.nodes import providers

from . import conditional, explore_page

# The fields that problems belong to: words and places are typed into the search box.
FIELD_IDS = {"q": "search", "near": "search", "within": "filter-within", "sort": "filter-sort"}
# What the map keeps in the address of what lies underneath (`hb/map/underneath`).
MAPS_OWN = ("underneath", "type", "hide", "stated", "least")


def explore(request: HttpRequest, place: Place, page=None, view: str = "map") -> HttpResponse:
    """Show the results of the query in the URL as a list, and with `view="map"` on a map too."""
    viewer = viewer_for(request)
    path = f"{place.get_absolute_url()}{view}/"
    found = search.answer(request.GET, place, viewer, path=path, lenient=True, also=MAPS_OWN)
    if found.elsewhere:
        # A place, postcode or day goes into the URL as such, for every reader of the query.
        return redirect(found.elsewhere)
    return conditional.answer(request, place, viewer, lambda: _page(request, place, view, found), by_the_minute=True)


def _page(request: HttpRequest, place: Place, view: str, found: search.Found) -> HttpResponse:
    errors = [{"field_id": FIELD_IDS.get(it.field, ""), "message": str(it)} for it in found.problems]
    canonical = request.build_absolute_uri(found.map_url)
    sheet = paper.sheet(place, found.results.cards, found.results.here) if view == "map" else None
    if request.headers.get("HX-Request") == "true":
        context: dict[str, Any] = {
            "place": place,
            "with_map": view == "map",
            "found": found,
            "results": found.results,
            "canonical": canonical,
            "sheet": sheet,
        }
        return TemplateResponse(request, "mapping/partials/search/results.html", context)
    links = providers.question_links(place, found.query.query_string)
    return HttpResponse(
        explore_page.page(request, place, view, found, canonical=canonical, errors=errors, links=links, sheet=sheet)
    )
