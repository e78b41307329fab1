"""Alerts: a question that somebody asked to be told the answers to, by e-mail."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class Alert(models.Model):
    """An address, a question of a place (canonical query string) and how often. Sent only once it is confirmed.

    `uuid` stands in the links of its mails: whoever holds one may confirm or end it, and nothing else.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="alerts")
    question = models.CharField(max_length=1000, blank=True, default="")
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.WEEKLY)
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["email", "place", "question"], name="alert_once"),
            models.CheckConstraint(condition=Q(frequency__in=Frequency.values), name="alert_frequency_known"),
        ]
        indexes = [models.Index(fields=["sent_at"], condition=Q(confirmed_at__isnull=False), name="alert_due")]

    def __str__(self) -> str:
        return str(self.uuid)
