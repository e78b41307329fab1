"""Proposals: what somebody would have a record say. Made, taken back, decided, appealed; others change the record.

    proposals.propose(actor=Actor.of(user), user=user, listing=listing, typed=typed, base=base, seen=version)
    proposals.settle(actor=..., user=steward, proposal=it, seen=seen, apply=lambda listing: listings.edit(...))

`typed` and `base` have the form of `posting.drafts.typed_from`. What is live changes only inside `settle`; until then
readers see nothing of it, so no revision of a place is raised.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.models import Listing, Proposal, ProposalKind, ProposalStatus
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Node, NodeState
from mapping.search.geocoding import tidy

from .listings import AlreadyDecided, TooMany, locked, must_be, must_wait, version
from .proposal_rows import (
    NotAllowed,
    NotPossible,
    deciding,
    different,
    keep,
    locked_node,
    must_be_ahead,
    must_decide,
    not_too_many,
    said,
)

MAX_REASON, MAX_APPEAL = 500, 1000
# Of what was done at once, so many sentences are kept.
MAX_SAID = 10
# Of one node: more suggestions than these wait for nobody.
MAX_SUGGESTIONS = 100
# An address is kept so long without an answer to our letter, and so long after the decision.
UNCONFIRMED = datetime.timedelta(days=7)
KEPT_AFTERWARDS = datetime.timedelta(days=30)
READER = Actor(label="a reader")


def propose(
    *,
    actor: Actor,
    user,
    listing: Listing,
    typed: Mapping[str, Any],
    base: Mapping[str, Any],
    seen: str = "",
    held_for: str = "",
) -> Proposal:
    """Keep a change of what is live: it stays as it is while this waits. An earlier one of theirs is replaced.

    Raises `NotAllowed`, `Changed` when there is a newer version than `seen`, `TooMany`.
    """
    with locked(listing) as listing:
        if not permissions.may_change(user, listing) or listing.state != NodeState.LIVE:
            raise NotAllowed(
                _("This listing cannot be changed by you any more."), _("Ask a steward of the place to change it.")
            )
        must_be(listing, seen)
        not_too_many(user)
        with change(actor=actor, action="propose change", place=listing.place, target=listing) as it:
            it.places.clear()
            before = Proposal.objects.open().filter(node=listing, by_user=user, kind=ProposalKind.CHANGE)
            replaced = before.update(
                status=ProposalStatus.SUPERSEDED, decided_at=timezone.now(), updated_at=timezone.now()
            )
            made = keep(listing, ProposalKind.CHANGE, typed, base, by_user=user, held_for=held_for[:200])
            it.data |= {"proposal": str(made.uuid), "fields": different(base, typed), "replaced": replaced}
    return made


def suggest(
    *,
    node: Node,
    typed: Mapping[str, Any],
    base: Mapping[str, Any],
    user=None,
    email: str = "",
    held_for: str = "",
) -> tuple[Proposal, bool]:
    """Keep what somebody, with an account or without, suggests about a node. Raises `TooMany`.

    Returns it, and whether it is new: the same that is sent again is the one that waits already.
    """
    waiting = Proposal.objects.open().filter(node=node, kind=ProposalKind.SUGGESTION)
    with transaction.atomic():
        node = Node.objects.select_for_update(of=("self",)).select_related("place").get(pk=node.pk)
        if waiting.count() >= MAX_SUGGESTIONS:
            raise TooMany(
                _("Many suggestions about “%(name)s” wait already.") % {"name": node.name},
                _("Try again when some of them have been read."),
            )
        if user is not None:
            not_too_many(user)
            email = ""
        actor = Actor.of(user) if user is not None else READER
        with change(actor=actor, action="suggest change", place=node.place_id, target=node) as it:
            it.places.clear()
            # The same again, sent twice: one row.
            same = next(
                (one for one in waiting.select_related("revision")[:MAX_SUGGESTIONS] if one.typed == typed), None
            )
            if same is not None and same.by_user == user and same.by_email == email.strip().lower():
                it.nothing_changed()
                return same, False
            made = keep(
                node,
                ProposalKind.SUGGESTION,
                typed,
                base,
                by_user=user,
                by_email=email.strip().lower(),
                held_for=held_for[:200],
            )
            it.data |= {"proposal": str(made.uuid), "fields": sorted(typed)}
    return made, True


def confirm_email(proposal: Proposal) -> bool:
    """Say that the address of a suggestion is theirs. Returns whether that was not known before."""
    now = timezone.now()
    with change(actor=READER, action="confirm suggestion", place=proposal.node.place_id, target=proposal.node) as it:
        it.places.clear()
        found = Proposal.objects.filter(pk=proposal.pk, email_confirmed_at=None).exclude(by_email="")
        fresh = found.update(email_confirmed_at=now)
        if not fresh:
            it.nothing_changed()
    proposal.refresh_from_db()
    return bool(fresh)


def purge_addresses(now: datetime.datetime | None = None) -> int:
    """Forget addresses that nobody confirmed in time, and of what was decided some time ago. Returns how many."""
    now = now or timezone.now()
    stale = Q(email_confirmed_at=None, created_at__lt=now - UNCONFIRMED) | Q(decided_at__lt=now - KEPT_AFTERWARDS)
    found = Proposal.objects.exclude(by_email="").filter(stale)
    return retention.let_go(
        found,
        action="forget addresses of proposals",
        do=lambda rows: rows.update(by_email="", email_confirmed_at=None),
    )


def published(
    *, actor: Actor, user, listing: Listing, typed: Mapping[str, Any], base: Mapping[str, Any], said: str = ""
) -> Proposal:
    """Note that something was published at once, for a steward to look at afterwards. Several edits are one row.

    `said`: what was done, in words, where no field of the form tells it.
    """
    with (
        # Of two first edits at once the second finds the row of the first.
        locked(listing) as listing,
        change(actor=actor, action="note for review", place=listing.place, target=listing) as it,
    ):
        it.places.clear()
        known = (
            Proposal.objects.open()
            .filter(node=listing, kind=ProposalKind.AFTERWARDS)
            .select_for_update(of=("self",))
            .select_related("revision")
            .first()
        )
        if known is None:
            made = keep(listing, ProposalKind.AFTERWARDS, typed, base, by_user=user)
            if said:
                made.revision.content["said"] = [said]
                made.revision.save(update_fields=["content"])
            return made
        words = [*known.revision.content.get("said", ()), *([said] if said else ())][-MAX_SAID:]
        known.revision.content = {**known.revision.content, "typed": dict(typed), "said": words}
        known.revision.save(update_fields=["content"])
        known.by_user = user
        known.save(update_fields=["by_user", "updated_at"])
    return known


def withdraw(*, actor: Actor, user, proposal: Proposal) -> Proposal:
    """Take one's own proposal back before it is decided. Raises `AlreadyDecided`, `NotAllowed`."""
    if user is None or proposal.by_user_id != user.pk:
        raise NotAllowed(_("Only whoever made a proposal takes it back."))
    with deciding(actor, proposal, "withdraw proposal") as (_node, it):
        it.status, it.decided_at, it.publish_at = ProposalStatus.WITHDRAWN, timezone.now(), None
    return it


def settle(
    *, actor: Actor, user, proposal: Proposal, seen: str = "", apply: Callable[[Node], Any] | None = None
) -> Proposal:
    """Approve: `apply` writes what it says into the (locked) node, in one transaction. `user` None: the clock does it.

    `seen` is the `seen_of` that was read. Raises `Changed`, `AlreadyDecided`, `NotAllowed`, and what `apply` raises.
    """
    with deciding(actor, proposal, "approve proposal", user=user, seen=seen) as (node, it):
        if apply is not None:
            if node.state != NodeState.LIVE and it.kind != ProposalKind.NEW:
                raise NotPossible(
                    _("“%(name)s” is not on the map any more, so nothing of it can be changed.") % {"name": node.name},
                    _("Put it back first, or refuse the change."),
                )
            apply(node)
        it.status, it.decided_by, it.decided_at = ProposalStatus.APPROVED, user or it.decided_by, timezone.now()
        it.reason = ""
    return it


def schedule(
    *,
    actor: Actor,
    user,
    proposal: Proposal,
    at: datetime.datetime,
    typed: Mapping[str, Any],
    base: Mapping[str, Any],
    seen: str = "",
) -> Proposal:
    """Approve now what goes live at `at`. `typed` and `base`: as it was decided, and what is there now."""
    must_be_ahead(at)
    when = {"at": at.isoformat()}
    with deciding(actor, proposal, "schedule proposal", user=user, seen=seen, data=when) as (node, it):
        asked = it.revision.content
        it.revision.content = {
            **asked,
            "asked": asked.get("asked", asked.get("typed")),
            "typed": dict(typed),
            "base": dict(base),
            "version": version(node),
        }
        it.revision.save(update_fields=["content"])
        it.status, it.publish_at = ProposalStatus.SCHEDULED, at
        it.decided_by, it.decided_at, it.reason = user, timezone.now(), ""
    return it


def unschedule(*, actor: Actor, user, proposal: Proposal, why: str = "") -> Proposal:
    """Have it wait again. `user` None: the clock does it, because it could not go live (`why`)."""
    with deciding(actor, proposal, "unschedule proposal", user=user, clock=user is None) as (_node, it):
        if it.status != ProposalStatus.SCHEDULED:
            raise AlreadyDecided(_("It is not scheduled any more."))
        it.status, it.publish_at, it.decided_by, it.decided_at = ProposalStatus.WAITING, None, None, None
        it.reason = why[:MAX_REASON]
    return it


def send_back(*, actor: Actor, user, proposal: Proposal, reason: str, seen: str = "") -> Proposal:
    """Ask whoever made it to change it. Raises without a reason."""
    reason = said(reason, MAX_REASON, _("Say what they should change: they read your words."))
    with deciding(actor, proposal, "send back proposal", user=user, seen=seen, data={"reason": reason}) as (_node, it):
        if it.kind not in (ProposalKind.CHANGE, ProposalKind.NEW):
            raise NotPossible(_("This cannot be sent back: nobody could change it."), _("Refuse it instead."))
        it.status, it.reason, it.decided_by, it.decided_at = ProposalStatus.SENT_BACK, reason, user, timezone.now()
    return it


def refuse(*, actor: Actor, user, proposal: Proposal, reason: str, seen: str = "") -> Proposal:
    """Refuse it, with a reason that whoever made it reads. They may appeal once. Raises without a reason."""
    reason = said(reason, MAX_REASON, _("Say why you refuse it: they read your words."))
    with deciding(actor, proposal, "refuse proposal", user=user, seen=seen, data={"reason": reason}) as (_node, it):
        it.status, it.reason, it.decided_by, it.decided_at = ProposalStatus.REFUSED, reason, user, timezone.now()
        it.publish_at = None
    return it


def appeal(*, actor: Actor, user, proposal: Proposal, words: str) -> Proposal:
    """Ask once, in words, that a refusal is looked at again. Raises `NotAllowed`, `NotPossible`."""
    words = said(words, MAX_APPEAL, _("Say why it should be looked at again."))
    if user is None or proposal.by_user_id != user.pk:
        raise NotAllowed(_("Only whoever made it may appeal."))
    with transaction.atomic():
        it = Proposal.objects.select_for_update(of=("self",)).select_related("node").get(pk=proposal.pk)
        if not it.may_appeal:
            raise NotPossible(
                _("You have appealed already.") if it.appealed_at else _("This was not refused, so there is no appeal.")
            )
        with change(actor=actor, action="appeal", place=it.node.place_id, target=it.node) as kept:
            kept.places.clear()
            kept.data |= {"proposal": str(it.uuid), "words": words}
            it.appeal, it.appealed_at = words, timezone.now()
            it.save()
    return it


def answer_appeal(*, actor: Actor, user, proposal: Proposal, grant: bool, answer: str = "") -> Proposal:
    """Decide an appeal: it waits again as if it were new, or stays refused (then with an answer)."""
    answer = tidy(answer)[:MAX_REASON]
    if not grant and not answer:
        raise NotPossible(_("Say why it stays refused: they read your words."))
    with transaction.atomic():
        node = locked_node(proposal)
        it = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        it.node = node
        must_decide(user, it)
        if it.appealed_at is None or it.appeal_decided_at is not None:
            raise AlreadyDecided(_("This appeal was decided already."))
        with change(actor=actor, action="answer appeal", place=node.place_id, target=node) as kept:
            kept.places.clear()
            kept.data |= {"proposal": str(it.uuid), "granted": grant, "answer": answer}
            it.appeal_answer, it.appeal_decided_at, it.appeal_decided_by = answer, timezone.now(), user
            if grant and it.kind == ProposalKind.NEW:
                # A new listing waits by itself.
                listing = Listing.objects.get(pk=node.pk)
                listing.state, listing.decision_note = NodeState.PENDING, ""
                listing.save()
                it.status = ProposalStatus.SUPERSEDED
            elif grant:
                _make_room(it)
                it.status, it.decided_at, it.decided_by = ProposalStatus.WAITING, None, None
            it.save()
    return it


def _make_room(it: Proposal) -> None:
    """A newer change of theirs that waits stays: then this one cannot wait as well."""
    newer = Proposal.objects.open().filter(node=it.node, by_user=it.by_user, kind=it.kind).exclude(pk=it.pk)
    if it.kind == ProposalKind.CHANGE and newer.exists():
        raise NotPossible(
            _("They have sent another change meanwhile, which waits."), _("Decide that one, and answer in words here.")
        )


# --- new listings


def refuse_listing(*, actor: Actor, user, listing: Listing, typed: Mapping[str, Any], reason: str, seen: str = ""):
    """Refuse a new listing for good: it is archived, and its poster may appeal once. Returns the proposal."""
    reason = said(reason, MAX_REASON, _("Say why you refuse it: they read your words."))
    with _new(actor, user, listing, "refuse listing", seen) as (listing, kept):
        kept.data["reason"] = reason
        listing.state, listing.decision_note = NodeState.ARCHIVED, reason
        listing.save()
        return _keep_new(
            listing, typed, status=ProposalStatus.REFUSED, reason=reason, decided_by=user, decided_at=timezone.now()
        )


def schedule_listing(
    *, actor: Actor, user, listing: Listing, typed: Mapping[str, Any], at: datetime.datetime, seen: str = ""
) -> Proposal:
    """Approve a new listing now that goes live at `at`; until then it waits, and this can be undone."""
    must_be_ahead(at)
    with _new(actor, user, listing, "schedule listing", seen) as (listing, kept):
        kept.data["at"] = at.isoformat()
        return _keep_new(
            listing,
            typed,
            status=ProposalStatus.SCHEDULED,
            publish_at=at,
            decided_by=user,
            decided_at=timezone.now(),
        )


def end_schedule(*, actor: Actor, proposal: Proposal, user=None, why: str = "") -> Proposal:
    """Have a new listing that was scheduled wait as any other. `user` None: the clock does it, because of `why`."""
    with deciding(actor, proposal, "unschedule listing", user=user, clock=user is None) as (_node, it):
        if it.kind != ProposalKind.NEW or it.status != ProposalStatus.SCHEDULED:
            raise AlreadyDecided(_("It is not scheduled any more."))
        it.status, it.publish_at, it.decided_at = ProposalStatus.SUPERSEDED, None, timezone.now()
        it.reason = why[:MAX_REASON]
    return it


@contextmanager
def _new(actor: Actor, user, listing: Listing, action: str, seen: str):
    with locked(listing) as listing:
        if not permissions.decides_for(user, listing):
            raise NotAllowed(_("You do not decide about this."))
        must_wait(listing)
        must_be(listing, seen)
        with change(actor=actor, action=action, place=listing.place, target=listing) as kept:
            kept.places.clear()
            yield listing, kept


def _keep_new(listing: Listing, typed: Mapping[str, Any], **decided) -> Proposal:
    Proposal.objects.open().filter(node=listing, kind=ProposalKind.NEW).update(
        status=ProposalStatus.SUPERSEDED, decided_at=timezone.now()
    )
    return keep(listing, ProposalKind.NEW, typed, {}, by_user=listing.posted_by, **decided)
