"""Answers what somebody was answered already, for readers without a session (ADR 0028).

A copy is what came out of all that a page goes through (https, sessions, language, compression, policies), with its
head. So it is looked for before all of them: by our own web server before it asks Django or chooses a lane (`look`),
else by a middleware that is the first of all.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.http import parse_etags

from config import remembered
from config.build_stamp import stamp
from config.compression import coding_for
from config.serving.answers import LOOKED
from mapping.answers import page_copies
from mapping.answers.page_copies import Copy, shelf
from mapping.search.unknown import is_follower

# What has no copies: files, data with a store of their own, and all that is somebody's own.
NEVER = ("/static/", "/media/", "/tiles/", "/basemap/", "/network/", "/maps/", "/answers/", "/accounts/", "/admin/",
         "/django-admin/", "/documents/", "/post/", "/demo/", "/accent/", "/healthz", "/readyz")  # fmt: skip
LONGEST_PATH = 2_000
LONGEST_REMEMBERED = 1_000  # characters of a request whose key a process remembers
VARIES_BY = {"cookie", "accept-language", "hx-request", "accept-encoding"}
OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition")
LONGEST_WAIT = 3.0  # seconds for whoever makes the same page first
PATHS_REMEMBERED = 2_000


class CopyMiddleware:
    """Sends the copy that holds, or lets the page be made, once at a time in a process, and keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.turns = Turns()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with remembered.nothing():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if not is_anybodys(request.method, request.path_info, meta.get("QUERY_STRING", ""), meta, "HTTP_"):
            return self.get_response(request)
        meta["QUERY_STRING"] = without_followers(meta.get("QUERY_STRING", ""))
        key, known = key_of(request), _known(meta.get("HTTP_IF_NONE_MATCH"))
        has_looked = meta.get(LOOKED) and _is_plain(request.path_info, meta.get("HTTP_COOKIE"))
        found = None if has_looked else shelf.get(key, timezone.now(), known)
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


def is_anybodys(method: str | None, path: str, query: str, headers: Mapping[str, str], before: str = "") -> bool:
    """Whether a copy may answer this, or be made of what does. `before` : what stands before the names of headers."""
    return bool(
        settings.PAGE_COPIES_MB
        and method in ("GET", "HEAD")
        and not path.startswith(NEVER)
        and f"{settings.SESSION_COOKIE_NAME}=" not in headers.get(f"{before}COOKIE", "")
        and f"{before}AUTHORIZATION" not in headers
        and f"{before}RANGE" not in headers
        # Dates are for views to compare.
        and f"{before}IF_MODIFIED_SINCE" not in headers
        and f"{before}HOST" in headers
        and len(path) + len(query) <= LONGEST_PATH
    )


def _is_plain(path: str, cookie: str | None) -> bool:
    return not cookie and path.isascii() and path.startswith("/") and not path.startswith("//")


def look(method: str, path: str, query: str, headers: Mapping[str, str]) -> tuple[int, str, bytes] | None:
    """The copy that answers a request which our web server has read: its status, its head as it is kept, its body.

    headers : named as WSGI names them, without HTTP_. None as well for whoever sends any cookie, and for odd paths:
    the middleware knows what to make of those.
    """
    if not _is_plain(path, headers.get("COOKIE")) or not is_anybodys(method, path, query, headers):
        return None
    query = without_followers(query)
    told = tuple(headers.get(name, "") for name in _told())
    small = len(path) + len(query) + sum(map(len, told)) <= LONGEST_REMEMBERED
    key = (_key_of_told if small else _key_of_told.__wrapped__)(path, query, *told)
    found = shelf.get(key, timezone.now(), _known(headers.get("IF_NONE_MATCH")))
    if found is None:
        return None
    return (304, found.head, b"") if found.body is None else (200, found.head, found.body)


def without_followers(query: str) -> str:
    """A query string without what other sites add to follow readers: a link that many share is one address."""
    if not query:
        return ""
    return "&".join(it for it in query.split("&") if not is_follower(it.partition("=")[0]))


def _told() -> tuple[str, ...]:
    """The headers, named as `look` has them, that the key of a request without a cookie depends on."""
    proxy = settings.SECURE_PROXY_SSL_HEADER
    names = ("HOST", "HX_REQUEST", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING")
    return (*names, proxy[0].removeprefix("HTTP_")) if proxy else names


@lru_cache(maxsize=1_024)
def _key_of_told(path: str, query: str, *told: str) -> bytes:
    request = HttpRequest()
    request.path = request.path_info = path
    request.META = {f"HTTP_{name}": value for name, value in zip(_told(), told, strict=True) if value}
    request.META["QUERY_STRING"] = query
    return key_of(request)


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


def _known(asked: str | None) -> list[str]:
    # Weak comparison: the same page, not the same bytes.
    return [it.removeprefix("W/") for it in parse_etags(asked)] if asked else []


def sent(found: Copy) -> HttpResponse:
    """The answer that a copy is: 304 where the reader has its body."""
    response = HttpResponse(found.body or b"", status=200 if found.body is not None else 304)
    del response["Content-Type"]
    for name, value in head_of(found.head, whole=found.body is not None):
        response[name] = value
    return response


@lru_cache(maxsize=512)
def head_of(kept: str, *, whole: bool) -> tuple[tuple[str, str], ...]:
    """Names and values of a kept head; without those of a body when it is not sent `whole`."""
    return tuple((name, value) for name, value in json.loads(kept) if whole or name not in OF_THE_BODY)


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
