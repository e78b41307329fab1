"""Who changed what, and when. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper


@dataclass(frozen=True)
class Actor:
    """Who makes a change: a person, or a command by its name."""

    label: str
    user: Any = None

    @classmethod
    def of(cls, user) -> Actor:
        return cls(label=user.get_username(), user=user)

    @classmethod
    def command(cls, name: str) -> Actor:
        return cls(label=f"command {name}")


class AuditEntry(models.Model):
    """One change: a person or a command, a verb, a target, and what it did in numbers or values."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.CharField(max_length=200, help_text="Who, in words that outlive the account.")
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200, blank=True)
    target_uuid = models.UUIDField(null=True, blank=True, db_index=True)
    place = models.ForeignKey("mapping.Place", null=True, on_delete=models.SET_NULL, related_name="audit_entries")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
        indexes = [
            # What the stewards of a place read, a page at a time.
            models.Index(fields=["place", "-at", "-id"], name="audit_of_place"),
            # What one person did, and what was done with one thing, by how their names begin in either case.
            models.Index(OpClass(Upper("actor"), name="text_pattern_ops"), name="audit_actor"),
            models.Index(OpClass(Upper("target"), name="text_pattern_ops"), name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.target}"
