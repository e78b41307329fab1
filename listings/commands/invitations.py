"""Invitations to the team of a group: made, sent again, withdrawn, accepted, declined.

    invitation = invite(actor=actor, user=owner, organisation=group, email="ann@example.org", role="editor")
    accept(user=ann, invitation=invitation)      # only whoever has shown that the address is theirs

The letters are `listings.groups.mail`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import teams as access
from listings.models import (
    Invitation,
    InvitationKind,
    InvitationState,
    Membership,
    MembershipRole,
    Organisation,
)
from listings.models.invitation import HOLDS
from mapping.commands import retention
from mapping.commands.change import Change, change
from mapping.models import Actor, NodeState
from mapping.search import spelling

from . import claims, teams

# Of one group, at a time.
MAX_OPEN = 50
# A letter is not sent again sooner.
AGAIN = datetime.timedelta(minutes=10)
# What has ended is kept for so long, with the address.
KEPT = datetime.timedelta(days=90)


class InvitationError(HereaboutsError):
    """An invitation that cannot be made or sent; the text says why and what to do."""

    status = 409


class InvitationOver(InvitationError):
    """It was accepted, declined or withdrawn, or is too old."""

    status = 410


class NotForYou(InvitationError):
    """It is for somebody with another address."""

    status = 403


def invite(
    *, actor: Actor, user, organisation: Organisation, email: str, role: str, kind: str = InvitationKind.TEAM
) -> Invitation:
    """Keep an invitation. Inviting the same address again while it waits changes its role and begins its time anew.

    Raises `InvitationError` for what is no address, somebody who is in the team, an address that was written to a
    moment ago (also by an invitation that was withdrawn or declined since), or too many that wait.
    """
    email = _address(email)
    role = MembershipRole(role)
    with teams.locked_team(organisation.pk) as group:
        member = _member_with(group, email)
        if member is not None and (kind != InvitationKind.TRANSFER or member.role == MembershipRole.OWNER):
            raise InvitationError(
                _("%(email)s is in the team already.") % {"email": email},
                _("Change their role in the list of the team."),
            )
        known = Invitation.objects.filter(organisation=group, email=email).exclude(state=InvitationState.ACCEPTED)
        for sent in known.order_by("-sent_at")[:1]:
            _not_a_moment_ago(sent)
        waiting = Invitation.objects.filter(organisation=group, state=InvitationState.OPEN)
        if waiting.exclude(email=email).count() >= MAX_OPEN:
            raise InvitationError(
                _("%(number)s invitations of this group wait for an answer, which is as many as may.")
                % {"number": MAX_OPEN},
                _("Withdraw some of them first."),
            )
        with change(actor=actor, action="invite to team", place=group.place, target=group) as it:
            it.places.clear()
            now = timezone.now()
            invitation, made = Invitation.objects.get_or_create(
                organisation=group,
                email=email,
                state=InvitationState.OPEN,
                defaults={"role": role, "kind": kind, "invited_by": user},
            )
            if not made:
                invitation.role, invitation.kind, invitation.invited_by = role, kind, user
                invitation.sent_at, invitation.expires_at = now, now + HOLDS
                invitation.save()
            it.data |= {"invitation": str(invitation.uuid), "role": str(role), "kind": str(kind)}
    return invitation


def resend(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Begin its fourteen days anew. Raises `InvitationOver`, or `InvitationError` when it was sent a moment ago."""
    with _locked(invitation) as invitation:
        _must_wait(invitation, late_is_fine=True)
        _not_a_moment_ago(invitation)
        now = timezone.now()
        with _change(actor, "send invitation again", invitation):
            invitation.sent_at, invitation.expires_at = now, now + HOLDS
            invitation.save(update_fields=["sent_at", "expires_at"])
    return invitation


def withdraw(*, actor: Actor, invitation: Invitation) -> None:
    """Its letter lets nobody in any more. Raises `InvitationOver`."""
    with _locked(invitation) as invitation:
        _must_wait(invitation, late_is_fine=True)
        with _change(actor, "withdraw invitation", invitation):
            _end(invitation, InvitationState.WITHDRAWN)


def decline(*, user, invitation: Invitation) -> None:
    """Say no. Raises `NotForYou`, `InvitationOver`."""
    with _locked(invitation) as invitation:
        _must_be_theirs(user, invitation)
        _must_wait(invitation)
        with _change(Actor.of(user), "decline invitation", invitation):
            _end(invitation, InvitationState.DECLINED)


def accept(*, user, invitation: Invitation) -> Membership:
    """Join the team. A group that waited for its owner goes on the map with that.

    Raises `NotForYou` when the address is not shown to be theirs, `InvitationOver` when it is used, withdrawn or late.
    """
    with teams.locked_team(invitation.organisation_id) as group, _locked(invitation) as invitation:
        _must_be_theirs(user, invitation)
        _must_wait(invitation)
        waits = group.state == NodeState.DRAFT and invitation.kind == InvitationKind.STEWARD
        if group.state != NodeState.LIVE and not waits:
            raise InvitationOver(
                _("“%(name)s” is not on the map any more.") % {"name": group.name}, _("Ask whoever invited you.")
            )
        with change(actor=Actor.of(user), action="join team", place=group.place, target=group) as it:
            it.data |= {"invitation": str(invitation.uuid), "user": user.pk, "role": invitation.role}
            it.places.clear()
            giver = _giver(group, invitation) if invitation.kind == InvitationKind.TRANSFER else None
            member = teams.join(organisation=group, user=user, role=invitation.role)
            if giver is not None and giver.user_id != user.pk:
                giver.role = MembershipRole.EDITOR
                giver.save(update_fields=["role"])
                teams.withdraw_invitations_of(group, giver.user_id)
            _end(invitation, InvitationState.ACCEPTED, user)
            if invitation.role == MembershipRole.OWNER:
                claims.owner_is_there(group)
            if waits:
                it.touch(group.place)
                it.loosens(state=[str(group.state), NodeState.LIVE])
                group.state, group.confirmed_at = NodeState.LIVE, timezone.now()
                group.save()
                spelling.learn([group])
    return member


def purge(now: datetime.datetime | None = None) -> int:
    """Delete invitations that ended, or ran out, ninety days ago: nobody needs the address. Returns how many."""
    old = (now or timezone.now()) - KEPT
    ended = Invitation.objects.filter(ended_at__lt=old)
    late = Invitation.objects.filter(state=InvitationState.OPEN, expires_at__lt=old)
    action = "delete old invitations"
    return retention.let_go(ended, action=action) + retention.let_go(late, action=action)


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvitationError(
            _("This is not an e-mail address."), _("Write it like name@example.org."), status=422
        ) from None
    return email


def _member_with(group: Organisation, email: str) -> Membership | None:
    found = Membership.objects.filter(organisation=group, user__emailaddress__email__iexact=email,
                                      user__emailaddress__verified=True)  # fmt: skip
    return found.first()


@contextmanager
def _locked(invitation: Invitation) -> Iterator[Invitation]:
    """The invitation as it is now, locked until the end: it is used once."""
    with transaction.atomic():
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("organisation__place")
        found = rows.filter(pk=invitation.pk).first()
        if found is None:
            raise InvitationOver(_("This invitation is not there any more."), _("Ask whoever invited you."))
        yield found


def _must_be_theirs(user, invitation: Invitation) -> None:
    if not access.has_address(user, invitation.email):
        raise NotForYou(
            _("This invitation is for somebody with another address."),
            _("Sign out, and sign in with the address that the letter came to."),
        )


def _must_wait(invitation: Invitation, *, late_is_fine: bool = False) -> None:
    words = {
        InvitationState.ACCEPTED: _("This invitation was accepted already."),
        InvitationState.DECLINED: _("This invitation was declined."),
        InvitationState.WITHDRAWN: _("This invitation was withdrawn."),
    }
    if invitation.state != InvitationState.OPEN:
        raise InvitationOver(words[invitation.state], _("Ask whoever invited you for a new one."))
    if invitation.is_late and not late_is_fine:
        raise InvitationOver(
            _("This invitation is older than fourteen days."), _("Ask whoever invited you to send it again.")
        )


def _not_a_moment_ago(invitation: Invitation) -> None:
    if invitation.sent_at > timezone.now() - AGAIN:
        raise InvitationError(
            _("A letter was sent to %(email)s a moment ago.") % {"email": invitation.email},
            _("Wait ten minutes before the next one."),
        )


def _giver(group: Organisation, invitation: Invitation) -> Membership:
    """Whoever hands the group over, who still has to own it."""
    found = Membership.objects.filter(organisation=group, user=invitation.invited_by_id, role=MembershipRole.OWNER)
    if invitation.invited_by_id is None or not found.exists():
        raise InvitationOver(
            _("Whoever offered you “%(name)s” is not an owner of it any more.") % {"name": group.name},
            _("Ask somebody in its team, or say on its page that it is yours."),
        )
    return found.get()


def _end(invitation: Invitation, state: str, user=None) -> None:
    invitation.state, invitation.ended_at, invitation.accepted_by = state, timezone.now(), user
    invitation.save(update_fields=["state", "ended_at", "accepted_by"])


@contextmanager
def _change(actor: Actor, action: str, invitation: Invitation) -> Iterator[Change]:
    """A change that readers see nothing of."""
    group = invitation.organisation
    with change(actor=actor, action=action, place=group.place, target=group) as it:
        it.places.clear()
        it.data["invitation"] = str(invitation.uuid)
        yield it
