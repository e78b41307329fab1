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

from .. import network_table, network_walk, underneath
from ..answers import pages
from ..models import Place
from ..network_table import Asked
from ..network_view import NetworkView
from ..viewers import viewer_for
from ..worked_out import NotWorkedOut
from ..writers import tables


def words(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Everything in words, and a page of the table."""
    return pages.page(request, place, "words", lambda: _page(request, place, page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it."""
    return pages.whole(_page(request, place, None))


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    found = underneath.of(place, viewer_for(request))
    home = place.get_absolute_url()
    context: dict[str, Any] = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "page": page,
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "network": found,
        "is_failed": found is None,
    }
    if found is not None and not found.is_empty:
        asked = Asked.from_params(request.GET)
        view = NetworkView.from_params({"focus": request.GET.get("focus", "")})
        context.update(
            sections=found.all_sections,
            table=network_table.of(found.snapshot, found.analysis, asked),
            csv_url=asked.url(f"{home}network/words/table.csv", page=1),
            walk=network_walk.of(found.snapshot, view.focus, request.GET.get("more", "")),
        )
    return TemplateResponse(request, "mapping/network_words.html", context)


@require_safe
def table_csv(request: HttpRequest, place: str) -> HttpResponseBase:
    """The whole table as CSV, sorted and filtered as the address says. No cell can start a formula."""
    home = get_object_or_404(Place.objects.current().homes(), slug=place)
    return pages.data(request, home, viewer_for(request), "table", lambda: make_table(request, home))


def make_table(request: HttpRequest, home: Place) -> HttpResponse | StreamingHttpResponse:
    """The table as a file."""
    found = underneath.of(home, viewer_for(request))
    if found is None:
        raise NotWorkedOut
    rows = network_table.plain_rows(found.snapshot, found.analysis, Asked.from_params(request.GET))
    response = StreamingHttpResponse(tables.table(next(rows), rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{home.slug}-network.csv"'
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response
