"""Letters to the people of a group, which wait for the job: to each address once, and to nobody who left meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from listings.groups import decision_letters as of_groups
from listings.members import decision_letters as of_members
from listings.models import Claim, ClaimState, ClaimWay, Member, Membership, MemberState, Proposal, WaitingLetter
from listings.moderation import waiting_letters
from tests.factories import MembershipFactory, UserFactory, open_space_of

pytestmark = pytest.mark.django_db


def of_a_suggestion(group) -> None:
    client = Client()
    facts = client.get(f"/node/{group.uuid}/suggest/").context["form"].facts
    client.post(f"/node/{group.uuid}/suggest/", {**facts, "website": "https://example.org/new"})
    assert Proposal.objects.exists()


def of_a_claim(group) -> None:
    claim = Claim.objects.create(
        node=group.node_ptr, user=UserFactory(), way=ClaimWay.STEWARD, state=ClaimState.OWNERS,
        owners_asked_at=timezone.now(),
    )  # fmt: skip
    of_groups.note_claim_for_owners(claim)


def of_a_member(group) -> None:
    space = open_space_of(group)
    of_members.note_asked(Member.objects.create(space=space, user=UserFactory(), name="Ann", state=MemberState.ASKED))


NOTED = [of_a_suggestion, of_a_claim, of_a_member]


@pytest.mark.parametrize("note", NOTED)
def test_who_left_the_team_meanwhile_is_not_written_to(group, note, mailoutbox):
    stays = MembershipFactory(organisation=group, user=UserFactory(email="stays@example.org"))
    gone = MembershipFactory(organisation=group, user=UserFactory(email="gone@example.org"))
    note(group)
    assert set(WaitingLetter.objects.values_list("to", flat=True)) >= {"stays@example.org", "gone@example.org"}
    Membership.objects.filter(pk=gone.pk).delete()
    mailoutbox.clear()
    waiting_letters.send_due()
    assert {it.to[0] for it in mailoutbox} & {"stays@example.org", "gone@example.org"} == {stays.user.email}
    assert not WaitingLetter.objects.exists()


@pytest.mark.parametrize("note", NOTED)
def test_two_accounts_of_one_address_are_one_letter(group, note, mailoutbox):
    """Accounts that commands made are as they were typed: `Ann@` and `ann@` are one address."""
    for email in ("Ann@example.org", "ann@example.org"):
        MembershipFactory(organisation=group, user=UserFactory(email=email))
    note(group)
    mailoutbox.clear()
    waiting_letters.send_due()
    assert [it.to for it in mailoutbox if it.to == ["ann@example.org"]] == [["ann@example.org"]]
