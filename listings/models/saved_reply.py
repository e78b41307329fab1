"""Saved replies: what stewards of a place write again and again, kept to be chosen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedReply(models.Model):
    """A title to choose by, and the words that are sent. Belongs to a place; its stewards share it."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="saved_replies")
    title = models.CharField(_("Title"), max_length=80)
    text = models.CharField(_("Words"), max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name_plural = "saved replies"
        constraints = [
            models.UniqueConstraint(fields=["place", "title"], name="saved_reply_once"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="saved_reply_says_something"),
        ]

    def __str__(self) -> str:
        return self.title
