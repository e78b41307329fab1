"""Reminders: somebody was asked whether a record still holds, and what they answered."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mapping.models import Node


class ReminderAct(models.TextChoices):
    ASK = "ask", _("Asked whether it still holds")
    FADE = "fade", _("Told that it fades")
    ARCHIVE = "archive", _("Told that it rests in the archive")


class ReminderAnswer(models.TextChoices):
    TRUE = "true", _("Still true")
    CHANGED = "changed", _("Something has changed")
    FINISHED = "finished", _("It has finished")
    NONE = "", _("Not answered")


class Reminder(models.Model):
    """One question about one record to one address. `since` is the confirmation (or making) that it follows.

    `uuid` stands in its link, `letter` in the one that answers for all of a letter: whoever holds one may answer, and
    nothing else. Without an address it is the stewards of the place who are asked, in their queue.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders"
    )
    email = models.EmailField(blank=True, default="")
    act = models.CharField(max_length=10, choices=ReminderAct, default=ReminderAct.ASK)
    step = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()
    due = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    letter = models.UUIDField(null=True, blank=True, db_index=True)
    answer = models.CharField(max_length=10, choices=ReminderAnswer, blank=True, default=ReminderAnswer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["node", "since", "act", "step", "email"], name="reminder_once"),
            models.CheckConstraint(condition=Q(act__in=ReminderAct.values), name="reminder_act_known"),
            models.CheckConstraint(condition=Q(answer__in=ReminderAnswer.values), name="reminder_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="reminder_answered_when",
            ),
            models.CheckConstraint(condition=Q(due__gt=F("since")), name="reminder_due_after_confirmation"),
        ]
        indexes = [models.Index(fields=["email", "due"], condition=Q(sent_at__isnull=True), name="reminder_waits")]

    def __str__(self) -> str:
        return str(self.uuid)


class ReminderStop(models.Model):
    """An address that wants no letters that ask. Somebody else of the group is asked instead, or the stewards are."""

    email = models.EmailField(unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
