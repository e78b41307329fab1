"""Urgent calls: said once, sent to two people, acknowledged by one of them. The audit never tells what was said."""

from __future__ import annotations

import datetime
import uuid as uuids

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import spaces
from listings.models import ContactRole, Space, UrgentCall, UrgentCopy
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Viewer

MAX_AN_HOUR = 10
# What was said, by whom, and to whom it went, is forgotten after that; that there was a call stays.
KEPT = datetime.timedelta(days=365)
# Whoever holds the link of a letter.
CONTACT = Actor(label="a contact of a space")


class UrgentCallError(HereaboutsError):
    """A call that cannot be sent; the page shows the telephone numbers all the same."""

    status = 409


def call(*, actor: Actor, user, viewer: Viewer, space: Space, text: str, uuid: uuids.UUID) -> tuple[UrgentCall, bool]:
    """Keep what is wrong, with a copy for each of the two. Returns it, and whether it is new: then it is to be sent.

    `uuid` is the form's: sent twice it is one call. Raises `UrgentCallError`.
    """
    with transaction.atomic():
        space = Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
        made = UrgentCall.objects.filter(uuid=uuid, by=user).first()
        if made is not None:
            return made, False
        if not spaces.may_call(viewer, space):
            raise UrgentCallError(_("This space is not open to you any more."), status=403)
        since = timezone.now() - datetime.timedelta(hours=1)
        if UrgentCall.objects.filter(by=user, created_at__gt=since).count() >= MAX_AN_HOUR:
            raise UrgentCallError(
                _("You have sent many of these within the hour, and this one was not sent."),
                _("Telephone instead: the numbers are below."),
                status=429,
            )
        with change(actor=actor, action="urgent call", place=space.home, target=space.organisation) as it:
            it.places.clear()
            made = UrgentCall.objects.create(uuid=uuid, space=space, by=user, text=text.strip()[:2000])
            for role, contact in ((ContactRole.CONTACT, space.contact), (ContactRole.DEPUTY, space.deputy)):
                UrgentCopy.objects.create(
                    call=made, role=role, name=contact.name, email=contact.email, phone=contact.phone
                )
            it.data["call"] = str(made.uuid)
    return made, True


def note_sent(copy: UrgentCopy) -> None:
    """Note that the mail server took this copy."""
    with change(actor=CONTACT, action="urgent call sent", place=copy.call.space.home) as it:
        it.places.clear()
        it.data.update(call=str(copy.call.uuid), role=str(copy.role))
        UrgentCopy.objects.filter(pk=copy.pk).update(sent=True)
    copy.sent = True


def acknowledge(copy: UrgentCopy) -> bool:
    """One of the two has it. Returns whether that is new, so that the other is told."""
    with change(actor=CONTACT, action="acknowledge urgent call", place=copy.call.space.home) as it:
        it.places.clear()
        it.data.update(call=str(copy.call.uuid), role=str(copy.role))
        fresh = UrgentCopy.objects.filter(pk=copy.pk, seen_at=None).update(seen_at=timezone.now())
        if not fresh:
            it.nothing_changed()
    copy.refresh_from_db()
    return bool(fresh)


def forget_old(now: datetime.datetime | None = None) -> int:
    """Forget what was said a year ago, and who it went to. Returns how many calls that were."""
    old = UrgentCall.objects.filter(created_at__lt=(now or timezone.now()) - KEPT)
    copied = Exists(UrgentCopy.objects.filter(call=OuterRef("pk")))
    old = old.filter(~Q(text="") | Q(by__isnull=False) | copied)
    return retention.let_go(old, action="forget urgent calls", do=_forget)


def _forget(calls: QuerySet) -> int:
    UrgentCopy.objects.filter(call__in=calls.values("pk")).delete()
    return calls.update(text="", by=None)
