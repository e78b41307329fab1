"""Flags: that somebody says something is wrong with a record. Those of one record are gathered into a case."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FlagReason(models.TextChoices):
    GONE = "gone", _("It is not there any more")
    WRONG = "wrong", _("Something about it is wrong")
    DUPLICATE = "duplicate", _("It is here twice")
    UNSAFE = "unsafe", _("It is not safe, or may hurt somebody")
    RULES = "rules", _("It is against the house rules")


# What may be hidden before a steward has looked.
URGENT_REASONS = (FlagReason.UNSAFE,)


class FlagTarget(models.TextChoices):
    NODE = "node", _("Something on the map")
    CONNECTION = "connection", _("A connection")
    REPORT = "report", _("A report of a problem")


class Decision(models.TextChoices):
    """What a steward has decided of a case. Empty while it waits."""

    KEEP = "keep", _("It stays as it is")
    MENDED = "mended", _("It was put right")
    PAIR = "pair", _("It went to the possible duplicates")
    OFF = "off", _("It was taken off the map")


# With these the record is on the map afterwards.
STAYING_DECISIONS = (Decision.KEEP, Decision.MENDED, Decision.PAIR)


class FlagCase(models.Model):
    """What is flagged, since when, and what was decided. It outlives the record: that one was flagged stays known.

    One open case a record. `uuid` stands in letters to those who look after the record. `hidden_at`: hidden by flags,
    until a steward decides; of a connection `hidden_statements` are those that were set aside for that.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    place = models.ForeignKey(
        "mapping.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="flag_cases"
    )
    target = models.CharField(max_length=12, choices=FlagTarget)
    target_uuid = models.UUIDField(db_index=True)
    target_name = models.CharField(max_length=300)
    urgent = models.BooleanField(default=False)
    opened_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_statements = ArrayField(models.UUIDField(), default=list, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["-urgent", "opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["target_uuid"], condition=Q(decision=""), name="flag_case_open_once"),
            models.CheckConstraint(condition=Q(target__in=FlagTarget.values), name="flag_case_target_known"),
            models.CheckConstraint(condition=Q(decision__in=["", *Decision.values]), name="flag_case_decision_known"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="flag_case_decided_when",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "opened_at"], condition=Q(decision=""), name="flag_case_open"),
            models.Index(fields=["place", "-opened_at"], name="flag_case_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.target_name} ({self.get_target_display()})"

    @property
    def is_open(self) -> bool:
        return not self.decision


class Flag(models.Model):
    """One person's word that something is wrong. `uuid` stands in letters to that person, and nowhere else.

    `email` is theirs if they gave one, until 180 days after the decision; `household` is a number made of where it was
    sent from, so that one person in two windows does not count as two: it is emptied with the decision.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(FlagCase, on_delete=models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=10, choices=FlagReason)
    words = models.CharField(max_length=1000, blank=True, default="")
    other = models.UUIDField(null=True, blank=True, help_text=_("The record that it is the same as."))
    email = models.EmailField(blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    household = models.CharField(max_length=32, blank=True, default="")
    held = models.CharField(max_length=100, blank=True, default="", help_text=_("Why it may come from a machine."))
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "email", "reason"], condition=~Q(email=""), name="flag_once_an_address"
            ),
            models.UniqueConstraint(
                fields=["case", "household", "reason"],
                condition=Q(email="") & ~Q(household=""),
                name="flag_once_a_household",
            ),
            models.CheckConstraint(condition=Q(reason__in=FlagReason.values), name="flag_reason_known"),
        ]
        indexes = [
            models.Index(fields=["email"], condition=~Q(email=""), name="flag_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.case_id}"


class AppealSide(models.TextChoices):
    READER = "reader", _("Somebody who had flagged it")
    GROUP = "group", _("Whoever looks after it")


class FlagAppeal(models.Model):
    """That somebody asks for a decision to be looked at once more; each side once."""

    case = models.ForeignKey(FlagCase, on_delete=models.CASCADE, related_name="appeals")
    side = models.CharField(max_length=10, choices=AppealSide)
    flag = models.ForeignKey(Flag, null=True, blank=True, on_delete=models.SET_NULL, related_name="appeals")
    words = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "flag"], condition=Q(side=AppealSide.READER), name="appeal_once_a_flag"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(side=AppealSide.GROUP), name="appeal_once_a_group"),
            models.CheckConstraint(condition=Q(side__in=AppealSide.values), name="appeal_side_known"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""), name="appeal_answered_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.case_id}"
