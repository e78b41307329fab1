"""Two records that may be one thing: kept for a human, never merged by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CandidateState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SAME = "same", _("The same")
    DIFFERENT = "different", _("Different")


class MatchCandidate(models.Model):
    """A pair, `first` being the older record, with the reason and a score from 0 to 1."""

    first = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=CandidateState, default=CandidateState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-score"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="candidate_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="candidate_two_nodes"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="candidate_score_range"),
        ]
        indexes = [
            # The likeliest that wait, a page at a time.
            models.Index(F("score").desc(), "id", condition=Q(state=CandidateState.WAITING), name="candidate_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"
