"""What the pages of membership share: which space, who looks, and what stands on every page of a space."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from listings.access import spaces
from listings.models import Organisation, Space
from listings.views.signing_in import to_sign_in
from mapping.access.viewers import viewer_for
from mapping.models import Place

__all__ = ["group_of", "home_of", "page", "place_of", "space_of", "to_sign_in"]


def group_of(request: HttpRequest, uuid: uuids.UUID) -> Organisation:
    """The group at an address, as far as the reader may know of it. Raises Http404."""
    groups = Organisation.objects.visible_to(viewer_for(request)).select_related("place")
    found = groups.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def space_of(request: HttpRequest, uuid: uuids.UUID) -> Space:
    """The space of a group, open or not. Raises Http404."""
    group = group_of(request, uuid)
    found = spaces.of_group(group)
    if found is None:
        raise Http404
    return found


def place_of(slug: str) -> Place:
    """The home place at an address. Raises Http404."""
    found = Place.objects.current().homes().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def home_of(space: Space) -> dict[str, Any]:
    """The place that a page belongs to, for its head."""
    home = space.home
    return {"place": home, "place_url": home.get_absolute_url() if home is not None and home.is_home else ""}


def page(request: HttpRequest, name: str, space: Space, status: int = 200, **more: Any) -> HttpResponse:
    """One page of a space: never kept by a cache, in no index of a search engine."""
    viewer = viewer_for(request)
    entered = spaces.may_enter(viewer, space)
    context = {
        **home_of(space),
        "space": space,
        "title": space.title,
        "organisation": space.organisation,
        "entered": entered,
        "may_call": spaces.may_call(viewer, space),
        "decides": spaces.may_decide(request.user, space),
        "manages": spaces.may_manage(request.user, space),
        "members_url": _members_url(space),
        **more,
    }
    response = render(request, f"listings/members/{name}.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def _members_url(space: Space) -> str:
    if space.organisation_id:
        return reverse("space-members", args=[space.organisation.uuid])
    return reverse("place-members", args=[space.place.slug])
