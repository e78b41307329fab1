"""`/answers/<key>/`: how a question stands that a job works on, for the page that waits for it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.answers import store
from mapping.models import Answer

from . import pages


@require_safe
def state(request: HttpRequest, key: str) -> JsonResponse:
    """`{"state": "pending" | "ready" | "failed"}`; 404 for whoever belongs to another class of viewers."""
    found = Answer.objects.filter(key=key, viewer__in={viewer_for(request).key, "public"}).first()
    if found is None:
        raise Http404("There is no such question.")
    response = JsonResponse({"state": found.state})
    response["Cache-Control"] = "no-store"
    if found.state == store.PENDING:
        response["Retry-After"] = str(pages.SOON)
    return response
