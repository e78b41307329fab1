"""What a person may do in a place."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceRoleKind(models.TextChoices):
    MEMBER = "member", _("Member")
    WEAVER = "weaver", _("Network weaver")
    STEWARD = "steward", _("Steward")


class PlaceRole(models.Model):
    """A person's standing in a place. Members see what members may see; stewards approve."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="place_roles")
    role = models.CharField(max_length=10, choices=PlaceRoleKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "user"], name="place_role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} of {self.place}"
