"""What a steward decides of flags, and what is asked to be looked at once more.

decided = flag_decisions.decide(actor=actor, case=case, decision=Decision.KEEP, reply="We looked at it.", seen=version)
flag_decisions.appeal(case=case, side=AppealSide.GROUP, words="It has not closed.")
flag_decisions.answer(actor=actor, appeal=appeal, reply="You are right.")
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.commands import flag_targets
from listings.commands.flag_targets import Target
from listings.commands.flags import READER
from listings.models import AppealSide, Decision, Flag, FlagAppeal, FlagCase, FlagTarget
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, CandidateState, MatchCandidate, Node

MAX_REPLY = 500
# After a decision, as long as somebody may ask for it to be looked at again; then addresses go.
APPEALS = datetime.timedelta(days=60)
ADDRESSES_KEPT = datetime.timedelta(days=180)
UNCONFIRMED = datetime.timedelta(days=30)


class DecisionRefused(HereaboutsError):
    """A decision that cannot be kept: why, and what to do."""

    status = 409


class AlreadyDecided(DecisionRefused):
    """Two stewards decided at once: the second is told what the first did."""


def version(case: FlagCase, target: Target | None) -> str:
    """What a steward has read: the flags, and the record as it was."""
    return f"{version_of_flags(case.flags.count())}{target.version if target else ''}"


def version_of_flags(number: int) -> str:
    """The beginning of it: for whoever has read how many there are, and not the record."""
    return f"{number}/"


def decide(
    *, actor: Actor, case: FlagCase, decision: str, reply: str = "", seen: str = "", other: Node | None = None
) -> FlagCase:
    """Decide an open case, and do what follows: put back or take off; `PAIR` needs the `other` record.

    Raises `AlreadyDecided`, `DecisionRefused` (no words for taking off; more flags, or a change, since it was read),
    `mapping.commands.publication.PublicationRefused`.
    """
    if decision not in Decision.values:
        raise DecisionRefused(_("Choose what you decide."))
    if decision == Decision.OFF and not reply:
        raise DecisionRefused(_("Say why: whoever looks after it reads your words, and so do those who flagged it."))
    with transaction.atomic():
        case = FlagCase.objects.select_for_update().get(pk=case.pk)
        if not case.is_open:
            raise AlreadyDecided(
                _("“%(name)s” was decided already: %(what)s.")
                % {"name": case.target_name, "what": case.get_decision_display()}
            )
        target = flag_targets.load(case)
        if seen and not version(case, target).startswith(seen):
            raise DecisionRefused(
                _("Since you opened it somebody has flagged it too, or changed it."),
                _("Read it again before you go on."),
            )
        with change(actor=actor, action="decide flags", place=case.place_id, target=case) as it:
            it.places.clear()
            it.data |= {"case": str(case.uuid), "of": str(case.target_uuid), "decision": decision, "words": reply[:500]}
            _follow(actor, case, target, decision, reply, other)
            case.decision, case.decided_at, case.decided_by = decision, timezone.now(), actor.user
            case.words = reply[:MAX_REPLY]
            case.save()
            # They served to tell one person in two windows from two people.
            case.flags.update(household="")
    return case


def _follow(actor: Actor, case: FlagCase, target: Target | None, decision: str, reply: str, other: Node | None) -> None:
    if target is None:
        # The record itself is gone: what is left to do is to say so.
        return
    if decision == Decision.OFF:
        flag_targets.take_off(actor=actor, case=case, target=target, reason=reply)
        return
    if decision == Decision.PAIR:
        pair(target, other)
    flag_targets.put_back(actor=actor, case=case, target=target)


def pair(target: Target, other: Node | None) -> MatchCandidate:
    """Put two records into the possible duplicates; the older one is first. Raises `DecisionRefused`."""
    if target.kind != FlagTarget.NODE or other is None or other.pk == target.record.pk:
        raise DecisionRefused(_("Say which other record it is the same as."))
    first, second = sorted((target.record, other), key=lambda it: it.pk)
    reason = _("Readers say that the two are one thing")
    found = MatchCandidate.objects.filter(first__in=(first, second), second__in=(first, second)).first()
    if found is None:
        found = MatchCandidate.objects.create(first=first, second=second, score=1.0, reason=reason)
    elif found.state != CandidateState.WAITING:
        raise DecisionRefused(
            _("A steward has looked at these two before and said: %(what)s.") % {"what": found.get_state_display()},
            _("Choose another decision."),
        )
    return found


def appeal(*, case: FlagCase, side: str, words: str, flag: Flag | None = None) -> FlagAppeal:
    """Ask for a decision to be looked at once more. Each side may once, for sixty days. Raises `DecisionRefused`."""
    words = words.strip()[:1000]
    if not words:
        raise DecisionRefused(_("Say in a sentence why you think it is wrong."))
    if case.is_open:
        raise DecisionRefused(_("Nothing is decided yet. A steward looks at it."))
    if not may_appeal(case):
        raise DecisionRefused(
            _("This was decided more than sixty days ago."), _("If it is wrong now, flag it again, or write to us.")
        )
    try:
        with change(actor=READER, action="appeal", place=case.place_id, target=case) as it:
            it.places.clear()
            it.data |= {"case": str(case.uuid), "side": side}
            return FlagAppeal.objects.create(case=case, side=side, flag=flag, words=words)
    except IntegrityError:
        raise DecisionRefused(_("You have asked for this already. A steward answers you.")) from None


def may_appeal(case: FlagCase) -> bool:
    """Whether a decided case can still be asked to be looked at again."""
    return case.decided_at is not None and case.decided_at > timezone.now() - APPEALS


def answer(*, actor: Actor, appeal: FlagAppeal, reply: str) -> FlagAppeal:
    """Answer it. What follows (putting back, taking off) is done at the record. Raises `DecisionRefused`."""
    if not reply:
        raise DecisionRefused(_("Say what you found: they read your words."))
    with change(actor=actor, action="answer appeal", place=appeal.case.place_id, target=appeal.case) as it:
        it.places.clear()
        it.data |= {"case": str(appeal.case.uuid), "words": reply[:MAX_REPLY]}
        answered = FlagAppeal.objects.filter(pk=appeal.pk, answered_at=None).update(
            answer=reply[:MAX_REPLY], answered_at=timezone.now(), answered_by=actor.user
        )
        if not answered:
            it.nothing_changed()
    appeal.refresh_from_db()
    if not answered:
        raise AlreadyDecided(_("Another steward has answered this already."))
    return appeal


def purge(now: datetime.datetime | None = None) -> int:
    """Empty addresses and accounts that are not needed any more: long decided, or never confirmed. Returns how many."""
    now = now or timezone.now()
    decided = Flag.objects.exclude(email="", user=None).filter(case__decided_at__lt=now - ADDRESSES_KEPT)
    unconfirmed = Flag.objects.exclude(email="").filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED)
    action = "forget addresses of flags"
    gone = retention.let_go(decided, action=action, do=lambda rows: rows.update(email="", user=None))
    return gone + retention.let_go(
        unconfirmed, action=action, do=lambda rows: rows.update(email="", user=None, household="")
    )


def side_of(appeal: FlagAppeal) -> str:
    """Who asks, in words that name nobody."""
    return str(AppealSide(appeal.side).label)
