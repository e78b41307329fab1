"""Pages and data, compressed as they are sent: brotli where the browser takes it, else gzip.

Static files are compressed once, when they are collected; tiles and basemaps see to themselves. What is secret in our
pages (the token of a form) is masked anew in each, so that nobody learns it from lengths (BREACH).
"""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MIN_BYTES = 500  # bytes; below it the answer fits one packet either way
TYPES = ("text/", "application/json", "application/geo+json", "application/problem+json", "image/svg+xml")
BROTLI_QUALITY = 4
GZIP_LEVEL = 5


class CompressionMiddleware:
    """Compresses whole answers of text; leaves alone parts of files, streams, and what is compressed already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.streaming
            or response.status_code == 206
            or response.has_header("Content-Encoding")
            or not response.get("Content-Type", "").startswith(TYPES)
            or len(response.content) < MIN_BYTES
        ):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        encoding = coding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if encoding == "br":
            packed = brotli.compress(response.content, quality=BROTLI_QUALITY)
        elif encoding == "gzip":
            packed = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
        else:
            return response
        response.content = packed
        response["Content-Encoding"] = encoding
        response["Content-Length"] = str(len(packed))
        etag = response.get("ETag", "")
        if etag.startswith('"'):
            # The same page, but not the same bytes (RFC 9110, 8.8.1).
            response["ETag"] = f"W/{etag}"
        return response


@lru_cache(maxsize=256)
def coding_for(header: str) -> str:
    """The coding that a page is sent in to whoever sends this Accept-Encoding: "br", "gzip", or "" for none."""
    accepted = _accepted(header)
    return "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""


def _accepted(header: str) -> set[str]:
    """The codings that Accept-Encoding names and does not refuse (RFC 9110, 12.5.3)."""
    found = set()
    for part in header.lower().split(","):
        coding, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(coding.strip())
    return found
