"""Letters about what was decided of listings, proposals and flags: noted with the decision, written when they are sent.

with transaction.atomic():
    listing = listings.reject(...)
    told = decision_letters.note_sent_back(listing)      # whether there is somebody to write to

Each is written of what is so when it goes: what was decided anew meanwhile has a letter of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from listings.models import (
    AppealSide,
    FlagAppeal,
    FlagCase,
    LetterKind,
    Listing,
    Proposal,
    ProposalKind,
    ProposalStatus,
    WaitingLetter,
)
from listings.posting import mail
from mapping.models import NodeState

from . import flag_letters, letters
from .waiting_letters import note, register

# What is approved has a letter that says that it is live.
_NOT_LIVE = (ProposalStatus.SCHEDULED, ProposalStatus.SENT_BACK, ProposalStatus.REFUSED)


# --- listings


def note_live(record: Proposal | Listing) -> bool:
    """Note that a proposal, or a new listing, is live. Returns whether somebody is written to."""
    if isinstance(record, Proposal):
        return note_proposal(record)
    return _to_poster(LetterKind.LISTING_LIVE, record)


def note_sent_back(listing: Listing) -> bool:
    """Note that a new listing was sent back."""
    return _to_poster(LetterKind.LISTING_BACK, listing)


def note_taken_off(listing: Listing, reason: str) -> bool:
    """Note that a steward took a listing off the map, and why."""
    return _to_poster(LetterKind.LISTING_OFF, listing, words=reason)


def _to_poster(kind: LetterKind, listing: Listing, **more: str) -> bool:
    if listing.posted_by is None or not listing.posted_by.email:
        return False
    return bool(note([WaitingLetter(kind=kind, about=listing.uuid, place_id=listing.place_id, **more)]))


def _of_listing(state: Callable[[Listing], bool], write: Callable[[Listing, WaitingLetter], bool]):
    def send(letter: WaitingLetter) -> bool | None:
        listing = Listing.objects.select_related("posted_by", "place").filter(uuid=letter.about).first()
        if listing is None or not state(listing) or listing.posted_by is None or not listing.posted_by.email:
            return None
        return write(listing, letter)

    return send


# --- proposals


def note_proposal(proposal: Proposal, *, but: int | None = None) -> bool:
    """Note what was decided of a proposal. Returns whether whoever made it is written to.

    Of a suggestion the group is written to as well, without the account `but`: whoever decided.
    """
    if proposal.kind == ProposalKind.SUGGESTION:
        note_suggestion_to_group(proposal, but=but or proposal.decided_by_id)
        return _to_maker(LetterKind.SUGGESTION_DECIDED, proposal)
    if proposal.kind == ProposalKind.AFTERWARDS:
        return False
    if proposal.status == ProposalStatus.APPROVED:
        return _to_maker(LetterKind.CHANGE_LIVE, proposal)
    return proposal.status in _NOT_LIVE and _to_maker(LetterKind.PROPOSAL_DECIDED, proposal)


def note_suggestion_to_group(proposal: Proposal, *, but: int | None = None) -> int:
    """Note what became of a suggestion, for the editors of the group. Returns to how many it goes."""
    return _to_editors(LetterKind.SUGGESTION_GROUP, proposal, but)


def note_suggested(proposal: Proposal) -> int:
    """Note that somebody suggests a change, for the editors of the group. Returns to how many it goes."""
    return _to_editors(LetterKind.SUGGESTION_ARRIVED, proposal, None)


def _to_editors(kind: LetterKind, proposal: Proposal, but: int | None) -> int:
    return note(
        WaitingLetter(kind=kind, about=proposal.uuid, place_id=proposal.node.place_id, to=to)
        for to in letters.editors(proposal, but=but)
    )


def note_appeal(proposal: Proposal, *, granted: bool) -> bool:
    """Note what became of an appeal. Returns whether whoever made it is written to."""
    return _to_maker(LetterKind.APPEAL_GRANTED if granted else LetterKind.APPEAL_UPHELD, proposal)


def _to_maker(kind: LetterKind, proposal: Proposal) -> bool:
    if not letters.address_of(proposal):
        return False
    row = WaitingLetter(
        kind=kind, about=proposal.uuid, place_id=proposal.node.place_id, language=proposal.language or ""
    )
    return bool(note([row]))


def _of_proposal(statuses, write: Callable[[Proposal, WaitingLetter], bool | None]):
    def send(letter: WaitingLetter) -> bool | None:
        proposal = Proposal.objects.with_what_is_shown().filter(uuid=letter.about, status__in=statuses).first()
        if proposal is None or not (letter.to or letters.address_of(proposal)):
            return None
        return write(proposal, letter)

    return send


# --- flags


def note_decided(case: FlagCase) -> tuple[int, int]:
    """Note what was decided of a case, for both sides. Returns to how many flaggers and carers it goes."""
    flags = [
        WaitingLetter(
            kind=LetterKind.FLAG_DECIDED, about=case.uuid, place_id=case.place_id, flag=it, language=it.language
        )
        for it in flag_letters.to_be_written_to(case)
    ]
    return note(flags), _to_carers(LetterKind.CASE_DECIDED, case)


def note_hidden(case: FlagCase) -> int:
    """Note that something is hidden until a steward has looked. Returns to how many of its carers it goes."""
    return _to_carers(LetterKind.CASE_HIDDEN, case)


def note_answered(appeal: FlagAppeal) -> int:
    """Note the answer to whoever asked for a decision to be looked at again. Returns to how many it goes."""
    case, flag = appeal.case, appeal.flag
    if appeal.side == AppealSide.GROUP:
        return _to_carers(LetterKind.CASE_ANSWERED, case)
    if flag is None or not flag.email or flag.confirmed_at is None:
        return 0
    row = WaitingLetter(
        kind=LetterKind.FLAG_ANSWERED, about=case.uuid, place_id=case.place_id, flag=flag, language=flag.language
    )
    return note([row])


def _to_carers(kind: LetterKind, case: FlagCase) -> int:
    return note(
        WaitingLetter(kind=kind, about=case.uuid, place_id=case.place_id, to=address, language=language)
        for address, language in flag_letters.carers_of(case)
    )


def _to_flagger(letter: WaitingLetter) -> bool | None:
    flag = letter.flag
    if flag is None or not flag.email or flag.confirmed_at is None:
        return None
    return flag_letters.decided(flag)


def _answered_flagger(letter: WaitingLetter) -> bool | None:
    flag = letter.flag
    appeal = flag.appeals.select_related("case__place").filter(case__uuid=letter.about).first() if flag else None
    if appeal is None or appeal.answered_at is None or not flag.email or flag.confirmed_at is None:
        return None
    return flag_letters.answered(appeal, flag)


def _of_case(write: Callable[[FlagCase, WaitingLetter], bool | None]):
    def send(letter: WaitingLetter) -> bool | None:
        case = FlagCase.objects.select_related("place").filter(uuid=letter.about).first()
        return write(case, letter) if case is not None and letter.to else None

    return send


def _hidden(case: FlagCase, letter: WaitingLetter) -> bool | None:
    # Decided before the letter went: they read that.
    is_still = case.is_open and case.hidden_at is not None
    return flag_letters.to_carer(case, "flag_hidden", letter.to, letter.language) if is_still else None


def _answered_carer(case: FlagCase, letter: WaitingLetter) -> bool | None:
    appeal = case.appeals.filter(side=AppealSide.GROUP, answered_at__isnull=False).first()
    if appeal is None:
        return None
    return flag_letters.to_carer(case, "flag_appeal_answered", letter.to, letter.language, appeal=appeal)


def _to_editor(name: str) -> Callable[[Proposal, WaitingLetter], bool | None]:
    def write(proposal: Proposal, letter: WaitingLetter) -> bool | None:
        if not letters.is_editor(proposal, letter.to):
            # They left the group before it went.
            return None
        # In the site's own language: that of the reader who suggested it need not be theirs.
        return letters.to_editor(proposal, name, letter.to, settings.LANGUAGE_CODE)

    return write


def wire() -> None:
    """Say who writes which (called once, from an AppConfig's `ready`)."""
    live = _of_listing(lambda it: it.state == NodeState.LIVE, lambda it, _letter: mail.approved(it, None))
    register(LetterKind.LISTING_LIVE, live)
    # Not where it was changed and waits again: its poster has read why.
    register(
        LetterKind.LISTING_BACK,
        _of_listing(lambda it: it.state == NodeState.DRAFT, lambda it, _letter: mail.sent_back(it, None)),
    )
    register(
        LetterKind.LISTING_OFF,
        _of_listing(lambda it: it.state != NodeState.LIVE, lambda it, letter: mail.taken_off(it, letter.words)),
    )
    approved, decided = (ProposalStatus.APPROVED,), (*_NOT_LIVE, ProposalStatus.APPROVED)
    register(LetterKind.CHANGE_LIVE, _of_proposal(approved, lambda it, _letter: letters.decided(it, None)))
    register(LetterKind.PROPOSAL_DECIDED, _of_proposal(_NOT_LIVE, lambda it, _letter: letters.decided(it, None)))
    register(
        LetterKind.SUGGESTION_DECIDED, _of_proposal(decided, lambda it, _letter: letters.suggestion_decided(it, None))
    )
    register(LetterKind.SUGGESTION_GROUP, _of_proposal(decided, _to_editor("suggestion_decided_group")))
    waiting, every = (ProposalStatus.WAITING,), tuple(ProposalStatus)
    register(LetterKind.SUGGESTION_ARRIVED, _of_proposal(waiting, _to_editor("suggestion_arrived")))
    for kind, granted in ((LetterKind.APPEAL_GRANTED, True), (LetterKind.APPEAL_UPHELD, False)):
        register(
            kind,
            _of_proposal(
                every, lambda it, _letter, granted=granted: letters.appeal_answered(it, None, granted=granted)
            ),
        )
    register(LetterKind.FLAG_DECIDED, _to_flagger)
    register(LetterKind.FLAG_ANSWERED, _answered_flagger)
    register(
        LetterKind.CASE_DECIDED,
        _of_case(lambda case, letter: flag_letters.to_carer(case, "flag_decided_group", letter.to, letter.language)),
    )
    register(LetterKind.CASE_HIDDEN, _of_case(_hidden))
    register(LetterKind.CASE_ANSWERED, _of_case(_answered_carer))
