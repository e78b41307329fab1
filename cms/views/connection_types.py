"""`/admin/connection-types/`: which types of connections a place uses, and its own."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.connection_type_form import ConnectionTypeForm
from listings.access import permissions
from mapping.commands import connection_types
from mapping.models import Actor, ConnectionType, Place

from .looked_after import place_looked_after


def _of(place: Place):
    """Everybody's types and the place's own, each with how often it is used there and whether it is hidden."""
    here = Q(connections__source__place=place) | Q(connections__target__place=place)
    hidden = place.hidden_connection_types.values("pk")
    return (
        ConnectionType.objects.filter(Q(place=None) | Q(place=place))
        .annotate(used=Count("connections", filter=here, distinct=True), is_hidden=Q(pk__in=hidden))
        .order_by("position", "slug")
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All types of a place, with a button each."""
    return _page(request, place_looked_after(request, request.GET.get("place", "")), ConnectionTypeForm())


def _page(request: HttpRequest, place: Place, form: ConnectionTypeForm, status: int = 200) -> HttpResponse:
    title = _("Types of connections")
    context = {
        "place": place,
        "places": permissions.places_to_decide_in(request.user).order_by("name"),
        "types": list(_of(place)),
        "form": form,
        "header_title": title,
        "page_title": title,
        "header_icon": "link",
    }
    return render(request, "cms/admin/connection_types.html", context, status=status)


@require_http_methods(["POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the place a type of its own."""
    place = place_looked_after(request, slug)
    form = ConnectionTypeForm(request.POST)
    if not form.is_valid():
        return _page(request, place, form, 422)
    try:
        kind = connection_types.add(actor=Actor.of(request.user), place=place, **form.cleaned_data)
    except connection_types.TypeRefused as error:
        form.add_error(None, str(error))
        return _page(request, place, form, 409)
    messages.success(request, _("“%(verb)s” can be chosen from now on.") % {"verb": kind.forward})
    return _back(place)


@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Hide a type, show it again, or remove one of the place's own that nobody has used."""
    place = place_looked_after(request, slug)
    kind = _of(place).filter(pk=pk).first()
    if kind is None:
        raise Http404
    actor, verb = Actor.of(request.user), {"verb": kind.forward}
    if request.POST.get("do") == "hide":
        connection_types.hide(actor=actor, place=place, kind=kind)
        messages.success(request, _("“%(verb)s” is hidden. What was stated with it is kept.") % verb)
    elif request.POST.get("do") == "show":
        connection_types.show(actor=actor, place=place, kind=kind)
        messages.success(request, _("“%(verb)s” is shown again.") % verb)
    elif request.POST.get("do") == "remove":
        try:
            connection_types.remove(actor=actor, place=place, kind=kind)
        except connection_types.TypeRefused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("“%(verb)s” is gone.") % verb)
    return _back(place)


def _back(place: Place) -> HttpResponse:
    response = redirect("connection-types")
    response["Location"] += f"?place={place.slug}"
    return response
