"""Search of the whole site: leads into the place that is meant, or shows what all of them have."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from mapping.access.viewers import viewer_for
from mapping.models import Place, Source, Viewer
from mapping.search import interpret as meanings
from mapping.search.geocoding import Spot, tidy
from mapping.search.query import Query, QueryError
from mapping.search.results import Results

from . import conditional
from .explore import EXACT, kept, near_note, where_it_is


def search(request: HttpRequest) -> HttpResponse:
    """Answer `/search/?q=`: one place with a map of its own is gone to at once."""
    viewer = viewer_for(request)
    homes = list(Place.objects.homes().current().order_by("name")[:50])
    if len(homes) == 1:
        text = request.GET.urlencode()
        return redirect(f"{homes[0].get_absolute_url()}map/{'?' if text else ''}{text}")
    path = reverse("search")
    try:
        query = Query.from_params(request.GET)
        problems: tuple = ()
    except QueryError as error:
        query, problems = error.query, error.problems
    meaning = meanings.Interpretation(meanings.TEXT, query.q, text=query.q)
    if query.q and EXACT not in request.GET:
        meaning = meanings.interpret(query.q, None, viewer)
        if meaning.goes_elsewhere and not problems:
            home = _home_of(meaning.spot, homes) if meaning.spot else None
            return redirect(where_it_is(query, meaning, f"{home.get_absolute_url()}map/" if home else path))
        query = query.replace(q=meaning.words, page=query.page)
    return conditional.answer(
        request,
        None,
        viewer,
        lambda: _page(request, homes, viewer, query, meaning, problems, path),
        by_the_minute=True,
    )


def _home_of(spot: Spot, homes: list[Place]) -> Place | None:
    """The smallest place with a map of its own that holds the spot."""
    point = Point(spot.lon, spot.lat, srid=4326)
    holding = [it for it in homes if it.boundary is not None and it.boundary.covers(point)]
    return min(holding, key=lambda it: it.boundary.area, default=None)


def _page(request, homes, viewer: Viewer, query: Query, meaning, problems, path: str) -> HttpResponse:
    results = None if query.is_empty and not meaning.choices else Results(query, viewer, path)
    exact = query.url(path, q=meaning.text)
    context = {
        "homes": homes,
        "search_url": path,
        "query": query,
        "results": results,
        "typed": tidy(request.GET.get("q", ""))[:1000],
        "kept": kept(query, "q", "page"),
        "meaning": meaning,
        "exact_url": f"{exact}{'&' if '?' in exact else '?'}{urlencode({EXACT: '1'})}",
        "choices": [
            {"label": spot.near, "url": query.url(path, q="", near=spot.near, within=spot.reach, spot=spot)}
            for spot in meaning.choices
        ],
        "errors": [{"field_id": "search", "message": str(it)} for it in problems],
        "near_note": near_note(request, query),
        "sources": Source.objects.filter(records__node__in=[it.pk for it in results.nodes]).distinct()
        if results
        else [],
    }
    return TemplateResponse(request, "mapping/search/search.html", context)
