"""Claims: somebody says that a group is theirs, and how that was found out."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mapping.models import Node

# Wrong codes until a new one is needed, and codes that one claim may be given.
MAX_TRIES, MAX_CODES = 5, 3
# After so long without an answer of the owners a steward decides.
OWNERS_ANSWER_WITHIN = datetime.timedelta(days=14)


class ClaimWay(models.TextChoices):
    EMAIL = "email", _("By a code sent to the e-mail address on its page")
    LETTER = "letter", _("By a code in a letter to the address on its page")
    STEWARD = "steward", _("A steward decides")


class ClaimState(models.TextChoices):
    PROVING = "proving", _("Waiting for the code")
    OWNERS = "owners", _("Its owners are asked")
    WAITING = "waiting", _("A steward is asked")
    GRANTED = "granted", _("Agreed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_CLAIMS = (ClaimState.PROVING, ClaimState.OWNERS, ClaimState.WAITING)
DECIDED_CLAIMS = (ClaimState.GRANTED, ClaimState.REFUSED)


class Claim(models.Model):
    """Of one person to one node. A code is kept as a hash only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    way = models.CharField(max_length=10, choices=ClaimWay)
    state = models.CharField(max_length=10, choices=ClaimState)
    words = models.TextField(blank=True, max_length=1000)
    code_hash = models.CharField(max_length=200, blank=True, editable=False)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    codes = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    owners_asked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    appeal = models.CharField(max_length=1000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["node", "user"], condition=Q(state__in=OPEN_CLAIMS), name="claim_open_once"
            ),
            models.CheckConstraint(condition=Q(way__in=ClaimWay.values), name="claim_way_known"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(tries__lte=MAX_TRIES, codes__lte=MAX_CODES), name="claim_tries_are_limited"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED_CLAIMS) | Q(decided_at__isnull=False), name="claim_decided_some_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REFUSED) | ~Q(reason=""), name="claim_refused_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.OWNERS) | Q(owners_asked_at__isnull=False),
                name="claim_owners_asked_some_day",
            ),
            models.CheckConstraint(
                condition=Q(code_expires_at__isnull=True) | Q(code_expires_at__gt=F("code_sent_at")),
                name="claim_code_holds_a_while",
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="claim_waiting")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CLAIMS

    @property
    def code_is_late(self) -> bool:
        return self.code_expires_at is not None and self.code_expires_at <= timezone.now()

    @property
    def takes_a_code(self) -> bool:
        """Whether a code that was sent may still be typed."""
        sent = self.state == ClaimState.PROVING and bool(self.code_hash)
        return sent and not self.code_is_late and self.tries < MAX_TRIES

    @property
    def owners_are_late(self) -> bool:
        asked = self.owners_asked_at
        return self.state == ClaimState.OWNERS and asked is not None and asked <= timezone.now() - OWNERS_ANSWER_WITHIN
