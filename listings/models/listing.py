"""Listings: what is on, offered or needed."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listings.schedules.schedule import Schedule as Dates
from mapping.models import LocationPrecision, Node, NodeKind, NodeQuerySet, NodeState

from .hold import Hold


class ListingKind(models.TextChoices):
    EVENT = "event", _("Event")
    ACTIVITY = "activity", _("Regular activity")
    SERVICE = "service", _("Service")
    SPACE = "space", _("Space to use")
    OFFER = "offer", _("Offer")
    NEED = "need", _("Need")
    VOLUNTEERING = "volunteering", _("Volunteering")
    NOTICE = "notice", _("Notice")


# What triggers bring in line with the venue and the organiser.
FOLLOWING = (
    "location", "location_source", "location_precision", "address", "postcode", "search_extra", "own_precision",
)  # fmt: skip


class Listing(Node):
    """Something a group posts. The node's kind is `activity`.

    At a venue its place, address and postcode are the venue's, as far as all who see the listing may know them, and
    it is found by the names of its venue and organiser on the same condition. Triggers keep that (migration 0005),
    whoever writes and whichever of the records changes.
    """

    listing_kind = models.CharField(max_length=20, choices=ListingKind)
    organiser = models.ForeignKey(
        "listings.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="listings",
    )
    organiser_name = models.CharField(max_length=200, blank=True)
    online = models.BooleanField(default=False)
    venue = models.ForeignKey(Node, null=True, blank=True, on_delete=models.SET_NULL, related_name="hosted_listings")
    # When its last date is over; empty while there is no last one. `over_at` is that or `expires_at`.
    dates_over_at = models.DateTimeField(null=True, blank=True, editable=False)
    cost = models.CharField(max_length=200, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="listings_posted",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(max_length=500, blank=True)
    # Why the guard of the form wants a person to read it first; empty for most.
    held_for = ArrayField(
        models.CharField(max_length=20, choices=Hold), default=list, db_default=[], blank=True, editable=False
    )
    # How exactly the poster or a steward lets it be known; `location_precision` is that or the venue's, if coarser.
    own_precision = models.CharField(
        max_length=10,
        choices=LocationPrecision,
        default=LocationPrecision.EXACT,
        db_default=LocationPrecision.EXACT,
        editable=False,
    )

    objects = NodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(listing_kind__in=ListingKind.values), name="listing_kind_known"),
            models.CheckConstraint(
                condition=Q(held_for__contained_by=list(Hold.values)), name="listing_held_for_known"
            ),
        ]

    @classmethod
    def from_db(cls, db, field_names, values):
        listing = super().from_db(db, field_names, values)
        # What was read: only what differs from it was decided by whoever saves.
        listing._read = {name: listing.__dict__.get(name) for name in ("venue_id", "location_precision")}
        return listing

    def save(self, *args, **kwargs) -> None:
        self.kind = NodeKind.ACTIVITY
        self.over_at = self.end_in_lists
        read = getattr(self, "_read", {})
        if self.location_precision != read.get("location_precision"):
            self.own_precision = self.location_precision
        if not self._state.adding and self.venue_id != read.get("venue_id"):
            # Before the place is written: else it would be taken for one that the old venue's has to replace.
            Listing.objects.filter(pk=self.pk).update(venue=self.venue_id)
            if self.location_precision == read.get("location_precision"):
                self.refresh_from_db(fields=["location_precision"])
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=FOLLOWING)
        self._read = {"venue_id": self.venue_id, "location_precision": self.location_precision}

    @property
    def end_in_lists(self) -> datetime.datetime | None:
        """When it leaves the lists: after its last date, or when it expires, whichever is first."""
        return min((it for it in (self.dates_over_at, self.expires_at) if it is not None), default=None)

    @property
    def schedule(self) -> Dates | None:
        """Its dates as a value, on the clocks of their own time zone; None when it has no date. Two queries at most."""
        row = getattr(self, "schedule_row", None)
        return row.dates if row is not None else None

    @property
    def has_dates_from_elsewhere(self) -> bool:
        """Whether it has dates, though no schedule of ours: a calendar that is read gave them one by one."""
        return self.schedule is None and self.occurrences.exists()

    @property
    def was_sent_back(self) -> bool:
        return self.state == NodeState.DRAFT and bool(self.decision_note)
