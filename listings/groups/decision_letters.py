"""Letters about claims and nominations that wait for the job which sends them: what was decided, and whom to ask.

Noted with what they tell of, in the same transaction; who writes them is in `mail`.
"""

from __future__ import annotations

from listings.models import (
    DECIDED_CLAIMS,
    Claim,
    ClaimState,
    Invitation,
    InvitationState,
    LetterKind,
    Membership,
    MembershipRole,
    Nomination,
    NominationState,
    WaitingLetter,
)
from listings.moderation.waiting_letters import note, register
from mapping.models import Node

from . import mail

# Owners who are asked about one claim.
MAX_OWNERS = 20
# Claims that a new owner is asked about by letter; the page of the team lists all of them.
MAX_CLAIMS = 20


def note_claim_decided(claim: Claim) -> bool:
    """Note what was decided of a claim. Returns whether the claimant is written to."""
    if not claim.user.email:
        return False
    return bool(note([WaitingLetter(kind=LetterKind.CLAIM_DECIDED, about=claim.uuid, place_id=claim.node.place_id)]))


def note_claim_for_owners(claim: Claim) -> int:
    """Note that the owners of a group are asked about a claim. Returns to how many it goes."""
    owners = Membership.objects.filter(organisation_id=claim.node_id, role=MembershipRole.OWNER).exclude(user__email="")
    return note(_asked(claim, it) for it in owners.order_by("pk").values_list("user__email", flat=True)[:MAX_OWNERS])


def note_claims_for_owner(user, group: Node) -> int:
    """Note that somebody who has just come to own a group is asked about the claims that its owners answer now.

    Returns how many letters that are: none to whoever does not own it.
    """
    owns = Membership.objects.filter(organisation_id=group.pk, user=user, role=MembershipRole.OWNER)
    if not user.email or not owns.exists():
        return 0
    waiting = Claim.objects.filter(node_id=group.pk, state=ClaimState.OWNERS).exclude(user=user)
    return note(_asked(it, user.email) for it in waiting.select_related("node").order_by("pk")[:MAX_CLAIMS])


def _asked(claim: Claim, email: str) -> WaitingLetter:
    return WaitingLetter(kind=LetterKind.CLAIM_ASKED, about=claim.uuid, place_id=claim.node.place_id, to=email.lower())


def note_nomination_decided(nomination: Nomination) -> bool:
    """Note what became of a group that somebody named. Returns whether they are written to."""
    if not nomination.email:
        return False
    row = WaitingLetter(
        kind=LetterKind.NOMINATION_DECIDED,
        about=nomination.uuid,
        place_id=nomination.place_id,
        language=nomination.language,
    )
    return bool(note([row]))


def note_invited(invitation: Invitation) -> bool:
    """Note the invitation of a group that somebody named."""
    place = invitation.organisation.place_id
    return bool(note([WaitingLetter(kind=LetterKind.INVITED, about=invitation.uuid, place_id=place)]))


def _of_claim(letter: WaitingLetter) -> bool | None:
    found = Claim.objects.select_related("node__place", "user").filter(uuid=letter.about, state__in=DECIDED_CLAIMS)
    claim = found.first()
    return mail.claim_decided(claim) if claim is not None and claim.user.email else None


def _to_owner(letter: WaitingLetter) -> bool | None:
    found = Claim.objects.select_related("node__place", "user").filter(uuid=letter.about, state=ClaimState.OWNERS)
    claim = found.first()
    if claim is None:
        return None
    # Who owns the group no more does not learn who says that it is theirs.
    owners = Membership.objects.filter(organisation_id=claim.node_id, role=MembershipRole.OWNER)
    return mail.ask_owner(claim, letter.to) if owners.filter(user__email__iexact=letter.to).exists() else None


def _of_nomination(letter: WaitingLetter) -> bool | None:
    found = Nomination.objects.select_related("node", "place").filter(uuid=letter.about)
    nomination = found.exclude(state=NominationState.WAITING).first()
    return mail.nomination_decided(nomination) if nomination is not None and nomination.email else None


def _of_invitation(letter: WaitingLetter) -> bool | None:
    found = Invitation.objects.select_related("organisation__place").filter(uuid=letter.about)
    invitation = found.filter(state=InvitationState.OPEN).first()
    return mail.invited(invitation) if invitation is not None and invitation.email else None


def wire() -> None:
    """Say who writes which (called once, from an AppConfig's `ready`)."""
    register(LetterKind.CLAIM_DECIDED, _of_claim)
    register(LetterKind.CLAIM_ASKED, _to_owner)
    register(LetterKind.NOMINATION_DECIDED, _of_nomination)
    register(LetterKind.INVITED, _of_invitation)
