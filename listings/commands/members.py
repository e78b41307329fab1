"""Members: ask to join, be let in, be refused or removed, leave. The audit tells of them by number, never by name.

member = join(actor=Actor.of(user), user=user, space=space, name="Ann")
leave(actor=actor, member=member)                  # deletes it, at any time
"""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import spaces
from listings.models import Joining, Member, MemberState, Space
from mapping.commands.change import change
from mapping.models import Actor, AuditEntry, PlaceRole, PlaceRoleKind
from mapping.search.geocoding import tidy

from .spaces import locked

# Whoever holds the link of a letter. No name is kept of them.
HOLDER = Actor(label="a member")
JOIN = "join"
MAX_ASKED_A_DAY = 20
# Who was turned away may ask again after that, and a person decides.
AGAIN = datetime.timedelta(days=7)


class MemberError(HereaboutsError):
    """Something about a membership that was refused; the text says why and what to do."""

    status = 409


class CannotJoin(MemberError):
    """Nobody joins just now, or this person not yet."""


class NotYours(MemberError):
    """Somebody decides who may not, or not any more."""

    status = 403


def join(*, actor: Actor, user, space: Space, name: str, wait: bool = False) -> Member:
    """Ask to join; where anybody may, be a member at once. Asked twice it is one membership.

    `wait`: somebody decides even so, because of how the form was sent. Raises `CannotJoin`.
    """
    try:
        with transaction.atomic():
            return _join(actor, user, space, tidy(name)[:120], wait)
    except IntegrityError:
        # The same form, sent twice at the same moment.
        return Member.objects.get(space__organisation=space.organisation, space__place=space.place, user=user)


def _join(actor: Actor, user, space: Space, name: str, wait: bool) -> Member:
    # As it is now: whoever closes it waits for this, and this for them.
    space = locked(space)
    known = Member.objects.filter(space=space, user=user).first()
    if known is not None and known.state != MemberState.TURNED_AWAY:
        return known
    if not space.is_open or space.joining == Joining.CLOSED:
        raise CannotJoin(_("Nobody can join just now."), _("Ask again later."))
    now = timezone.now()
    if known is not None and known.decided_at is not None and known.decided_at > now - AGAIN:
        words = {"days": AGAIN.days}
        raise CannotJoin(
            _("You were turned away a short while ago."), _("You can ask again after %(days)s days.") % words
        )
    # By the audit: who leaves and asks again is counted again, since each asking is a letter to the group.
    asked = AuditEntry.objects.filter(user=user, action=JOIN, at__gt=now - datetime.timedelta(days=1))
    if asked.count() >= MAX_ASKED_A_DAY:
        raise CannotJoin(_("You have asked to join many groups today."), _("Go on tomorrow."), status=429)
    with change(actor=actor, action=JOIN, place=space.home, target=space.organisation or space.place) as it:
        it.places.clear()
        member = known or Member(space=space, user=user)
        member.name = name
        if known is None and space.joining == Joining.OPEN and not wait:
            member.state, member.since = MemberState.MEMBER, now
        else:
            member.state, member.asked_at = MemberState.ASKED, now
        member.save()
        if member.state == MemberState.MEMBER:
            _grant(member)
        it.data.update(member=str(member.uuid), state=str(member.state))
    return member


def approve(*, actor: Actor, user, member: Member) -> Member:
    """Let somebody in who has asked. Raises `NotYours`, and `MemberError` when that was decided already."""
    with transaction.atomic():
        member = _asked(user, member)
        with change(actor=actor, action="let member in", place=member.space.home, target=_of(member)) as it:
            it.places.clear()
            member.state, member.since, member.decided_at = MemberState.MEMBER, timezone.now(), timezone.now()
            member.save()
            _grant(member)
            it.data["member"] = str(member.uuid)
    return member


def refuse(*, actor: Actor, user, member: Member, reason: str) -> Member:
    """Turn somebody away who has asked. Raises as `approve`, and `MemberError` without a reason."""
    reason = _reason(reason)
    with transaction.atomic():
        member = _asked(user, member)
        _turn_away(actor, "refuse member", member, reason)
    return member


def remove(*, actor: Actor, user, member: Member, reason: str) -> Member:
    """End somebody's membership, with a reason that they read.

    Raises `NotYours`, and `MemberError` without a reason or when they are no member any more.
    """
    reason = _reason(reason)
    with transaction.atomic():
        member = _locked(member)
        if not spaces.may_manage(user, member.space):
            raise NotYours(_("Only owners of the group, or stewards of the place, can remove members."))
        if member.state != MemberState.MEMBER:
            raise MemberError(_("They are not a member any more."))
        _turn_away(actor, "remove member", member, reason)
    return member


def leave(*, actor: Actor, member: Member) -> None:
    """End a membership, or take back that one has asked. Nothing of it stays. It may be gone already."""
    with change(actor=actor, action="leave", place=member.space.home, target=_of(member)) as it:
        it.places.clear()
        it.data["member"] = str(member.uuid)
        gone = Member.objects.filter(pk=member.pk).exclude(state=MemberState.TURNED_AWAY).delete()[0]
        if gone:
            _take_back(member)
        else:
            it.nothing_changed()


def leave_place(*, actor: Actor, user, space: Space) -> None:
    """End a place's membership that somebody else gave, so that there is no record of joining."""
    with change(actor=actor, action="leave", place=space.place, target=space.place) as it:
        it.places.clear()
        if not _ends(PlaceRole.objects.filter(place=space.place_id, user=user, role=PlaceRoleKind.MEMBER)):
            it.nothing_changed()


def take_list(*, actor: Actor, user, space: Space) -> None:
    """Note that the list of members is taken away as a file. Raises `NotYours`."""
    if not spaces.may_manage(user, space):
        raise NotYours(_("Only owners of the group, or stewards of the place, can take the list away."))
    with change(
        actor=actor, action="take list of members", place=space.home, target=space.organisation or space.place
    ) as it:
        it.places.clear()
        it.data["members"] = Member.objects.filter(space=space, state=MemberState.MEMBER).count()


def _of(member: Member):
    return member.space.organisation or member.space.place


def _locked(member: Member) -> Member:
    """The member as they are now. Raises `MemberError` when they have left."""
    found = (
        Member.objects.select_for_update(of=("self",))
        .select_related("space__organisation__place", "space__place", "user")
        .filter(pk=member.pk)
        .first()
    )
    if found is None:
        raise MemberError(_("They have left, or have taken back that they asked."))
    return found


def _asked(user, member: Member) -> Member:
    member = _locked(member)
    if not spaces.may_decide(user, member.space):
        raise NotYours(_("Only the group's own people, or stewards of the place, decide who joins."))
    if member.state == MemberState.MEMBER:
        raise MemberError(_("Somebody else let them in already."))
    if member.state != MemberState.ASKED:
        raise MemberError(_("Somebody else turned them away already."))
    return member


def _reason(reason: str) -> str:
    reason = tidy(reason)[:500]
    if not reason:
        raise MemberError(_("Say why: they read your words."), status=422)
    return reason


def _turn_away(actor: Actor, action: str, member: Member, reason: str) -> None:
    with change(actor=actor, action=action, place=member.space.home, target=_of(member)) as it:
        it.places.clear()
        member.state, member.since, member.decided_at = MemberState.TURNED_AWAY, None, timezone.now()
        # The letter still calls them by it.
        name, member.name = member.name, ""
        member.save()
        member.name = name
        _take_back(member)
        it.data["member"] = str(member.uuid)
        if member.space.place_id:
            # What a group's people write to a member is for the two of them: stewards read the audit.
            it.data["reason"] = reason


def _grant(member: Member) -> None:
    """A member of a place sees what is for members; a steward is more already."""
    if member.space.place_id:
        PlaceRole.objects.get_or_create(
            place_id=member.space.place_id, user_id=member.user_id, defaults={"role": PlaceRoleKind.MEMBER}
        )


def _take_back(member: Member) -> None:
    if member.space.place_id:
        _ends(PlaceRole.objects.filter(place=member.space.place_id, user=member.user_id, role=PlaceRoleKind.MEMBER))


def _ends(roles) -> int:
    return roles.delete()[0]
