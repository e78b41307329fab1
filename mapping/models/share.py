"""What one group shares with the members of another."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class NodeShare(models.Model):
    """A node that only a group sees, offered to the members of another; they see it once that has accepted.

    It counts as long as only the group sees the node; the database ends it when more may.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="shares")
    group = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="shared_with_it")
    offered_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-offered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["node", "group"], name="node_share_once"),
            models.CheckConstraint(condition=~Q(node=F("group")), name="node_share_is_of_another"),
        ]
        indexes = [
            # What `visible_to` asks: the nodes of a few groups, from the index alone.
            models.Index(fields=["group", "node"], condition=Q(accepted_at__isnull=False), name="node_share_accepted")
        ]

    def __str__(self) -> str:
        return str(self.uuid)
