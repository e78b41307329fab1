"""`/<place>/network/compare/`: a place beside places like it, or its parts beside each other."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from mapping.answers import bounds
from mapping.graph.suppression import MIN_CELL
from mapping.models import PUBLIC, Place
from mapping.network.comparison import description
from mapping.network.comparison import table as comparison_table
from mapping.views.answers import pages


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
        at_once=bounds.are_small(comparison_table.places_of(place), "compare"),
    )


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page, made at once or by a job."""
    kinds = comparison_table.kinds_of(place)
    wanted = request.GET.get("by", "")
    # Wards first: they share the place out among themselves.
    kind = wanted if wanted in kinds else next((it for it in (place.kind, "ward") if it in kinds), (kinds or [""])[0])
    table = comparison_table.compare(place, kind) if kind else None
    home = place.get_absolute_url()
    context = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "table": table,
        "columns": [description.COLUMNS[it] for it in table.columns] if table else [],
        "findings": description.findings(table) if table else [],
        "kinds": [(it, description.kind_name(it)) for it in kinds],
        "kind": kind,
        "kind_name": description.kind_name(kind) if kind else "",
        "unknown": wanted and wanted not in kinds,
        "least": MIN_CELL,
        "rows": [
            {
                "row": it,
                "each": None if it.each is None else description.number(it.each),
                "shares": [
                    None if share is None else description.percent(share)
                    for share in (it.density, it.outward, it.unconnected)
                ],
            }
            for it in (table.rows if table else [])
        ],
    }
    return TemplateResponse(request, "mapping/network/comparison.html", context)
