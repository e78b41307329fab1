"""The network of a place: the picture, and the same in words beside it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from .. import freshness, network_page, underneath
from ..models import Place
from ..network_view import NetworkView
from ..viewers import viewer_for


def network(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show how a place is connected, in the state that the address holds (`NetworkView`)."""
    response = freshness.answer(request, place, viewer_for(request), lambda: _page(request, place, page))
    if getattr(response, "context_data", None) and response.context_data["network"] is None:
        # It will be there without a new revision, so nobody may be told that nothing has changed.
        del response["ETag"]
        response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    viewer = viewer_for(request)
    found = underneath.of(place, viewer)
    context = {
        "place": place,
        "place_url": place.get_absolute_url(),
        "page": page,
        "section": "network",
        "crumbs": [{"url": place.get_absolute_url(), "label": place.name}],
        "network": found,
        "stage": None,
    }
    if found is not None and not found.is_empty:
        context["stage"] = network_page.of(place, viewer, NetworkView.from_params(request.GET))
    return TemplateResponse(request, "mapping/network.html", context)
