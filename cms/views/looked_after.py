"""The homes that a steward looks after, for the pages of the admin that belong to a home as a whole."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from listings.access import permissions
from mapping.models import Place
from mapping.search import tidy


def places_looked_after(request: HttpRequest):
    """The homes that this user looks after, as a queryset. Raises `PermissionDenied` when there is none."""
    places = permissions.places_to_decide_in(request.user)
    if not places.exists():
        raise PermissionDenied
    return places


def place_looked_after(request: HttpRequest, slug: str = "") -> Place:
    """One of them: the one asked for, else the first by name. Raises `PermissionDenied`; `Http404` for another's."""
    places = places_looked_after(request)
    place = places.filter(slug=tidy(slug)).first() if slug else places.order_by("name").first()
    if place is None:
        raise Http404
    return place
