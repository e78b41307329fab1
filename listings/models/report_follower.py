"""Who is told what becomes of a report: whoever reported it, and those who asked to be told."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q


class ReportFollower(models.Model):
    """An address that is written to about one report. `uuid` stands in its letters: whoever holds it may confirm, stop,
    and, if it is the reporter's, say how it stands. Deleted some months after the report is closed.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    report = models.ForeignKey("listings.Report", on_delete=models.CASCADE, related_name="followers")
    email = models.EmailField()
    is_reporter = models.BooleanField(default=False)
    # "Me too", and not only "tell me about it".
    me_too = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The last update that they were written to about.
    last_sent = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "email"], name="report_follower_once"),
            models.UniqueConstraint(fields=["report"], condition=Q(is_reporter=True), name="report_has_one_reporter"),
            models.CheckConstraint(condition=~Q(is_reporter=True, me_too=True), name="report_reporter_is_not_me_too"),
        ]
        indexes = [models.Index(fields=["email"], name="report_follower_email")]

    def __str__(self) -> str:
        return f"a follower of {self.report_id}"
