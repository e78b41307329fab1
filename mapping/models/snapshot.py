"""The network of a place as it was worked out for one revision: layout, measures, words."""

from __future__ import annotations

from django.db import models


class GraphSnapshot(models.Model):
    """What `build_graph` stored for everybody to see (public connections only)."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="snapshots")
    revision = models.PositiveBigIntegerField()
    viewer = models.CharField(
        max_length=64, default="public", db_default="public", help_text="Which class of viewers it is for."
    )
    arrays = models.BinaryField(null=True, help_text="The network itself (`graph.snapshot`), packed.")
    payload = models.JSONField(
        help_text="nodes: uuid, name, group, x, y, degree, community; edges: pairs of positions; findings."
    )
    built_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["place", "revision", "viewer"], name="snapshot_once_for_viewers"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}.{self.revision}"
