"""Feeds: calendars and lists that a group keeps elsewhere and that we read."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.models import Node


class FeedFormat(models.TextChoices):
    ICALENDAR = "icalendar", _("Calendar (iCalendar)")
    CSV = "csv", _("Table (CSV)")
    GEOJSON = "geojson", _("Map (GeoJSON)")
    SYNDICATION = "syndication", _("News, podcast (RSS, Atom)")
    LINKED_DATA = "linked-data", _("Web page with events (schema.org)")


class Feed(models.Model):
    """One address of an organisation that is read from time to time."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("listings.Organisation", on_delete=models.CASCADE, related_name="feeds")
    url = models.URLField(max_length=1000)
    # Empty: found out from what comes.
    format = models.CharField(max_length=20, choices=FeedFormat, blank=True, default="")
    category = models.ForeignKey("mapping.Category", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paused = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # What the last reading left.
    etag = models.CharField(max_length=300, blank=True, default="", editable=False)
    last_modified = models.CharField(max_length=100, blank=True, default="", editable=False)
    content_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    # Why nothing could be read, in a sentence; `problems` are those of single lines: [{"where", "message", "remedy"}].
    failure = models.CharField(max_length=500, blank=True, default="", editable=False)
    problems = models.JSONField(default=list, blank=True, editable=False)
    events = models.PositiveIntegerField(default=0, editable=False)
    # What would come in, read before anything of it is shown: {"events", "titles": [...], "problems": [...]}. While it
    # is there nobody has said yes. Empty once somebody has.
    preview = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "url"], name="feed_once")]
        indexes = [models.Index(fields=["next_read_at"], condition=Q(paused=False), name="feed_due")]

    def __str__(self) -> str:
        return self.url

    @property
    def is_awaited(self) -> bool:
        """Whether somebody has still to say that its events may come in."""
        return self.preview is not None

    @property
    def is_file(self) -> bool:
        """Whether it was a file, read once."""
        return self.url.startswith("file:")


class FeedItem(models.Model):
    """One event of a feed, by its UID, and the listing that it became. `read` is what the feed said last."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="items")
    uid = models.CharField(max_length=500)
    listing = models.OneToOneField(
        "listings.Listing", null=True, blank=True, on_delete=models.SET_NULL, related_name="feed_item"
    )
    sequence = models.IntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    # The event as it came, to work out its dates further on; and its location in words, to match a venue.
    read = models.TextField(blank=True, default="")
    location_text = models.CharField(max_length=500, blank=True, default="")
    venue_confidence = models.FloatField(null=True, blank=True)
    # Fields that somebody changed here: what the feed says of them is not taken over.
    local_fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "uid"], name="feed_item_once")]

    def __str__(self) -> str:
        return self.uid


class VenueAlias(models.Model):
    """What a group calls a venue in its calendar. `text` is folded: case, spaces and signs do not count."""

    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "listings.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="venue_aliases"
    )
    text = models.CharField(max_length=300)
    # None: it is no venue that we know, and was said to be none.
    venue = models.ForeignKey(Node, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    taught_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "organisation", "text"], nulls_distinct=False, name="venue_alias_once"
            )
        ]

    def __str__(self) -> str:
        return self.text
