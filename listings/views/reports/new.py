"""`/reports/new/`: something needs care. One question after the other; these first ones stand in the address.

`?place=<slug>` asks where; `&point=53.4251,-2.3215` (or `&node=<uuid>`) what kind of thing; `&category=<slug>` shows
what was reported near there already; `&new=1` asks the rest (`details`). No cookie is set.
"""

from __future__ import annotations

from dataclasses import replace

from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from listings.models import ReportCategory
from listings.posting.drafts import id_of
from listings.reports import drafts
from listings.reports.asked import ReportAsked
from listings.reports.forms import ReportCategoryForm, ReportWhereForm, is_inside, outside
from listings.reports.nearby import alike
from mapping.maps import builder as maps
from mapping.models import PUBLIC, Node, Place
from mapping.search import geocoding

from .details import details
from .page import form_page, page


# Nothing is done in anybody's name: a report is nobody's until the link of its letter is opened. So no cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The question that comes next; a POST answers the last."""
    homes = Place.objects.current().homes()
    slug = geocoding.tidy(request.GET.get("place", ""))
    place = homes.filter(slug=slug).first() if slug else homes.first() if homes.count() == 1 else None
    if place is None:
        if slug:
            raise Http404
        return render(request, "listings/reports/which_place.html", {"places": homes.order_by("name")[:200]})
    if not ReportCategory.objects.filter(place=place, offered=True).exists():
        return page(request, "not_yet", ReportAsked(place))
    step = drafts.named(request.GET.get("step"))
    asked = ReportAsked(place, draft=id_of(request.GET.get("draft")), step=step.name if step else "")
    wrong = _read_where(request, asked)
    if asked.point is None:
        return _ask_where(request, asked, wrong)
    form = ReportCategoryForm(request.GET if "category" in request.GET or "kind" in request.GET else None, place=place)
    if not form.is_bound or not form.is_valid():
        return form_page(request, "category", asked, form)
    asked.category = form.cleaned_data["category"]
    if request.method != "POST" and not request.GET.get("new"):
        found = list(alike(asked.category, asked.point))
        if found:
            return page(request, "alike", asked, found=found)
    return details(request, asked)


def _read_where(request: HttpRequest, asked: ReportAsked) -> str:
    """Read what the address says of where it is; returns what is wrong with it, or nothing."""
    asked.near = geocoding.tidy(request.GET.get("near", ""))[:200]
    node_id = id_of(request.GET.get("node"))
    if node_id is not None:
        # Everybody reads where a report is: of what only some see, that is not to be told in this way.
        found = Node.objects.visible_to(PUBLIC).located().filter(uuid=node_id, place=asked.place).first()
        if found is not None and is_inside(asked.place, found.public_point):
            asked.node, asked.point = found, found.public_point
    typed = geocoding.tidy(request.GET.get("point", ""))
    if typed and "where" not in request.GET:
        spot = geocoding.coordinates(typed)
        if spot is None:
            return _("The point in the address cannot be read. Choose it again.")
        point = Point(spot.lon, spot.lat, srid=4326)
        if not is_inside(asked.place, point):
            return outside(asked.place)
        asked.point = point
    return ""


def _ask_where(request: HttpRequest, asked: ReportAsked, wrong: str) -> HttpResponse:
    """Where is it? What was found leads on, with the point in the address."""
    answered = "where" in request.GET
    form = ReportWhereForm(request.GET if answered else None, place=asked.place)
    if answered and form.is_valid() and form.spot is not None:
        asked.point = Point(form.spot.lon, form.spot.lat, srid=4326)
        asked.near = "" if form.spot.kind == "coordinates" else form.spot.label
        return redirect(asked.url())
    choices = [(it.near, replace(asked, point=Point(it.lon, it.lat, srid=4326), near=it.near).url())
               for it in form.choices]  # fmt: skip
    more = {"choices": choices, **maps.explore_parts(asked.place)}
    return form_page(request, "where", asked, form, [wrong] if wrong else [], **more)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail. It says the same to everybody."""
    place = Place.objects.current().homes().filter(slug=geocoding.tidy(request.GET.get("place", ""))).first()
    context = {"place": place, "place_url": place.get_absolute_url() if place else ""}
    return render(request, "listings/reports/sent.html", context)
