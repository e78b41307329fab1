"""Invitations: bound to an address, used once, late, withdrawn, by somebody else; a group handed over."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from listings.access import teams as access
from listings.commands import invitations, teams
from listings.models import Invitation, InvitationKind, InvitationState, Membership
from mapping.models import Actor, NodeState
from tests.factories import UserFactory
from tests.listings.groups.people import member, somebody

pytestmark = pytest.mark.django_db
ME = Actor.command("test")


@pytest.fixture
def owner(group):
    return member(group)


def invite(group, owner, email="cat@example.org", role="editor", **more) -> Invitation:
    return invitations.invite(actor=ME, user=owner, organisation=group, email=email, role=role, **more)


def later(invitation, days: int) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(
        expires_at=invitation.expires_at - datetime.timedelta(days=days),
        sent_at=invitation.sent_at - datetime.timedelta(days=days),
    )


def test_whoever_has_the_address_joins(group, owner):
    cat = somebody("Cat@example.org")
    invitation = invite(group, owner)
    invitations.accept(user=cat, invitation=invitation)
    assert access.role_in(cat, group) == "editor"
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.ACCEPTED and invitation.accepted_by == cat


def test_nobody_else_joins(group, owner):
    invitation = invite(group, owner)
    unproved = UserFactory(email="cat@example.org")
    for other in (somebody("dan@example.org"), unproved, owner):
        for answer in (invitations.accept, invitations.decline):
            with pytest.raises(invitations.NotForYou):
                answer(user=other, invitation=invitation)
    invitation.refresh_from_db()
    assert invitation.is_open and Membership.objects.count() == 1


def test_used_twice(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner)
    invitations.accept(user=cat, invitation=invitation)
    teams.remove(actor=ME, organisation=group, user_id=cat.pk)
    with pytest.raises(invitations.InvitationOver, match="accepted already"):
        invitations.accept(user=cat, invitation=invitation)
    assert not access.role_in(cat, group)


def test_late_and_sent_again(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner)
    later(invitation, 14)
    with pytest.raises(invitations.InvitationOver, match="fourteen days"):
        invitations.accept(user=cat, invitation=invitation)
    invitations.resend(actor=ME, invitation=invitation)
    invitations.accept(user=cat, invitation=invitation)
    assert access.role_in(cat, group) == "editor"


def test_it_is_not_sent_again_at_once(group, owner):
    invitation = invite(group, owner)
    with pytest.raises(invitations.InvitationError, match="a moment ago"):
        invitations.resend(actor=ME, invitation=invitation)


@pytest.mark.parametrize("end", ["wait", "withdraw", "decline"])
def test_nobody_is_written_to_twice_in_a_moment_however_it_is_done(group, owner, end):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner)
    if end == "withdraw":
        invitations.withdraw(actor=ME, invitation=invitation)
    elif end == "decline":
        invitations.decline(user=cat, invitation=invitation)
    with pytest.raises(invitations.InvitationError, match="cat@example.org a moment ago"):
        invite(group, owner, role="viewer")
    later(invitation, 1)
    assert invite(group, owner, role="viewer").role == "viewer"


@pytest.mark.parametrize("end", ["withdraw", "decline"])
def test_what_has_ended_lets_nobody_in(group, owner, end):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner)
    if end == "withdraw":
        invitations.withdraw(actor=ME, invitation=invitation)
    else:
        invitations.decline(user=cat, invitation=invitation)
    with pytest.raises(invitations.InvitationOver):
        invitations.accept(user=cat, invitation=invitation)
    with pytest.raises(invitations.InvitationOver):
        invitations.resend(actor=ME, invitation=invitation)


def test_the_same_address_again_is_one_invitation(group, owner):
    first = invite(group, owner, role="viewer")
    later(first, 1)
    second = invite(group, owner, email=" CAT@example.org ", role="owner")
    assert first.pk == second.pk and second.role == "owner"


def test_an_accepted_weaker_role_takes_nothing_away(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner, role="viewer")
    teams.join(organisation=group, user=cat, role="owner")
    invitations.accept(user=cat, invitation=invitation)
    assert access.role_in(cat, group) == "owner"


def test_who_is_in_the_team_and_what_is_no_address(group, owner):
    with pytest.raises(invitations.InvitationError, match="in the team already"):
        invite(group, owner, email=owner.email)
    with pytest.raises(invitations.InvitationError, match="not an e-mail address"):
        invite(group, owner, email="cat\x00@example")


def test_as_many_as_may_wait(group, owner, monkeypatch):
    monkeypatch.setattr(invitations, "MAX_OPEN", 1)
    later(invite(group, owner), 1)
    with pytest.raises(invitations.InvitationError, match="as many as may"):
        invite(group, owner, email="dan@example.org")
    invite(group, owner, role="owner")


def test_a_group_is_handed_over(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner, role="owner", kind=InvitationKind.TRANSFER)
    assert access.role_in(owner, group) == "owner"
    invitations.accept(user=cat, invitation=invitation)
    assert (access.role_in(cat, group), access.role_in(owner, group)) == ("owner", "editor")
    group.refresh_from_db()
    assert group.orphaned_at is None


def test_who_has_handed_it_over_brings_nobody_else_in(group, owner):
    cat, dan = somebody("cat@example.org"), somebody("dan@example.org")
    other = invite(group, owner, email="dan@example.org", role="owner")
    transfer = invite(group, owner, role="owner", kind=InvitationKind.TRANSFER)
    invitations.accept(user=cat, invitation=transfer)
    with pytest.raises(invitations.InvitationOver, match="withdrawn"):
        invitations.accept(user=dan, invitation=other)
    transfer.refresh_from_db()
    assert transfer.state == InvitationState.ACCEPTED and not access.role_in(dan, group)


def test_an_editor_of_the_team_may_be_the_next_owner(group, owner):
    cat = member(group, "editor", "cat@example.org")
    invitations.accept(user=cat, invitation=invite(group, owner, role="owner", kind=InvitationKind.TRANSFER))
    assert (access.role_in(cat, group), access.role_in(owner, group)) == ("owner", "editor")


def test_handed_over_by_who_has_gone_since(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner, role="owner", kind=InvitationKind.TRANSFER)
    member(group)
    owner.delete()
    with pytest.raises(invitations.InvitationOver, match="not an owner"):
        invitations.accept(user=cat, invitation=invitation)
    assert not access.role_in(cat, group)


def test_a_group_off_the_map_takes_nobody(group, owner):
    cat = somebody("cat@example.org")
    invitation = invite(group, owner)
    type(group).objects.filter(pk=group.pk).update(state=NodeState.ARCHIVED)
    with pytest.raises(invitations.InvitationOver, match="not on the map"):
        invitations.accept(user=cat, invitation=invitation)


def test_what_is_over_is_deleted_after_ninety_days(group, owner):
    ended = invite(group, owner)
    invitations.withdraw(actor=ME, invitation=ended)
    late = invite(group, owner, email="dan@example.org")
    fresh = invite(group, owner, email="eve@example.org")
    old = timezone.now() - datetime.timedelta(days=91)
    Invitation.objects.filter(pk=ended.pk).update(ended_at=old)
    Invitation.objects.filter(pk=late.pk).update(expires_at=old)
    assert invitations.purge() == 2
    assert list(Invitation.objects.all()) == [fresh]
