"""`/embed/<token>/`: a widget, for a frame on somebody else's page; `/embed/group/<uuid>/<view>/`: what a group has.

They show what the public sees whoever looks, so they need no cookies. A widget may be framed only by the sites that its
steward named; what a group has by any, for it is the group's to show. Nothing in a frame changes anything. It asks no
other site for anything, and its list and calendar need no JavaScript.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.models import Widget
from cms.models.widget import ORIGIN, WidgetView
from listings.calendar import agenda
from listings.calendar.question import Question
from mapping import search
from mapping.maps import builder
from mapping.models import PUBLIC, Node, NodeKind, Place
from mapping.search import unknown

# How long a page of another site may show what has changed here, in seconds.
FRESH = 60


def frame_ancestors(widget: Widget) -> list[str]:
    """The sites that may frame it, as CSP source expressions; nobody when none is named.

    Checked again here: a header is no place to find out that a stored value is not what it should be.
    """
    allowed = []
    for origin in widget.allowed_origins:
        try:
            ORIGIN(origin)
        except ValidationError:
            continue
        allowed.append(origin)
    return allowed or ["'none'"]


def _fresh() -> int:
    """For how many seconds it may be kept: not past the moment at which the next thing is over."""
    now = timezone.now()
    over = Node.objects.filter(over_at__gt=now).order_by("over_at").values_list("over_at", flat=True).first()
    return min(FRESH, int((over - now).total_seconds())) if over is not None else FRESH


@require_safe
def embed(request: HttpRequest, token: str) -> HttpResponse:
    """The widget of this token; 404 when there is none."""
    widget = Widget.objects.filter(token=search.tidy(token)).select_related("place").first()
    if widget is None:
        raise Http404
    context = {"title": widget.name, "place": widget.place}
    path = widget.get_absolute_url()
    return _answer(request, context, QueryDict(widget.query, mutable=True), widget.view, path, frame_ancestors(widget))


@require_safe
def group(request: HttpRequest, uuid: uuids.UUID, view: str) -> HttpResponse:
    """What a group has, as `view` (`WidgetView`); 404 for what is no group on the map of a place."""
    groups = Node.objects.visible_to(PUBLIC).filter(kind=NodeKind.ORGANISATION, place__isnull=False)
    found = groups.select_related("place").filter(uuid=uuid).first()
    if found is None or view not in WidgetView.values:
        raise Http404
    asked = QueryDict(mutable=True)
    asked["run_by"] = str(found.uuid)
    title = _("What is on with %(name)s") % {"name": found.name}
    context = {"title": title, "place": found.place, "everything": reverse("node-calendar", args=[found.uuid])}
    return _answer(request, context, asked, view, request.path, ["*"])


def _answer(
    request: HttpRequest, context: dict[str, Any], asked: QueryDict, view: str, path: str, sites: list[str]
) -> HttpResponse:
    """Ask on behalf of everybody, and show it as `view`; what cannot be asked any more is said in words."""
    place, page = context["place"], request.GET.get("page", "")
    if strange := unknown.names(request.GET, ("page", "lang")):
        # What a widget asks stands in it: whoever adds to its address expects something else than it shows.
        words = {"names": ", ".join(strange)[:100]}
        context["problem"] = _("Its address holds %(names)s, which is not read there. Take it out.") % words
        return _send(request, context, sites)
    asked["page"] = page if page.isdecimal() else "1"
    zone = timezone.get_default_timezone()
    try:
        found = search.answer(asked, place, PUBLIC, path=path)
        if view == WidgetView.CALENDAR:
            question = Question(found, place.get_absolute_url())
            zone = question.zone
            context |= _calendar(question, {"everything": question.url(), **context})
        else:
            context |= _list(found, place, view)
    except search.QueryError as error:
        context["problem"] = str(error)
    with timezone.override(zone):
        return _send(request, context, sites)


def _send(request: HttpRequest, context: dict[str, Any], sites: list[str]) -> HttpResponse:
    response = TemplateResponse(request, "cms/embed.html", context)
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": sites}
    patch_cache_control(response, public=True, max_age=_fresh())
    return response.render()


def _list(found: search.Found, place: Place, view: str) -> dict[str, Any]:
    results = found.results
    page = results.query.page
    context = {
        "results": results,
        "page": page,
        "prev_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if page < results.pages else "",
    }
    return context | builder.embed_parts(place, results.query) if view == WidgetView.MAP else context


def _calendar(question: Question, context: dict[str, Any]) -> dict[str, Any]:
    """The next days on which something is on. What comes after them is on the calendar itself, by a link."""
    with timezone.override(question.zone):
        shown = agenda.load(question)
    return context | {"agenda": shown, "question": question}
