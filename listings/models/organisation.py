"""Organisations: nodes that can post, own listings and have members."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mapping.models import Node, NodeKind, NodeQuerySet


class Organisation(Node):
    """A group, charity, council, company: kind `organisation`."""

    trusted = models.BooleanField(
        default=False, help_text=_("What it posts is published at once and reviewed afterwards.")
    )

    # Since when nobody looks after it who once did: its last owner left, or deleted their account.
    orphaned_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)

    objects = NodeQuerySet.as_manager()

    def save(self, *args, **kwargs) -> None:
        self.kind = NodeKind.ORGANISATION
        super().save(*args, **kwargs)


class MembershipRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")


EDITING_ROLES = (MembershipRole.OWNER, MembershipRole.EDITOR)


class Membership(models.Model):
    """A person's part in an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=MembershipRole)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=MembershipRole.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} of {self.organisation}"

    @classmethod
    def groups_of(cls, user_id: int) -> models.QuerySet:
        """Ids of the nodes of the organisations that a user belongs to."""
        return cls.objects.filter(user_id=user_id).values_list("organisation_id", flat=True)

    @classmethod
    def edited_by(cls, user_id: int) -> set[int]:
        """Ids of the nodes of the organisations that a user may speak for."""
        edited = cls.objects.filter(user_id=user_id, role__in=EDITING_ROLES)
        return set(edited.values_list("organisation_id", flat=True))
