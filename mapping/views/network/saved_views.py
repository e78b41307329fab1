"""Saved views: `/<place>/network/views/` lists them and keeps a new one, `.../<slug>/` opens one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from config.forms import error_list
from mapping.access.viewers import viewer_for
from mapping.answers import bounds
from mapping.commands import views as commands
from mapping.jobs.answers import icons_of
from mapping.models import Actor, Place, SavedView, Viewer
from mapping.network import page as network_page
from mapping.network import place_network
from mapping.network.state import Ready
from mapping.network.view import description
from mapping.network.view.form import SavedViewForm
from mapping.network.view.state import NetworkView
from mapping.views.answers import pages

PER_PAGE = 20


def address_of(place: Place) -> str:
    """Where the views of a place are listed."""
    return f"{place.get_absolute_url()}network/views/"


@never_cache
def index(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """The views that the reader may open, and the form that keeps the state in this address as a new one."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    viewer = viewer_for(request)
    if request.method == "POST":
        return _save(request, place, viewer)
    state = NetworkView.from_params(request.GET)
    form = SavedViewForm(initial={"address": state.url(f"{place.get_absolute_url()}network/")})
    return _list(request, place, viewer, form, state)


def _save(request: HttpRequest, place: Place, viewer: Viewer) -> HttpResponse:
    if not commands.may_save(request.user, place):
        raise PermissionDenied
    form = SavedViewForm(request.POST)
    if form.is_valid():
        try:
            view = commands.save(
                actor=Actor.of(request.user),
                place=place,
                state=form.state,
                name=form.cleaned_data["name"],
                text=form.cleaned_data["text"],
                visibility=form.cleaned_data["visibility"],
            )
        except commands.ViewRefused as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": view.name})
            return redirect(view.get_absolute_url())
    state = getattr(form, "state", NetworkView())
    return _list(request, place, viewer, form, state, status=422)


def _list(
    request: HttpRequest, place: Place, viewer: Viewer, form: SavedViewForm, state: NetworkView, status: int = 200
) -> HttpResponse:
    rows = SavedView.objects.visible_to(viewer).filter(place=place).order_by("name", "pk")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    at = shown.number
    context = {
        **_place_context(place, request),
        "views": [{"view": it, "url": f"{address_of(place)}{it.slug}/"} for it in shown],
        "total": shown.paginator.count,
        "page_number": at,
        "pages": shown.paginator.num_pages,
        "prev_url": f"?page={at - 1}" if shown.has_previous() else "",
        "next_url": f"?page={at + 1}" if shown.has_next() else "",
        "form": form if commands.may_save(request.user, place) else None,
        "errors": error_list(form) if form.is_bound else [],
        "sentence": description.sentence(state, place, viewer),
        "problems": state.problems,
    }
    return TemplateResponse(request, "mapping/network/saved_views.html", context, status=status)


@never_cache
def one(request: HttpRequest, place: Place, slug: str, page=None) -> HttpResponse:
    """One view: its name, what it shows in words and as a picture; who saved it may rename or delete it."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    viewer = viewer_for(request)
    view = SavedView.objects.visible_to(viewer).filter(place=place, slug=slug).select_related("place").first()
    if view is None:
        raise Http404
    may_change = commands.may_change(request.user, view)
    form = SavedViewForm.of(view) if may_change else None
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if request.POST.get("do") == "delete":
            commands.delete(actor=Actor.of(request.user), view=view)
            messages.success(request, _("“%(name)s” is gone.") % {"name": view.name})
            return redirect(address_of(place))
        form = SavedViewForm.of(view, request.POST)
        if form.is_valid():
            view = commands.rename(actor=Actor.of(request.user), view=view, **form.cleaned_data)
            messages.success(request, _("“%(name)s” is kept.") % {"name": view.name})
            return redirect(view.get_absolute_url())
    # Who has turned it about in the picture, and reloads, goes on from there.
    state = description.seen(NetworkView.from_params(request.GET or view.state), viewer)
    home = place.get_absolute_url()
    context = {
        **_place_context(place, request),
        "view": view,
        "form": form,
        "errors": error_list(form) if form is not None and form.is_bound else [],
        "sentence": description.sentence(state, place, viewer),
        **_stage(request, place, viewer, state),
        "open_url": state.url(f"{home}network/"),
        "canonical": request.build_absolute_uri(view.get_absolute_url()),
    }
    context["crumbs"].append({"url": address_of(place), "label": _("Saved views")})
    return TemplateResponse(
        request, "mapping/network/saved_view.html", context, status=422 if context["errors"] else 200
    )


def _stage(request: HttpRequest, place: Place, viewer: Viewer, state: NetworkView) -> dict[str, Any]:
    """The picture of a state: at once, or what a job made of it, or that it is being worked out."""
    if not pages.is_at_once(place, viewer, "stage"):
        part = pages.part(request, place, "stage", state.query())
        made = part.value if part.is_ready else {}
        return {
            "part": part,
            "made": mark_safe(made.get("html", "")),
            "icons": made.get("icons", ""),
            "graph_url": made.get("graph_url", ""),
        }
    network = place_network.load(place, viewer)
    if not isinstance(network, Ready) and not bounds.are_lifted():
        return {"part": pages.Part(network.slug)}
    found = network.get()
    stage = network_page.draw(place, viewer, state) if not found.is_empty else None
    return {"stage": stage, "graph_url": stage.graph_url if stage else ""}


def make_stage(request: HttpRequest, place: Place) -> JsonResponse:
    """The picture as a job makes it: our own template escapes what is in it."""
    context = {"place": place, **_stage(request, place, viewer_for(request), NetworkView.from_params(request.GET))}
    html = render_to_string("mapping/partials/network/view.html", context, request) if context["stage"] else ""
    return JsonResponse({"html": html, "graph_url": context["graph_url"], "icons": " ".join(icons_of(request))})


def _place_context(place: Place, request: HttpRequest) -> dict[str, Any]:
    home = place.get_absolute_url()
    return {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "signed_in": request.user.is_authenticated,
    }
