"""Letters of decisions: noted with the decision, sent by a job, each once.

with transaction.atomic():
    case = flag_decisions.decide(...)
    waiting_letters.note([WaitingLetter(kind=..., about=case.uuid, to="ann@example.org")])
waiting_letters.send_due()

What the mail server refuses is tried again. A letter that a worker was killed over is `unclear`: a superuser sends it
again, in Django's admin.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from listings.models import FlagCase, LetterKind, Listing, Proposal, ProposalStatus, WaitingLetter
from listings.moderation import flag_letters, letters
from listings.posting import mail
from mapping.commands.change import change
from mapping.models import Actor, NodeState

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 200
MAX_TRIES = 8
UNCLEAR = datetime.timedelta(hours=1)
# By then nobody waits for it any more.
KEPT = datetime.timedelta(days=30)


def note(rows: Iterable[WaitingLetter]) -> int:
    """Note letters, inside the transaction of what they tell of. Returns how many; one that waits already is kept."""
    now, rows = timezone.now(), list(rows)
    for it in rows:
        it.due_at = it.due_at or now
    WaitingLetter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def note_decided(case: FlagCase) -> tuple[int, int]:
    """Note what was decided of a case, for both sides. Returns to how many flaggers and carers it goes."""
    flags = [
        WaitingLetter(kind=LetterKind.FLAG_DECIDED, about=case.uuid, flag=it, language=it.language)
        for it in flag_letters.to_be_written_to(case)
    ]
    group = [
        WaitingLetter(kind=LetterKind.CASE_DECIDED, about=case.uuid, to=address, language=language)
        for address, language in flag_letters.carers_of(case)
    ]
    return note(flags), note(group)


def note_live(record: Proposal | Listing) -> int:
    """Note that a proposal, or a new listing, is live."""
    kind = LetterKind.CHANGE_LIVE if isinstance(record, Proposal) else LetterKind.LISTING_LIVE
    return note([WaitingLetter(kind=kind, about=record.uuid)])


def unclear(now: datetime.datetime | None = None) -> QuerySet[WaitingLetter]:
    """Letters that were begun long ago, and of which nobody knows whether they went out."""
    return WaitingLetter.objects.filter(claimed_at__lt=(now or timezone.now()) - UNCLEAR)


def send_due(now: datetime.datetime | None = None) -> int:
    """Send the letters that are due. Returns how many went out."""
    now = now or timezone.now()
    due = WaitingLetter.objects.filter(claimed_at=None, due_at__lte=now, tries__lt=MAX_TRIES)
    sent = 0
    for letter in due.select_related("flag__case__place")[:MAX_AT_ONCE]:
        mine = WaitingLetter.objects.filter(pk=letter.pk, claimed_at=None)
        if not mine.update(claimed_at=now):
            # Another worker has it.
            continue
        outcome = _sent(letter)
        this = WaitingLetter.objects.filter(pk=letter.pk)
        if outcome is False:
            # It was refused, so it is known not to have gone out.
            wait = datetime.timedelta(minutes=5 * 2**letter.tries)
            this.update(claimed_at=None, tries=F("tries") + 1, due_at=now + wait)
        else:
            this.delete()
            sent += bool(outcome)
    return sent


def _sent(letter: WaitingLetter) -> bool | None:
    """Send one; None where it goes to nobody any more."""
    try:
        with translation.override(letter.language or settings.LANGUAGE_CODE):
            return _SEND[LetterKind(letter.kind)](letter)
    except Exception:
        # One that cannot be written must not hold up the others.
        logger.exception("The letter %s could not be written.", letter)
        return False


def _to_flagger(letter: WaitingLetter) -> bool | None:
    flag = letter.flag
    if flag is None or not flag.email or flag.confirmed_at is None:
        return None
    return flag_letters.decided(flag)


def _to_carer(letter: WaitingLetter) -> bool | None:
    case = FlagCase.objects.select_related("place").filter(uuid=letter.about).first()
    if case is None or not letter.to:
        return None
    return flag_letters.decided_to_carer(case, letter.to, letter.language)


def _of_change(letter: WaitingLetter) -> bool | None:
    proposal = Proposal.objects.with_what_is_shown().filter(uuid=letter.about, status=ProposalStatus.APPROVED).first()
    if proposal is None or not letters.address_of(proposal):
        return None
    return letters.decided(proposal, None)


def _of_listing(letter: WaitingLetter) -> bool | None:
    found = Listing.objects.select_related("posted_by", "place").filter(uuid=letter.about, state=NodeState.LIVE)
    listing = found.first()
    if listing is None or listing.posted_by is None or not listing.posted_by.email:
        return None
    return mail.approved(listing, None)


_SEND: dict[LetterKind, Callable[[WaitingLetter], bool | None]] = {
    LetterKind.FLAG_DECIDED: _to_flagger,
    LetterKind.CASE_DECIDED: _to_carer,
    LetterKind.CHANGE_LIVE: _of_change,
    LetterKind.LISTING_LIVE: _of_listing,
}


def send_again(*, actor: Actor, rows: QuerySet[WaitingLetter]) -> int:
    """Let letters be sent that are `unclear`, or that the mail server refused too often. Returns how many."""
    stuck = Q(pk__in=unclear().values("pk")) | Q(claimed_at=None, tries__gte=MAX_TRIES)
    with change(actor=actor, action="send letters again") as it:
        done = WaitingLetter.objects.filter(stuck, pk__in=list(rows.values_list("pk", flat=True))).update(
            claimed_at=None, tries=0, due_at=timezone.now()
        )
        it.data["letters"] = done
        if not done:
            it.nothing_changed()
    return done


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what did not go out in thirty days. Returns how many."""
    return WaitingLetter.objects.filter(created_at__lt=(now or timezone.now()) - KEPT).delete()[0]
