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
    LISTING_BACK = "listing-back", _("A new listing was sent back")
    LISTING_OFF = "listing-off", _("A listing was taken off the map")
    PROPOSAL_DECIDED = "proposal", _("A change was sent back, refused or approved for later")
    SUGGESTION_ARRIVED = "suggested", _("Somebody suggests a change, to the group")
    SUGGESTION_DECIDED = "suggestion", _("What became of a suggestion, to whoever made it")
    SUGGESTION_GROUP = "suggest-team", _("What became of a suggestion, to the group")
    APPEAL_GRANTED = "appeal-right", _("Somebody who appealed was right")
    APPEAL_UPHELD = "appeal-stays", _("A refusal stands after an appeal")
    CASE_HIDDEN = "case-hidden", _("Something is hidden, to whoever looks after it")
    FLAG_ANSWERED = "flag-answer", _("A decision was looked at again, to somebody who flagged it")
    CASE_ANSWERED = "case-answer", _("A decision was looked at again, to whoever looks after it")
    CLAIM_DECIDED = "claim", _("What was decided about a claim")
    CLAIM_ASKED = "claim-owners", _("Somebody says that a group is theirs, to its owner")
    NOMINATION_DECIDED = "nomination", _("What became of a group that somebody named")
    INVITED = "invitation", _("An invitation to a group that somebody named")
    MEMBER_ASKED = "member-asked", _("Somebody asks to join, to the group")
    MEMBER_IN = "member-in", _("Somebody was let in")
    MEMBER_REFUSED = "member-no", _("Somebody was not let in")
    MEMBER_REMOVED = "member-out", _("A membership was ended")


# These go to the address that stands with a flag.
TO_FLAGGERS = (LetterKind.FLAG_DECIDED, LetterKind.FLAG_ANSWERED)


class WaitingLetter(models.Model):
    """One letter to one person; it is deleted once it went out. `about`: uuid of what it tells of, as its kind says.

    `to` is empty where the record itself says whom it goes to: who takes their address back is not written to. `words`
    are of whoever decided, where the record does not keep them. It is claimed before it is sent. Claimed for long: a
    worker was killed in between, and nobody knows whether it went out; so it is not sent again but by somebody who
    decides so: stewards of its `place`.
    """

    kind = models.CharField(max_length=12, choices=LetterKind)
    about = models.UUIDField()
    place = models.ForeignKey(
        "mapping.Place", null=True, blank=True, on_delete=models.SET_NULL, related_name="waiting_letters"
    )
    flag = models.ForeignKey(
        "listings.Flag", null=True, blank=True, on_delete=models.CASCADE, related_name="waiting_letters"
    )
    to = models.EmailField(blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="", db_default="")
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
                condition=Q(kind__in=TO_FLAGGERS, flag__isnull=False) | ~Q(kind__in=TO_FLAGGERS) & Q(flag__isnull=True),
                name="waiting_letter_flag_of_flags",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(claimed_at__isnull=True), name="waiting_letter_due"),
            models.Index(fields=["to"], condition=~Q(to=""), name="waiting_letter_to"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.about}"
