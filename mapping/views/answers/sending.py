"""Sends what a job made: whole, or the part that is asked for; by the proxy, where it may."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from mapping.access.viewers import viewer_for
from mapping.answers import store
from mapping.models import Answer
from mapping.views import ranged

PUBLIC, OWN, PRIVATE = "public, no-cache", "private, no-cache", "private, no-store"


def send(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    """The answer as it was made. What not everybody may see is kept by nobody."""
    headers = dict(answer.headers)
    content_type = headers.pop("Content-Type", "application/octet-stream")
    by_proxy = False
    if answer.status != 200:
        response: HttpResponseBase = HttpResponse(
            bytes(answer.body or b""), status=answer.status, content_type=content_type
        )
    elif by_proxy := bool(answer.file and settings.ACCEL_REDIRECT and "Content-Encoding" not in headers):
        # The proxy reads the file, in parts too, however slow the reader is. How bytes are coded it would not say.
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.ACCEL_REDIRECT.rstrip('/')}/{answer.file}"
    else:
        content = store.folder() / answer.file if answer.file else bytes(answer.body or b"")
        response = ranged.send(request, content, answer.size, f'"{answer.digest}"', content_type)
    for name, value in headers.items():
        response[name] = value
    # The proxy knows a file by its time and size, and does not pass on our Vary: no cache that others share keeps it.
    for_everybody = OWN if by_proxy else PUBLIC
    response["Cache-Control"] = for_everybody if viewer_for(request).user_id is None else PRIVATE
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response
