"""Claims: three ways, rivals, owners first, refused and appealed; codes wrong, late, twice, by somebody else."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from listings.access import permissions
from listings.access import teams as access
from listings.commands import claims, invitations, teams
from listings.groups import waiting
from listings.models import Claim, ClaimState, Invitation, InvitationKind, Membership, Organisation
from mapping.models import Actor, AuditEntry, Node, NodeKind, NodeState, Visibility
from tests.factories import NodeFactory, OrganisationFactory, PlaceFactory, PlaceRoleFactory, decided
from tests.listings.groups.people import member, somebody

pytestmark = pytest.mark.django_db
ME = Actor.command("test")


@pytest.fixture
def choir(place):
    return OrganisationFactory(
        place=place, name="Sale Choir", email="choir@example.org", address="1 Tatton Road", postcode="M33 7XX"
    )


@pytest.fixture
def steward(place):
    return PlaceRoleFactory(place=place).user


def begin(node, user, way="steward", words="I run it."):
    return claims.begin(user=user, node=node, way=way, words=words)


def titles(user) -> list[str]:
    return [it.why for it in waiting.claims(user, 10).items]


def test_a_code_from_the_address_on_the_page_makes_them_the_owner(choir, steward):
    ann = somebody()
    claim, code = begin(choir, ann, "email")
    assert claim.state == ClaimState.PROVING and len(code) == 9
    assert code.replace("-", "") not in claim.code_hash
    assert waiting.claims(steward, 10).number == 0
    claims.prove(user=ann, claim=claim, code=f" {code.lower()} ")
    assert access.owns(ann, choir)
    with pytest.raises(claims.ClaimOver):
        claims.prove(user=ann, claim=claim, code=code)


def test_five_wrong_codes_and_the_right_one_is_too_late(choir):
    ann = somebody()
    claim, code = begin(choir, ann, "email")
    for left in (4, 3, 2, 1):
        with pytest.raises(claims.WrongCode, match=f"{left} more"):
            claims.prove(user=ann, claim=claim, code="BBBB-BBBB")
    with pytest.raises(claims.WrongCode, match="new one"):
        claims.prove(user=ann, claim=claim, code="")
    with pytest.raises(claims.ClaimOver, match="too often"):
        claims.prove(user=ann, claim=claim, code=code)
    assert not access.has_owner(choir.pk)
    claim, another = claims.new_code(actor=ME, claim=claim)
    assert another != code
    claims.prove(user=ann, claim=claim, code=another)
    assert access.owns(ann, choir)


def test_a_late_code_and_somebody_elses(choir):
    ann, ben = somebody(), somebody()
    claim, code = begin(choir, ann, "email")
    with pytest.raises(claims.ClaimOver):
        claims.prove(user=ben, claim=claim, code=code)
    Claim.objects.update(code_sent_at=timezone.now() - datetime.timedelta(days=4), code_expires_at=timezone.now())
    with pytest.raises(claims.ClaimOver, match="too old"):
        claims.prove(user=ann, claim=claim, code=code)
    assert not access.has_owner(choir.pk)


def test_codes_are_limited_by_claim_and_by_day(choir, monkeypatch):
    ann = somebody()
    claim, _code = begin(choir, ann, "email")
    claims.new_code(actor=ME, claim=claim)
    claims.new_code(actor=ME, claim=claim)
    with pytest.raises(claims.ClaimError, match="3 codes"):
        claims.new_code(actor=ME, claim=claim)
    monkeypatch.setattr(claims, "MAX_CODES_A_DAY", 3)
    with pytest.raises(claims.ClaimError, match="often enough today"):
        begin(choir, somebody(), "email")
    assert Claim.objects.count() == 1
    monkeypatch.setattr(claims, "MAX_CODES_A_DAY", 4)
    second, _code = begin(choir, somebody(), "email")
    with pytest.raises(claims.ClaimError, match="often enough today"):
        claims.new_code(actor=ME, claim=second)


def test_a_steward_posts_the_code(choir, steward):
    ann = somebody()
    claim, code = begin(choir, ann, "letter")
    assert (claim.state, code) == (ClaimState.WAITING, "")
    [item] = waiting.claims(steward, 10).items
    assert "print the letter" in item.why and item.buttons[0].label == "Print the letter"
    claim, code = claims.new_code(actor=Actor.of(steward), claim=claim)
    assert waiting.claims(steward, 10).number == 0
    claims.prove(user=ann, claim=claim, code=code)
    assert access.owns(ann, choir)


def test_a_steward_decides_in_their_place_and_nobody_else(choir, steward):
    ann = somebody()
    claim, _none = begin(choir, ann)
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford")).user
    assert titles(steward) and not titles(elsewhere) and not titles(ann)
    assert access.decides_claim(steward, claim)
    assert not any(access.decides_claim(it, claim) for it in (elsewhere, ann, somebody()))
    claims.grant(actor=Actor.of(steward), claim=claim)
    assert access.owns(ann, choir)
    with pytest.raises(claims.ClaimOver):
        claims.refuse(actor=Actor.of(steward), claim=claim, reason="No")


def test_nobody_decides_about_their_own(choir, steward):
    claim, _none = begin(choir, steward)
    assert not access.decides_claim(steward, claim)


def test_owners_are_asked_first_and_then_the_steward(choir, steward):
    owner, ann = member(choir), somebody()
    claim, code = begin(choir, ann, "email")
    assert (claim.state, code) == (ClaimState.OWNERS, "")
    assert access.answers_claim(owner, claim) and not access.answers_claim(member(choir, "editor"), claim)
    assert not access.decides_claim(steward, claim)
    assert list(access.claims_to_answer(owner, choir)) == [claim]
    Claim.objects.update(owners_asked_at=timezone.now() - datetime.timedelta(days=14))
    assert access.decides_claim(steward, claim)
    assert "14 days" in titles(steward)[0]
    # They still may.
    claims.grant(actor=Actor.of(owner), claim=claim, role="editor")
    assert access.role_in(ann, choir) == "editor"


def test_owners_who_have_gone_are_not_waited_for(choir, steward):
    owner, ann = member(choir), somebody()
    claim, _none = begin(choir, ann)
    teams.give_back(actor=ME, organisation=choir, user=owner)
    assert access.decides_claim(steward, claim)


def test_of_two_rivals_the_second_is_asked_of_the_first(choir, steward):
    ann, ben = somebody(), somebody()
    first, _none = begin(choir, ann)
    second, _none = begin(choir, ben)
    assert all("1 other says the same" in it for it in titles(steward))
    claims.grant(actor=Actor.of(steward), claim=first)
    second.refresh_from_db()
    assert second.state == ClaimState.OWNERS and access.answers_claim(ann, second)
    assert not access.decides_claim(steward, second)


def test_a_code_that_comes_after_somebody_else_asks_the_owner(choir):
    ann, ben = somebody(), somebody()
    claim, code = begin(choir, ann, "email")
    teams.join(organisation=choir, user=ben, role="owner")
    claim = claims.prove(user=ann, claim=claim, code=code)
    assert claim.state == ClaimState.OWNERS and not access.role_in(ann, choir)


def test_a_granted_claim_ends_the_stewards_invitation(choir, steward):
    invitation = invitations.invite(
        actor=ME, user=steward, organisation=choir, email="x@example.org", role="owner", kind=InvitationKind.STEWARD
    )
    claim, _none = begin(choir, somebody())
    claims.grant(actor=Actor.of(steward), claim=claim)
    with pytest.raises(invitations.InvitationOver, match="withdrawn"):
        invitations.accept(user=somebody("x@example.org"), invitation=invitation)
    assert Invitation.objects.count() == 1


def test_refused_with_words_and_appealed_once(choir, steward):
    ann = somebody()
    claim, _none = begin(choir, ann)
    with pytest.raises(claims.ClaimError, match="Say why"):
        claims.refuse(actor=Actor.of(steward), claim=claim, reason="  ")
    claim = claims.refuse(actor=Actor.of(steward), claim=claim, reason="We know the choir.")
    with pytest.raises(claims.ClaimError, match="short while ago"):
        begin(choir, ann)
    claim = claims.appeal(user=ann, claim=claim, words="I am the new conductor.")
    assert "asks again" in titles(steward)[0]
    claim = claims.refuse(actor=Actor.of(steward), claim=claim, reason="No.")
    with pytest.raises(claims.ClaimOver):
        claims.appeal(user=ann, claim=claim, words="Please")
    later = timezone.now() - datetime.timedelta(days=91)
    Claim.objects.update(decided_at=later)
    begin(choir, ann)


def test_an_appeal_against_the_owners_goes_to_the_steward(choir, steward):
    owner, ann = member(choir), somebody()
    claim, _none = begin(choir, ann)
    claim = claims.refuse(actor=Actor.of(owner), claim=claim, reason="Who are you?")
    claim = claims.appeal(user=ann, claim=claim, words="The chair.")
    assert access.decides_claim(steward, claim) and not access.answers_claim(owner, claim)


def test_nobody_elses_is_appealed_or_withdrawn(choir, steward):
    claim, _none = begin(choir, somebody())
    with pytest.raises(claims.ClaimOver):
        claims.withdraw(user=somebody(), claim=claim)
    claim = claims.refuse(actor=Actor.of(steward), claim=claim, reason="No.")
    with pytest.raises(claims.ClaimOver):
        claims.appeal(user=somebody(), claim=claim, words="Please")


def test_withdrawn_and_begun_again(choir):
    ann = somebody()
    claim, _none = begin(choir, ann)
    claims.withdraw(user=ann, claim=claim)
    with pytest.raises(claims.ClaimOver):
        claims.withdraw(user=ann, claim=claim)
    again, _none = begin(choir, ann)
    assert again.pk != claim.pk
    assert begin(choir, ann)[0].pk == again.pk


def test_what_cannot_be_claimed(choir, place):
    ann = member(choir)
    with pytest.raises(claims.ClaimError, match="yours already"):
        begin(choir, ann)
    bare = OrganisationFactory(place=place)
    with pytest.raises(claims.ClaimError, match="not possible"):
        begin(bare, ann, "email")
    with pytest.raises(claims.ClaimError, match="not possible"):
        begin(bare, ann, "letter")
    with pytest.raises(claims.ClaimError, match="who you are"):
        begin(bare, ann, words=" ")
    for hidden in ({"state": NodeState.ARCHIVED}, {"visibility": Visibility.MEMBERS}, {"kind": NodeKind.ACTIVITY}):
        node = NodeFactory(place=place, **hidden)
        with pytest.raises(claims.ClaimError, match="cannot be claimed"):
            begin(node, ann)


def test_five_open_claims_are_enough(place, monkeypatch):
    monkeypatch.setattr(claims, "MAX_OPEN", 1)
    ann = somebody()
    begin(OrganisationFactory(place=place), ann)
    with pytest.raises(claims.ClaimError, match="wait for an answer"):
        begin(OrganisationFactory(place=place), ann)


def test_a_node_that_is_no_organisation_yet_becomes_one(place, steward):
    node = NodeFactory(place=place, kind=NodeKind.ORGANISATION, name="Chess club")
    before = Node.objects.filter(pk=node.pk).values().get()
    ann = somebody()
    claim, _none = begin(node, ann)
    claims.grant(actor=Actor.of(steward), claim=claim)
    group = Organisation.objects.get(pk=node.pk)
    assert access.owns(ann, group) and group.name == "Chess club" and not group.trusted
    assert Node.objects.filter(pk=node.pk).values().get() == before


def test_a_hall_is_answered_with_words_and_gets_no_team(place, steward):
    hall = NodeFactory(place=place)
    claim, _none = begin(hall, somebody())
    with pytest.raises(claims.ClaimError, match="what was done"):
        claims.grant(actor=Actor.of(steward), claim=claim)
    claims.grant(actor=Actor.of(steward), claim=claim, note="Connected with the choir.")
    assert not Organisation.objects.filter(pk=hall.pk).exists() and not Membership.objects.exists()


def test_the_audit_tells_of_it_without_the_words(choir):
    claim, _none = begin(choir, somebody(), words="My number is 07700 900000")
    entry = AuditEntry.objects.get(action="claim")
    assert entry.data["claim"] == str(claim.uuid) and "07700" not in str(entry.data)


def test_readers_see_no_change(choir, place):
    before = place.revision_number
    begin(choir, somebody())
    assert place.revision_number == before


def test_old_ones_are_deleted(choir, steward):
    claim, _none = begin(choir, somebody())
    claims.refuse(actor=Actor.of(steward), claim=claim, reason="No.")
    begin(choir, somebody(), "email")
    kept, _none = begin(choir, somebody())
    Claim.objects.exclude(pk=kept.pk).update(updated_at=timezone.now() - datetime.timedelta(days=366))
    assert claims.purge() == 2
    assert list(Claim.objects.all()) == [kept]


def test_it_is_asked_in_a_fixed_number_of_queries(place, steward, django_assert_num_queries):
    for _n in range(3):
        begin(OrganisationFactory(place=place), somebody())
    with django_assert_num_queries(4):
        assert waiting.claims(steward, 10).number == 3
    assert permissions.has_a_queue(steward)


def test_a_claim_on_what_went_off_the_map_waits_for_nobody(choir, steward):
    begin(choir, somebody())
    with decided():
        Node.objects.filter(pk=choir.pk).update(state=NodeState.ARCHIVED)
    assert not titles(steward)
