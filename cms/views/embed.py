"""`/embed/<token>/`: a widget, for a frame on somebody else's page.

It shows what the public sees whoever looks, so it needs no cookies, and it may be framed only by the sites that
its steward named. It asks no other site for anything, and its list needs no JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cms.models import Widget
from cms.models.widget import ORIGIN, WidgetView
from mapping.maps import builder
from mapping.models import PUBLIC
from mapping.search.geocoding import tidy
from mapping.search.query import Query, QueryError
from mapping.search.results import Results

# How long a page of another site may show what has changed here, in seconds.
FRESH = 60


@dataclass(frozen=True)
class Answer:
    """What a widget shows: results, or the `problem` that keeps it from showing any."""

    results: Results | None = None
    problem: str = ""


def answer(widget: Widget, page: str) -> Answer:
    """Ask the widget's question on behalf of everybody."""
    asked = QueryDict(widget.query, mutable=True)
    asked["page"] = page if page.isdecimal() else "1"
    try:
        query = Query.from_params(asked, widget.place)
        results = Results(query, PUBLIC, widget.get_absolute_url())
    except QueryError as error:
        return Answer(problem=" ".join(str(problem) for problem in error.problems))
    return Answer(results)


def _map(widget: Widget, found: Answer) -> dict[str, object]:
    """The map's parts, when it is wanted and there is something to show."""
    if widget.view != WidgetView.MAP or found.results is None:
        return {}
    return builder.embed_parts(widget.place, found.results.query)


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
    widget = Widget.objects.filter(token=tidy(token)).select_related("place").first()
    if widget is None:
        raise Http404
    found = answer(widget, request.GET.get("page", ""))
    page = found.results.query.page if found.results else 1
    response = TemplateResponse(
        request,
        "cms/embed.html",
        {
            "widget": widget,
            "place": widget.place,
            "answer": found,
            "results": found.results,
            "page": page,
            "prev_url": f"?page={page - 1}" if page > 1 else "",
            "next_url": f"?page={page + 1}" if found.results and page < found.results.pages else "",
            **_map(widget, found),
        },
    )
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": frame_ancestors(widget)}
    patch_cache_control(response, public=True, max_age=FRESH)
    return response
