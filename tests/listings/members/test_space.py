"""A members-only space: opening it with two contacts, posting, who sees what, closing."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from listings.commands import spaces as commands
from listings.guard import rates
from listings.models import Listing, ListingKind, Space, SpaceContact
from mapping.access.viewers import viewer_of
from mapping.models import Actor, AuditEntry, Node, NodeShare, Visibility
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    decided,
    give_contacts,
    member_of,
    open_space_of,
    takes_place,
)

from .conftest import client_of, only_for

pytestmark = pytest.mark.django_db
SETTLED = {"action": "settle", "name": "", "summary": "You see our suppers.", "joining": "open"}


def settings_of(group) -> str:
    return f"/groups/{group.uuid}/space/settings/"


def ask(client, group, role: str, name: str):
    sent = {"action": "contact", "role": role, "name": name, "email": f"{name}@example.org", "phone": "0161 1"}
    return client.post(settings_of(group), sent)


def test_until_it_is_begun_a_space_links_to_no_page_that_is_not_there(group, people):
    members = f"/groups/{group.uuid}/space/members/"
    assert people.as_owner.get(members).status_code == 404
    assert members not in people.as_owner.get(settings_of(group)).content.decode()
    people.as_owner.post(settings_of(group), SETTLED)
    assert members in people.as_owner.get(settings_of(group)).content.decode()
    assert people.as_owner.get(members).status_code == 200


def test_a_space_opens_only_when_two_people_have_said_yes(group, people):
    owner = people.as_owner
    assert owner.post(settings_of(group), {**SETTLED, "summary": ""}).status_code == 422
    owner.post(settings_of(group), SETTLED)
    assert owner.post(settings_of(group), {"action": "open"}).status_code == 409
    ask(owner, group, "contact", "carol")
    assert mail.outbox[-1].to == ["carol@example.org"]
    same = owner.post(
        settings_of(group),
        {"action": "contact", "role": "deputy", "name": "C", "email": "CAROL@example.org", "phone": "1"},
    )
    assert same.status_code == 422 and "two people" in same.content.decode()
    ask(owner, group, "deputy", "dan")
    carol, dan = SpaceContact.objects.order_by("role")
    for contact in (carol, dan):
        url = f"/spaces/contact/{contact.uuid}/"
        assert client_of().get(url).status_code == 200
        contact.refresh_from_db()
        assert contact.confirmed_at is None, "to look at a link is no answer"
    client_of().post(f"/spaces/contact/{carol.uuid}/", {"answer": "yes"})
    assert owner.post(settings_of(group), {"action": "open"}).status_code == 409
    client_of().post(f"/spaces/contact/{dan.uuid}/", {"answer": "yes"})
    assert mail.outbox[-1].to == [people.owner.email] and "Both have said yes" in mail.outbox[-1].subject
    assert owner.post(settings_of(group), {"action": "open"}).status_code == 302
    assert Space.objects.get().opened_at is not None


def test_a_new_contact_replaces_the_old_one_only_after_saying_yes(group, space, people):
    old = space.contact
    ask(people.as_owner, group, "contact", "eve")
    new = SpaceContact.objects.get(email="eve@example.org")
    assert Space.objects.get().contact == old
    client_of().post(f"/spaces/contact/{new.uuid}/", {"answer": "yes"})
    assert Space.objects.get().contact == new and not SpaceContact.objects.filter(pk=old.pk).exists()
    assert client_of().get(f"/spaces/contact/{old.uuid}/").status_code == 404


def test_a_contact_who_says_no_more_closes_the_space(group, space, people):
    member, secret = member_of(space), only_for(group)
    client_of().post(f"/spaces/contact/{space.deputy.uuid}/", {"answer": "no"})
    found = Space.objects.get()
    assert found.opened_at is None and found.deputy is None
    assert not Node.objects.visible_to(viewer_of(member.user)).filter(pk=secret.pk).exists()
    assert client_of().post(f"/spaces/contact/{space.deputy.uuid}/", {"answer": "no"}).status_code == 404
    [letter] = mail.outbox
    assert letter.to == [people.owner.email] and "the space is closed for now" in letter.body


def test_who_was_asked_and_says_no_closes_nothing_and_nobody_is_written_to(group, space, people):
    ask(people.as_owner, group, "contact", "eve")
    mail.outbox.clear()
    client_of().post(f"/spaces/contact/{SpaceContact.objects.get(email='eve@example.org').uuid}/", {"answer": "no"})
    assert Space.objects.get().opened_at is not None and not mail.outbox


def test_who_has_not_answered_is_written_to_again_after_a_while(group, people):
    people.as_owner.post(settings_of(group), SETTLED)
    ask(people.as_owner, group, "contact", "carol")
    ask(people.as_owner, group, "contact", "carol")
    assert len(mail.outbox) == 1
    SpaceContact.objects.update(asked_at=timezone.now() - datetime.timedelta(minutes=11))
    ask(people.as_owner, group, "contact", "carol")
    ask(people.as_owner, group, "contact", "carol")
    assert len(mail.outbox) == 2 and SpaceContact.objects.count() == 1


def test_saying_how_one_joins_opens_nothing_that_was_closed_meanwhile(group, space, people):
    as_it_was = Space.objects.select_related("organisation").get(pk=space.pk)
    client_of().post(f"/spaces/contact/{space.deputy.uuid}/", {"answer": "no"})
    actor = Actor.of(people.owner)
    said = {"name": "", "summary": "You see our teas.", "joining": "open"}
    commands.settle(actor=actor, user=people.owner, space=as_it_was, **said)
    # Two owners who begin at the same moment keep one space.
    Space.objects.all().delete()
    for _it in range(2):
        commands.settle(actor=actor, user=people.owner, space=Space(organisation=group), **said)
    assert Space.objects.get().opened_at is None


def test_many_letters_to_contacts_wait(group, people, settings, monkeypatch):
    people.as_owner.post(settings_of(group), SETTLED)
    settings.LIMIT_SENDING_PER_MINUTE = 1000
    monkeypatch.setattr(rates, "OF_ACCOUNT", {"per_minute": 1, "burst": 2})
    rates.counts.forget()
    answers = [ask(people.as_owner, group, "contact", name) for name in ("carol", "dan", "eve")]
    assert [it.status_code for it in answers] == [302, 302, 429] and len(mail.outbox) == 2
    assert "Try again in" in answers[-1].content.decode() and "Ask them" in answers[-1].content.decode()
    rates.counts.forget()


def test_only_owners_keep_it(group, space, people):
    for client in (people.as_editor, people.as_stranger):
        assert client.post(settings_of(group), {"action": "close"}).status_code == 404
    assert Space.objects.get().opened_at is not None


def test_a_letter_that_cannot_be_sent_asks_nobody(group, people, monkeypatch):
    people.as_owner.post(settings_of(group), SETTLED)
    monkeypatch.setattr("config.letters.EmailMessage.send", refuse)
    answer = ask(people.as_owner, group, "contact", "carol")
    assert answer.status_code == 503 and "carol@example.org" in answer.content.decode()
    assert not SpaceContact.objects.exists()
    # It was no contact who took that back.
    taken_back = AuditEntry.objects.get(action="decline contact of space")
    assert taken_back.user == people.owner


def refuse(*args, **more):
    raise OSError("no mail today")


@pytest.mark.parametrize(
    "values", [{"contact": None}, {"deputy": None}, {"summary": ""}], ids=["contact", "deputy", "summary"]
)
def test_the_database_opens_nothing_without_two_contacts(space, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Space.objects.filter(pk=space.pk).update(**values)


def test_the_database_wants_contacts_who_confirmed_with_two_addresses(group):
    space = Space.objects.create(organisation=group, summary="See.")
    give_contacts(space)
    SpaceContact.objects.filter(pk=space.deputy.pk).update(confirmed_at=None)
    space.opened_at = timezone.now()
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        space.save()
    SpaceContact.objects.update(confirmed_at=timezone.now(), email="One@example.org")
    with pytest.raises(IntegrityError, match="two people"), transaction.atomic():
        space.save()


def test_a_contact_of_an_open_space_stays_confirmed(space):
    with pytest.raises(IntegrityError, match="open space"), transaction.atomic():
        SpaceContact.objects.filter(pk=space.contact.pk).update(confirmed_at=None)
    with pytest.raises(IntegrityError, match="open space"), transaction.atomic():
        SpaceContact.objects.filter(pk=space.contact.pk).update(email="other@example.org")


def test_a_space_is_of_a_group_or_of_a_place(group, place):
    for both in ({"organisation": group, "place": place}, {}):
        with pytest.raises(IntegrityError, match="space_of_one"), transaction.atomic():
            Space.objects.create(summary="See.", **both)


def test_an_editor_adds_a_notice_and_an_event_that_only_members_see(group, space, people):
    url, member = f"/groups/{group.uuid}/space/new/", member_of(space)
    day = datetime.date.today() + datetime.timedelta(days=7)
    notice = {"kind": "notice", "name": "Bring soup", "summary": "On Friday.", "key": uuid.uuid4()}
    event = {
        **notice, "kind": "event", "name": "Quiet supper", "date": f"{day}", "starts": "18:00", "ends": "20:00",
        "until": f"{day + datetime.timedelta(days=14)}", "where": "The back room", "key": uuid.uuid4(),
    }  # fmt: skip
    assert people.as_editor.post(url, {**event, "date": ""}).status_code == 422
    for sent in (notice, event, event):
        assert people.as_editor.post(url, sent).status_code == 302
    assert Listing.objects.filter(visibility=Visibility.GROUP, group=group).count() == 2
    supper = Listing.objects.get(name="Quiet supper")
    assert supper.occurrences.count() == 3 and supper.listing_kind == ListingKind.EVENT and not supper.online
    page = client_of(member.user).get(f"/groups/{group.uuid}/space/").content.decode()
    assert "Bring soup" in page and "Quiet supper" in page and "Carol" in page and "Something is wrong now" in page
    page = client_of(member.user).get(f"/node/{supper.uuid}").content.decode()
    assert "Safeguarding contact: Carol" in page and "The back room" in page and "999" in page
    calendar = client_of(member.user).get(f"/node/{group.uuid}/calendar/").content.decode()
    assert "Quiet supper" in calendar and "Carol" in calendar and "0161 500" in calendar
    everybody = client_of().get(f"/node/{group.uuid}/calendar/").content.decode()
    assert "Quiet supper" not in everybody and "Carol" not in everybody


@pytest.mark.parametrize("who", ["as_stranger", "as_nobody"])
def test_nobody_else_adds_anything(group, space, people, who):
    sent = {"kind": "notice", "name": "X", "summary": "Y", "key": uuid.uuid4()}
    assert getattr(people, who).post(f"/groups/{group.uuid}/space/new/", sent).status_code in (302, 404)
    assert not Listing.objects.exists()


def test_who_is_no_member_is_led_to_joining(group, space, people):
    only_for(group)
    for client in (people.as_stranger, people.as_nobody):
        answer = client.get(f"/groups/{group.uuid}/space/")
        assert answer.status_code == 302 and answer["Location"].endswith("/join/")


def test_closed_it_is_for_the_team_alone_and_shared_with_nobody(group, space, people):
    other = OrganisationFactory(name="The other group", place=group.place)
    member, friend, secret = member_of(space), member_of(open_space_of(other)), only_for(group)
    with decided():
        NodeShare.objects.create(node=secret, group=other, accepted_at=timezone.now())

    def seen_by(user) -> bool:
        return Node.objects.visible_to(viewer_of(user)).filter(pk=secret.pk).exists()

    assert seen_by(member.user) and seen_by(friend.user)
    people.as_owner.post(settings_of(group), {"action": "close"})
    assert seen_by(people.owner) and not seen_by(member.user) and not seen_by(friend.user)
    assert Listing.objects.get(pk=secret.pk).visibility == Visibility.GROUP
    assert client_of(member.user).get(f"/groups/{group.uuid}/space/").status_code == 404
    people.as_owner.post(settings_of(group), {"action": "open"})
    assert seen_by(member.user) and not seen_by(friend.user)


# --- sharing


@pytest.fixture
def other(group):
    """Another group with a space, an editor and a member."""
    it = OrganisationFactory(name="The other group", place=group.place)
    editor = UserFactory()
    MembershipFactory(organisation=it, user=editor, role="editor")
    it.as_editor, it.member = client_of(editor), member_of(open_space_of(it)).user
    return it


def test_what_one_group_offers_the_other_accepts_and_either_ends(group, space, people, other):
    secret = only_for(group)
    url = f"/groups/{group.uuid}/space/share/{secret.uuid}/"
    unknown = people.as_editor.post(url, {"group": "Nobody"})
    assert unknown.status_code == 422 and "Nobody" in unknown.content.decode()
    for _ in range(2):
        assert people.as_editor.post(url, {"group": "the other group"}).status_code == 302
    share = NodeShare.objects.get()
    member = client_of(other.member)
    assert member.get(f"/node/{secret.uuid}").status_code == 404
    accepting = f"/spaces/shared/{share.uuid}/"
    for client in (people.as_editor, people.as_stranger, member):
        assert client.post(accepting, {"action": "accept"}).status_code == 404
    assert "SECRET supper" in other.as_editor.get(f"/groups/{other.uuid}/space/").content.decode()
    other.as_editor.post(accepting, {"action": "accept"})
    assert member.get(f"/node/{secret.uuid}").status_code == 200
    page = member.get(f"/groups/{other.uuid}/space/").content.decode()
    assert "SECRET supper" in page and "By The group." in page
    assert member.get(f"/groups/{group.uuid}/space/").status_code == 302, "not the rest of the space"
    assert member.get(f"/groups/{group.uuid}/space/urgent/").status_code == 200
    assert people.as_stranger.post(accepting, {"action": "end"}).status_code == 404
    people.as_editor.post(accepting, {"action": "end"})
    assert member.get(f"/node/{secret.uuid}").status_code == 404
    assert other.as_editor.post(accepting, {"action": "accept"}).status_code == 404
    actions = AuditEntry.objects.values_list("action", flat=True)
    assert {"offer to group", "accept from group", "end sharing with group"} <= set(actions)


def test_what_everybody_sees_is_shared_with_nobody(group, space, people, other):
    shown = only_for(group)
    with decided():
        Node.objects.filter(pk=shown.pk).update(visibility=Visibility.PUBLIC)
    url = f"/groups/{group.uuid}/space/share/{shown.uuid}/"
    assert people.as_editor.post(url, {"group": other.name}).status_code == 404


def test_what_is_shared_tells_no_more_of_a_venue_than_those_may_know(group, space, other):
    venue = only_for(group, name="The safe house", address="7 Hidden Lane")
    supper = only_for(group)
    Listing.objects.filter(pk=supper.pk).update(venue=venue.pk)
    supper.refresh_from_db()
    assert supper.address == "7 Hidden Lane"
    with decided():
        share = NodeShare.objects.create(node=supper, group=other, accepted_at=timezone.now())
    supper.refresh_from_db()
    assert supper.address == "" and "Hidden" not in supper.search_extra
    share.delete()
    supper.refresh_from_db()
    assert supper.address == "7 Hidden Lane"


def test_the_pages_take_a_fixed_number_of_queries(group, space, django_assert_max_num_queries):
    client = client_of(member_of(space).user)
    for number in range(30):
        listing = only_for(group, name=f"Supper {number}")
        if number % 2:
            takes_place(listing, timezone.now() + datetime.timedelta(days=number))
    with django_assert_max_num_queries(45):
        assert client.get(f"/groups/{group.uuid}/space/").status_code == 200
