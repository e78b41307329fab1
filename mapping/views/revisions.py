"""Addresses that carry a revision: which are answered, and for how long the answer may be kept.

| asked for | answer |
|---|---|
| the current revision | what is there now; kept for a minute |
| an older one, from the floor on | what is there now; asked for again each time |
| one below the floor: something was withdrawn since | 410, kept by nobody: scripts ask for `revision.json` and go on |
| one that is still to come, no such place | 404 |

A minute is the longest that a shared cache may tell of what was hidden meanwhile, and a browser keeps no longer: it
asks again with the answer's tag, which costs us one look at the number. Whoever is signed in gets an answer of their
own, which nobody keeps.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.maps.tile_cache import At
from mapping.maps.tiles import Gone, TileError, asked, current
from mapping.models import Place, Viewer

A_MINUTE = "public, max-age=60, must-revalidate"
ASK_AGAIN = "public, no-cache"
ONLY_YOU = "private, no-store"
NOT_KEPT = "no-store"

NETWORK_CRUMB = gettext_lazy("Underneath")


def keep_for(viewer: Viewer, number: int, at: At) -> str:
    """Return the Cache-Control of an answer to `viewer` at the revision `number`."""
    if viewer.user_id is not None:
        return ONLY_YOU
    return A_MINUTE if number == at.number else ASK_AGAIN


def refusal(error: TileError) -> HttpResponse:
    """Return what a revision that is not answered gets, in plain words."""
    response = words(str(error), error.status)
    if isinstance(error, Gone):
        response["Cache-Control"] = NOT_KEPT
    return response


def words(text: str, status: int) -> HttpResponse:
    """A refusal in plain words."""
    response = HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-cache"
    return response


def answer(request: HttpRequest, revision: str, make: Callable[[Place, Viewer], HttpResponse]) -> HttpResponse:
    """Return what `make` returns for the place of a revision, with the rules above."""
    try:
        slug, number, at = asked(revision)
    except TileError as error:
        return refusal(error)
    place = Place.objects.current().homes().filter(slug=slug).first()
    if place is None:
        return words("There is no place of that name.", 404)
    viewer = viewer_for(request)
    response = make(place, viewer)
    if viewer.user_id is not None:
        response["Cache-Control"] = ONLY_YOU
    elif response.status_code == 200 and "Cache-Control" not in response:
        response["Cache-Control"] = keep_for(viewer, number, at)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


@require_safe
def revision_json(request: HttpRequest, place: str) -> HttpResponse:
    """`/<place>/revision.json`: the revision that addresses of a place (or of `all`) have at this moment."""
    try:
        at = current(place)
    except TileError as error:
        return refusal(error)
    response = JsonResponse({"revision": f"{place}.{at.number}"})
    response["Cache-Control"] = NOT_KEPT
    return response
