"""Photos of reports: always a fresh file of our own, shown to others only when it may be."""

from __future__ import annotations

import secrets
from uuid import uuid4

from django.db import models
from django.db.models import Q

FOLDER = "reports"


def _file_name(photo: ReportPhoto, given: str) -> str:
    # Nobody guesses it, and nothing of the name that the file had is kept. nginx serves nothing of this folder.
    return f"{FOLDER}/{secrets.token_hex(24)}.jpg"


class ReportPhoto(models.Model):
    """One photo. Without a report it was sent with a form that had mistakes, and waits for the form to come again."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    report = models.OneToOneField(
        "listings.Report", null=True, blank=True, on_delete=models.CASCADE, related_name="photo"
    )
    file = models.FileField(upload_to=_file_name, max_length=120)
    alt = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    # The public sees it from then on.
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="report_photo_has_a_size"),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True) | Q(report__isnull=False), name="report_photo_shown_with_report"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(report__isnull=True), name="report_photo_loose")]

    def __str__(self) -> str:
        return str(self.uuid)
