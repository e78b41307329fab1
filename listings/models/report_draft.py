"""What somebody has typed of a report and not sent yet."""

from __future__ import annotations

import uuid

from django.db import models


class ReportDraft(models.Model):
    """One report in the making, without an account and without a cookie: whoever holds the address goes on with it.

    `uuid` stands in the addresses of its screens, is guessed by nobody, and becomes the report's: so sending it twice
    makes one report. The row goes when the letter is on its way; while it is there, the letter is not.
    """

    uuid = models.UUIDField(default=uuid.uuid4, primary_key=True, editable=False)
    # Title, words, what is on the photo, name; as typed.
    typed = models.JSONField(default=dict)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    photo = models.OneToOneField(
        "listings.ReportPhoto", null=True, blank=True, on_delete=models.SET_NULL, related_name="draft"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        ordering = ["-updated_at", "pk"]

    def __str__(self) -> str:
        return str(self.typed.get("title") or self.uuid)
