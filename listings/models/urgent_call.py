"""Urgent calls: "something is wrong now", said in a space and sent to two people at once."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .space import ContactRole, Space


class UrgentCall(models.Model):
    """What somebody said, and whose space it was in. `uuid` is the form's: sent twice it is one call."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="urgent_calls")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="urgent_calls"
    )
    text = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["by", "created_at"], name="urgent_call_by")]

    def __str__(self) -> str:
        return str(self.uuid)


class UrgentCopy(models.Model):
    """A call as one of the two has it: with their own link, whether it was sent, and when they said they have it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(UrgentCall, on_delete=models.CASCADE, related_name="copies")
    role = models.CharField(max_length=10, choices=ContactRole)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    sent = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "role"], name="urgent_copy_once"),
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="urgent_copy_role_known"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
