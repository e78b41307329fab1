"""`/reports/new/`: something needs care. One question after the other, all of them in the address until the last.

`?place=<slug>` asks where; `&point=53.4251,-2.3215` (or `&node=<uuid>`) what kind of thing; `&category=<slug>` shows
what was reported near there already; `&new=1` asks the rest. Nothing is kept before the last question is answered, so
going back loses nothing, and no cookie is set.
"""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.forms import error_list
from listings.commands import reports
from listings.models import Report, ReportCategory, ReportPhoto
from listings.posting.drafts import id_of
from listings.reports import sending
from listings.reports.forms import ReportCategoryForm, ReportForm, ReportWhereForm, is_inside, outside
from listings.reports.nearby import alike
from mapping.maps import builder as maps
from mapping.models import PUBLIC, Node, Place
from mapping.search import geocoding


@dataclass
class ReportAsked:
    """What has been answered so far, as the address has it."""

    place: Place
    point: Point | None = None
    node: Node | None = None
    category: ReportCategory | None = None
    near: str = ""

    def url(self, **more: str) -> str:
        """The address of a step with these answers."""
        known = {
            "place": self.place.slug,
            "point": f"{self.point.y:.5f},{self.point.x:.5f}" if self.point is not None else "",
            "near": self.near,
            "node": str(self.node.uuid) if self.node is not None else "",
            "category": self.category.slug if self.category is not None else "",
            **more,
        }
        return f"{reverse('report-new')}?{urlencode({name: value for name, value in known.items() if value})}"

    @property
    def where(self) -> str:
        """Where it is, in a few words."""
        if self.node is not None:
            return self.node.name
        return self.near or (f"{self.point.y:.5f}, {self.point.x:.5f}" if self.point is not None else "")


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
        return _page(request, "not_yet", ReportAsked(place))
    asked = ReportAsked(place)
    wrong = _read_where(request, asked)
    if asked.point is None:
        return _ask_where(request, asked, wrong)
    form = ReportCategoryForm(request.GET if "category" in request.GET or "kind" in request.GET else None, place=place)
    if not form.is_bound or not form.is_valid():
        return _form_page(request, "category", asked, form)
    asked.category = form.cleaned_data["category"]
    if request.method == "POST":
        return _keep(request, asked)
    if not request.GET.get("new"):
        found = list(alike(asked.category, asked.point))
        if found:
            return _page(request, "alike", asked, found=found)
    initial = {"key": uuids.uuid4()}
    return _form_page(request, "details", asked, ReportForm(initial=initial, place=place, request=request))


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
    choices = [(it.near, ReportAsked(asked.place, Point(it.lon, it.lat, srid=4326), near=it.near).url())
               for it in form.choices]  # fmt: skip
    more = {"choices": choices, **maps.explore_parts(asked.place)}
    return _form_page(request, "where", asked, form, [wrong] if wrong else [], **more)


def _keep(request: HttpRequest, asked: ReportAsked) -> HttpResponse:
    """Keep the report and send the letter. The page that says thank you comes only after both."""
    form = ReportForm(request.POST, request.FILES, place=asked.place, request=request)
    if not form.is_valid():
        return _details_again(request, asked, form, status=form.refused_status)
    data = form.cleaned_data
    sent = redirect(f"{reverse('report-sent')}?{urlencode({'place': asked.place.slug})}")
    if data["key"] and Report.objects.filter(uuid=data["key"]).exists():
        # Sent twice: the first was taken.
        return sent
    try:
        report, reporter = reports.make(
            place=asked.place,
            category=asked.category,
            node=asked.node,
            point=asked.point,
            title=data["title"],
            words=data["words"],
            email=data["email"],
            name=data["name"],
            show_name=data["show_name"],
            photo=form.kept,
            held_for=",".join(str(it) for it in form.held_for)[:300],
            uuid=data["key"],
        )
    except reports.TooManyReports as error:
        return _details_again(request, asked, form, [str(error)], status=429)
    except reports.ReportRefused:
        return sent
    if not sending.ask_to_confirm(reporter, request):
        reports.take_back(report=report)
        words = _("The letter could not be sent just now. Nothing is lost: press the button again in some minutes.")
        return _details_again(request, asked, form, [words], status=503)
    return sent


def _details_again(
    request: HttpRequest, asked: ReportAsked, form: ReportForm, more: list[str] | None = None, status: int = 422
) -> HttpResponse:
    """The form with all that was typed; a photo that was taken is kept, one that was not has to be chosen again."""
    kept: ReportPhoto | None = form.kept
    if kept is not None:
        form.data = form.data.copy()
        form.data["photo_kept"] = str(kept.uuid)
    return _form_page(request, "details", asked, form, more, status=status, kept=kept)


def _form_page(
    request: HttpRequest,
    name: str,
    asked: ReportAsked,
    form: Any,
    more: list[str] | None = None,
    status: int | None = None,
    **context: Any,
) -> HttpResponse:
    errors = [{"field_id": "", "message": it} for it in more or []] + (error_list(form) if form.is_bound else [])
    return _page(request, name, asked, status or (422 if errors else 200), form=form, errors=errors, **context)


def _page(request: HttpRequest, name: str, asked: ReportAsked, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "place": asked.place,
        "place_url": asked.place.get_absolute_url(),
        "section": "reports",
        "asked": asked,
        "here": asked.url(),
        "new_url": asked.url(new="1"),
        "where_url": ReportAsked(asked.place).url(),
        "category_url": ReportAsked(asked.place, asked.point, asked.node, near=asked.near).url(),
    }
    return render(request, f"listings/reports/new/{name}.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail. It says the same to everybody."""
    place = Place.objects.current().homes().filter(slug=geocoding.tidy(request.GET.get("place", ""))).first()
    context = {"place": place, "place_url": place.get_absolute_url() if place else ""}
    return render(request, "listings/reports/sent.html", context)
