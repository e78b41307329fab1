"""Documents that statements point to as evidence, each kept once however its address was written."""

from __future__ import annotations

import uuid

from django.db import models


class Document(models.Model):
    """A page or file on the web. `address` is what readers follow, `key` what makes two addresses the same one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.URLField(max_length=500)
    key = models.CharField(max_length=500, unique=True)
    title = models.CharField(max_length=300, blank=True)
    source = models.ForeignKey(
        "mapping.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="documents"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title or self.address
