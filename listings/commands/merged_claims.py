"""Claims and invitations of two groups that are merged: a step of `mapping.commands.merges`, taken back with the merge.

What moved is as if it had been made of the kept group: where that has an owner now, the owner is asked first.
"""

from __future__ import annotations

from django.utils import timezone

from listings.access import teams
from listings.models import Claim, ClaimState, Invitation, InvitationKind, InvitationState
from mapping.commands.journal import Journal
from mapping.models import Node


def ask_owners(journal: Journal, kept: Node, dropped: Node) -> None:
    """As `claims.owner_is_there`, when one of the two had an owner and the other had not."""
    if not teams.has_owner(kept.pk):
        return
    now = timezone.now()
    for claim in Claim.objects.filter(node=kept.pk, state=ClaimState.WAITING, appealed_at=None).order_by("pk"):
        journal.set(claim, state=str(ClaimState.OWNERS), owners_asked_at=now)
    invited = Invitation.objects.filter(organisation=kept.pk, kind=InvitationKind.STEWARD, state=InvitationState.OPEN)
    for invitation in invited.order_by("pk"):
        journal.set(invitation, state=str(InvitationState.WITHDRAWN), ended_at=now)
