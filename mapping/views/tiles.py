"""`/tiles/<place>.<revision>/nodes/<z>/<x>/<y>.mvt`: how a tile is answered. What is in it: mapping/maps/tiles.py.

| asked for | answer |
|---|---|
| the current revision | the tile, to be kept for a minute |
| an older one, from the floor on | the tile as it is now, to be asked for again |
| one below the floor | 410 (see mapping/views/revisions.py) |
| a later revision, another layer, outside the grid, no such place | 404 |
| no revision, no number | 400 |
| nothing there | 204 |
"""

from __future__ import annotations

import re
from time import monotonic

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from mapping import search
from mapping.access.viewers import viewer_for
from mapping.maps.tile_cache import At
from mapping.maps.tile_cache import tiles as kept_tiles
from mapping.maps.tiles import (
    FORMAT,
    LAYER,
    Address,
    Malformed,
    NoSuchTile,
    TileError,
    build,
    check,
    current,
    parse_revision,
)
from mapping.models import PUBLIC, Viewer
from mapping.network.compressed import Gzipped

from .revisions import A_MINUTE, keep_for, refusal, words

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
LONGEST_KEPT_QUERY = 300

PATH = re.compile(r"/tiles/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([^/]+)\.mvt", re.ASCII)


class TileMiddleware:
    """Answers tiles for readers without a session before any other middleware is asked.

    None of them has anything to say about a tile that everybody may see, and together they take longer than the tile.
    What has to be sent to https first goes on to those who see to that.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.session = f"{settings.SESSION_COOKIE_NAME}="

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/tiles/") and self.session not in request.META.get("HTTP_COOKIE", ""):
            match = PATH.fullmatch(request.path_info)
            if match and (request.is_secure() or not settings.SECURE_SSL_REDIRECT):
                return answer(request, *match.groups(), viewer=PUBLIC)
        return self.get_response(request)


def tile(request: HttpRequest, revision: str, layer: str, z: str, x: str, y: str) -> HttpResponse:
    """A tile for whoever asks, signed in or not."""
    return answer(request, revision, layer, z, x, y, viewer=viewer_for(request))


def answer(request: HttpRequest, revision: str, layer: str, z: str, x: str, y: str, *, viewer: Viewer) -> HttpResponse:
    """Answer for one tile as `viewer` sees it."""
    if request.method not in ("GET", "HEAD"):
        response = words("A tile can only be read.", 405)
        response["Allow"] = "GET, HEAD"
        return response
    try:
        slug, number = parse_revision(revision)
        address = Address.parse(z, x, y)
        if layer != LAYER:
            raise NoSuchTile("There is no layer of that name.", f"The layer is {LAYER}.")
        if viewer.user_id is None:
            return _for_everybody(request, slug, number, address)
        query = _query(request.META.get("QUERY_STRING", ""))
        made = build(slug, address, viewer=viewer, query=query)
        check(number, made.at)
        return _send(request, Gzipped(made.content), keep_for(viewer, number, made.at), None)
    except TileError as error:
        return refusal(error)


def _for_everybody(request: HttpRequest, slug: str, number: int, address: Address) -> HttpResponse:
    typed = request.META.get("QUERY_STRING", "")
    key = (slug, number, address.z, address.x, address.y, typed)
    kept = kept_tiles.get(key)
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if kept is not None or asked:
        at = _current(slug)
        check(number, at)
        if asked and _tag(at.number) in asked:
            return _unchanged(number, at)
        if kept is not None and number == at.number:
            return _send(request, kept, A_MINUTE, at.number)
    query = _query(typed)
    asked_at = monotonic()
    made = build(slug, address, query=query)
    kept_tiles.saw(slug, made.at, asked_at)
    check(number, made.at)
    kept = Gzipped(made.content)
    if query is not None and query.depends_on_time:
        # Without a tag: it would say that nothing has changed.
        return _send(request, kept, A_MINUTE, None)
    if number == made.number and len(typed) <= LONGEST_KEPT_QUERY:
        kept_tiles.put(key, kept)
    return _send(request, kept, keep_for(PUBLIC, number, made.at), made.number)


def _current(slug: str) -> At:
    at = kept_tiles.at(slug)
    if at is None:
        asked_at = monotonic()
        at = current(slug)
        kept_tiles.saw(slug, at, asked_at)
    return at


def _query(typed: str) -> search.Query | None:
    """The Query that the parameters say; None when everything answers it."""
    if not typed:
        return None
    try:
        return search.answer(QueryDict(typed)).for_tiles
    except search.QueryError as error:
        raise Malformed(error.message, error.remedy) from None


def _tag(number: int) -> str:
    # Weak: the same tile is sent plain or gzipped.
    return f'W/"{number}.{FORMAT}.{settings.TILE_MAX_FEATURES}"'


def _send(request: HttpRequest, kept: Gzipped, keep_for: str, number: int | None) -> HttpResponse:
    zipped = kept.has_gzip and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    body = kept.gzipped if zipped else kept.plain
    response = HttpResponse(
        b"" if request.method == "HEAD" else body, content_type=CONTENT_TYPE, status=200 if body else 204
    )
    if body:
        response["Content-Length"] = str(len(body))
    if zipped:
        response["Content-Encoding"] = "gzip"
    if kept.has_gzip:
        response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = keep_for
    response["X-Content-Type-Options"] = "nosniff"
    if number is not None:
        response["ETag"] = _tag(number)
    return response


def _unchanged(number: int, at: At) -> HttpResponse:
    response = HttpResponse(status=304)
    response["ETag"] = _tag(at.number)
    response["Cache-Control"] = keep_for(PUBLIC, number, at)
    return response
