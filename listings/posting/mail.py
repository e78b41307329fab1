"""What posters are told by e-mail. Mail that cannot be sent never undoes what was decided."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string

from config.letters import site_address
from listings.models import Listing

logger = logging.getLogger(__name__)


def received(listing: Listing, request: HttpRequest) -> bool:
    """Say that a listing arrived, and where it can be changed."""
    return _send("received", listing, request)


def approved(listing: Listing, request: HttpRequest | None) -> bool:
    """Say that a listing is live."""
    return _send("approved", listing, request)


def sent_back(listing: Listing, request: HttpRequest | None) -> bool:
    """Say why a listing came back, and where it can be changed and sent again."""
    return _send("sent_back", listing, request)


def taken_off(listing: Listing, reason: str) -> bool:
    """Say why a steward took a listing off the map, and what can be done."""
    return _send("taken_off", listing, None, reason=reason)


def _send(name: str, listing: Listing, request: HttpRequest | None, **more: str) -> bool:
    """Write to the poster; returns whether the mail server took it."""
    address = listing.posted_by.email if listing.posted_by else ""
    if not address:
        return False
    base = site_address(request)
    text = render_to_string(f"listings/posting/mail/{name}.txt", {"listing": listing, "base": base, **more})
    subject, _, body = text.strip().partition("\n")
    try:
        send_mail(subject.strip()[:200], body.strip() + "\n", None, [address])
    except (OSError, smtplib.SMTPException) as error:
        # The address is personal: the log says which listing, not who.
        logger.warning("Mail %s about listing %s was not sent: %s", name, listing.uuid, type(error).__name__)
        return False
    return True
