"""How much of what a place says has been confirmed in time, counted by a job."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class PlaceFreshness(models.Model):
    """`fresh` of `counted` records of a place that somebody looks after were confirmed in time."""

    place = models.OneToOneField("mapping.Place", on_delete=models.CASCADE, primary_key=True, related_name="freshness")
    counted = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    # Records of open data that nobody here looks after and nobody has confirmed for two years.
    long_unconfirmed = models.PositiveIntegerField(default=0, db_default=0)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fresh__lte=F("counted")), name="freshness_is_a_share")]

    def __str__(self) -> str:
        return f"{self.fresh} of {self.counted}"

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, rounded down so that 100 means all; None where nothing was counted."""
        return self.fresh * 100 // self.counted if self.counted else None
