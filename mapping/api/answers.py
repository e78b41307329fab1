"""Answers of the API: JSON with an ETag that follows the records, and links to the pages of a list."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from config.build_stamp import stamp as stamp_of_build
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies

JSON = "application/json"
GEOJSON = "application/geo+json"
# Raised when answers change their form, so that nobody is told "not modified" of an old one.
FORM = 3


def etag(request: HttpRequest, *, clock: bool = False) -> str:
    """The tag of what this request is answered with. One query; `clock`: the answer depends on the minute.

    Weak, as `timeStamp` says when an answer was made. Two viewers never share a tag.
    """
    now = timezone.now()
    # What is over leaves lists at once, before the revision is raised: that is a part of the state.
    state = page_copies.state_for(request, None, now)
    viewer = viewer_for(request)
    # The day is among them: the usual week follows the seasons.
    parts = [FORM, stamp_of_build(), timezone.localdate(now), state, request.get_full_path(), request.get_host()]
    if not viewer.is_public:
        parts.append(repr(viewer))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    until = midnight
    if clock:
        parts.append(now.replace(second=0, microsecond=0))
        until = page_copies.next_minute(now)
    if viewer.user_id is None:
        page_copies.may_keep(request, None, state, until)
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def answer(
    request: HttpRequest,
    build: Callable[[], Any],
    *,
    content_type: str = JSON,
    tag: str | None = None,
    links: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """Answer with what `build` returns, or 304 without asking it when the caller has that already."""
    tag = tag or etag(request)
    if tag in [it.strip() for it in request.headers.get("If-None-Match", "").split(",")]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        body = build()
        response = HttpResponse(written(body), content_type=content_type)
        for it in body.get("links", ()) if isinstance(body, dict) else ():
            if it["rel"] in {"next", "prev"}:
                link = f'<{it["href"]}>; rel="{it["rel"]}"'
                response["Link"] = f"{response['Link']}, {link}" if "Link" in response else link
    response["ETag"] = tag
    # Whoever is signed in gets an answer of their own, also where it says what everybody sees.
    nobody = viewer_for(request).user_id is None
    response["Cache-Control"] = "public, no-cache" if nobody else "private, no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


class Written(str):
    """A part of an answer that is JSON already."""


def written(body: Any) -> str:
    """Return `body` as JSON; its last field may be a list of what is `Written`."""
    parts: list[str] = []
    if isinstance(body, dict) and body:
        last = next(reversed(body))
        if isinstance(body[last], list) and body[last] and isinstance(body[last][0], Written):
            parts, body = body[last], {**body, last: []}
    text = json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return f"{text.removesuffix(']}')}{','.join(parts)}]}}" if parts else text


def page_links(
    request: HttpRequest, url: Callable[[int], str], *, page: int, limit: int, matched: int, kind: str
) -> list[dict[str, str]]:
    """Links to this page of a list and to those beside it; `url` gives the address of a page."""
    links = [_link(request, "self", url(page), kind, "This page")]
    last = max(1, -(-matched // limit))
    if page < last:
        links.append(_link(request, "next", url(page + 1), kind, "The next page"))
    if page > 1:
        links.append(_link(request, "prev", url(min(page - 1, last)), kind, "The page before"))
    return links


def link(request: HttpRequest, rel: str, path: str, kind: str, title: str) -> dict[str, str]:
    """One link, with its whole address."""
    return _link(request, rel, path, kind, title)


def _link(request: HttpRequest, rel: str, path: str, kind: str, title: str) -> dict[str, str]:
    return {"rel": rel, "type": kind, "title": title, "href": request.build_absolute_uri(path)}


def stamp() -> str:
    """Now, as `timeStamp` has it: UTC, to the second."""
    return timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
