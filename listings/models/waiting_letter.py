"""Letters that wait for the job that sends them: noted with what they tell of, in the same transaction."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    FLAG_DECIDED = "flag-decided", _("What was decided, to somebody who flagged it")
    CASE_DECIDED = "case-decided", _("What was decided, to whoever looks after it")
    CHANGE_LIVE = "change-live", _("A change or a new listing went live at its moment")
    LISTING_LIVE = "listing-live", _("A listing was approved")


class WaitingLetter(models.Model):
    """One letter to one person; it is deleted once it went out. `about`: uuid of the case, proposal or listing.

    `to` is empty where the record itself says whom it goes to: who takes their address back is not written to. It is
    claimed before it is sent. Claimed for long: a worker was killed in between, and nobody knows whether it went out;
    so it is not sent again but by somebody who decides so.
    """

    kind = models.CharField(max_length=12, choices=LetterKind)
    about = models.UUIDField()
    flag = models.ForeignKey(
        "listings.Flag", null=True, blank=True, on_delete=models.CASCADE, related_name="waiting_letters"
    )
    to = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about", "flag", "to"], name="waiting_letter_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(kind__in=LetterKind.values), name="waiting_letter_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=LetterKind.FLAG_DECIDED, flag__isnull=False)
                | ~Q(kind=LetterKind.FLAG_DECIDED) & Q(flag__isnull=True),
                name="waiting_letter_flag_of_flags",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(claimed_at__isnull=True), name="waiting_letter_due"),
            models.Index(fields=["to"], condition=~Q(to=""), name="waiting_letter_to"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.about}"
