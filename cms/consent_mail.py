"""The letter with which a person gets the address of their own page. Their e-mail address is used once and not kept."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from mapping.models import Consent

logger = logging.getLogger(__name__)


def own_page(consent: Consent, request: HttpRequest) -> str:
    """The whole address of the page on which they read and end their consent."""
    base = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return base + reverse("consent", args=[consent.token])


def send_link(consent: Consent, email: str, request: HttpRequest) -> bool:
    """Send it; returns whether the mail server took it."""
    context = {"consent": consent, "place": consent.node.place, "url": own_page(consent, request)}
    subject, _, body = render_to_string("cms/mail/consent.txt", context).strip().partition("\n")
    try:
        send_mail(subject.strip()[:200], body.strip() + "\n", None, [email])
    except (OSError, smtplib.SMTPException) as error:
        # Neither who they are nor their address belongs into a log.
        logger.warning("The letter about consent %s was not sent: %s", consent.uuid, type(error).__name__)
        return False
    return True
