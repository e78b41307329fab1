"""A way of looking at a network that somebody named, with an address of its own."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from .node import Visibility
from .viewer import Viewer


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> SavedViewQuerySet:
        """Views that `viewer` may open. What they show is still only what the viewer may see."""
        if viewer.sees_everything:
            return self
        allowed = Q(visibility=Visibility.PUBLIC)
        if viewer.place_ids:
            allowed |= Q(visibility=Visibility.MEMBERS, place_id__in=viewer.place_ids)
        return self.filter(allowed)


class SavedView(models.Model):
    """`state` holds the parameters of `mapping.network.view.state.NetworkView`, as they stand in a URL."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="saved_views")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    text = models.TextField(blank=True, max_length=2000)
    state = models.JSONField(default=dict, blank=True)
    visibility = models.CharField(
        max_length=10,
        choices=[(it.value, it.label) for it in (Visibility.PUBLIC, Visibility.MEMBERS)],
        default=Visibility.PUBLIC,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["place", "slug"], name="saved_view_slug_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
            models.CheckConstraint(
                condition=Q(visibility__in=[Visibility.PUBLIC, Visibility.MEMBERS]), name="saved_view_visibility"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.place.get_absolute_url()}network/views/{self.slug}/"
