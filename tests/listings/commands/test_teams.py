"""The team of a group: there is always an owner, and an ownerless group goes back to the steward."""

from __future__ import annotations

import pytest

from listings.access import teams as access
from listings.commands import invitations, teams
from listings.groups import waiting
from listings.models import Invitation, InvitationState, Membership, MembershipRole, Organisation
from mapping.models import Actor, AuditEntry
from tests.factories import OrganisationFactory, PlaceFactory, PlaceRoleFactory, UserFactory
from tests.listings.groups.people import member

pytestmark = pytest.mark.django_db
ME = Actor.command("test")


def owners(group) -> int:
    return Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).count()


def test_the_last_owner_stays_one(group):
    ann = member(group)
    for refused in (
        lambda: teams.leave(actor=ME, organisation=group, user=ann),
        lambda: teams.remove(actor=ME, organisation=group, user_id=ann.pk),
        lambda: teams.change_role(actor=ME, organisation=group, user_id=ann.pk, role="editor"),
    ):
        with pytest.raises(teams.LastOwner, match="no other owner"):
            refused()
    assert owners(group) == 1


def test_with_another_owner_they_may_go(group):
    ann, ben = member(group), member(group)
    teams.change_role(actor=ME, organisation=group, user_id=ann.pk, role="editor")
    teams.leave(actor=ME, organisation=group, user=ann)
    assert access.role_in(ann, group) == "" and access.owns(ben, group)
    group.refresh_from_db()
    assert group.orphaned_at is None
    assert AuditEntry.objects.filter(action="leave team", target_uuid=group.uuid).exists()


def test_the_same_role_again_leaves_no_trace(group):
    member(group)
    ben = member(group, "editor")
    before = AuditEntry.objects.count()
    teams.change_role(actor=ME, organisation=group, user_id=ben.pk, role="editor")
    assert AuditEntry.objects.count() == before


def test_somebody_who_is_not_in_it(group):
    member(group)
    with pytest.raises(teams.TeamError, match="not in the team"):
        teams.remove(actor=ME, organisation=group, user_id=UserFactory().pk)


def test_giving_back_is_for_the_last_owner(group):
    ann, ben = member(group), member(group)
    editor = member(group, "editor")
    with pytest.raises(teams.TeamError, match="another owner"):
        teams.give_back(actor=ME, organisation=group, user=ann)
    with pytest.raises(teams.TeamError, match="Only an owner"):
        teams.give_back(actor=ME, organisation=group, user=editor)
    teams.leave(actor=ME, organisation=group, user=ben)
    teams.give_back(actor=ME, organisation=group, user=ann)
    group.refresh_from_db()
    assert group.orphaned_at is not None


@pytest.fixture
def orphaned(group):
    ann = member(group)
    teams.give_back(actor=ME, organisation=group, user=ann)
    return group


def test_an_orphan_waits_for_its_steward_and_for_no_other(place, orphaned):
    steward = PlaceRoleFactory(place=place).user
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford")).user
    found = waiting.orphans(steward, 10)
    assert (found.number, [it.title for it in found.items]) == (1, ["The group"])
    assert waiting.orphans(elsewhere, 10).number == 0
    assert waiting.orphans(member(orphaned, "editor"), 10).number == 0


def test_a_deleted_account_orphans_its_groups(place, group):
    ann = member(group)
    kept = OrganisationFactory(place=place)
    member(kept)
    member(kept, "editor")
    other = OrganisationFactory(place=place)
    teams.join(organisation=other, user=ann, role="editor")
    ann.delete()
    assert list(Organisation.objects.filter(orphaned_at__isnull=False)) == [group]


def test_a_role_changed_in_the_admin_orphans_too_and_a_new_owner_ends_it(group):
    ann = member(group)
    row = Membership.objects.get(user=ann)
    row.role = MembershipRole.VIEWER
    row.save()
    group.refresh_from_db()
    assert group.orphaned_at is not None
    member(group)
    group.refresh_from_db()
    assert group.orphaned_at is None


def test_a_group_that_never_had_an_owner_is_no_orphan(place, group):
    assert waiting.orphans(PlaceRoleFactory(place=place).user, 10).number == 0


def test_deleting_the_group_itself_is_no_trouble(group):
    member(group)
    group.delete()
    assert not Organisation.objects.exists()


def test_who_is_no_owner_any_more_has_invited_nobody(group):
    ann, _ben = member(group), member(group)
    mine = invitations.invite(actor=ME, user=ann, organisation=group, email="cat@example.org", role="owner")
    teams.change_role(actor=ME, organisation=group, user_id=ann.pk, role="editor")
    mine.refresh_from_db()
    assert mine.state == InvitationState.WITHDRAWN
    assert Invitation.objects.count() == 1
