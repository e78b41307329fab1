"""`/basemap/<place>.<stamp>.pmtiles`: a file read in parts (RFC 9110, sections 13 and 14), to be kept for ever."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from mapping.maps.basemap import NAME

from . import ranged

CONTENT_TYPE = "application/vnd.pmtiles"
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def basemap(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """The file, or the part of it that is asked for. 404 when there is none of that name."""
    # The pattern leaves no way out of the folder.
    match = NAME.fullmatch(name)
    path = Path(settings.BASEMAP_ROOT) / name
    if match is None or not path.is_file():
        raise Http404("There is no such basemap. Reload the page for the present one.")
    response = ranged.send(request, path, path.stat().st_size, f'"{match[2]}"', CONTENT_TYPE)
    if response.status_code != 416:
        response["Cache-Control"] = FOR_EVER
    return response
