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
from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.db import Error, connection
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

STATUS_LINES = {int(it): f"{int(it)} {it.phrase}" for it in HTTPStatus}
PATH = re.compile(r"/tiles/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([^/]+)\.mvt", re.ASCII)


class Sent(NamedTuple):
    """An answer: its status, its head and its body."""

    status: int
    head: list[tuple[str, str]]
    body: bytes = b""

    def response(self) -> HttpResponse:
        """The same as Django has it."""
        response = HttpResponse(self.body, status=self.status)
        del response["Content-Type"]
        for name, value in self.head:
            response[name] = value
        return response


class TilesFirst:
    """The site's WSGI application, with the tiles that everybody may see answered before Django is asked.

    None of its middleware has anything to say about such a tile, and to make a request and a response of it takes as
    long as the tile. Everything else goes on: readers with a session, tiles of a query, what is no tile, what has to
    be sent to https first, and whatever fails, so that it fails as everything does.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application
        self.session = f"{settings.SESSION_COOKIE_NAME}="

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/tiles/") and self._may(environ):
            try:
                sent = _for_anybody(environ)
            finally:
                if connection.connection is not None and not connection.in_atomic_block:
                    # As Django does at the end of a request.
                    connection.close_if_unusable_or_obsolete()
            if sent is not None:
                start_response(STATUS_LINES[sent.status], sent.head)
                return [sent.body]
        return self.application(environ, start_response)

    def _may(self, environ: dict[str, Any]) -> bool:
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("QUERY_STRING")
            and self.session not in environ.get("HTTP_COOKIE", "")
            and (not settings.SECURE_SSL_REDIRECT or _is_https(environ))
        )


def _is_https(environ: dict[str, Any]) -> bool:
    """Whether somebody asked by https: as Django's requests have it."""
    if not settings.SECURE_PROXY_SSL_HEADER:
        return environ["wsgi.url_scheme"] == "https"
    name, value = settings.SECURE_PROXY_SSL_HEADER
    return environ.get(name, "").partition(",")[0].strip() == value


def _for_anybody(environ: dict[str, Any]) -> Sent | None:
    match = PATH.fullmatch(environ["PATH_INFO"])
    if match is None:
        return None
    try:
        slug, number, address = _parse(*match.groups())
        return _for_everybody(environ, slug, number, address)
    except (TileError, Error):
        return None


class TileMiddleware:
    """Answers tiles for readers without a session before any other middleware is asked: as `TilesFirst`, in Django."""

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
        slug, number, address = _parse(revision, layer, z, x, y)
        if viewer.user_id is None:
            return _for_everybody(request.META, slug, number, address).response()
        query = _query(request.META.get("QUERY_STRING", ""))
        made = build(slug, address, viewer=viewer, query=query)
        check(number, made.at)
        return _send(request.META, Gzipped(made.content), keep_for(viewer, number, made.at), None).response()
    except TileError as error:
        return refusal(error)


def _parse(revision: str, layer: str, z: str, x: str, y: str) -> tuple[str, int, Address]:
    slug, number = parse_revision(revision)
    address = Address.parse(z, x, y)
    if layer != LAYER:
        raise NoSuchTile("There is no layer of that name.", f"The layer is {LAYER}.")
    return slug, number, address


def _for_everybody(environ: dict[str, Any], slug: str, number: int, address: Address) -> Sent:
    typed = environ.get("QUERY_STRING", "")
    key = (slug, number, address.z, address.x, address.y, typed)
    kept = kept_tiles.get(key)
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if kept is not None or asked:
        at = _current(slug)
        check(number, at)
        if asked and _tag(at.number) in asked:
            return Sent(304, [("ETag", _tag(at.number)), ("Cache-Control", keep_for(PUBLIC, number, at))])
        if kept is not None and number == at.number:
            return _send(environ, kept, A_MINUTE, at.number)
    query = _query(typed)
    asked_at = monotonic()
    made = build(slug, address, query=query)
    kept_tiles.saw(slug, made.at, asked_at)
    check(number, made.at)
    kept = Gzipped(made.content)
    if query is not None and query.depends_on_time:
        # Without a tag: it would say that nothing has changed.
        return _send(environ, kept, A_MINUTE, None)
    if number == made.number and len(typed) <= LONGEST_KEPT_QUERY:
        kept_tiles.put(key, kept)
    return _send(environ, kept, keep_for(PUBLIC, number, made.at), made.number)


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


def _send(environ: dict[str, Any], kept: Gzipped, keep_for: str, number: int | None) -> Sent:
    zipped = kept.has_gzip and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    body = kept.gzipped if zipped else kept.plain
    head = [("Content-Type", CONTENT_TYPE), ("Cache-Control", keep_for), ("X-Content-Type-Options", "nosniff")]
    if body:
        head.append(("Content-Length", str(len(body))))
    if zipped:
        head.append(("Content-Encoding", "gzip"))
    if kept.has_gzip:
        head.append(("Vary", "Accept-Encoding"))
    if number is not None:
        head.append(("ETag", _tag(number)))
    return Sent(200 if body else 204, head, b"" if environ["REQUEST_METHOD"] == "HEAD" else body)
