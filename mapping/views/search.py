"""Search of the whole site: leads into the place that is meant, or shows what all of them have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import Place
from mapping.search import Found, answer

from . import conditional


def search(request: HttpRequest) -> HttpResponse:
    """Answer `/search/?q=`: one place with a map of its own is gone to at once."""
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    homes = list(Place.objects.homes().current().order_by("name")[:50])
    if len(homes) == 1:
        text = request.GET.urlencode()
        return redirect(f"{homes[0].get_absolute_url()}map/{'?' if text else ''}{text}")
    found = answer(request.GET, None, viewer, path=reverse("search"), lenient=True, homes=homes)
    if found.elsewhere:
        return redirect(found.elsewhere)
    return conditional.answer(request, None, viewer, lambda: _page(request, homes, found), by_the_minute=True)


def _page(request: HttpRequest, homes: list[Place], found: Found) -> HttpResponse:
    context = {
        "homes": homes,
        "search_url": found.path,
        "found": found,
        "results": found.results if found.is_asking else None,
        "sources": found.sources if found.is_asking else [],
        "errors": [{"field_id": "search", "message": str(it)} for it in found.problems],
    }
    return TemplateResponse(request, "mapping/search/search.html", context)
