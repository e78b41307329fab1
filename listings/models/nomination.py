"""Nominations: a resident names a group that is not on the map."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mapping.models import Node

from .hold import Hold


class NominationState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a steward")
    ACCEPTED = "accepted", _("Accepted")
    KNOWN = "known", _("It was on the map already")
    REFUSED = "refused", _("Not taken")


class Nomination(models.Model):
    """What a resident, of whom nothing need be known, says of a group. `node` is what became of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="nominations")
    name = models.CharField(max_length=200)
    summary = models.TextField(max_length=1000, blank=True)
    where = models.CharField(max_length=300, blank=True)
    point = models.PointField(srid=4326, null=True, blank=True, spatial_index=False)
    website = models.URLField(max_length=500, blank=True)
    contact_email = models.EmailField(blank=True)
    email = models.EmailField(blank=True, help_text=_("Of whoever nominates it, to learn what becomes of it."))
    language = models.CharField(max_length=10, blank=True, default="")
    held_for = ArrayField(models.CharField(max_length=20, choices=Hold), default=list, blank=True)
    state = models.CharField(max_length=10, choices=NominationState, default=NominationState.WAITING)
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.SET_NULL, related_name="nominations")
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="nominations_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="nomination_has_name"),
            models.CheckConstraint(condition=Q(state__in=NominationState.values), name="nomination_state_known"),
            models.CheckConstraint(
                condition=Q(state=NominationState.WAITING, decided_at__isnull=True)
                | ~Q(state=NominationState.WAITING) & Q(decided_at__isnull=False),
                name="nomination_decided_some_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=NominationState.REFUSED) | ~Q(reason=""), name="nomination_refused_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="nomination_waiting")]

    def __str__(self) -> str:
        return self.name
