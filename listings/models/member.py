"""Members: people who belong to a place or a group, by an e-mail address and nothing more."""

from __future__ import annotations

import uuid as uuids

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.models import NodeState

from .space import Space


class MemberState(models.TextChoices):
    ASKED = "asked", _("Has asked")
    MEMBER = "member", _("Member")
    # Refused or removed: kept without a name, so that it is a person who decides when they ask again.
    TURNED_AWAY = "turned-away", _("Turned away")


class Member(models.Model):
    """A person's belonging to a group or a place. Who works for a group has a `Membership` instead.

    `leave_key` stands in the letters to them: whoever holds it may end it, and nothing else.
    """

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    leave_key = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="belongs_to")
    name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=MemberState, default=MemberState.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    since = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="member_once"),
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="member_state_known"),
            models.CheckConstraint(
                condition=Q(state=MemberState.MEMBER, since__isnull=False)
                | ~Q(state=MemberState.MEMBER) & Q(since__isnull=True),
                name="member_since_when_member",
            ),
            models.CheckConstraint(
                condition=~Q(state=MemberState.TURNED_AWAY) | Q(name=""), name="member_turned_away_has_no_name"
            ),
        ]
        indexes = [models.Index(fields=["space", "state", "asked_at"], name="member_of_space")]

    def __str__(self) -> str:
        return str(self.uuid)

    @classmethod
    def groups_of(cls, user_id: int) -> models.QuerySet:
        """Ids of the nodes of the groups whose open spaces a user is a member of."""
        rows = cls.objects.filter(
            user_id=user_id,
            state=MemberState.MEMBER,
            space__opened_at__isnull=False,
            space__organisation__state=NodeState.LIVE,
        )
        return rows.order_by().values_list("space__organisation_id", flat=True)
