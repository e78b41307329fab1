"""When a node is open in an ordinary week."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class OpeningHours(models.Model):
    """One spell of one weekday (0 = Monday), in minutes since midnight, local time of the place.

    `closes` may pass midnight (up to 48 hours). Both empty: open that day, hours not known.
    """

    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField(null=True, blank=True)
    closes = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(
                    opens__isnull=False,
                    closes__isnull=False,
                    opens__lt=1440,
                    closes__gt=F("opens"),
                    closes__lte=2880,
                ),
                name="hours_in_order",
            ),
            models.UniqueConstraint(
                fields=["node", "weekday", "opens"], nulls_distinct=False, name="hours_once"
            ),
        ]
        indexes = [models.Index(fields=["weekday", "opens", "closes", "node"], name="hours_open")]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"
