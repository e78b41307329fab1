"""Why a job failed. The queue itself (procrastinate) keeps that it failed, and no reason."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class JobFailure(models.Model):
    """One try of a job that did not succeed. `job` is the number of the queue's row, which may be deleted before this.

    Never what was in the records: of an exception its name and the first line of its message.
    """

    job = models.BigIntegerField(db_index=True)
    task = models.CharField(max_length=128)
    attempt = models.PositiveIntegerField()
    error = models.TextField()
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.task} {self.job}: {self.error}"
