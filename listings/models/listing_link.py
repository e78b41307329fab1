"""Where a listing can be followed from elsewhere: a livestream, a recording, a programme. Plain links only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    LIVESTREAM = "livestream", _("Livestream")
    RECORDING = "recording", _("Recording")
    LISTEN = "listen", _("To listen to")
    PROGRAMME = "programme", _("Programme")
    OTHER = "other", _("More about it")


class ListingLink(models.Model):
    """An address elsewhere (https or http) and what is there in words."""

    listing = models.ForeignKey("listings.Listing", on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind, default=LinkKind.LIVESTREAM)
    url = models.URLField(max_length=500)
    words = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "url"], name="listing_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="listing_link_kind_known"),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="listing_link_is_of_the_web"),
        ]

    def __str__(self) -> str:
        return self.url
