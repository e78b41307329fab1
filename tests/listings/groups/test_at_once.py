"""Two people at the same moment: one is first, and the other reads that it was so."""

from __future__ import annotations

import pytest

from listings.commands import claims, invitations, nominations, teams
from listings.models import Claim, InvitationKind, Membership, MembershipRole, Organisation
from mapping.models import Actor
from tests.at_once import both
from tests.factories import OrganisationFactory, PlaceFactory, PlaceRoleFactory
from tests.listings.groups.people import member, somebody

pytestmark = pytest.mark.django_db(transaction=True)
ME = Actor.command("test")


def one_of(raised, kind: type[BaseException]) -> None:
    assert [type(it) for it in raised if it is not None] == [kind]


@pytest.fixture
def group(transactional_db):
    return OrganisationFactory(name="The group", place=PlaceFactory())


def test_two_owners_leave(group):
    ann, ben = member(group), member(group)
    raised = both(
        lambda: teams.leave(actor=ME, organisation=group, user=ann),
        lambda: teams.leave(actor=ME, organisation=group, user=ben),
    )
    one_of(raised, teams.LastOwner)
    assert Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).count() == 1


def test_one_invitation_in_two_tabs(group):
    owner, cat = member(group), somebody("cat@example.org")
    invitation = invitations.invite(actor=ME, user=owner, organisation=group, email=cat.email, role="editor")
    raised = both(*[lambda: invitations.accept(user=cat, invitation=invitation)] * 2)
    one_of(raised, invitations.InvitationOver)
    assert Membership.objects.filter(user=cat).count() == 1


def test_withdrawn_as_it_is_accepted(group):
    owner, cat = member(group), somebody("cat@example.org")
    invitation = invitations.invite(actor=ME, user=owner, organisation=group, email=cat.email, role="editor")
    raised = both(
        lambda: invitations.accept(user=cat, invitation=invitation),
        lambda: invitations.withdraw(actor=ME, invitation=invitation),
    )
    one_of(raised, invitations.InvitationOver)
    invitation.refresh_from_db()
    assert Membership.objects.filter(user=cat).exists() == (invitation.state == "accepted")


def test_two_rivals_with_the_right_code(group):
    Organisation.objects.filter(pk=group.pk).update(email="choir@example.org")
    group.refresh_from_db()
    ann, ben = somebody(), somebody()
    (first, one), (second, two) = (claims.begin(user=user, node=group, way="email", words="") for user in (ann, ben))
    raised = both(
        lambda: claims.prove(user=ann, claim=first, code=one),
        lambda: claims.prove(user=ben, claim=second, code=two),
    )
    assert raised == [None, None]
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["granted", "owners"]
    assert Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).count() == 1


def test_a_claim_is_granted_as_the_stewards_invitation_is_accepted(group):
    ann, ben = somebody(), somebody("ben@example.org")
    teams.give_back(actor=ME, organisation=group, user=member(group))
    invitation = invitations.invite(
        actor=ME, user=None, organisation=group, email=ben.email, role="owner", kind=InvitationKind.STEWARD
    )
    claim, _none = claims.begin(user=ann, node=group, way="steward", words="I run it.")
    steward = PlaceRoleFactory(place=group.place).user
    raised = both(
        lambda: claims.grant(actor=Actor.of(steward), claim=claim),
        lambda: invitations.accept(user=ben, invitation=invitation),
    )
    # Whoever is first: the invitation is void, or the new owner is asked.
    [error] = [it for it in raised if it is not None]
    assert isinstance(error, (claims.ClaimOver, invitations.InvitationOver))
    assert Membership.objects.filter(organisation=group, role=MembershipRole.OWNER).count() == 1


def test_two_stewards_decide(group):
    claim, _none = claims.begin(user=somebody(), node=group, way="steward", words="I run it.")
    raised = both(
        lambda: claims.grant(actor=ME, claim=claim),
        lambda: claims.refuse(actor=ME, claim=claim, reason="No."),
    )
    one_of(raised, claims.ClaimOver)
    claim.refresh_from_db()
    assert claim.decided_at is not None and group.memberships.exists() == (claim.state == "granted")


def test_two_stewards_take_one_nomination(group):
    steward = PlaceRoleFactory(place=group.place).user
    nomination = nominations.nominate(place=group.place, name="Choir")
    raised = both(*[lambda: nominations.accept(actor=Actor.of(steward), user=steward, nomination=nomination)] * 2)
    one_of(raised, nominations.NominationError)
    assert Organisation.objects.filter(name="Choir").count() == 1


def test_wrong_codes_at_once_are_all_counted(group):
    Organisation.objects.filter(pk=group.pk).update(email="choir@example.org")
    group.refresh_from_db()
    ann = somebody()
    claim, _code = claims.begin(user=ann, node=group, way="email", words="")
    raised = both(*[lambda: claims.prove(user=ann, claim=claim, code="BBBB-BBBB")] * 3)
    assert [type(it) for it in raised] == [claims.WrongCode] * 3
    claim.refresh_from_db()
    assert claim.tries == 3


def test_an_invitation_is_accepted_while_whoever_invited_leaves(group):
    owner, other, ben = member(group), member(group), somebody()
    invitation = invitations.invite(actor=ME, user=owner, organisation=group, email=ben.email, role="owner")
    raised = both(
        lambda: invitations.accept(user=ben, invitation=invitation),
        lambda: teams.leave(actor=ME, organisation=group, user=owner),
    )
    assert raised[1] is None and isinstance(raised[0], invitations.InvitationOver | None)
    assert Membership.objects.filter(organisation=group, user=ben).exists() == (raised[0] is None)
    assert Membership.objects.filter(organisation=group, user=other, role=MembershipRole.OWNER).exists()
