"""Who looks after what: the kinds of reports of a place, the bodies that put things right, the letters to them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q


class ReportCategory(models.Model):
    """A kind of thing that can be reported in a place, as its stewards have it. `slug` is Open311's service code."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="report_categories")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # One that is no longer offered keeps its reports.
    offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name_plural = "report categories"
        constraints = [
            models.UniqueConstraint(fields=["place", "slug"], name="report_category_once"),
            models.CheckConstraint(condition=~Q(name=""), name="report_category_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ResponsibleBody(models.Model):
    """Who puts things right in a place or a part of it. Written to only after it has confirmed its address.

    `area`: the part of the place; without one the whole. Without categories it takes all of them.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="responsible_bodies")
    area = models.ForeignKey(
        "mapping.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="bodies_of_area"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    categories = models.ManyToManyField(ReportCategory, blank=True, related_name="bodies")
    # Stands in the letter that asks it to confirm; another one for each address.
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "responsible bodies"
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], name="responsible_body_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(email=""), name="responsible_body_can_be_reached"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportDelivery(models.Model):
    """The one letter that tells a body of a report. `uuid` stands in it: with it the body answers.

    It is claimed before it is sent. Claimed and not sent for long: a worker was killed in between, and nobody knows
    whether the letter went out; so it is not sent again but by a steward who decides so.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    report = models.ForeignKey("listings.Report", on_delete=models.CASCADE, related_name="deliveries")
    body = models.ForeignKey(ResponsibleBody, on_delete=models.CASCADE, related_name="deliveries")
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name_plural = "report deliveries"
        constraints = [
            models.UniqueConstraint(fields=["report", "body"], name="report_delivery_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(claimed_at__isnull=False), name="report_delivery_claimed_first"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(claimed_at__isnull=True), name="report_delivery_due")]

    def __str__(self) -> str:
        return f"report {self.report_id} to body {self.body_id}"

    @property
    def is_at_its_body(self) -> bool:
        """Whether it went to the address that the body has confirmed: where that was changed since, it did not."""
        confirmed = self.body.confirmed_at
        return confirmed is not None and (self.claimed_at is None or self.claimed_at >= confirmed)
