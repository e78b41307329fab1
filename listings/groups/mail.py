"""Letters about groups: invitations, codes, what was decided. The commands know nothing of them."""

from __future__ import annotations

from django.http import HttpRequest

from config import letters
from listings.models import Claim, ClaimState, Invitation, Membership, MembershipRole, Nomination, NominationState
from mapping.models import NodeState

FOLDER = "listings/groups/mail"
# Owners who are asked about one claim.
MAX_OWNERS = 20


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
    sent = 0
    for owner in owners.select_related("user").order_by("pk")[:MAX_OWNERS]:
        sent += letters.send(
            f"{FOLDER}/claim_owners.txt",
            to=owner.user.email,
            context={"claim": claim, "node": claim.node},
            about=f"claim {claim.uuid}",
            request=request,
        )
    return sent


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
