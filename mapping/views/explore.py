"""Map + list: one page, one query, a URL for every state. It works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from mapping.access.viewers import viewer_for
from mapping.maps import builder
from mapping.models import Category, Node, Place, Source, Viewer
from mapping.search import facets, interpret
from mapping.search.geocoding import tidy
from mapping.search.query import Query, QueryError
from mapping.search.results import Results

from . import conditional

# Parameters of the page that are not the query's. Search the words as they are:
EXACT = "exact"
# What was typed instead of `near`, when that is not known.
TYPED = "typed"


def explore(request: HttpRequest, place: Place, page=None, view: str = "map") -> HttpResponse:
    """Show the results of the query in the URL as a list, and with `view="map"` on a map too."""
    viewer = viewer_for(request)
    path = f"{place.get_absolute_url()}{view}/"
    problems: tuple = ()
    try:
        query = Query.from_params(request.GET, place)
    except QueryError as error:
        problems, query = error.problems, error.query
    if len(query.category) > 1:
        # A branch that is chosen beside its group narrows it down: on the form, it lies below it.
        query = query.replace(category=Category.objects.narrowest(query.category), page=query.page)
    meaning = interpret.Interpretation(interpret.TEXT, query.q, text=query.q)
    if query.q and EXACT not in request.GET:
        meaning = interpret.interpret(query.q, place, viewer)
        if meaning.goes_elsewhere and not problems:
            # A place, postcode or day goes into the URL as such, for every reader of the query.
            return redirect(where_it_is(query, meaning, path))
        query = query.replace(q=meaning.words, page=query.page)
    return conditional.answer(
        request,
        place,
        viewer,
        lambda: _page(request, place, page, view, viewer, query, meaning, problems, path),
        by_the_minute=True,
    )


def where_it_is(query: Query, meaning: interpret.Interpretation, path: str) -> str:
    """Return the URL of the same question with its place, postcode and day as such, its words as they were typed."""
    url = meaning.change(query).replace(q=meaning.text).url(path)
    if meaning.spot is not None and meaning.spot.note:
        url += f"&{urlencode({TYPED: query.q})}"
    return url


def _page(request, place, page, view, viewer, query, meaning, problems, path) -> HttpResponse:
    exact = EXACT in request.GET
    results = Results(query, viewer, path, keep=urlencode({EXACT: "1"}) if exact else "")
    context: dict[str, Any] = {
        "place": place,
        "place_url": place.get_absolute_url(),
        "search_url": path,
        "page": page,
        "section": "map",
        "query": query,
        "view": view,
        "results": results,
        "typed": tidy(request.GET.get("q", ""))[:1000],
        "kept": kept(query, "q", "page"),
        "exact": exact,
        "meaning": meaning,
        "exact_url": _exact_url(path, query, meaning),
        "choices": [{"label": choice.near, "url": _choice(query, meaning, choice, path)} for choice in meaning.choices],
        "errors": [{"field_id": _field_id(it.field), "message": str(it)} for it in problems],
        "near_choices": [
            {"label": spot.near, "url": query.url(path, near=spot.near, spot=spot)}
            for problem in problems
            for spot in problem.choices
        ],
        "outside": query.centre is not None and not query.centre.inside,
        "where": query.centre,
        "near_note": near_note(request, query),
        "canonical": request.build_absolute_uri(query.url(f"{place.get_absolute_url()}map/")),
        "sources": Source.objects.filter(records__node__in=[it.pk for it in results.nodes]).distinct(),
        "removable": removable(query, path, viewer),
        "with_map": view == "map",
        "list_url": query.url(f"{place.get_absolute_url()}list/"),
        "map_url": query.url(f"{place.get_absolute_url()}map/"),
        "card_url": "/node/{uuid}?card",
    }
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "mapping/partials/search/results.html", context)
    context["filters"] = facets.groups(results.query, viewer, results.total)
    context["filters_kept"] = kept(query, "category", "kind", "open", "within", "sort", "page")
    if exact:
        context["filters_kept"].append((EXACT, "1"))
    context["filters_chosen"] = facets.chosen(query)
    context["clear_url"] = (
        query.url(path, category=(), kind=(), tag=(), open="", connected=None) if facets.chosen(query) else ""
    )
    if view == "map":
        context |= builder.explore_parts(place, query)
    return TemplateResponse(request, "mapping/places/explore.html", context)


def kept(query: Query, *without: str) -> list[tuple[str, str]]:
    """Return the query's parameters as pairs for hidden fields, without those that the form has itself."""
    return [
        (name, value)
        for name, values in query.to_params().items()
        if name not in without
        for value in (values if isinstance(values, list) else [values])
    ]


def _exact_url(path: str, query: Query, meaning: interpret.Interpretation) -> str:
    """Where the words are searched as they were typed."""
    url = query.url(path, q=meaning.text)
    return f"{url}{'&' if '?' in url else '?'}{EXACT}=1"


def _choice(query: Query, meaning: interpret.Interpretation, spot, path: str) -> str:
    words = meaning.corrected_text or (meaning.text if meaning.text != meaning.label else "")
    return query.url(path, q=words, near=spot.near, within=spot.reach, spot=spot)


def near_note(request: HttpRequest, query: Query) -> str:
    """What had to be guessed about the place in the URL: an unknown postcode, say."""
    typed = tidy(request.GET.get(TYPED, ""))[:200]
    if not typed or query.centre is None:
        return ""
    words = {"typed": typed, "place": query.centre.label}
    return _("You asked for “%(typed)s”. These are results near %(place)s.") % words


def _field_id(name: str) -> str:
    """The field that a problem belongs to: words and places are typed into the search box."""
    return {"q": "search", "near": "search", "within": "filter-within", "sort": "filter-sort"}.get(name, "")


def removable(query: Query, path: str, viewer: Viewer) -> list[dict[str, str]]:
    """Return what narrows the query but is no filter of the form, each with the URL without it."""
    found = []
    if query.centre is not None:
        label = _("Near %(place)s") % {"place": query.centre.label}
        found.append({"label": label, "url": query.url(path, near="", within=None)})
    if query.bbox:
        found.append({"label": _("In this part of the map"), "url": query.url(path, bbox=None)})
    if query.perhaps:
        found.append({"label": _("Also what may be open"), "url": query.url(path, perhaps=False)})
    for tag in query.tag:
        rest = tuple(it for it in query.tag if it != tag)
        found.append({"label": _("Tagged %(tag)s") % {"tag": tag}, "url": query.url(path, tag=rest)})
    if query.connected:
        hub = Node.objects.visible_to(viewer).filter(uuid=query.connected).values_list("name", flat=True).first()
        label = _("Connected to %(name)s") % {"name": hub or _("something that is not here")}
        found.append({"label": label, "url": query.url(path, connected=None)})
    return found
