"""`/network/<place>.<revision>/graph.bin` and `ids.bin`: a place's network, packed for the browser (docs/network.md).

| asked for | answer |
|---|---|
| the current revision | the file, kept for a minute; by whoever is signed in, not at all |
| an older one, from the floor on | the file as it is now: what does not belong together has another `stamp` |
| one below the floor | 410, kept by nobody |
| one to come, no such place, no revision at all | 404 |
| a large network that is being worked out | 202 with Retry-After |
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.maps.tiles import ALL, Gone, TileError, asked
from mapping.models import Place, Viewer
from mapping.network import browser_data
from mapping.network.compressed import Compressed
from mapping.network.state import NetworkNotReady
from mapping.views.answers import pages
from mapping.views.revisions import A_MINUTE, ASK_AGAIN, ONLY_YOU

CONTENT_TYPE = "application/vnd.hereabouts.network"
NO_NODE = "There is no such node in this network."
NOT_THERE = "The network has changed since, or never was. Load the page again."


@require_safe
def graph(request: HttpRequest, revision: str) -> HttpResponse:
    """Everything of the network that a picture draws."""
    return _answer(request, revision, "graph", lambda found: found.graph)


def make_graph(request: HttpRequest, place: Place) -> HttpResponse:
    """The same as a job makes it."""
    return _made(request, place, lambda found: found.graph)


@require_safe
def identities(request: HttpRequest, revision: str) -> HttpResponse:
    """Names and uuids that `graph.bin` leaves out: `?part=<number>`, or `?node=<uuid>` for the part with that node."""
    part, node = request.GET.get("part", ""), request.GET.get("node", "")
    if not node and not (part.isascii() and part.isdigit() and len(part) < 7):
        return _words("Ask for a part by its number, or for the part with a node by its uuid.", 404)
    return _answer(request, revision, "identities", lambda found: _identities(request, found))


def make_identities(request: HttpRequest, place: Place) -> HttpResponse:
    """The same as a job makes it."""
    return _made(request, place, lambda found: _identities(request, found))


def _identities(request: HttpRequest, found: browser_data.Packed) -> Compressed:
    """The part that is asked for. Raises IndexError, KeyError or ValueError when there is none."""
    node = request.GET.get("node", "")
    if node:
        return found.identities_with(uuid.UUID(node).bytes)
    return found.identities(int(request.GET.get("part", "")) * browser_data.PART)


def _made(request: HttpRequest, place: Place, which: Callable[[browser_data.Packed], Compressed]) -> HttpResponse:
    found = browser_data.load(place, viewer_for(request)).get()
    try:
        sent = which(found)
    except (IndexError, KeyError, ValueError):
        return _words(NO_NODE, 404)
    # Every browser that can show it takes brotli; for others it is unpacked again.
    return HttpResponse(sent.brotli, content_type=CONTENT_TYPE, headers={"Content-Encoding": "br"})


def _answer(
    request: HttpRequest, revision: str, kind: str, which: Callable[[browser_data.Packed], Compressed]
) -> HttpResponse:
    try:
        place, number = _place(revision)
    except TileError as error:
        gone = isinstance(error, Gone)
        return _words(str(error) if gone else NOT_THERE, 410 if gone else 404)
    if place is None:
        return _words(NOT_THERE, 404)
    viewer = viewer_for(request)
    found = browser_data.remembered(place, viewer)
    if found is None:
        if not pages.is_at_once(place, viewer, kind):
            return _by_job(request, place, viewer, kind)
        try:
            found = browser_data.load(place, viewer).get()
        except NetworkNotReady as error:
            return pages.data_without(request, place, kind, error.state)
    try:
        return _send(request, found, which(found), viewer, number)
    except (IndexError, KeyError, ValueError):
        return _words(NO_NODE, 404)


def _by_job(request: HttpRequest, place: Place, viewer: Viewer, kind: str) -> HttpResponse:
    response = pages.data(request, place, viewer, kind, lambda: _words(NOT_THERE, 404))
    if response.status_code == 200:
        # Asked for again by whoever kept it: the address alone does not say that it is the same.
        response["Cache-Control"] = ASK_AGAIN if viewer.user_id is None else ONLY_YOU
        response["X-Content-Type-Options"] = "nosniff"
        if response.get("Content-Encoding") == "br":
            patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
            if "br" not in request.headers.get("Accept-Encoding", "") and request.method != "HEAD":
                response.content = brotli.decompress(response.content)
                response["Content-Length"] = str(len(response.content))
                del response["Content-Encoding"]
    return response


def _place(revision: str) -> tuple[Place | None, int]:
    """The place of a revision, and its number. Raises TileError for one that is gone, to come, or none."""
    slug, number, _ = asked(revision)
    return None if slug == ALL else Place.objects.current().filter(slug=slug).first(), number


def _send(
    request: HttpRequest, found: browser_data.Packed, kept: Compressed, viewer: Viewer, number: int
) -> HttpResponse:
    accepted = request.headers.get("Accept-Encoding", "")
    coding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
    if not kept.has_gzip:
        coding = ""
    body = kept.brotli if coding == "br" else kept.gzipped if coding else kept.plain
    response = HttpResponse(b"" if request.method == "HEAD" else body, content_type=CONTENT_TYPE)
    response["Content-Length"] = str(len(body))
    if coding:
        response["Content-Encoding"] = coding
    # A node of another place may change, or be hidden, without a new number of ours.
    tables = found.snapshot.tables
    newest = len(tables["stamps"]) <= 1 and tables["revision"] == number
    keep = A_MINUTE if newest else ASK_AGAIN
    response["Cache-Control"] = keep if viewer.user_id is None else ONLY_YOU
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response


def _words(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Cookie"])
    return response
