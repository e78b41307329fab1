"""A file sent whole or in part (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import parse_etags

CHUNK = 1 << 18
_RANGE = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII | re.IGNORECASE)


def send(
    request: HttpRequest, content: Path | bytes, size: int, tag: str, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    """Return what is asked for of `content`: 200, 206, 304 or 416. `tag` is its strong ETag, with quotation marks."""
    if _names(request.headers.get("If-None-Match", ""), tag):
        response: HttpResponse | StreamingHttpResponse = HttpResponse(status=304)
        return _with(response, tag)
    part = _part(request.headers.get("Range", ""), size) if request.method == "GET" else None
    if part is not None and not _is_the_same(request.headers.get("If-Range"), tag):
        part = None  # it asks for the rest of another file: here is all of this one
    if part == ():
        response = HttpResponse("That part is not in the file.\n", content_type="text/plain", status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = part or (0, size - 1)
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type)
    elif isinstance(content, bytes):
        response = HttpResponse(content[first : last + 1], content_type=content_type)
    elif last - first < CHUNK:
        with content.open("rb") as handle:
            handle.seek(first)
            response = HttpResponse(handle.read(last - first + 1), content_type=content_type)
    else:
        response = StreamingHttpResponse(_read(content, first, last), content_type=content_type)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return _with(response, tag)


def _with(response, tag: str):
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    return response


def _names(header: str, tag: str) -> bool:
    """Whether If-None-Match names `tag` (weak comparison, 13.1.2)."""
    return bool(header) and any(it in ("*", tag, f"W/{tag}") for it in parse_etags(header))


def _is_the_same(if_range: str | None, tag: str) -> bool:
    """Whether If-Range lets the part be sent (strong comparison, 13.1.5; no date is ever ours)."""
    return if_range is None or if_range.strip() == tag


def _part(header: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte that `Range` asks for; () when there is none such; None when it is to be ignored.

    Several ranges at once, other units and nonsense are ignored, as 14.2 allows.
    """
    match = _RANGE.fullmatch(header)
    if not match or match[1] == match[2] == "" or len(header) > 60:
        return None
    if match[1] == "":
        length = min(int(match[2]), size)
        return (size - length, size - 1) if length else ()
    first = int(match[1])
    if match[2] and int(match[2]) < first:
        return None
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    return (first, last) if first < size else ()


def _read(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as handle:
        handle.seek(first)
        while left > 0 and (data := handle.read(min(CHUNK, left))):
            left -= len(data)
            yield data
