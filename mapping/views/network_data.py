"""`/network/<place>.<revision>/graph.bin` and `ids.bin`: a place's network, packed for the browser (docs/network.md).

| asked for | answer |
|---|---|
| the current revision, by somebody who sees what everybody sees | the file, to be kept for ever |
| the current revision, by a member | the file as they see it, to be asked for again |
| the current revision, whose nodes belong to several places | the file; caches ask whether it has changed |
| any other revision, no such place, no revision at all | 404 |
| a large network that is being worked out | 503 |
"""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from .. import network_data
from ..models import Place
from ..network_data import Sent
from ..tiles import ALL, TileError, current_number, parse_revision
from ..viewers import Viewer, viewer_for
from .tiles import ASK_AGAIN, FOR_EVER

CONTENT_TYPE = "application/vnd.hereabouts.network"
ONLY_YOU = "private, no-cache"
GONE = "The network has changed since, or never was. Load the page again."
SOON = "The network is being worked out. Ask again in a minute."


@require_safe
def graph(request: HttpRequest, revision: str) -> HttpResponse:
    """Everything of the network that a picture draws."""
    viewer = viewer_for(request)
    found = _found(revision, viewer)
    if isinstance(found, HttpResponse):
        return found
    return _send(request, found, found.graph, viewer)


@require_safe
def identities(request: HttpRequest, revision: str) -> HttpResponse:
    """Names and uuids that `graph.bin` leaves out: `?part=<number>`, or `?node=<uuid>` for the part with that node."""
    viewer = viewer_for(request)
    found = _found(revision, viewer)
    if isinstance(found, HttpResponse):
        return found
    part, node = request.GET.get("part", ""), request.GET.get("node", "")
    try:
        if node:
            return _send(request, found, found.identities_with(uuid.UUID(node).bytes), viewer)
        if not (part.isascii() and part.isdigit() and len(part) < 7):
            return _words("Ask for a part by its number, or for the part with a node by its uuid.", 404)
        return _send(request, found, found.identities(int(part) * network_data.PART), viewer)
    except (IndexError, KeyError, ValueError):
        return _words("There is no such node in this network.", 404)


def _found(revision: str, viewer: Viewer) -> network_data.Packed | HttpResponse:
    """The packed network of the current revision; for any other the answer that it is not there."""
    try:
        slug, number = parse_revision(revision)
        if slug == ALL or number != current_number(slug):
            return _words(GONE, 404)
    except TileError:
        return _words(GONE, 404)
    place = Place.objects.current().filter(slug=slug).first()
    if place is None:
        return _words(GONE, 404)
    found = network_data.of(place, viewer)
    if found is None:
        response = _words(SOON, 503)
        response["Retry-After"] = "60"
        return response
    # Changed while it was read: the address would promise what the file is not.
    return found if found.snapshot.tables["revision"] == number else _words(GONE, 404)


def _send(request: HttpRequest, found: network_data.Packed, kept: Sent, viewer: Viewer) -> HttpResponse:
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
    alone = len(found.snapshot.tables["stamps"]) <= 1
    keep = FOR_EVER if alone else ASK_AGAIN
    response["Cache-Control"] = keep if viewer.is_public else ONLY_YOU
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response


def _words(text: str, status: int) -> HttpResponse:
    response = HttpResponse(text + "\n", content_type="text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Cookie"])
    return response
