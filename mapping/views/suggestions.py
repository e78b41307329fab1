"""`/<place>/suggestions.html?q=`: what the words in a search box may become, as the rows of its list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.models import Place
from mapping.search.completions import completions


@require_safe
def suggestions(request: HttpRequest, place: str) -> HttpResponse:
    """A piece of a page, fourteen rows at most, kept for a minute; that of a member by their own browser only."""
    home = get_object_or_404(Place.objects.current().homes(), slug=place)
    viewer = viewer_for(request)
    groups = completions(request.GET.get("q", ""), home, viewer)
    count = sum(len(group.rows) for group in groups)
    response = render(request, "mapping/partials/search/completions.html", {"groups": groups, "count": count})
    patch_cache_control(response, max_age=60, **{"public" if viewer.user_id is None else "private": True})
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
