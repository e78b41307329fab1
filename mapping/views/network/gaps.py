"""`/<place>/network/gaps/`: where a connection may be missing, what hangs on one, what distance does not explain."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import escape
from django.utils.translation import gettext as _

from mapping.access.viewers import viewer_for
from mapping.answers import store
from mapping.commands import dismissals
from mapping.graph.gaps import WHAT
from mapping.models import Actor, Dismissal, Node, Place, Viewer
from mapping.network.gaps import description, finder
from mapping.views.answers import pages

SHOWN = 5
SHOWN_OF_ONE = 40
DISMISSED_SHOWN = 50


def network_gaps(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Show the gaps; `?show=<kind>` more of one kind. Members of the place dismiss one, or take that back."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    viewer = viewer_for(request)
    if request.method == "POST":
        return _decide(request, place, viewer)
    may = dismissals.may_dismiss(request.user, place)
    if may:
        # Forms are on it, and what is told once: an old page would send an old form, and say nothing.
        request.META.pop("HTTP_IF_NONE_MATCH", None)
    extras = {"dismissing": "yes" if may else ""}
    response = pages.page(request, place, "gaps", lambda: _page(request, place, viewer, may), extras=extras)
    if may:
        del response["ETag"]
        response["Cache-Control"] = "private, no-store"
    return response


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it: with forms where a member asked."""
    return _page(request, place, viewer_for(request), bool(request.GET.get("dismissing")))


def _decide(request: HttpRequest, place: Place, viewer: Viewer) -> HttpResponse:
    if not dismissals.may_dismiss(request.user, place):
        raise PermissionDenied
    actor, key = Actor.of(request.user), request.POST.get("key", "")
    if request.POST.get("do") == "restore":
        if dismissals.restore(actor=actor, place=place, key=key):
            messages.success(request, _("It is suggested again."))
        return redirect("./#dismissed")
    if not _is_suggested(place, viewer, key):
        messages.error(request, _("That is not suggested any more: something has changed since. Nothing was kept."))
        return redirect("./")
    try:
        if dismissals.dismiss(actor=actor, place=place, key=key, reason=request.POST.get("reason", "")):
            messages.success(request, _("It is not suggested any more. You can take that back below."))
    except dismissals.DismissalRefused as error:
        messages.error(request, str(error))
        return redirect("./")
    return redirect("./#dismissed")


def _is_suggested(place: Place, viewer: Viewer, key: str) -> bool:
    """Whether this is suggested at this moment; in a large place, whether a page that was made shows it."""
    if pages.is_at_once(place, viewer, "gaps"):
        found = finder.load(place, viewer)
        return any(found.key(it) == key for those in found.gaps.values() for it in those)
    shown = f'name=\\"key\\" value=\\"{escape(key)}\\"'.encode()
    return bool(key) and any(shown in body for body in store.bodies("gaps", place, viewer))


def _page(request: HttpRequest, place: Place, viewer: Viewer, may: bool) -> HttpResponse:
    found = finder.load(place, viewer)
    gone = list(Dismissal.objects.filter(place=place).order_by("-created_at", "-pk")[: dismissals.MAX_LISTED])
    chosen = request.GET.get("show", "")
    limits = {what: SHOWN_OF_ONE if what == chosen else SHOWN for what in WHAT}
    home = place.get_absolute_url()
    context = {
        "place": place,
        "place_url": home,
        "search_url": f"{home}map/",
        "section": "network",
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
        "is_empty": not len(found.terrain.network.edges),
        "sections": description.sections(found, found.without(it.key for it in gone), limits),
        "distance": description.distance(found),
        "surprising": description.surprising(found),
        "may_dismiss": may,
        "dismissed": _dismissed(found, gone, viewer) if may else [],
        "revision": found.revision,
    }
    return TemplateResponse(request, "mapping/network/gaps.html", context)


def _dismissed(found: finder.Gaps, gone: list[Dismissal], viewer: Viewer) -> list[dict[str, Any]]:
    """What was dismissed, in words; only where the viewer may see everybody that it is about."""
    told = {found.key(it): description.one(found, it).text for those in found.gaps.values() for it in those}
    shown = gone[:DISMISSED_SHOWN]
    about = {it.pk: [uuid.UUID(part) for part in re.findall(r"[0-9a-f-]{36}", it.key)] for it in shown}
    wanted = {part for parts in about.values() for part in parts}
    names = dict(Node.objects.visible_to(viewer).filter(uuid__in=wanted).values_list("uuid", "name"))
    rows = []
    for it in shown:
        if all(part in names for part in about[it.pk]):
            text = told.get(it.key) or " – ".join(names[part] for part in about[it.pk])
            rows.append({"key": it.key, "text": text, "reason": it.reason, "on": it.created_at})
    return rows
