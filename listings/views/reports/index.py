"""`/<place>/reports/`: what needs care in a place, as a list and on a map. Never kept by a cache."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import importmap
from listings.models import CLOSED_STATUSES, OPEN_STATUSES, Report, ReportCategory
from listings.reports import history
from listings.reports.forms import point_of
from mapping.access.viewers import viewer_for
from mapping.maps import builder
from mapping.maps.elements import Controls, NodeMarker, NodeTiles
from mapping.maps.figure import NODE_ZOOM, HereaboutsMap, parts
from mapping.models import Place, Viewer
from mapping.search import geocoding

PER_PAGE = 20
ON_MAP = 500
# Metres around what `near` says.
AROUND = 1600
STATES = (
    ("open", gettext_lazy("Still open"), OPEN_STATUSES),
    ("closed", gettext_lazy("Fixed or closed"), CLOSED_STATUSES),
    ("all", gettext_lazy("All"), (*OPEN_STATUSES, *CLOSED_STATUSES)),
)


class ReportQuestion:
    """What is asked of the reports of a place: category, state, near. What cannot be read is said, and left out."""

    def __init__(self, place: Place, viewer: Viewer, params: Any) -> None:
        self.errors: list[dict[str, str]] = []
        self.categories = list(ReportCategory.objects.filter(place=place))
        asked = geocoding.tidy(params.get("category", ""))[:60]
        self.category = next((it for it in self.categories if it.slug == asked), None)
        if asked and self.category is None:
            self._wrong("category", _("There is no such kind of report here."))
        self.state = params.get("state", "open")
        if self.state not in [name for name, _label, _statuses in STATES]:
            self._wrong("state", _("Choose still open, closed, or all."))
            self.state = "open"
        self.near = geocoding.tidy(params.get("near", ""))[:200]
        self.spot = None
        if self.near:
            found = geocoding.find(self.near, place)
            self.spot = found[0] if len(found) == 1 else None
            if not found:
                self._wrong("near", _("We do not know “%(text)s”. Try a postcode.") % {"text": self.near})
            elif self.spot is None:
                which = geocoding.ask_which(found)
                self._wrong("near", _("There are several of that name: %(which)s.") % {"which": which})
        statuses = next(statuses for name, _label, statuses in STATES if name == self.state)
        reports = Report.objects.visible_to(viewer).filter(place=place, status__in=statuses)
        # Those that are hidden or held are for the stewards' own pages, not for this list.
        reports = reports.public()
        if self.category is not None:
            reports = reports.filter(category=self.category)
        if self.spot is not None:
            reports = reports.filter(point__dwithin=(point_of(self.spot), AROUND))
        self.reports = reports.select_related("category").order_by("-confirmed_at", "-pk")

    def _wrong(self, name: str, message: str) -> None:
        self.errors.append({"field_id": f"reports-{name}", "message": message})

    def query_string(self, **more: Any) -> str:
        state = "" if self.state == "open" else self.state
        asked = {"category": self.category.slug if self.category else "", "state": state, "near": self.near, **more}
        return urlencode({name: value for name, value in asked.items() if value})


@never_cache
@require_safe
def place_reports(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """The reports of a place: `?category=&state=open|closed|all&near=&page=`."""
    question = ReportQuestion(place, viewer_for(request), request.GET)
    shown = Paginator(question.reports, PER_PAGE).get_page(request.GET.get("page"))
    home = place.get_absolute_url()
    here = f"{home}reports/"
    map_url = reverse("report-map", args=[place.slug])
    asked = question.query_string()
    context = {
        "place": place,
        "place_url": home,
        "page": page,
        "question": question,
        "states": [(name, label) for name, label, _statuses in STATES],
        "shown": shown,
        "figures": history.figures(place),
        "errors": question.errors,
        "prev_url": f"{here}?{question.query_string(page=shown.previous_page_number())}"
        if shown.has_previous()
        else "",
        "next_url": f"{here}?{question.query_string(page=shown.next_page_number())}" if shown.has_next() else "",
        "map_html": '<div class="folium-map" id="map_reports"></div>',
        "map_scripts": [*importmap.map_scripts(), f"{map_url}?{asked}" if asked else map_url],
        "canonical": request.build_absolute_uri(f"{here}?{asked}" if asked else here),
    }
    return render(request, "listings/reports/index.html", context)


@never_cache
@require_safe
def report_map(request: HttpRequest, place: str) -> HttpResponse:
    """The script of the map: of what the list shows, or of one report (`?report=<uuid>`)."""
    found = Place.objects.homes().current().filter(slug=place).first()
    if found is None:
        raise Http404
    viewer = viewer_for(request)
    if "report" in request.GET:
        made = _map_of_one(_one(request.GET["report"], found, viewer))
    else:
        made = _map_of_many(found, ReportQuestion(found, viewer, request.GET).reports[:ON_MAP])
    return HttpResponse(parts(made).script, content_type="text/javascript; charset=utf-8")


def _one(uuid: str, place: Place, viewer: Viewer) -> Report:
    from listings.posting.drafts import id_of

    report = Report.objects.visible_to(viewer).filter(place=place, uuid=id_of(uuid)).first()
    if report is None:
        raise Http404
    return report


def map_parts(report: Report) -> dict[str, Any]:
    """Context of the small map of one report."""
    url = reverse("report-map", args=[report.place.slug])
    return {
        "map_html": '<div class="folium-map" id="map_reports"></div>',
        "map_scripts": [*importmap.map_scripts(), f"{url}?report={report.uuid}"],
    }


def _map_of_one(report: Report) -> HereaboutsMap:
    at = (round(report.point.y, 6), round(report.point.x, 6))
    made = HereaboutsMap("reports", location=at, zoom=NODE_ZOOM + 1, scrollWheelZoom=False)
    builder.add_basemap(made, report.place, offline=False)
    made.add_child(NodeMarker(lat=at[0], lon=at[1], category="other", icon="marker", name=report.title))
    made.add_child(Controls(labels=builder.labels_of(None)))
    return made


def _map_of_many(place: Place, reports) -> HereaboutsMap:
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(it.point.x, 6), round(it.point.y, 6)]},
            "properties": {"uuid": str(it.uuid), "name": it.title, "c": "other", "i": "marker", "n": 1},
        }
        for it in reports
    ]
    west, south, east, north = place.boundary.extent if place.boundary else (-8.2, 49.9, 1.8, 60.9)
    bounds = ((round(south, 5), round(west, 5)), (round(north, 5), round(east, 5)))
    made = HereaboutsMap("reports", bounds=bounds)
    builder.add_basemap(made, place, offline=False)
    made.add_child(NodeTiles(data={"type": "FeatureCollection", "features": points}, node_url="/reports/{uuid}/"))
    made.add_child(
        Controls(bounds=bounds, place=place.name, ring=builder.ring_of(place), labels=builder.labels_of(place))
    )
    return made
