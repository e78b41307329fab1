"""Invitations: a letter that lets whoever has an address join the team of a group."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .organisation import MembershipRole, Organisation

# For how long the link of a letter may be used.
HOLDS = datetime.timedelta(days=14)


class InvitationKind(models.TextChoices):
    TEAM = "team", _("An owner asks somebody to join")
    TRANSFER = "transfer", _("An owner hands the group over")
    STEWARD = "steward", _("A steward asks somebody to look after a group that nobody does")


class InvitationState(models.TextChoices):
    OPEN = "open", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


def _late() -> datetime.datetime:
    return timezone.now() + HOLDS


class Invitation(models.Model):
    """Of one address to one group. `uuid` stands in the letter; it lets in nobody but whoever has that address."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=MembershipRole)
    kind = models.CharField(max_length=10, choices=InvitationKind, default=InvitationKind.TEAM)
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.OPEN)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations_made"
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations_accepted"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_late)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(state=InvitationState.OPEN),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=InvitationKind.values), name="invitation_kind_known"),
            models.CheckConstraint(condition=Q(state__in=InvitationState.values), name="invitation_state_known"),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values)
                & (Q(kind=InvitationKind.TEAM) | Q(role=MembershipRole.OWNER)),
                name="invitation_role_fits",
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.OPEN, ended_at__isnull=True)
                | ~Q(state=InvitationState.OPEN) & Q(ended_at__isnull=False),
                name="invitation_ended_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        return self.state == InvitationState.OPEN and not self.is_late

    @property
    def is_late(self) -> bool:
        return self.state == InvitationState.OPEN and self.expires_at <= timezone.now()
