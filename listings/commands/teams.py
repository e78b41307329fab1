"""The team of a group: roles changed, people removed, left, given back. A group with an owner keeps one.

change_role(actor=actor, organisation=group, user_id=7, role="editor")
remove(actor=actor, organisation=group, user_id=7)
leave(actor=actor, organisation=group, user=user)        # refuses the last owner
give_back(actor=actor, organisation=group, user=user)    # the last owner leaves; a steward looks for another
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import (
    Invitation,
    InvitationKind,
    InvitationState,
    Membership,
    MembershipRole,
    Organisation,
)
from mapping.commands.change import change
from mapping.models import Actor, Node

STRENGTH = (MembershipRole.VIEWER, MembershipRole.EDITOR, MembershipRole.OWNER)


class TeamError(HereaboutsError):
    """Something that cannot be done with a team; the text says why and what to do."""

    status = 409


class LastOwner(TeamError):
    """The only owner would not be one any more."""


@contextmanager
def locked_team(organisation_id: int) -> Iterator[Organisation]:
    """The group as it is now; its team stays as it is until the block ends, whoever else would change it."""
    with transaction.atomic():
        # The node's row first, as claims on it do: whoever waits for the other waits in the same order.
        Node.objects.select_for_update(of=("self",)).get(pk=organisation_id)
        rows = Organisation.objects.select_for_update(of=("self",)).select_related("place")
        yield rows.get(pk=organisation_id)


def change_role(*, actor: Actor, organisation: Organisation, user_id: int, role: str) -> Membership:
    """Give somebody in the team another role. Raises `LastOwner`, or `TeamError` when they are not in it."""
    role = MembershipRole(role)
    with locked_team(organisation.pk) as group:
        member = _member(group, user_id)
        with change(actor=actor, action="change team role", place=group.place, target=group) as it:
            it.places.clear()
            it.data |= {"user": user_id, "role": [member.role, role]}
            if member.role == role:
                it.nothing_changed()
                return member
            if role != MembershipRole.OWNER:
                _not_the_last(group, member)
                withdraw_invitations_of(group, user_id)
            member.role = role
            member.save(update_fields=["role"])
    return member


def remove(*, actor: Actor, organisation: Organisation, user_id: int) -> None:
    """Take somebody out of the team. Raises `LastOwner`, or `TeamError` when they are not in it."""
    with locked_team(organisation.pk) as group:
        member = _member(group, user_id)
        _not_the_last(group, member)
        _take_out(actor, "remove from team", group, member)


def leave(*, actor: Actor, organisation: Organisation, user) -> None:
    """Leave the team. Raises `LastOwner`: hand the group over, or give it back."""
    with locked_team(organisation.pk) as group:
        member = _member(group, user.pk)
        _not_the_last(group, member)
        _take_out(actor, "leave team", group, member)


def give_back(*, actor: Actor, organisation: Organisation, user) -> None:
    """Leave a group as its last owner: from now on the stewards of its place look for another one.

    Raises `TeamError` when `user` is no owner of it, or not the last one.
    """
    with locked_team(organisation.pk) as group:
        member = _member(group, user.pk)
        if member.role != MembershipRole.OWNER:
            raise TeamError(_("Only an owner can give a group back."), _("You can leave its team."))
        if _other_owners(group, member).exists():
            raise TeamError(_("“%(name)s” has another owner.") % {"name": group.name}, _("You can leave its team."))
        _take_out(actor, "give group back", group, member)


def join(*, organisation: Organisation, user, role: str) -> Membership:
    """Put somebody into the team, for who accepts an invitation or whose claim is granted. The stronger role stays.

    Call it inside `locked_team` and a `change`.
    """
    member, made = Membership.objects.get_or_create(organisation=organisation, user=user, defaults={"role": role})
    if not made and STRENGTH.index(MembershipRole(member.role)) < STRENGTH.index(MembershipRole(role)):
        member.role = role
        member.save(update_fields=["role"])
    return member


def note_owner_gone(organisation_id: int) -> bool:
    """Remember since when a group has no owner, if it has none; returns whether that is new. For a signal."""
    if Membership.objects.filter(organisation_id=organisation_id, role=MembershipRole.OWNER).exists():
        return False
    rows = Organisation.objects.filter(pk=organisation_id, orphaned_at=None)
    return bool(rows.update(orphaned_at=timezone.now()))


def note_owner_there(organisation_id: int) -> None:
    """Somebody owns it: no steward has to look for anybody."""
    Organisation.objects.filter(pk=organisation_id, orphaned_at__isnull=False).update(orphaned_at=None)


def _member(group: Organisation, user_id: int) -> Membership:
    found = Membership.objects.filter(organisation=group, user_id=user_id).first()
    if found is None:
        raise TeamError(_("This person is not in the team of “%(name)s” any more.") % {"name": group.name})
    return found


def _other_owners(group: Organisation, member: Membership):
    return Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).exclude(pk=member.pk)


def _not_the_last(group: Organisation, member: Membership) -> None:
    if member.role == MembershipRole.OWNER and not _other_owners(group, member).exists():
        raise LastOwner(
            _("“%(name)s” has no other owner.") % {"name": group.name},
            _("Make somebody else an owner first, hand the group over, or give it back to the stewards."),
        )


def _take_out(actor: Actor, action: str, group: Organisation, member: Membership) -> None:
    with change(actor=actor, action=action, place=group.place, target=group) as it:
        it.places.clear()
        it.data |= {"user": member.user_id, "role": member.role}
        withdraw_invitations_of(group, member.user_id)
        member.delete()


def withdraw_invitations_of(group: Organisation, user_id: int) -> None:
    """Nobody brings people in after they stopped being an owner. Call it inside `locked_team` and a `change`."""
    Invitation.objects.filter(
        organisation=group,
        invited_by_id=user_id,
        state=InvitationState.OPEN,
        kind__in=(InvitationKind.TEAM, InvitationKind.TRANSFER),
    ).update(state=InvitationState.WITHDRAWN, ended_at=timezone.now())
