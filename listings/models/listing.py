"""Listings: what is on, offered or needed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from listings.schedules.schedule import Schedule
from mapping.models import LocationPrecision, Node, NodeKind, NodeQuerySet, NodeState


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


class Repeats(models.TextChoices):
    NEVER = "", _("Once")
    WEEKLY = "weekly", _("Every week")


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
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    repeats = models.CharField(max_length=10, choices=Repeats, blank=True, default="")
    repeats_until = models.DateField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="listing_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(repeats=Repeats.NEVER) | Q(starts_at__isnull=False),
                name="listing_that_repeats_starts",
            ),
            models.CheckConstraint(condition=Q(listing_kind__in=ListingKind.values), name="listing_kind_known"),
        ]

    @classmethod
    def from_db(cls, db, field_names, values):
        listing = super().from_db(db, field_names, values)
        # What was read: only what differs from it was decided by whoever saves.
        listing._read = {name: listing.__dict__.get(name) for name in ("venue_id", "location_precision")}
        return listing

    def save(self, *args, **kwargs) -> None:
        self.kind = NodeKind.ACTIVITY
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
    def schedule(self) -> Schedule | None:
        """Its dates as they were given, on the clocks of the place; None when it has no date."""
        if self.starts_at is None:
            return None
        zone = ZoneInfo(settings.TIME_ZONE)
        starts = self.starts_at.astimezone(zone)
        ends = self.ends_at.astimezone(zone) if self.ends_at else None
        return Schedule(
            first=starts.date(),
            starts=starts.time(),
            ends=ends.time() if ends else None,
            weekly=self.repeats == Repeats.WEEKLY,
            until=self.repeats_until,
            zone=zone,
        )

    @property
    def was_sent_back(self) -> bool:
        return self.state == NodeState.DRAFT and bool(self.decision_note)


class Occurrence(models.Model):
    """One date of a listing, worked out from its schedule."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="occurrences")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "starts_at"], name="occurrence_once"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="occurrence_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.starts_at:%Y-%m-%d %H:%M}"
