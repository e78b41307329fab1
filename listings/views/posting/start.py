"""`/post/`: what posting takes, where to begin, and what this person has posted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from listings.access import permissions
from listings.posting import drafts
from mapping.models import Place

SHOWN = 50


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page of posting. It sets no cookie: nothing has been begun."""
    homes = list(Place.objects.current().homes().defer("boundary"))
    mine = []
    if request.user.is_authenticated:
        mine = list(permissions.listings_of(request.user)[:SHOWN])
    asked = request.GET.get("place")
    place = next((it for it in homes if it.slug == asked), homes[0] if len(homes) == 1 else None)
    return render(
        request,
        "listings/posting/start.html",
        {
            "homes": homes,
            "place": place,
            "place_url": place.get_absolute_url() if place else "",
            "section": "post",
            "mine": mine,
            "begun": drafts.begun(request),
        },
    )
