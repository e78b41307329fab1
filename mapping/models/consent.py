"""A person's consent to stand on the map and in the network, as it was given."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class ConsentQuerySet(models.QuerySet):
    def live(self) -> ConsentQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """The wording somebody agreed to and the day. A node of kind person is live only while one is not withdrawn.

    The database keeps that (triggers `node_person_needs_consent` and `consent_withdrawn`). `token` opens the
    page on which the person themself takes it back, without an account.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=64, unique=True, editable=False)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="consents")
    wording = models.TextField()
    given_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When a steward looked at the texts that name somebody whose consent had ended.
    texts_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(wording=""), name="consent_has_wording"),
            models.UniqueConstraint(fields=["node"], condition=Q(withdrawn_at__isnull=True), name="consent_live_once"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id}: {self.given_on}"
