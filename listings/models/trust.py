"""Whom the stewards of a place trust."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TrustLevel(models.TextChoices):
    """How far a person is known in a place. Only `TRUSTED` is kept; the others follow from what is there."""

    NEW = "new", _("New")
    KNOWN = "known", _("Known")
    TRUSTED = "trusted", _("Trusted")
    STEWARD = "steward", _("Steward")


class Trust(models.Model):
    """What this person posts in this place is live at once, and looked over afterwards. A steward said so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trusts")
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="trusts")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="trusts_given"
    )
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "place"], name="trust_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.place}"
