"""`/<place>/network/words/`: everything that the picture says, in words; every node and every measure in a table.

It works without JavaScript. `?focus=` walks from node to node; `words/table.csv` is the table as a file.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.models import Place
from mapping.network import measures_table, place_network
from mapping.network.findings import neighbours
from mapping.network.measures_table import Asked
from mapping.network.view.state import NetworkView
from mapping.views.answers import pages
from mapping.writers import tables


def words(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Everything in words, and a page of the table."""
    return pages.page(request, place, "words", lambda: _page(request, place, page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it."""
    return _page(request, place, None)


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    found = place_network.load(place, viewer_for(request)).get()
    home = place.get_absolute_url()
    context: dict[str, Any] = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "page": page,
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "network": found,
    }
    if not found.is_empty:
        asked = Asked.from_params(request.GET)
        view = NetworkView.from_params({"focus": request.GET.get("focus", "")})
        context.update(
            sections=found.all_sections,
            table=measures_table.tabulate(found.snapshot, found.analysis, asked),
            csv_url=asked.url(f"{home}network/words/table.csv", page=1),
            walk=neighbours.walk_from(found.snapshot, view.focus, request.GET.get("more", "")),
        )
    return TemplateResponse(request, "mapping/network/findings.html", context)


@require_safe
def table_csv(request: HttpRequest, place: str) -> HttpResponseBase:
    """The whole table as CSV, sorted and filtered as the address says. No cell can start a formula."""
    home = get_object_or_404(Place.objects.current().homes(), slug=place)
    return pages.data(request, home, viewer_for(request), "table", lambda: make_table(request, home))


def make_table(request: HttpRequest, home: Place) -> HttpResponse | StreamingHttpResponse:
    """The table as a file."""
    found = place_network.load(home, viewer_for(request)).get()
    rows = measures_table.plain_rows(found.snapshot, found.analysis, Asked.from_params(request.GET))
    response = StreamingHttpResponse(tables.table(next(rows), rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{home.slug}-network.csv"'
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response
