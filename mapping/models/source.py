"""Where records came from, and which record of a source became which node."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceHealth(models.TextChoices):
    GOOD = "good", _("Read without trouble")
    PROBLEMS = "problems", _("Read, some rows refused")
    FAILED = "failed", _("Could not be read")
    UNREAD = "unread", _("Not read yet")


class Source(models.Model):
    """A dataset, a feed or a document: who publishes it and on what terms."""

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=100, blank=True)
    licence_url = models.URLField(blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=500, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    health = models.CharField(max_length=10, choices=SourceHealth, default=SourceHealth.UNREAD)
    health_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class SourceRecord(models.Model):
    """One row of a source and the node it became; `digest` tells whether the row has changed."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="records")
    key = models.CharField(max_length=200)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="records")
    digest = models.CharField(max_length=64)
    merged = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It was another node's, which was merged into this one: what the row says fills gaps only.",
    )
    read_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="source_record_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.key}"


class Identifier(models.Model):
    """A name that a register gave to a node: GB-CHC (charity), GB-COH (company), UPRN, URN, OSM..."""

    scheme = models.CharField(max_length=40)
    value = models.CharField(max_length=100)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="identifiers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}-{self.value}"
