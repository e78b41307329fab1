"""`/embed/<token>/`: a widget, for a frame on somebody else's page.

It shows what the public sees whoever looks, so it needs no cookies, and it may be framed only by the sites that
its steward named. It asks no other site for anything, and its list needs no JavaScript.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cms.models import Widget
from cms.models.widget import ORIGIN, WidgetView
from mapping import search
from mapping.maps import builder
from mapping.models import PUBLIC, Node

# How long a page of another site may show what has changed here, in seconds.
FRESH = 60


def ask(widget: Widget, page: str) -> search.Found:
    """Ask the widget's question on behalf of everybody. Raises `QueryError` where it cannot be asked any more."""
    asked = QueryDict(widget.query, mutable=True)
    asked["page"] = page if page.isdecimal() else "1"
    return search.answer(asked, widget.place, PUBLIC, path=widget.get_absolute_url())


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
    context: dict[str, object] = {"widget": widget, "place": widget.place}
    try:
        results = ask(widget, request.GET.get("page", "")).results
    except search.QueryError as error:
        context["problem"] = str(error)
    else:
        page = results.query.page
        context |= {
            "results": results,
            "page": page,
            "prev_url": f"?page={page - 1}" if page > 1 else "",
            "next_url": f"?page={page + 1}" if page < results.pages else "",
        }
        if widget.view == WidgetView.MAP:
            context |= builder.embed_parts(widget.place, results.query)
    response = TemplateResponse(request, "cms/embed.html", context)
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": frame_ancestors(widget)}
    patch_cache_control(response, public=True, max_age=_fresh())
    return response
