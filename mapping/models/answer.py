"""What a job made for a question that is too large to be answered at once."""

from __future__ import annotations

from django.db import models


class AnswerState(models.TextChoices):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Answer(models.Model):
    """One question about a place, as one class of viewers may know the answer.

    `key` is a digest of the question, of the class of viewers among it (`answers.question`). `stamps` are the revisions
    `[place id, number, raised at]` of every place that the answer tells of: when one of them has been raised since, it
    is never shown again. `unnumbered` are places without a revision. A small answer is in `body`, a large one in
    `file`.
    """

    key = models.CharField(max_length=64, unique=True)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    viewer = models.CharField(max_length=64, help_text="Which class of viewers it is for.")
    question = models.JSONField(help_text="What was asked, so that a job can ask it again.")
    state = models.CharField(max_length=8, choices=AnswerState, default=AnswerState.PENDING)
    asker = models.CharField(
        max_length=32, blank=True, default="", help_text="Who waits for it, as a digest; empty when nobody does."
    )
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True, help_text="How long the job took.")
    stamps = models.JSONField(default=list)
    unnumbered = models.JSONField(default=list)
    status = models.PositiveSmallIntegerField(default=200)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    file = models.CharField(max_length=120, blank=True, default="", help_text="Below SNAPSHOT_ROOT/exports.")
    size = models.PositiveBigIntegerField(default=0, help_text="In bytes.")
    digest = models.CharField(max_length=32, blank=True, default="")
    error = models.TextField(blank=True, default="", help_text="For the steward: what went wrong.")

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="answer_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]} ({self.state})"
