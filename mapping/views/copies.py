"""Answers what somebody was answered already, for readers without a session (ADR 0028).

It stands behind what sends everybody to https and behind files, and before all that a page goes through: sessions,
language, compression, policies. A copy is what came out of those, with its head.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import parse_etags

from config.build_stamp import stamp
from config.compression import coding_for
from mapping.answers import page_copies
from mapping.answers.page_copies import Copy, shelf

# What has no copies: files, data with a store of their own, and all that is somebody's own.
NEVER = ("/static/", "/media/", "/tiles/", "/basemap/", "/network/", "/maps/", "/answers/", "/accounts/", "/admin/",
         "/django-admin/", "/documents/", "/post/", "/demo/", "/accent/", "/healthz", "/readyz")  # fmt: skip
LONGEST_PATH = 2_000
VARIES_BY = {"cookie", "accept-language", "hx-request", "accept-encoding"}
OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition")
LONGEST_WAIT = 3.0  # seconds for whoever makes the same page first
PATHS_REMEMBERED = 2_000


class CopyMiddleware:
    """Sends the copy that holds, or lets the page be made, once at a time in a process, and keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.session = f"{settings.SESSION_COOKIE_NAME}="
        self.turns = Turns()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_COPIES_MB or not self._is_anybodys(request):
            return self.get_response(request)
        key, known = key_of(request), _known(request)
        found = shelf.get(key, timezone.now(), known)
        if found is not None:
            return sent(found)
        with self.turns.of(key, request.path) as waited:
            # Not the time of before: the first may have taken a while.
            found = shelf.get(key, timezone.now(), known) if waited else None
            if found is not None:
                return sent(found)
            response = self.get_response(request)
            self.turns.remember(request.path, kept=keep(key, request, response))
        return response

    def _is_anybodys(self, request: HttpRequest) -> bool:
        meta = request.META
        return (
            request.method in ("GET", "HEAD")
            and not request.path_info.startswith(NEVER)
            and self.session not in meta.get("HTTP_COOKIE", "")
            and "HTTP_AUTHORIZATION" not in meta
            and "HTTP_RANGE" not in meta
            # Dates are for views to compare.
            and "HTTP_IF_MODIFIED_SINCE" not in meta
            and "HTTP_HOST" in meta
            and len(request.path_info) + len(meta.get("QUERY_STRING", "")) <= LONGEST_PATH
        )


class Turns:
    """Of those who ask for the same page at once, one makes it, and the others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.making: dict[bytes, threading.Event] = {}
        self.not_kept: set[str] = set()

    @contextmanager
    def of(self, key: bytes, path: str):
        """Enter at once as the first, else (with True) when the first has done. Nobody waits where nothing is kept."""
        with self.lock:
            first = self.making.get(key)
            if first is None:
                mine = self.making[key] = threading.Event()
        if first is not None:
            yield path not in self.not_kept and first.wait(LONGEST_WAIT)
            return
        try:
            yield False
        finally:
            with self.lock:
                del self.making[key]
            mine.set()

    def remember(self, path: str, *, kept: bool) -> None:
        if kept:
            self.not_kept.discard(path)
        else:
            if len(self.not_kept) >= PATHS_REMEMBERED:
                self.not_kept.clear()
            self.not_kept.add(path)


def key_of(request: HttpRequest) -> bytes:
    """What an answer for everybody depends on, besides the state of what it shows."""
    meta = request.META
    parts = (
        stamp(),
        request.scheme,
        meta.get("HTTP_HOST", ""),
        request.get_full_path(),
        meta.get("HTTP_HX_REQUEST", ""),
        translation.get_language_from_request(request),
        coding_for(meta.get("HTTP_ACCEPT_ENCODING", "")),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).digest()


def _known(request: HttpRequest) -> list[str]:
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    # Weak comparison: the same page, not the same bytes.
    return [it.removeprefix("W/") for it in parse_etags(asked)] if asked else []


def sent(found: Copy) -> HttpResponse:
    """The answer that a copy is: 304 where the reader has its body."""
    response = HttpResponse(found.body or b"", status=200 if found.body is not None else 304)
    del response["Content-Type"]
    for name, value in found.head:
        if found.body is not None or name not in OF_THE_BODY:
            response[name] = value
    return response


def keep(key: bytes, request: HttpRequest, response: HttpResponse) -> bool:
    """Keep an answer that everybody may have; returns whether it was kept."""
    rule = page_copies.rule_of(request)
    if rule is None or request.method != "GET" or not _is_for_everybody(request, response):
        return False
    return shelf.put(key, rule, response["ETag"].removeprefix("W/"), list(response.items()), response.content)


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    rules = {it.strip() for it in response.get("Cache-Control", "").split(",")}
    varies_by = {it.strip().lower() for it in response.get("Vary", "").split(",") if it.strip()}
    user = getattr(request, "user", None)
    return (
        response.status_code == 200
        and not response.streaming
        and "ETag" in response
        and "public" in rules
        and not rules & {"no-store", "private"}
        and varies_by <= VARIES_BY
        and not response.cookies
        and "Set-Cookie" not in response
        # The token of a form is one reader's.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and (user is None or not user.is_authenticated)
        and not getattr(getattr(request, "session", None), "modified", False)
    )
