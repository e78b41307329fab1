"""`/post/suggest/`: names for the lists under "Who runs it?" and "Name of the place", as one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from listings.posting.venues import organisations_like, venues_like
from mapping.models import Place
from mapping.search.geocoding import tidy

SEARCHES = {"venue": venues_like, "organisation": organisations_like}


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """At most eight public names of the place, as `<option>` elements."""
    search = SEARCHES.get(request.GET.get("what", ""))
    place = Place.objects.current().homes().filter(slug=tidy(request.GET.get("place", ""))).first()
    if search is None or place is None:
        return HttpResponseBadRequest("Say what=venue or what=organisation, and place=<its slug>.")
    found = search(place, tidy(request.GET.get("q", "")))
    response = render(request, "listings/posting/suggestions.html", {"found": found})
    patch_cache_control(response, public=True, max_age=60)
    return response
