"""The network of a place: the picture, the same in words, and every node in a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from .. import freshness, network_page, underneath
from ..models import Place
from ..network_view import NetworkView
from ..viewers import viewer_for


def network(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show how a place is connected. `sort` and `page` are those of the table."""
    response = freshness.answer(request, place, viewer_for(request), lambda: _page(request, place, page))
    if getattr(response, "context_data", None) and response.context_data["network"] is None:
        # It will be there without a new revision, so nobody may be told that nothing has changed.
        del response["ETag"]
        response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, place: Place, page) -> HttpResponse:
    found = underneath.of(place)
    context = {
        "place": place,
        "place_url": place.get_absolute_url(),
        "page": page,
        "section": "network",
        "crumbs": [{"url": place.get_absolute_url(), "label": place.name}],
        "network": found,
        "stage": None,
        "table": None,
    }
    if found is not None and not found.is_empty:
        context["stage"] = network_page.of(place, viewer_for(request), NetworkView.from_params(request.GET))
        table = found.table(request.GET.get("sort", ""), _whole(request.GET.get("page", "")))
        context["table"] = table
        context["prev_url"] = _table_url(table.sort, table.page - 1) if table.page > 1 else ""
        context["next_url"] = _table_url(table.sort, table.page + 1) if table.page < table.pages else ""
    return TemplateResponse(request, "mapping/network.html", context)


def _table_url(sort: str, page: int) -> str:
    chosen = {"sort": sort} if sort != "connections" else {}
    if page > 1:
        chosen["page"] = str(page)
    return f"?{urlencode(chosen)}#table" if chosen else "./#table"


def _whole(text: str) -> int:
    """The number that was asked for; the first page for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
