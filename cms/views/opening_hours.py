"""`/admin/opening-hours/`: hours that a reader of texts was in doubt about, for a steward to look at."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from listings.access import permissions
from mapping.admin.opening_hours_form import OpeningHoursForm, read_back
from mapping.commands import opening_hours
from mapping.models import Actor, OpeningHours

PER_PAGE = 50


def of_places_of(user):
    """The opening hours of what lies in the places and areas that this user looks after."""
    return OpeningHours.objects.filter(permissions.lies_with(user, "node")).select_related("node", "node__place")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Those with questions, by name."""
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied
    found = of_places_of(request.user).with_questions().order_by("node__name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    title = _("Opening hours with questions")
    context = {"page": page, "header_title": title, "page_title": title, "header_icon": "time"}
    return render(request, "cms/admin/opening_hours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what the text says, what was understood, and the form to correct it."""
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied
    hours = of_places_of(request.user).filter(pk=pk).first()
    if hours is None:
        raise Http404
    form = OpeningHoursForm(request.POST or None, instance=hours)
    understood = read_back(OpeningHours.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        opening_hours.correct(actor=Actor.of(request.user), hours=hours, **form.said())
        messages.success(request, _("The hours of “%(name)s” are kept.") % {"name": hours.node.name})
        return redirect("opening-hours")
    context = {
        "hours": hours,
        "understood": understood,
        "form": form,
        "header_title": hours.node.name,
        "page_title": _("Opening hours"),
        "header_icon": "time",
    }
    return render(request, "cms/admin/opening_hours_one.html", context, status=422 if form.errors else 200)
