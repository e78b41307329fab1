"""Letters about groups: invitations, codes, what was decided. The commands know nothing of them.

What is decided, and who is asked, is noted first and sent by a job: `decision_letters`.
"""

from __future__ import annotations

from django.http import HttpRequest

from config import letters
from listings.models import Claim, ClaimState, Invitation, Nomination, NominationState
from mapping.models import NodeState

FOLDER = "listings/groups/mail"


def invited(invitation: Invitation, request: HttpRequest | None = None) -> bool:
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


def ask_owner(claim: Claim, address: str) -> bool:
    """Ask an owner of a group about a claim."""
    return letters.send(
        f"{FOLDER}/claim_owners.txt",
        to=address,
        context={"claim": claim, "node": claim.node},
        about=f"claim {claim.uuid}",
    )


def claim_decided(claim: Claim) -> bool:
    """Tell a claimant what was decided, why, and what they can do."""
    return letters.send(
        f"{FOLDER}/claim_decided.txt",
        to=claim.user.email,
        context={"claim": claim, "node": claim.node, "granted": claim.state == ClaimState.GRANTED},
        about=f"claim {claim.uuid}",
    )


def nomination_decided(nomination: Nomination) -> bool:
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
        language=nomination.language,
    )
