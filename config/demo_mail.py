"""The demo's letter box: mail that the site sent, shown on a page. Never in production (settings refuse it)."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 20
# What Django's file backend writes after each message.
BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """One message: who it went to, when (as written in it), and its text."""

    to: str
    subject: str
    sent: str
    text: str


def read_letters(folder: Path, limit: int = SHOWN) -> list[Letter]:
    """Return the newest messages that Django's file backend left in `folder`, newest first."""
    found: list[Letter] = []
    for path in sorted(folder.glob("*.log"), key=lambda it: it.stat().st_mtime_ns, reverse=True):
        try:
            messages = [part for part in BETWEEN.split(path.read_bytes()) if part.strip()]
        except OSError:
            continue
        found += [_letter(message) for message in reversed(messages)]
        if len(found) >= limit:
            break
    return found[:limit]


def _letter(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    return Letter(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent=str(message["Date"] or ""),
        text=body.get_content().strip() if body else "",
    )


@never_cache
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """`/demo/mail/`: every message, newest first; 404 outside the demo."""
    if not settings.DEMO:
        raise Http404
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return render(request, "demo/mail.html", {"letters": read_letters(Path(folder)) if folder else []})
