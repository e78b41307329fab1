"""`/embed/<token>/`: a widget, for a frame on somebody else's page.

It shows what the public sees whoever looks, so it needs no cookies, and it may be framed only by the sites that
its steward named. It asks no other site for anything, and its list needs no JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from mapping.details import CardDetail, cards_for
from mapping.models import Node, StepFree
from mapping.query import Query, QueryError
from mapping.viewers import PUBLIC

from ..models import Widget
from ..models.widget import ORIGIN, WidgetView

# How long a page of another site may show what has changed here, in seconds.
FRESH = 300
PER_PAGE = 20


@dataclass(frozen=True)
class Answer:
    """What a widget shows: a page of cards, or the `problem` that keeps it from showing anything."""

    cards: tuple = ()
    total: int = 0
    pages: int = 1
    query: Query | None = None
    problem: str = ""


def answer(widget: Widget, page: str) -> Answer:
    """Ask the widget's question on behalf of everybody."""
    asked = QueryDict(widget.query, mutable=True)
    asked["page"] = page or "1"
    asked.setdefault("limit", str(PER_PAGE))
    try:
        query = Query.from_params(asked, widget.place)
        nodes = query.apply(Node.objects.visible_to(PUBLIC), PUBLIC)
        total = query.restrict(Node.objects.visible_to(PUBLIC), PUBLIC).count()
    except QueryError as error:
        return Answer(problem=" ".join(str(problem) for problem in error.problems))
    shown = list(query.page_of(nodes.for_cards()))
    said = cards_for(node.pk for node in shown)
    cards = tuple(_card(node, said.get(node.pk, CardDetail())) for node in shown)
    return Answer(cards=cards, total=total, pages=max(1, -(-total // query.limit)), query=query)


def _card(node: Node, said: CardDetail) -> dict[str, object]:
    """What `components/card.html` is told of a node."""
    return {
        "url": node.get_absolute_url(),
        "uuid": node.uuid,
        "name": node.name,
        "kind": node.category.group if node.category else "other",
        "kind_name": node.category.name if node.category else node.get_kind_display(),
        "icon": node.category.icon if node.category else "marker",
        "summary": node.summary,
        "when": said.when,
        "cost": said.cost,
        "step_free": node.step_free == StepFree.YES,
        "lat": node.public_point.y if node.public_point else None,
        "lon": node.public_point.x if node.public_point else None,
    }


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


@require_safe
def embed(request: HttpRequest, token: str) -> HttpResponse:
    """The widget of this token; 404 when there is none."""
    widget = Widget.objects.filter(token=token).select_related("place").first()
    if widget is None:
        raise Http404
    found = answer(widget, request.GET.get("page", ""))
    page = found.query.page if found.query else 1
    response = render(
        request,
        "cms/embed.html",
        {
            "widget": widget,
            "place": widget.place,
            "answer": found,
            "page": page,
            "prev_url": f"?page={page - 1}" if page > 1 else "",
            "next_url": f"?page={page + 1}" if page < found.pages else "",
            "site_url": settings.SITE_URL,
            "shows_map": widget.view == WidgetView.MAP and not found.problem,
        },
    )
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": frame_ancestors(widget)}
    patch_cache_control(response, public=True, max_age=FRESH)
    return response
