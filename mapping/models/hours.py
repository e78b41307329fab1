"""When a node is open: what its source says as an expression, and the intervals that follow from it.

The text as it was written is `Node.hours_text`. `OpeningHours.expression` says the same in OpenStreetMap's
opening_hours notation, with what it does not carry beside it. `OpeningInterval` holds, for the next weeks, when the
node is open or perhaps open; whatever no interval covers is closed. Intervals are worked out from the expression by
`commands.opening_hours`, never written by hand.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import SpGistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .place import Nation, default_timezone

# As they stand in addresses.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# How far ahead intervals are kept at least, in days from today. Further off, expressions are evaluated one by one.
DAYS_AHEAD = 35
# They are worked out so much further each time, so that a node's turn comes once a week.
DAYS_AT_ONCE = 7


class OpenState(models.TextChoices):
    OPEN = "open", _("Open")
    PERHAPS = "perhaps", _("Perhaps open")


class OpeningHoursQuerySet(models.QuerySet):
    def with_questions(self) -> OpeningHoursQuerySet:
        """What a steward should look at: the reader was in doubt, or did not understand something."""
        unanswered = ~Q(questions=[]) | ~Q(not_understood=[]) & Q(by_hand=False)
        return self.filter(unanswered)

    def due(self, today: datetime.date) -> OpeningHoursQuerySet:
        """What has too few intervals ahead on `today`."""
        needed = today + datetime.timedelta(days=DAYS_AHEAD)
        late = Q(filled_until__isnull=True) | Q(filled_until__lt=needed)
        return self.filter(late).exclude(expression="", not_understood=[])


class OpeningHours(models.Model):
    """The opening hours of a node. `expression` may be empty: then only what was not understood is known."""

    node = models.OneToOneField(
        "mapping.Node", on_delete=models.CASCADE, primary_key=True, related_name="opening_hours"
    )
    expression = models.TextField(
        blank=True,
        help_text=_("OpenStreetMap's opening_hours notation, such as Mo-Fr 09:00-17:00; PH off."),
    )
    not_understood = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text=_("What the text says about time and the expression does not."),
    )
    questions = ArrayField(models.TextField(), default=list, blank=True, help_text=_("For a steward to answer."))
    by_hand = models.BooleanField(
        default=False,
        help_text=_("Somebody wrote or checked the expression: an import does not replace it."),
    )
    # Where it lies, as the bank holidays see it, and whose clock counts; both follow its place.
    nation = models.CharField(max_length=20, choices=Nation, blank=True, default="", editable=False)
    timezone = models.CharField(max_length=64, default=default_timezone, editable=False)
    filled_until = models.DateField(null=True, blank=True, editable=False)

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        db_table = "mapping_opening_hours"
        ordering = ["node__name", "node_id"]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        indexes = [models.Index(fields=["filled_until"], name="hours_filled_until")]

    def __str__(self) -> str:
        return self.expression or "; ".join(self.not_understood)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class OpeningIntervalQuerySet(models.QuerySet):
    def state_in(self, perhaps: bool) -> OpeningIntervalQuerySet:
        """Those that are open; with `perhaps` those that may be, too."""
        return self if perhaps else self.filter(state=OpenState.OPEN)


class OpeningInterval(models.Model):
    """A stretch of time, half-open, in which a node is open or perhaps open."""

    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="opening_intervals", db_index=False)
    period = DateTimeRangeField()
    state = models.CharField(max_length=8, choices=OpenState, default=OpenState.OPEN)

    objects = OpeningIntervalQuerySet.as_manager()

    class Meta:
        ordering = ["period"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OpenState.values), name="opening_state_known"),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="opening_period_bounded",
            ),
        ]
        indexes = [
            # For one node after another (a search), and for a moment (everything that is open now).
            models.Index(F("node"), F("period__endswith"), F("period__startswith"), F("state"), name="opening_of_node"),
            SpGistIndex(fields=["period"], name="opening_period"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.period.lower:%a %d %b %H:%M}-{self.period.upper:%H:%M} {self.state}"
