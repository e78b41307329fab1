"""Duty: how a steward is told by e-mail that something waits in a place, and on which days."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AtOnce(models.TextChoices):
    NOTHING = "nothing", _("Nothing")
    URGENT = "urgent", _("Only what cannot wait")
    ALL = "all", _("Everything, as it comes (not at night)")


class Digest(models.TextChoices):
    NEVER = "never", _("Never")
    DAILY = "daily", _("Every morning on which something waits")
    WEEKLY = "weekly", _("Once a week, if something waits")


class Duty(models.Model):
    """One steward in one place. `weekdays`: 0 is Monday; empty for who is in no rota.

    `uuid` stands in its letters: whoever holds it may end them, and nothing else. `digest_on`: the day of the last one,
    on the clocks of the place.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties")
    place = models.ForeignKey("mapping.Place", on_delete=models.CASCADE, related_name="duties")
    at_once = models.CharField(max_length=10, choices=AtOnce, default=AtOnce.URGENT)
    digest = models.CharField(max_length=10, choices=Digest, default=Digest.DAILY)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    digest_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["place", "pk"]
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(fields=["user", "place"], name="duty_once"),
            models.CheckConstraint(condition=Q(at_once__in=AtOnce.values), name="duty_at_once_known"),
            models.CheckConstraint(condition=Q(digest__in=Digest.values), name="duty_digest_known"),
            models.CheckConstraint(condition=Q(weekdays__contained_by=list(range(7))), name="duty_weekdays_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.place_id}"


class DutyNotice(models.Model):
    """That a steward was told of one thing, so that it is told once. `key` names it: source and row of the queue."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "key"], name="duty_notice_once")]
        indexes = [models.Index(fields=["at"], name="duty_notice_at")]

    def __str__(self) -> str:
        return self.key
