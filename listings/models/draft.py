"""What somebody has typed and not sent yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class PostDraft(models.Model):
    """One listing in the making. A row of its own, so that two tabs never write over one another.

    `uuid` becomes the listing's, so that sending a draft twice makes one listing. `owner` is a secret of the session
    that began it; whoever was signed in finds it again after that session has ended. `listing` is the listing that is
    being changed, for an edit that could not be taken yet.
    """

    uuid = models.UUIDField(default=uuid.uuid4, primary_key=True, editable=False)
    owner = models.CharField(max_length=64, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="post_drafts"
    )
    place = models.SlugField(max_length=80, blank=True)
    listing = models.UUIDField(null=True, blank=True)
    typed = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        ordering = ["-updated_at", "pk"]

    def __str__(self) -> str:
        return str(self.typed.get("name") or self.uuid)
