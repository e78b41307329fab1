"""Sending what alerts tell: each in its turn, none twice for the same days."""

from __future__ import annotations

import datetime
import logging
import smtplib
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from listings.models import Alert, Frequency

from .digest import Digest, digest
from .question import in_words

logger = logging.getLogger(__name__)

# Not in the night: by the clocks of the place.
EARLIEST, LATEST = 7, 20
MAX_AT_ONCE = 500


def due(now: datetime.datetime):
    """The alerts whose turn it is: daily ones once a day, weekly ones once in seven days."""
    # Half an hour is left, so that a job that ran late yesterday does not push today's a day on.
    slack = datetime.timedelta(minutes=30)
    day, week = (now - datetime.timedelta(days=days) + slack for days in (1, 7))
    turn = (
        Q(sent_at__isnull=True)
        | Q(frequency=Frequency.DAILY, sent_at__lte=day)
        | Q(frequency=Frequency.WEEKLY, sent_at__lte=week)
    )
    return Alert.objects.filter(turn, confirmed_at__isnull=False).select_related("place").order_by("sent_at", "pk")


def send_due(now: datetime.datetime | None = None) -> int:
    """Send what is due, at most `MAX_AT_ONCE` mails. Returns how many were sent.

    That it was sent is noted before it is sent: a worker that is killed in between leaves one mail out rather than
    send it twice. What the mail server does not take is due again.
    """
    now, sent = now or timezone.now(), 0
    # Places where it is night do not hold up the others.
    awake = (it for it in due(now).iterator(200) if EARLIEST <= now.astimezone(_zone(it)).hour < LATEST)
    for alert in islice(awake, MAX_AT_ONCE):
        before = alert.sent_at
        mine = Alert.objects.filter(pk=alert.pk, sent_at=before).update(sent_at=now)
        if not mine:
            # Another worker has it.
            continue
        found = digest(alert, now)
        if found.is_empty:
            continue
        if _send_digest(alert, found):
            sent += 1
        else:
            Alert.objects.filter(pk=alert.pk, sent_at=now).update(sent_at=before)
    return sent


def _zone(alert: Alert) -> ZoneInfo:
    return ZoneInfo(alert.place.timezone)


def _send_digest(alert: Alert, found: Digest) -> bool:
    return _send(alert, "digest", {"digest": found})


def ask_to_confirm(alert: Alert, base: str) -> bool:
    """Send the letter with the link that confirms an alert."""
    return _send(alert, "confirm", {}, base)


def _send(alert: Alert, name: str, more: dict, base: str = "") -> bool:
    """Write to the address of an alert; returns whether the mail server took it."""
    base = settings.SITE_URL or base or settings.WAGTAILADMIN_BASE_URL
    path = reverse("alert", args=[alert.uuid])
    with translation.override(alert.language or settings.LANGUAGE_CODE):
        context = {"alert": alert, "base": base, "path": path, "question": in_words(alert), **more}
        text = render_to_string(f"listings/alerts/mail/{name}.txt", context)
    subject, _, body = text.strip().partition("\n")
    stop = f"{base}{reverse('alert-stop', args=[alert.uuid])}"
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    message = EmailMessage(" ".join(subject.split())[:200], body.strip() + "\n", None, [alert.email], headers=headers)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        # The address is personal: the log says which alert, not whose.
        logger.warning("Mail %s of alert %s was not sent: %s", name, alert.uuid, type(error).__name__)
        return False
    return True
