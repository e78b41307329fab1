"""Claims on groups: begun, proved by a code, answered by the owners, decided by a steward, appealed.

    claim, code = begin(user=ann, node=group, way="email", words="I run it.")
    claim, code = new_code(claim=claim, by=ann)
    prove(user=ann, claim=claim, code="K7QF-2MWD")
    grant(actor=actor, claim=claim) / refuse(actor=actor, claim=claim, reason="...")
    appeal(user=ann, claim=claim, words="...")

A code is returned once, to be put into a letter; what is kept is its hash. A group that has owners is given to nobody
without asking them, however well a claim is proved.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import teams as access
from listings.models import (
    MAX_CODES,
    MAX_TRIES,
    OPEN_CLAIMS,
    Claim,
    ClaimState,
    ClaimWay,
    Invitation,
    InvitationKind,
    InvitationState,
    MembershipRole,
    Organisation,
)
from mapping.commands import retention
from mapping.commands.change import Change, change
from mapping.models import Actor, Node, NodeKind
from mapping.search.geocoding import tidy

from . import teams

# Without letters and digits that look alike; eight of them are 38 bits, and five tries are given.
ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 8
EMAIL_HOLDS, LETTER_HOLDS = datetime.timedelta(days=3), datetime.timedelta(days=42)
# Open claims of one person, and codes sent for one node in a day, whoever asks.
MAX_OPEN, MAX_CODES_A_DAY = 5, 5
MAX_WORDS, MAX_REASON = 1000, 500
# Whoever was refused appeals; after that they may ask anew.
REFUSED_FOR = datetime.timedelta(days=90)
KEPT = datetime.timedelta(days=365)
UNPROVED_KEPT = datetime.timedelta(days=90)


class ClaimError(HereaboutsError):
    """A claim that cannot be made, proved or decided; the text says why and what to do."""

    status = 409


class WrongCode(ClaimError):
    """What was typed is not the code."""

    status = 422


class ClaimOver(ClaimError):
    """It was decided or withdrawn, or its code is too old."""

    status = 410


def ways(node: Node) -> list[str]:
    """How a claim on `node` can be shown to be right, the quickest first. From what everybody sees of it only."""
    if node.kind != NodeKind.ORGANISATION:
        return [ClaimWay.STEWARD]
    found = [ClaimWay.EMAIL] if node.email else []
    if node.public_address and node.public_postcode:
        found.append(ClaimWay.LETTER)
    return [*found, ClaimWay.STEWARD]


def begin(*, user, node: Node, way: str, words: str) -> tuple[Claim, str]:
    """Keep a claim. Returns it with the code that has to be sent to the node's address, or nothing.

    A claim of the same person that is open is returned as it is. Raises `ClaimError`.
    """
    words = tidy(words)[:MAX_WORDS]
    if way not in ways(node):
        raise ClaimError(_("That way is not possible here."), _("Choose another one."), status=422)
    if way == ClaimWay.STEWARD and not words:
        raise ClaimError(_("Say who you are, and why it is yours: a steward reads your words."), status=422)
    with _locked_node(node) as node:
        if known := Claim.objects.filter(node=node, user=user, state__in=OPEN_CLAIMS).first():
            return known, ""
        _may_begin(user, node)
        has_owner = access.has_owner(node.pk)
        state = ClaimState.WAITING
        if has_owner:
            state = ClaimState.OWNERS
        elif way == ClaimWay.EMAIL:
            state = ClaimState.PROVING
        claim = Claim(node=node, user=user, way=way, words=words, state=state)
        claim.owners_asked_at = timezone.now() if has_owner else None
        with _change(Actor.of(user), "claim", claim):
            code = _make_code(claim, EMAIL_HOLDS) if state == ClaimState.PROVING else ""
            claim.save()
    return claim, code


def new_code(*, actor: Actor, claim: Claim) -> tuple[Claim, str]:
    """Make the code of a claim, or another one: the one before is void. Returns it once.

    By e-mail for the claimant; in a letter for a steward, who prints it. Raises `ClaimOver`, `ClaimError`.
    """
    with _locked(claim) as claim:
        by_post = claim.way == ClaimWay.LETTER
        if claim.way == ClaimWay.STEWARD or claim.state not in (ClaimState.PROVING, ClaimState.WAITING):
            raise ClaimOver(_("No code is asked for any more."))
        with _change(actor, "make code of claim", claim):
            code = _make_code(claim, LETTER_HOLDS if by_post else EMAIL_HOLDS)
            claim.state = ClaimState.PROVING
            claim.save()
    return claim, code


def prove(*, user, claim: Claim, code: str) -> Claim:
    """Take the code that was sent. It is theirs then, unless it has owners by now: they are asked.

    Raises `WrongCode` (the try counts), `ClaimOver` when the code is too old or was tried too often.
    """
    with _locked(claim) as claim:
        if claim.user_id != user.pk or claim.state != ClaimState.PROVING or not claim.code_hash:
            raise ClaimOver(_("No code is asked for any more."))
        if claim.code_is_late:
            raise ClaimOver(_("This code is too old."), _("Ask for a new one."))
        if claim.tries >= MAX_TRIES:
            raise ClaimOver(_("Wrong codes were typed too often."), _("Ask for a new one."))
        right = check_password(_plain(code), claim.code_hash)
        if right:
            _proved(claim, user)
        else:
            claim.tries += 1
            claim.save(update_fields=["tries", "updated_at"])
    # Raised outside of the transaction, which keeps that it was tried.
    if not right:
        left = MAX_TRIES - claim.tries
        raise WrongCode(
            _("This is not the code."),
            _("You can try %(n)s more times.") % {"n": left} if left else _("Ask for a new one."),
        )
    return claim


def grant(*, actor: Actor, claim: Claim, note: str = "", role: str = MembershipRole.OWNER) -> Claim:
    """Agree. The claimant joins the team of a group; of anything else `note` says what was done.

    Raises `ClaimOver` when it is decided or `actor` is not asked (`listings.access.teams`), `ClaimError`.
    """
    note = tidy(note)[:MAX_REASON]
    with _locked(claim) as claim:
        _must_wait(claim, actor)
        if claim.node.kind != NodeKind.ORGANISATION and not note:
            raise ClaimError(_("Write what was done: the claimant reads your words."), status=422)
        with _change(actor, "grant claim", claim) as it:
            it.data["role"] = str(role)
            _grant(claim, actor.user, note, role)
    return claim


def refuse(*, actor: Actor, claim: Claim, reason: str) -> Claim:
    """Say no, with words that the claimant reads. Raises `ClaimOver`, `ClaimError` without a reason."""
    reason = tidy(reason)[:MAX_REASON]
    if not reason:
        raise ClaimError(_("Say why: the claimant reads your words."), status=422)
    with _locked(claim) as claim:
        _must_wait(claim, actor)
        with _change(actor, "refuse claim", claim) as it:
            it.data["reason"] = reason
            claim.state, claim.reason = ClaimState.REFUSED, reason
            claim.decided_at, claim.decided_by = timezone.now(), actor.user
            claim.save()
    return claim


def appeal(*, user, claim: Claim, words: str) -> Claim:
    """Ask again after a no, once: a steward reads it, also when the owners had said it. Raises `ClaimOver`."""
    words = tidy(words)[:MAX_WORDS]
    if not words:
        raise ClaimError(_("Say why they should think again."), status=422)
    with _locked(claim) as claim:
        if claim.user_id != user.pk or claim.state != ClaimState.REFUSED or claim.appealed_at is not None:
            raise ClaimOver(_("This was decided, and cannot be asked again here."))
        if Claim.objects.filter(node_id=claim.node_id, user=user, state__in=OPEN_CLAIMS).exists():
            raise ClaimError(_("You have asked anew since: that is being decided."))
        with _change(Actor.of(user), "appeal claim", claim):
            claim.state, claim.appeal, claim.appealed_at = ClaimState.WAITING, words, timezone.now()
            claim.save()
    return claim


def withdraw(*, user, claim: Claim) -> Claim:
    """Take it back. Raises `ClaimOver` when it is decided."""
    with _locked(claim) as claim:
        if claim.user_id != user.pk or not claim.is_open:
            raise ClaimOver(_("This was decided already."))
        with _change(Actor.of(user), "withdraw claim", claim):
            claim.state, claim.code_hash = ClaimState.WITHDRAWN, ""
            claim.save()
    return claim


def owner_is_there(group: Organisation) -> None:
    """Somebody has come to own a group: whoever else claims it asks them now. Call it inside `locked_team`."""
    now = timezone.now()
    Claim.objects.filter(node_id=group.pk, state=ClaimState.WAITING, appealed_at=None).update(
        state=ClaimState.OWNERS, owners_asked_at=now
    )
    Invitation.objects.filter(organisation_id=group.pk, kind=InvitationKind.STEWARD, state=InvitationState.OPEN).update(
        state=InvitationState.WITHDRAWN, ended_at=now
    )


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what was decided a year ago, and what nobody has proved for ninety days. Returns how many."""
    now = now or timezone.now()
    over = Claim.objects.exclude(state__in=OPEN_CLAIMS).filter(updated_at__lt=now - KEPT)
    unproved = Claim.objects.filter(state=ClaimState.PROVING, updated_at__lt=now - UNPROVED_KEPT)
    action = "delete old claims"
    return retention.let_go(over, action=action) + retention.let_go(unproved, action=action)


def _may_begin(user, node: Node) -> None:
    if not access.is_claimable(node):
        raise ClaimError(_("“%(name)s” cannot be claimed.") % {"name": node.name}, status=404)
    group = Organisation.objects.filter(pk=node.pk).first()
    if group is not None and access.owns(user, group):
        raise ClaimError(_("“%(name)s” is yours already.") % {"name": node.name})
    refused = Claim.objects.filter(node=node, user=user, state=ClaimState.REFUSED)
    if refused.filter(decided_at__gt=timezone.now() - REFUSED_FOR).exists():
        raise ClaimError(
            _("You were told no a short while ago."),
            _("The letter says why, and leads to where you can ask again, once."),
        )
    if Claim.objects.filter(user=user, state__in=OPEN_CLAIMS).count() >= MAX_OPEN:
        raise ClaimError(
            _("%(n)s claims of yours wait for an answer.") % {"n": MAX_OPEN}, _("Withdraw one, or wait."), status=429
        )


def _make_code(claim: Claim, holds: datetime.timedelta) -> str:
    now = timezone.now()
    if claim.codes >= MAX_CODES:
        words = _("%(n)s codes were made for this claim already.") % {"n": MAX_CODES}
        raise ClaimError(words, _("Withdraw this claim, and let a steward decide."), status=429)
    today = Claim.objects.filter(node_id=claim.node_id, code_sent_at__gt=now - datetime.timedelta(days=1))
    if (today.aggregate(codes=Sum("codes"))["codes"] or 0) >= MAX_CODES_A_DAY:
        raise ClaimError(_("Codes were sent to this address often enough today."), _("Try again tomorrow."), status=429)
    code = "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))
    claim.code_hash, claim.tries, claim.codes = make_password(code), 0, claim.codes + 1
    claim.code_sent_at, claim.code_expires_at = now, now + holds
    return f"{code[:4]}-{code[4:]}"


def _plain(code: str) -> str:
    return "".join(it for it in code.upper()[:40] if it in ALPHABET)


def _proved(claim: Claim, user) -> None:
    with _change(Actor.of(user), "prove claim", claim) as it:
        claim.code_hash = ""
        if access.has_owner(claim.node_id):
            claim.state, claim.owners_asked_at = ClaimState.OWNERS, timezone.now()
            claim.save()
            return
        it.data["role"] = str(MembershipRole.OWNER)
        _grant(claim, None, "", MembershipRole.OWNER)


def _grant(claim: Claim, decider, note: str, role: str) -> None:
    claim.state, claim.reason, claim.code_hash = ClaimState.GRANTED, note, ""
    claim.decided_at, claim.decided_by = timezone.now(), decider
    claim.save()
    group = Organisation.objects.filter(pk=claim.node_id).first()
    if group is None and claim.node.kind == NodeKind.ORGANISATION:
        # It came in as a node only: from now on it can have a team.
        group = Organisation(node_ptr=claim.node)
        group.__dict__.update({f.attname: getattr(claim.node, f.attname) for f in Node._meta.concrete_fields})
        group.save_base(raw=True)
    if group is not None:
        teams.join(organisation=group, user=claim.user, role=role)
        if role == MembershipRole.OWNER:
            owner_is_there(group)


def _must_wait(claim: Claim, actor: Actor) -> None:
    """Of a person, that they are asked now: an owner may have come since they opened the page."""
    if claim.state not in (ClaimState.WAITING, ClaimState.OWNERS):
        raise ClaimOver(_("This claim was decided already, or taken back."))
    user = actor.user
    if user is not None and not (access.decides_claim(user, claim) or access.answers_claim(user, claim)):
        raise ClaimOver(_("This was decided already, or somebody else is asked."))


@contextmanager
def _locked_node(node: Node) -> Iterator[Node]:
    with transaction.atomic():
        yield Node.objects.select_for_update(of=("self",)).select_related("place").get(pk=node.pk)


@contextmanager
def _locked(claim: Claim) -> Iterator[Claim]:
    """The claim as it is now. Its node is locked too: of two claims one is the first."""
    with _locked_node(claim.node):
        rows = Claim.objects.select_for_update(of=("self",)).select_related("node__place", "user")
        found = rows.filter(pk=claim.pk).first()
        if found is None:
            raise ClaimOver(_("This claim is not there any more."))
        yield found


@contextmanager
def _change(actor: Actor, action: str, claim: Claim) -> Iterator[Change]:
    """A change that readers see nothing of. The audit tells of the claim by number, never of its words."""
    with change(actor=actor, action=action, place=claim.node.place_id, target=claim.node) as it:
        it.places.clear()
        it.data |= {"claim": str(claim.uuid), "user": claim.user_id}
        yield it
