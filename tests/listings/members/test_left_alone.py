"""A group without editors, and a contact who deletes their account: somebody is told, nobody waits for nobody."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import transaction

from listings.commands import spaces as commands
from listings.members import personal
from listings.members.waiting import waiting
from listings.models import Member, Membership, MemberState, Space, SpaceContact
from mapping.access.personal_data import Person, consequences, holdings
from tests.factories import PlaceFactory, PlaceRoleFactory, UserFactory, member_of

from .conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(space):
    return Member.objects.create(space=space, user=UserFactory(), name="Zoë Field", state=MemberState.ASKED)


def test_who_asks_to_join_a_group_without_editors_waits_for_its_steward(group, space, people, asked):
    steward = PlaceRoleFactory(place=group.place).user
    address = f"/groups/{group.uuid}/space/members/"
    inside = member_of(space)
    Member.objects.filter(pk=inside.pk).update(name="Ann Inside")
    # While it has editors it is their affair.
    assert waiting(steward, 10).number == 0
    assert client_of(steward).get(address).status_code == 404
    Membership.objects.filter(organisation=group).delete()
    [row] = waiting(steward, 10).items
    assert (row.title, row.url, row.place) == ("Zoë Field", address, group.place)
    assert "no editor left" in row.why
    elsewhere = PlaceRoleFactory(place=PlaceFactory(name="Elsewhere", slug="elsewhere", code="E2")).user
    assert waiting(elsewhere, 10).number == 0 and client_of(elsewhere).get(address).status_code == 404
    page = client_of(steward).get(address).content.decode()
    assert "Zoë Field" in page and "Ann Inside" not in page
    # Nor what is inside, nor the list.
    assert client_of(steward).post(f"/groups/{group.uuid}/space/members.csv").status_code in (403, 404)
    client_of(steward).post(address, {"action": "approve", "member": str(asked.uuid)})
    asked.refresh_from_db()
    assert asked.state == MemberState.MEMBER
    assert waiting(steward, 10).number == 0


def test_editors_whose_accounts_are_closed_count_for_nobody(group, space, people, asked):
    for it in (people.owner, people.editor):
        it.is_active = False
        it.save()
    assert waiting(PlaceRoleFactory(place=group.place).user, 10).number == 1


def contact_of(space: Space, user) -> SpaceContact:
    """The contact of the space, whose address is this user's from now on: that of a contact stays what it was."""
    contact = SpaceContact.objects.get(pk=space.contact_id)
    user.email = contact.email
    user.save()
    return contact


def test_a_contact_is_warned_before_and_the_owners_are_told(group, space, people, django_capture_on_commit_callbacks):
    user = UserFactory()
    contact = contact_of(space, user)
    [said] = [it for it in consequences(user) if group.name in it]
    assert "closes for all its members" in said
    assert personal.spaces_without_contact(UserFactory()) == []
    [holding] = [it for it in holdings() if it.model == "listings.SpaceContact"]
    person = Person.of_account(user)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        assert holding.erase(holding.of(person), person) == 1
    space.refresh_from_db()
    assert space.opened_at is None and not SpaceContact.objects.filter(pk=contact.pk).exists()
    [letter] = mail.outbox
    assert letter.to == [people.owner.email]
    assert "the space is closed for now" in letter.body and contact.email not in letter.body


def test_of_a_space_that_is_not_open_it_is_said_so(group, space):
    user = UserFactory()
    contact_of(space, user)
    Space.objects.filter(pk=space.pk).update(opened_at=None)
    [said] = personal.spaces_without_contact(user)
    assert "loses you" in said


def test_an_owner_who_is_the_contact_is_not_written_to(group, space, people, django_capture_on_commit_callbacks):
    contact_of(space, people.owner)
    [holding] = [it for it in holdings() if it.model == "listings.SpaceContact"]
    person = Person.of_account(people.owner)
    with django_capture_on_commit_callbacks(execute=True):
        holding.erase(holding.of(person), person)
    assert not mail.outbox
    assert commands.purge() == 0
