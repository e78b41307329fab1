"""Suggestions that somebody has dismissed: "these two need not meet"."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Dismissal(models.Model):
    """One gap that is not to be suggested again. `key` names it whatever the revision (`graph.gaps`)."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="dismissals")
    key = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="dismissal_once")]

    def __str__(self) -> str:
        return self.key
