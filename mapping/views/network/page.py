"""The network of a place: the picture, and the same in words beside it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from mapping.access.viewers import viewer_for
from mapping.models import Place
from mapping.network import page as network_page
from mapping.network import place_network
from mapping.network.view.state import PARAMETERS, NetworkView
from mapping.search import unknown
from mapping.views.answers import pages

# The state, and what its form sends besides.
KNOWN = (*PARAMETERS, "from_name", "to_name")


def network(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show how a place is connected, in the state that the address holds (`NetworkView`)."""
    return pages.page(request, place, "network", lambda: _page(request, place, page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it. The place's own page is read again: its tours are on it."""
    return _page(request, place, getattr(place, "page", None))


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    viewer = viewer_for(request)
    found = place_network.load(place, viewer).get()
    context = {
        "place": place,
        "place_url": place.get_absolute_url(),
        "page": page,
        "section": "network",
        "crumbs": [{"url": place.get_absolute_url(), "label": place.name}],
        "network": found,
        "stage": None,
    }
    if not found.is_empty:
        # What the address holds that nobody here reads is said beside what could not be read.
        context["strange"] = unknown.problems(request.GET, KNOWN, PARAMETERS)
        context["stage"] = network_page.draw(place, viewer, NetworkView.from_params(request.GET))
    return TemplateResponse(request, "mapping/network/page.html", context)
