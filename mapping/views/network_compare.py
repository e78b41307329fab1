"""`/<place>/network/compare/`: a place beside places like it, or its parts beside each other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from .. import comparison, comparison_words
from ..answers import bounds, pages
from ..graph.suppression import LEAST
from ..models import Place
from ..viewers import PUBLIC


def network_compare(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show the table; `?by=<kind>` chooses what is beside what. It tells what everybody may see, whoever asks."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    # Any place's numbers may be in it.
    return pages.page(
        request,
        place,
        "compare",
        lambda: make(request, place),
        viewer=PUBLIC,
        at_once=bounds.are_small(comparison.places_of(place), "compare"),
    )


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page, made at once or by a job."""
    kinds = comparison.kinds_of(place)
    wanted = request.GET.get("by", "")
    # Wards first: they share the place out among themselves.
    kind = wanted if wanted in kinds else next((it for it in (place.kind, "ward") if it in kinds), (kinds or [""])[0])
    table = comparison.of(place, kind) if kind else None
    home = place.get_absolute_url()
    context = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "table": table,
        "columns": [comparison_words.COLUMNS[it] for it in table.columns] if table else [],
        "findings": comparison_words.findings(table) if table else [],
        "kinds": [(it, comparison_words.kind_name(it)) for it in kinds],
        "kind": kind,
        "kind_name": comparison_words.kind_name(kind) if kind else "",
        "unknown": wanted and wanted not in kinds,
        "least": LEAST,
        "rows": [
            {
                "row": it,
                "each": None if it.each is None else comparison_words.number(it.each),
                "shares": [
                    None if share is None else comparison_words.percent(share)
                    for share in (it.density, it.outward, it.unconnected)
                ],
            }
            for it in (table.rows if table else [])
        ],
    }
    return TemplateResponse(request, "mapping/network_compare.html", context)
