"""Two groups become one: nobody is left in a space in which there is nothing, and all of it can be taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from listings.access import teams
from listings.models import Claim, ClaimState, ClaimWay, Invitation, Joining, Member, Membership, MemberState, Space
from mapping.access.viewers import viewer_of
from mapping.commands import merges
from mapping.models import Actor, Node
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    UserFactory,
    member_of,
    open_space_of,
)

from .conftest import only_for

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def other(place):
    return OrganisationFactory(name="The same group", place=place)


def merge(kept, dropped):
    kept, dropped = (Node.objects.get(pk=it.pk) for it in (kept, dropped))
    return merges.merge(actor=ACTOR, kept=kept, dropped=dropped)


def sees(user, node) -> bool:
    return Node.objects.visible_to(viewer_of(user)).filter(pk=node.pk).exists()


def all_rows() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Space, Member, Membership, Invitation, Claim)]


def test_the_space_its_people_and_what_waits_go_with_the_group_and_come_back(group, other):
    space = open_space_of(other)
    member, secret = member_of(space), only_for(other)
    editor = MembershipFactory(organisation=other, role="editor").user
    Invitation.objects.create(organisation=other, email="ann@example.org", role="editor")
    Claim.objects.create(node=other, user=UserFactory(), way=ClaimWay.STEWARD, state=ClaimState.WAITING, words="Ours.")
    before = all_rows()
    made = merge(group, other)
    space.refresh_from_db()
    assert space.organisation_id == group.pk and space.opened_at is not None
    assert space.contact_id and space.deputy_id
    assert sees(member.user, secret) and sees(editor, secret)
    assert Invitation.objects.get().organisation_id == Claim.objects.get().node_id == group.pk
    assert merges.undo(actor=ACTOR, merge=made) == []
    assert all_rows() == before
    assert sees(member.user, secret)


def test_where_one_has_an_owner_they_are_asked_and_nobody_else_is_let_in(group, other):
    """What waited for a steward, because nobody owned the group, waits for its owner now."""
    owner = MembershipFactory(organisation=group, role="owner").user
    words = {"way": ClaimWay.STEWARD, "state": ClaimState.WAITING, "words": "Ours."}
    claim = Claim.objects.create(node=other, user=UserFactory(), **words)
    again = Claim.objects.create(node=other, user=UserFactory(), appealed_at=timezone.now(), appeal="Still.", **words)
    asked = Invitation.objects.create(organisation=other, email="ann@example.org", role="owner", kind="steward")
    steward = PlaceRoleFactory(place=group.place).user
    before = all_rows()
    made = merge(group, other)
    for row in (claim, again, asked):
        row.refresh_from_db()
    assert teams.answers_claim(owner, claim) and not teams.decides_claim(steward, claim)
    assert teams.decides_claim(steward, again) and asked.state == "withdrawn"
    assert merges.undo(actor=ACTOR, merge=made) == []
    assert all_rows() == before


@pytest.mark.parametrize("joining", [Joining.OPEN, Joining.APPROVAL])
def test_of_two_spaces_one_stays_and_the_people_of_the_other_ask_to_join_it(group, other, joining):
    own, gone = open_space_of(group, joining), open_space_of(other)
    both = UserFactory()
    member, there = member_of(gone), member_of(own, both)
    member_of(gone, both)
    secret = only_for(group)
    before = all_rows()
    made = merge(group, other)
    member.refresh_from_db()
    gone.refresh_from_db()
    assert gone.opened_at is None and member.space_id == own.pk
    at_once = joining == Joining.OPEN
    assert member.state == (MemberState.MEMBER if at_once else MemberState.ASKED)
    assert sees(member.user, secret) is at_once and sees(both, secret)
    assert Member.objects.filter(space=own, user=both).get() == there
    assert merges.undo(actor=ACTOR, merge=made) == []
    assert all_rows() == before
    assert not sees(member.user, secret)


def test_an_open_space_does_not_end_in_a_closed_one(group, other):
    closed, gone = open_space_of(group), open_space_of(other)
    Space.objects.filter(pk=closed.pk).update(opened_at=None)
    member, secret = member_of(gone), only_for(other)
    with pytest.raises(merges.MergeRefused, match="is closed"):
        merge(group, other)
    assert sees(member.user, secret)
    # The other way about it goes.
    merge(other, group)
    assert sees(member.user, secret)


def test_groups_without_spaces_merge_as_before(group, other):
    merge(group, other)
    assert not Space.objects.exists()
