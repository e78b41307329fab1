"""The dates of listings, worked out from their schedules."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import SpGistIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.lookups import GreaterThan

from mapping.models import Node

# Longer than that something takes days; few do, and a calendar asks for these alone.
LONG = GreaterThan(F("until_at") - F("starts_at"), Value(timedelta(days=1)))


class OccurrenceQuerySet(models.QuerySet):
    def on(self) -> OccurrenceQuerySet:
        """Those that take place."""
        return self.exclude(status=Occurrence.Status.CANCELLED)

    def during(self, start: datetime, end: datetime) -> OccurrenceQuerySet:
        """Those under way at some time from `start` up to `end` (aware)."""
        # The bounds one by one as well: an index that begins with the listing answers without reading rows.
        return self.filter(period__overlap=(start, end), starts_at__lt=end, until_at__gt=start)

    def long(self) -> OccurrenceQuerySet:
        """Those that last more than a day."""
        return self.filter(LONG)

    def not_over(self, now: datetime) -> OccurrenceQuerySet:
        return self.filter(until_at__gt=now)


class Occurrence(models.Model):
    """One date of a listing, worked out from its schedule. A cancelled one stays, to be shown as such.

    `original` is its local start by the rule (`Span.key`): what tells it from the others, also when it was moved.
    `until_at` is when it is over: its end, or when that is plausible where nobody said.
    """

    class Status(models.TextChoices):
        ON = "on", "On"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"

    listing = models.ForeignKey(
        "listings.Listing", on_delete=models.CASCADE, related_name="occurrences", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    until_at = models.DateTimeField()
    original = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status, default=Status.ON)
    all_day = models.BooleanField(default=False)
    venue = models.ForeignKey(Node, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    where = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    period = models.GeneratedField(
        expression=models.Func(F("starts_at"), F("until_at"), function="tstzrange"),
        output_field=DateTimeRangeField(),
        db_persist=True,
    )

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "original"], name="occurrence_of_original_once"),
            models.CheckConstraint(condition=Q(until_at__gt=F("starts_at")), name="occurrence_over_after_start"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="occurrence_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["listing", "starts_at"], include=["until_at", "status"], name="occurrence_of_listing"),
            SpGistIndex(fields=["period"], name="occurrence_period"),
            models.Index(fields=["starts_at"], name="occurrence_starts"),
            models.Index(fields=["starts_at"], condition=Q(LONG), name="occurrence_long"),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.starts_at:%Y-%m-%d %H:%M}"
