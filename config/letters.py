"""Letters: what the site writes to somebody by e-mail. One way of sending them, for every room.

    letters.send("listings/groups/mail/invitation.txt", to=address, context={...}, about=f"invitation {uuid}")

A template's first line is the subject, the rest the text. Mail that cannot be sent undoes nothing: the answer is False,
the log says what it was about, and never to whom.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)

MAX_SUBJECT = 200


def site_address(request: HttpRequest | None = None) -> str:
    """What links in letters begin with: our own, else the one that was asked for; no slash at its end."""
    if settings.SITE_URL:
        return settings.SITE_URL
    if request is not None:
        return f"{request.scheme}://{request.get_host()}"
    return settings.WAGTAILADMIN_BASE_URL


def send(
    template: str,
    *,
    to: str,
    context: Mapping[str, Any],
    about: str,
    request: HttpRequest | None = None,
    language: str = "",
    stop_url: str = "",
) -> bool:
    """Write to `to`; returns whether the mail server took it. An empty address is written to by nobody.

    `context` is given `base` (`site_address`); `about` names the record in the log. `stop_url`: the path that ends
    letters of this kind with one POST (RFC 8058), for those that come again and again.
    """
    if not to:
        return False
    base = site_address(request)
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        text = render_to_string(template, {"base": base, **context})
    subject, _, body = text.strip().partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}
    if stop_url:
        headers |= {
            "List-Unsubscribe": f"<{base}{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMessage(" ".join(subject.split())[:MAX_SUBJECT], body.strip() + "\n", None, [to], headers=headers)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("The letter %s about %s was not sent: %s", template, about, type(error).__name__)
        return False
    return True
