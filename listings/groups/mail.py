"""Letters about groups: invitations, codes, what was decided. The commands know nothing of them."""

from __future__ import annotations

from django.http import HttpRequest

from config import letters
from listings.models import Claim, ClaimState, Invitation, Membership, MembershipRole, Nomination, NominationState
from mapping.models import Node, NodeState

FOLDER = "listings/groups/mail"
# Owners who are asked about one claim.
MAX_OWNERS = 20
# Claims that a new owner is asked about by letter; the page of the team lists all of them.
MAX_CLAIMS = 20


def invited(invitation: Invitation, request: HttpRequest) -> bool:
    """The letter that lets somebody in."""
    return letters.send(
        f"{FOLDER}/invitation.txt",
        to=invitation.email,
        context={"invitation": invitation, "group": invitation.organisation},
        about=f"invitation {invitation.uuid}",
        request=request,
    )


def claim_code(claim: Claim, code: str, request: HttpRequest) -> bool:
    """The code, to the address that stands on the page of the group: never to the claimant's."""
    return letters.send(
        f"{FOLDER}/claim_code.txt",
        to=claim.node.email,
        context={"claim": claim, "node": claim.node, "code": code},
        about=f"claim {claim.uuid}",
        request=request,
    )


def ask_owners(claim: Claim, request: HttpRequest) -> int:
    """Ask the owners of a group about a claim; returns how many letters went out."""
    owners = Membership.objects.filter(organisation_id=claim.node_id, role=MembershipRole.OWNER)
    found = owners.select_related("user").order_by("pk")[:MAX_OWNERS]
    return sum(_ask(owner.user, claim, request) for owner in found)


def ask_new_owner(user, group: Node, request: HttpRequest) -> int:
    """Ask somebody who has just come to own a group about the claims that its owners answer now.

    Returns how many letters went out: none to whoever does not own it.
    """
    if not Membership.objects.filter(organisation_id=group.pk, user=user, role=MembershipRole.OWNER).exists():
        return 0
    waiting = Claim.objects.filter(node_id=group.pk, state=ClaimState.OWNERS).exclude(user=user)
    found = waiting.select_related("node").order_by("pk")[:MAX_CLAIMS]
    return sum(_ask(user, claim, request) for claim in found)


def _ask(owner, claim: Claim, request: HttpRequest) -> bool:
    return letters.send(
        f"{FOLDER}/claim_owners.txt",
        to=owner.email,
        context={"claim": claim, "node": claim.node},
        about=f"claim {claim.uuid}",
        request=request,
    )


def claim_decided(claim: Claim, request: HttpRequest) -> bool:
    """Tell a claimant what was decided, why, and what they can do."""
    return letters.send(
        f"{FOLDER}/claim_decided.txt",
        to=claim.user.email,
        context={"claim": claim, "node": claim.node, "granted": claim.state == ClaimState.GRANTED},
        about=f"claim {claim.uuid}",
        request=request,
    )


def nomination_decided(nomination: Nomination, request: HttpRequest) -> bool:
    """Tell whoever nominated a group what became of it, if they left an address."""
    return letters.send(
        f"{FOLDER}/nomination_decided.txt",
        to=nomination.email,
        context={
            "nomination": nomination,
            "node": nomination.node,
            "is_live": nomination.node is not None and nomination.node.state == NodeState.LIVE,
            "refused": nomination.state == NominationState.REFUSED,
        },
        about=f"nomination {nomination.uuid}",
        request=request,
        language=nomination.language,
    )
