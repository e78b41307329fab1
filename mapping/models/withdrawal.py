"""That somebody took something back: a consent, a statement, an account. Kept outside of the database as well."""

from __future__ import annotations

import uuid

from django.db import models


class WithdrawalKind(models.TextChoices):
    CONSENT = "consent"
    STATEMENT = "statement"
    ACCOUNT = "account"


class Withdrawal(models.Model):
    """One withdrawal, as a line of the ledger has it (`commands.withdrawals`): ids and a time, nothing else.

    `kept` when the ledger has it. A line of the ledger without a row here was made after the back-up that this
    database was restored from.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=WithdrawalKind.choices)
    target = models.CharField(max_length=80, help_text="What was taken back: a uuid, or the number of an account.")
    of = models.CharField(max_length=80, blank=True, help_text="The uuid of the person's node, for a consent.")
    at = models.DateTimeField()
    kept = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["uuid"], name="withdrawal_not_kept", condition=models.Q(kept=False))]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=WithdrawalKind.values), name="withdrawal_kind_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
