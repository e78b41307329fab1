"""Two nodes that were made one: what was moved, so that it can be taken back, and where the other address leads."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# For so long a merge can be taken back; then the other node is deleted, and what was kept for that with it.
UNDO_DAYS = 90


class NodeMergeQuerySet(models.QuerySet):
    def standing(self) -> NodeMergeQuerySet:
        """Those that hold: not taken back."""
        return self.filter(undone_at__isnull=True)

    def to_undo(self) -> NodeMergeQuerySet:
        """Those that can still be taken back."""
        since = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
        return self.standing().filter(merged_at__gte=since, purged_at__isnull=True, kept__isnull=False)

    def to_purge(self) -> NodeMergeQuerySet:
        """Those that nobody can take back any more and whose journal is still here."""
        since = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
        return self.filter(purged_at__isnull=True, merged_at__lt=since)


class NodeMerge(models.Model):
    """One merge: `dropped` became `kept`. `journal` holds each row that was changed, as it was (`commands.journal`).

    `chosen` names the fields that the steward took from the dropped node: importing the kept one's file again leaves
    them alone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", null=True, on_delete=models.SET_NULL, related_name="+")
    kept = models.ForeignKey("mapping.Node", null=True, on_delete=models.SET_NULL, related_name="merges")
    dropped = models.ForeignKey("mapping.Node", null=True, on_delete=models.SET_NULL, related_name="+")
    chosen = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    merged_at = models.DateTimeField(default=timezone.now, db_index=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    objects = NodeMergeQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["dropped"], condition=Q(undone_at__isnull=True), name="merge_dropped_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dropped_id} -> {self.kept_id}"

    @property
    def undo_until(self) -> datetime.datetime:
        return self.merged_at + datetime.timedelta(days=UNDO_DAYS)


class NodeRedirect(models.Model):
    """An address that leads to a node: `uuid` was another node's, which is this one now."""

    uuid = models.UUIDField(unique=True)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="redirects")

    def __str__(self) -> str:
        return f"{self.uuid} -> {self.node_id}"
