"""What somebody looked for and did not find, as they told it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class MissingReport(models.Model):
    """`looked_for` in their words; `alike` the same without case, accents and order, to count who asks alike."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="missing_reports")
    looked_for = models.CharField(max_length=200)
    alike = models.CharField(max_length=200)
    words = models.TextField(max_length=1000, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "alike", "email"],
                condition=Q(answered_at__isnull=True) & ~Q(email=""),
                name="missing_of_address_once",
            ),
            models.CheckConstraint(condition=~Q(looked_for=""), name="missing_says_what"),
        ]
        indexes = [
            models.Index(fields=["place", "alike"], condition=Q(answered_at__isnull=True), name="missing_open"),
        ]

    def __str__(self) -> str:
        return self.looked_for
