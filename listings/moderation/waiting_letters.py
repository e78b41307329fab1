"""Letters of decisions: noted with the decision, sent by a job, each once.

with transaction.atomic():
    case = flag_decisions.decide(...)
    decision_letters.note_decided(case)      # which ends in `note([WaitingLetter(...)])`
waiting_letters.send_due()

What the mail server refuses is tried again. A letter that a worker was killed over is `unclear`: a steward sends it
again, at /admin/letters/.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation

from listings.models import LetterKind, WaitingLetter
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Place

logger = logging.getLogger(__name__)

MAX_AT_ONCE = 200
MAX_TRIES = 8
UNCLEAR = datetime.timedelta(hours=1)
# By then nobody waits for it any more.
KEPT = datetime.timedelta(days=30)

# Writes one and says whether the mail server took it; None where it goes to nobody any more.
Sender = Callable[[WaitingLetter], bool | None]
_senders: dict[str, Sender] = {}


def register(kind: LetterKind, sender: Sender) -> None:
    """Say who writes letters of a kind (called once, from an AppConfig's `ready`)."""
    _senders[kind] = sender


def note(rows: Iterable[WaitingLetter]) -> int:
    """Note letters, inside the transaction of what they tell of. Returns how many.

    Of one that waits already there is one still, and it is due now: it tells what is so when it is written.
    """
    # Once each: two accounts may have one address.
    now, rows = timezone.now(), list({(it.kind, it.about, it.flag_id, it.to): it for it in rows}.values())
    for it in rows:
        it.due_at = it.due_at or now
    WaitingLetter.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "about", "flag", "to"],
        # Also where a worker has it just now: what it writes may be older than this.
        update_fields=["words", "language", "due_at", "tries", "claimed_at"],
    )
    return len(rows)


def unclear(now: datetime.datetime | None = None) -> QuerySet[WaitingLetter]:
    """Letters that were begun long ago, and of which nobody knows whether they went out."""
    return WaitingLetter.objects.filter(claimed_at__lt=(now or timezone.now()) - UNCLEAR)


def in_trouble(now: datetime.datetime | None = None) -> QuerySet[WaitingLetter]:
    """Letters that a person may send again: `unclear`, or refused by the mail server at least once."""
    return WaitingLetter.objects.filter(Q(pk__in=unclear(now).values("pk")) | Q(claimed_at=None, tries__gt=0))


def send_due(now: datetime.datetime | None = None) -> int:
    """Send the letters that are due. Returns how many went out."""
    now = now or timezone.now()
    due = WaitingLetter.objects.filter(claimed_at=None, due_at__lte=now, tries__lt=MAX_TRIES)
    sent = 0
    for letter in due.select_related("flag__case__place")[:MAX_AT_ONCE]:
        mine = WaitingLetter.objects.filter(pk=letter.pk, claimed_at=None, words=letter.words)
        if not mine.update(claimed_at=now):
            # Another worker has it, or it was noted anew.
            continue
        outcome = _sent(letter)
        # Noted anew meanwhile, it is claimed no more, and is sent once more with what is so then.
        this = WaitingLetter.objects.filter(pk=letter.pk, claimed_at=now)
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
            return _senders[letter.kind](letter)
    except Exception:
        # One that cannot be written must not hold up the others.
        logger.exception("The letter %s could not be written.", letter)
        return False


def send_again(*, actor: Actor, rows: QuerySet[WaitingLetter], place: Place | None = None) -> int:
    """Let letters be sent now that are `in_trouble`. Returns how many. `place`: whose stewards read of it."""
    with change(actor=actor, action="send letters again", place=place) as it:
        # No page says anything else for it.
        it.places.clear()
        done = (
            in_trouble()
            .filter(pk__in=list(rows.values_list("pk", flat=True)))
            .update(claimed_at=None, tries=0, due_at=timezone.now())
        )
        it.data["letters"] = done
        if not done:
            it.nothing_changed()
    return done


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what did not go out in thirty days. Returns how many."""
    old = WaitingLetter.objects.filter(created_at__lt=(now or timezone.now()) - KEPT)
    return retention.let_go(old, action="delete letters not sent")
