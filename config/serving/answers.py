"""Answers that need no thread: how the processes are, and why a request is not taken. Made before any is needed."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus

from waitress.utilities import Error

from .pulse import Pulse

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
LOOKED = "hereabouts.looked"  # in WSGI's environ: no answer is kept for this, the server has looked a moment ago
STATUS_LINES = {it: f"{it} {HTTPStatus(it).phrase}" for it in (200, 304)}
DATA = (".json", ".bin", ".mvt", ".csv", ".geojson", ".graphml", ".gexf", ".js", ".css", ".pmtiles")


def wants_page(path: str, accept: str) -> bool:
    """Whether who asks reads pages rather than data: the API, tiles and files answer with problem details."""
    if path.startswith(("/api/", "/tiles/", "/basemap/", "/static/")) or path.endswith(DATA):
        return False
    return "json" not in accept or "text/html" in accept


class Answer(Error):
    """A whole answer that the loop gives by itself. waitress takes it where it takes its own errors."""

    def __init__(
        self, status: int, kind: str, body: bytes, *, retry_after: int | None = None, close: bool = True
    ) -> None:
        super().__init__(body)
        self.code = status
        self.close = close
        self.headers = [("Content-Type", kind), ("Cache-Control", "no-store")]
        if retry_after is not None:
            self.headers.append(("Retry-After", str(retry_after)))

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        return f"{self.code} {HTTPStatus(self.code).phrase}", list(self.headers), self.body


class Kept(Error):
    """An answer that was given before, whole, with its head."""

    def __init__(self, status: int, head: tuple[tuple[str, str], ...], body: bytes) -> None:
        super().__init__("")
        self.code, self.head, self.content, self.close = status, head, body, False

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        return STATUS_LINES[self.code], list(self.head), self.content

    @property
    def is_complete(self) -> bool:
        """Whether the head says how long the body is."""
        return self.code == 304 or any(name == "Content-Length" for name, _ in self.head)

    def lines(self) -> bytes:
        """All of the head of HTTP/1.1 but the date and the end."""
        return _lines(self.code, self.head)


@lru_cache(maxsize=512)
def _lines(status: int, head: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {STATUS_LINES[status]}", *(f"{name}: {value}" for name, value in head)]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


class Refusal:
    """Why a request is not taken, as a page and as problem details (RFC 9457)."""

    def __init__(self, status: int, title: str, detail: str, page: bytes, retry_after: int | None = None) -> None:
        self.status, self.page, self.retry_after = status, page, retry_after
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        self.problem = json.dumps(problem, ensure_ascii=False).encode()

    def answer(self, *, as_page: bool) -> Answer:
        kind, body = (HTML, self.page) if as_page else (PROBLEM, self.problem)
        return Answer(self.status, kind, body, retry_after=self.retry_after)


def health(pulse: Pulse) -> Answer:
    """200 as long as a process answers, with how many of how many do; 503 when none does."""
    answering = pulse.answering()
    body = {"status": "ok" if answering else "no process answers", "answering": answering, "of": pulse.processes}
    return Answer(200 if answering else 503, JSON, json.dumps(body).encode(), close=False)
