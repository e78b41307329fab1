"""When a listing is on, as a record: `listings.schedules.schedule.Schedule` in columns, its one-off changes as rows."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change, Slot
from listings.schedules.schedule import Schedule as Dates
from mapping.models import Node
from mapping.models.place import Nation, default_timezone


class Schedule(models.Model):
    """One a listing. `sequence` is raised with each change of it: calendars that follow see which is newer.

    `times` is a list of `["10:00", "11:30", 0]`: start, end ("" when nobody said), nights until the end; empty: all
    day, for `days` days. `rule` is an RRULE value of dates.
    """

    listing = models.OneToOneField(
        "listings.Listing", on_delete=models.CASCADE, primary_key=True, related_name="schedule_row"
    )
    timezone = models.CharField(max_length=64, default=default_timezone)
    first_on = models.DateField()
    days = models.PositiveSmallIntegerField(default=1)
    times = models.JSONField(default=list, blank=True)
    rule = models.CharField(max_length=300, blank=True, default="")
    also_on = ArrayField(models.DateField(), default=list, blank=True)
    not_on = ArrayField(models.DateField(), default=list, blank=True)
    not_in_months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    not_on_holidays = models.BooleanField(default=False)
    nation = models.CharField(max_length=20, choices=Nation, blank=True, default="")
    sequence = models.PositiveIntegerField(default=0)
    # To which date its occurrences are on record; with a rule that goes on, a job carries it further.
    kept_until = models.DateField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(days__gte=1), name="schedule_has_a_day")]

    def __str__(self) -> str:
        return f"{self.first_on} {self.rule}".strip()

    @property
    def dates(self) -> Dates:
        """As a value that can be worked with. One query, for the changes; none where they are prefetched."""
        return Dates(
            first=self.first_on,
            times=tuple(Slot(time.fromisoformat(a), time.fromisoformat(b) if b else None, n) for a, b, n in self.times),
            zone=ZoneInfo(self.timezone),
            days=self.days,
            repeat=Repeat.parse(self.rule) if self.rule else None,
            also_on=tuple(self.also_on),
            not_on=tuple(self.not_on),
            not_in_months=tuple(self.not_in_months),
            not_on_holidays=self.not_on_holidays,
            nation=self.nation,
            changes=tuple(it.as_change for it in self.changes.all()),
        )

    def take(self, dates: Dates) -> None:
        """Take over everything but the changes, which are rows of their own."""
        self.timezone = dates.zone.key
        self.first_on, self.days = dates.first, dates.days
        self.times = [
            [f"{it.starts:%H:%M}", f"{it.ends:%H:%M}" if it.ends is not None else "", it.nights] for it in dates.times
        ]
        self.rule = dates.repeat.text if dates.repeat else ""
        self.also_on, self.not_on = list(dates.also_on), list(dates.not_on)
        self.not_in_months, self.not_on_holidays = list(dates.not_in_months), dates.not_on_holidays
        self.nation = dates.nation


class ScheduleChange(models.Model):
    """One date that is different: cancelled, at another time, or elsewhere. Times are local."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="changes")
    # The local start that it has by the rule, as iCalendar's RECURRENCE-ID has it: `2026-12-08T10:00`.
    original = models.CharField(max_length=16)
    cancelled = models.BooleanField(default=False)
    starts = models.CharField(max_length=16, blank=True, default="")
    ends = models.CharField(max_length=16, blank=True, default="")
    venue = models.ForeignKey(Node, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    where = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["original"]
        constraints = [models.UniqueConstraint(fields=["schedule", "original"], name="schedule_change_once")]

    def __str__(self) -> str:
        return self.original

    @property
    def as_change(self) -> Change:
        return Change(
            original=datetime.fromisoformat(self.original),
            cancelled=self.cancelled,
            starts=datetime.fromisoformat(self.starts) if self.starts else None,
            ends=datetime.fromisoformat(self.ends) if self.ends else None,
            venue=self.venue_id,
            where=self.where,
            note=self.note,
        )
