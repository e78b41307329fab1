"""Proposals: what somebody would have a record say, until it is decided."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProposalKind(models.TextChoices):
    # By whoever posted it, or its group: the form again, filled in.
    CHANGE = "change", _("Change")
    # By anybody: some facts, or a sentence.
    SUGGESTION = "suggestion", _("Suggestion")
    # A new listing, where more was decided than yes or "change it".
    NEW = "new", _("New listing")
    # Published at once by somebody trusted: read afterwards.
    AFTERWARDS = "afterwards", _("Published at once")


class ProposalStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SCHEDULED = "scheduled", _("Approved, goes live later")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent-back", _("Sent back")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Taken back")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


# What may still come about.
UNDECIDED = (ProposalStatus.WAITING, ProposalStatus.SCHEDULED)


class ProposalQuerySet(models.QuerySet):
    def open(self) -> ProposalQuerySet:
        """Those that may still come about."""
        return self.filter(status__in=UNDECIDED)

    def appealed(self) -> ProposalQuerySet:
        """Those whose refusal somebody asked to be looked at again, and nobody has."""
        return self.filter(status=ProposalStatus.REFUSED, appealed_at__isnull=False, appeal_decided_at__isnull=True)

    def with_what_is_shown(self) -> ProposalQuerySet:
        return self.select_related("node__place", "node__category", "revision", "by_user", "decided_by")


class Proposal(models.Model):
    """What `node` should say, by whom, and what was decided. The words themselves are in a revision of Wagtail's.

    `revision.content` has `typed`, `base` (what the node said then) and `version` (of the node, then). `token` stands
    in letters to whoever has no account: it lets them read what was decided, and nothing else.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    node = models.ForeignKey("mapping.Node", on_delete=models.CASCADE, related_name="proposals")
    # Protected: Wagtail's `purge_revisions` deletes what is not the newest.
    revision = models.OneToOneField("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ProposalKind)
    status = models.CharField(max_length=12, choices=ProposalStatus, default=ProposalStatus.WAITING)
    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    # Of whoever has no account and wants to be told; written to only once it is confirmed.
    by_email = models.EmailField(blank=True, default="")
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    # Why a person looks at it first, besides that it waits (spam); `guard` says so.
    held_for = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    appeal = models.CharField(max_length=1000, blank=True, default="")
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_answer = models.CharField(max_length=500, blank=True, default="")
    appeal_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    appeal_decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status_known"),
            models.UniqueConstraint(
                fields=["node", "by_user"],
                condition=Q(kind=ProposalKind.CHANGE, status__in=UNDECIDED),
                name="proposal_one_change_waits",
            ),
            models.UniqueConstraint(
                fields=["node", "kind"],
                condition=Q(kind__in=(ProposalKind.NEW, ProposalKind.AFTERWARDS), status__in=UNDECIDED),
                name="proposal_one_of_its_kind_waits",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.SCHEDULED) | Q(publish_at__isnull=False),
                name="proposal_scheduled_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(ProposalStatus.SENT_BACK, ProposalStatus.REFUSED)) | ~Q(reason=""),
                name="proposal_no_needs_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.WAITING) | Q(decided_at__isnull=False),
                name="proposal_decided_has_moment",
            ),
            # Appealed once, in words, and only what was refused.
            models.CheckConstraint(
                condition=Q(appealed_at__isnull=True, appeal="") | (Q(appealed_at__isnull=False) & ~Q(appeal="")),
                name="proposal_appeal_has_words",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_at__isnull=True) | Q(appealed_at__isnull=False),
                name="proposal_appeal_before_answer",
            ),
            models.CheckConstraint(
                condition=Q(email_confirmed_at__isnull=True) | ~Q(by_email=""), name="proposal_confirmed_has_email"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "kind", "created_at"], name="proposal_queue"),
            models.Index(fields=["publish_at"], condition=Q(status="scheduled"), name="proposal_due"),
            models.Index(fields=["by_email"], condition=~Q(by_email=""), name="proposal_by_email"),
            models.Index(
                fields=["appealed_at", "id"],
                condition=Q(status="refused", appealed_at__isnull=False, appeal_decided_at__isnull=True),
                name="proposal_appealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.node_id}: {self.status}"

    @property
    def typed(self) -> dict:
        """What it should say, as one would type it."""
        return self.revision.content.get("typed", {})

    @property
    def base(self) -> dict:
        """What it said when this was written, in the same form."""
        return self.revision.content.get("base", {})

    @property
    def is_open(self) -> bool:
        return self.status in UNDECIDED

    @property
    def may_appeal(self) -> bool:
        return self.status == ProposalStatus.REFUSED and self.appealed_at is None
