"""Data of a place's network at an address that carries its revision: `/network/<place>.<number>/<name>`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from ..models import Place
from ..tiles import NoSuchTile, TileError, current_number, parse_revision
from ..viewers import Viewer, viewer_for
from .tiles import ASK_AGAIN, FOR_EVER, ONLY_YOU

NETWORK_CRUMB = gettext_lazy("Underneath")


def answer(request: HttpRequest, revision: str, make: Callable[[Place, Viewer], HttpResponse]) -> HttpResponse:
    """Return what `make` returns, to be kept for ever at the present revision by everybody who sees the same.

    An older revision gets what is there now and is not kept; one that is still to come, and a place that is not
    there, are not found.
    """
    try:
        slug, number = parse_revision(revision)
        current = current_number(slug)
        if number > current:
            raise NoSuchTile("There is no such revision yet.")
    except TileError as error:
        return words(str(error), error.status)
    place = Place.objects.current().homes().filter(slug=slug).first()
    if place is None:
        return words("There is no place of that name.", 404)
    viewer = viewer_for(request)
    response = make(place, viewer)
    if not viewer.is_public:
        response["Cache-Control"] = ONLY_YOU
    elif response.status_code == 200 and "Cache-Control" not in response:
        response["Cache-Control"] = FOR_EVER if number == current else ASK_AGAIN
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def words(text: str, status: int) -> HttpResponse:
    """A refusal in plain words."""
    response = HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-cache"
    return response
