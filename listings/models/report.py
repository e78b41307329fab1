"""Reports: something in a place needs care, where, and how far it has come. They are no nodes (docs/adr/0026)."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mapping.models import Viewer


class ReportStatus(models.TextChoices):
    OPEN = "open", _("Open")
    IN_HAND = "in-hand", _("In hand")
    FIXED = "fixed", _("Fixed")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Open again")


# As Open311 (GeoReport v2) has it: a report is open or closed.
OPEN_STATUSES = (ReportStatus.OPEN, ReportStatus.IN_HAND, ReportStatus.REOPENED)
CLOSED_STATUSES = (ReportStatus.FIXED, ReportStatus.CLOSED)


class Teller(models.TextChoices):
    """Who says something about a report."""

    REPORTER = "reporter", _("whoever reported it")
    BODY = "body", _("those who look after it")
    STEWARD = "steward", _("a steward")


class ReportQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> ReportQuerySet:
        """Only what `viewer` may see: what is confirmed, and neither hidden nor held; stewards see that too."""
        confirmed = self.filter(confirmed_at__isnull=False)
        if viewer.sees_everything:
            return confirmed
        public = Q(hidden_at__isnull=True, held_for="")
        if viewer.steward_of:
            public |= Q(place_id__in=viewer.steward_of)
        return confirmed.filter(public)

    def public(self) -> ReportQuerySet:
        """What everybody sees."""
        return self.filter(confirmed_at__isnull=False, hidden_at__isnull=True, held_for="")

    def still_open(self) -> ReportQuerySet:
        return self.filter(status__in=OPEN_STATUSES)


class Report(models.Model):
    """One thing that needs care. Public once whoever reported it has confirmed their address (`confirmed_at`).

    `uuid` is its public address; what lets somebody act stands in `ReportFollower` and `ReportDelivery`.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="reports")
    category = models.ForeignKey("listings.ReportCategory", on_delete=models.PROTECT, related_name="reports")
    node = models.ForeignKey("mapping.Node", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    # Geography: distances are metres, and one index answers "what is near".
    point = models.PointField(srid=4326, geography=True)
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=2000)
    name = models.CharField(max_length=100, blank=True)
    show_name = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True, default="")
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.OPEN)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    # Why a steward has to look at it first; empty for most.
    held_for = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When whoever reported it was last asked whether it is still there.
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="report_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED_STATUSES, closed_at__isnull=False)
                | Q(status__in=OPEN_STATUSES, closed_at__isnull=True),
                name="report_closed_when_closed",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(words=""), name="report_says_something"),
            models.CheckConstraint(condition=~Q(duplicate_of=F("id")), name="report_no_duplicate_of_itself"),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | Q(status=ReportStatus.CLOSED),
                name="report_duplicate_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="report_closed_after_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "-confirmed_at"],
                condition=Q(confirmed_at__isnull=False, hidden_at__isnull=True),
                name="report_of_place",
            ),
            models.Index(fields=["created_at"], condition=Q(confirmed_at__isnull=True), name="report_unconfirmed"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="report_closed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.uuid])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_public(self) -> bool:
        return self.confirmed_at is not None and self.hidden_at is None and not self.held_for

    @property
    def reporter_name(self) -> str:
        """The name of whoever reported it, where they want it shown."""
        return self.name if self.show_name else ""


class ReportUpdate(models.Model):
    """What somebody said of a report, and what its status is since then (empty: as before)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="updates")
    by = models.CharField(max_length=10, choices=Teller)
    # The name of the body, in words that outlive it.
    by_name = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="report_updates"
    )
    status = models.CharField(max_length=10, choices=ReportStatus, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(by__in=Teller.values), name="report_update_by_known"),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=ReportStatus.values), name="report_update_status_known"
            ),
            models.CheckConstraint(condition=~Q(status="", words=""), name="report_update_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.by} {self.status}"
