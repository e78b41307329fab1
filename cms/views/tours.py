"""`/admin/tours/`: the tours of the places that a steward looks after, and a button that drafts one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.models import PlacePage, TourPage
from cms.tour_draft import TourRefused, draft_tour, made
from mapping.models import PUBLIC, Actor
from mapping.views.answers import pages

from .looked_after import places_looked_after

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every tour, drafts too, and for each place a button that drafts one more."""
    places = places_looked_after(request)
    pages = list(PlacePage.objects.filter(place__in=places))
    tours = TourPage.objects.none()
    for it in pages:
        tours = tours | TourPage.objects.child_of(it)
    rows = Paginator(tours.order_by("title", "pk"), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": rows,
        "places": places,
        "header_title": _("Tours"),
        "page_title": _("Tours"),
        "header_icon": "list-ol",
    }
    return render(request, "cms/admin/tours.html", context)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a tour and go on to edit it."""
    asked = request.POST.get("place", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 19
    place = places_looked_after(request).filter(pk=int(asked)).first() if is_number else None
    if place is None:
        raise Http404
    try:
        steps = None
        if not pages.is_at_once(place, PUBLIC, "tour-draft"):
            part = pages.part(request, place, "tour-draft", viewer=PUBLIC)
            if part.is_pending:
                raise TourRefused(_("The network is being looked at."), _("Press the button again in a few seconds."))
            if not part.is_ready:
                raise TourRefused(part.detail)
            steps = made(part.value)
        tour = draft_tour(actor=Actor.of(request.user), place=place, steps=steps)
    except TourRefused as error:
        messages.error(request, str(error))
        return redirect("tours")
    messages.success(request, _("A draft is made. Nobody sees it until you publish it."))
    return redirect("wagtailadmin_pages:edit", tour.pk)
