"""Alerts: asked for, confirmed, ended. An address is kept only while somebody wants mail at it.

alert = ask(email="ann@example.org", place=place, question="q=yoga", frequency="weekly")
confirm(alert)                      # by the link of a mail: nobody is written to whom nobody asked for
end(alert)                          # deletes it, with the address
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import Alert
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Place

# Whoever holds the link of a mail. No name is kept of them.
READER = Actor(label="a reader")
MAX_OF_ADDRESS = 20
# What nobody confirmed is deleted after that.
UNCONFIRMED = datetime.timedelta(days=7)
# A letter that asks to confirm is not sent again sooner.
AGAIN = datetime.timedelta(hours=1)


class TooManyAlerts(HereaboutsError):
    """An address has as many alerts as one may have."""

    status = 429


def ask(*, email: str, place: Place, question: str, frequency: str) -> tuple[Alert, bool]:
    """Keep what is asked for, not confirmed yet. Returns it, and whether a letter has to be sent.

    The same question of the same address is one alert. Raises `TooManyAlerts`.
    """
    email = email.strip().lower()
    now = timezone.now()
    known = Alert.objects.filter(email=email, place=place, question=question).first()
    if known is not None:
        if known.confirmed_at is None and known.created_at < now - AGAIN:
            Alert.objects.filter(pk=known.pk).update(created_at=now, frequency=frequency)
            known.refresh_from_db()
            return known, True
        return known, False
    if Alert.objects.filter(email=email).count() >= MAX_OF_ADDRESS:
        raise TooManyAlerts(
            _("There are %(number)s alerts for this address, which is as many as there may be.")
            % {"number": MAX_OF_ADDRESS},
            _("End one of them: each mail has a link that does it."),
        )
    try:
        with transaction.atomic(), change(actor=READER, action="ask for alert", place=place) as it:
            it.places.clear()
            alert = Alert.objects.create(
                email=email, place=place, question=question, frequency=frequency, language=get_language() or ""
            )
            # Neither the address nor the question: both may tell who it was.
            it.data["alert"] = str(alert.uuid)
    except IntegrityError:
        # Sent twice at the same moment.
        return Alert.objects.get(email=email, place=place, question=question), False
    return alert, True


def confirm(alert: Alert) -> bool:
    """Say that the address is theirs. Returns whether it was not confirmed before."""
    with change(actor=READER, action="confirm alert", place=alert.place) as it:
        it.places.clear()
        now = timezone.now()
        # The first digest tells what is new from here on.
        fresh = Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=now)
        it.data["alert"] = str(alert.uuid)
        if not fresh:
            it.nothing_changed()
    alert.refresh_from_db()
    return bool(fresh)


def end(alert: Alert) -> None:
    """Delete it. Nothing of the address stays."""
    with change(actor=READER, action="end alert", place=alert.place) as it:
        it.places.clear()
        it.data["alert"] = str(alert.uuid)
        if not Alert.objects.filter(pk=alert.pk).delete()[0]:
            it.nothing_changed()


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what nobody has confirmed. Returns how many."""
    old = (now or timezone.now()) - UNCONFIRMED
    unconfirmed = Alert.objects.filter(confirmed_at=None, created_at__lt=old)
    return retention.let_go(unconfirmed, action="delete unconfirmed alerts")
