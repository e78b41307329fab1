"""Nominations: a resident names a group, a steward decides, the group is invited: one flow."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from listings.access import teams as access
from listings.commands import invitations, nominations
from listings.groups import waiting
from listings.models import Invitation, InvitationState, Nomination, NominationState, Organisation
from listings.models.invitation import HOLDS
from mapping.models import Actor, AuditEntry, LocationPrecision, Node, NodeState, Postcode
from tests.factories import OrganisationFactory, PlaceFactory, PlaceRoleFactory
from tests.listings.groups.people import signed_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(place):
    return PlaceRoleFactory(place=place).user


def nominate(place, **more) -> Nomination:
    return nominations.nominate(**({"place": place, "name": "Sale Choir", "contact_email": "Choir@example.org"} | more))


def accept(nomination, steward, **more):
    return nominations.accept(actor=Actor.of(steward), user=steward, nomination=nomination, **more)


def test_from_the_resident_to_the_owner(place, steward):
    nomination = nominate(place, summary="They sing.", email="res@example.org")
    [item] = waiting.nominations(steward, 10).items
    assert item.title == "Sale Choir" and item.detail == "They sing."
    before = place.revision_number
    nomination, group, invitation = accept(nomination, steward)
    assert group.state == NodeState.LIVE and group.email == "" and place.revision_number == before + 1
    assert (nomination.state, nomination.node_id) == (NominationState.ACCEPTED, group.pk)
    ann = somebody("choir@example.org")
    invitations.accept(user=ann, invitation=invitation)
    assert access.owns(ann, group)
    assert waiting.nominations(steward, 10).number == 0


def test_asked_first_it_is_on_the_map_when_they_say_yes(place, steward):
    _nomination, group, invitation = accept(nominate(place), steward, live=False)
    assert group.state == NodeState.DRAFT
    before = place.revision_number
    invitations.accept(user=somebody("choir@example.org"), invitation=invitation)
    group.refresh_from_db()
    assert group.state == NodeState.LIVE and group.confirmed_at is not None
    assert place.revision_number == before + 1


def test_nobody_to_ask_first(place, steward):
    nomination = nominate(place, contact_email="")
    with pytest.raises(nominations.NominationError, match="No address"):
        accept(nomination, steward, live=False)
    _nomination, group, invitation = accept(nomination, steward)
    assert invitation is None and group.state == NodeState.LIVE


def test_decided_once(place, steward):
    nomination = nominate(place)
    accept(nomination, steward)
    for again in (
        lambda: accept(nomination, steward),
        lambda: nominations.refuse(actor=Actor.of(steward), nomination=nomination, reason="No."),
        lambda: nominations.already_known(
            actor=Actor.of(steward), nomination=nomination, node=OrganisationFactory(place=place)
        ),
    ):
        with pytest.raises(nominations.NominationError, match="decided already"):
            again()
    assert Organisation.objects.filter(name="Sale Choir").count() == 1


def test_known_already_and_refused(place, steward):
    choir = OrganisationFactory(place=place)
    known = nominations.already_known(actor=Actor.of(steward), nomination=nominate(place), node=choir)
    assert (known.state, known.node_id) == (NominationState.KNOWN, choir.pk)
    with pytest.raises(nominations.NominationError, match="Say why"):
        nominations.refuse(actor=Actor.of(steward), nomination=nominate(place), reason=" ")
    refused = nominations.refuse(actor=Actor.of(steward), nomination=nominate(place), reason="A shop.")
    assert refused.state == NominationState.REFUSED


def test_the_same_attempt_twice_is_one(place):
    attempt = uuid.uuid4()
    assert nominate(place, uuid=attempt).pk == nominate(place, uuid=attempt).pk
    assert Nomination.objects.count() == 1


def test_no_name_and_too_many(place, monkeypatch):
    with pytest.raises(nominations.NominationError, match="name of the group"):
        nominate(place, name="\x00 ")
    monkeypatch.setattr(nominations, "MAX_WAITING", 1)
    nominate(place)
    with pytest.raises(nominations.NominationError, match="More groups wait"):
        nominate(place)


def test_it_stands_where_the_postcode_is_and_no_more_exactly(place, steward):
    Postcode.objects.create(code="M337XX", point=Point(-2.32, 53.42, srid=4326))
    _nomination, group, _invitation = accept(nominate(place, where="M33 7XX"), steward)
    group = Node.objects.get(pk=group.pk)
    assert group.public_point.coords == pytest.approx((-2.32, 53.42))
    assert group.location_precision == LocationPrecision.POSTCODE


def test_for_the_stewards_of_its_place(place):
    nominate(place)
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford")).user
    assert waiting.nominations(elsewhere, 10).number == 0
    assert waiting.nominations(somebody(), 10).number == 0


def test_deleted_ninety_days_after(place, steward):
    nominations.refuse(actor=Actor.of(steward), nomination=nominate(place), reason="No.")
    waits = nominate(place)
    Nomination.objects.filter(decided_at__isnull=False).update(decided_at=timezone.now() - datetime.timedelta(days=91))
    assert nominations.purge() == 1
    assert list(Nomination.objects.all()) == [waits]


# --- asked first, and nobody answers


def _unanswered(place, steward, days: int = 8):
    """A group that was asked so many days ago whether it wants to be on the map."""
    _nomination, group, invitation = accept(nominate(place, where=""), steward, live=False)
    asked = timezone.now() - datetime.timedelta(days=days)
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=asked, expires_at=asked + HOLDS)
    Node.objects.filter(pk=group.pk).update(created_at=asked)
    group.refresh_from_db()
    return group, invitation


def test_who_was_asked_first_and_does_not_answer_waits_after_a_week(place, steward):
    _unanswered(place, steward, days=6)
    assert waiting.unanswered(steward, 10).number == 0
    Organisation.objects.all().delete()
    group, _invitation = _unanswered(place, steward, days=8)
    found = waiting.unanswered(steward, 10)
    assert found.number == 1 and found.items[0].title == group.name
    assert "nobody has answered" in found.items[0].why
    assert [it.label for it in found.items[0].buttons] == ["Ask again", "Take it off"]
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="elsewhere", code="E2", name="Elsewhere")).user
    assert waiting.unanswered(elsewhere, 10).number == 0


def test_asking_again_sends_the_letter_and_ends_the_row(place, steward, mailoutbox):
    group, invitation = _unanswered(place, steward)
    [item] = waiting.unanswered(steward, 10).items
    client = signed_in(steward)
    answer = client.post(item.buttons[0].url, dict(item.buttons[0].data))
    assert answer.status_code == 302 and answer["Location"] == "/admin/queue/"
    assert [it.to for it in mailoutbox] == [[invitation.email]]
    assert waiting.unanswered(steward, 10).number == 0
    # And when that is not answered either, it is there again.
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=8))
    assert waiting.unanswered(steward, 10).number == 1


def test_taking_it_off_ends_the_letter_and_the_row(place, steward):
    group, invitation = _unanswered(place, steward)
    take_off = waiting.unanswered(steward, 10).items[0].buttons[1]
    stranger = signed_in(PlaceRoleFactory(place=PlaceFactory(slug="elsewhere", code="E2", name="Elsewhere")).user)
    assert stranger.post(take_off.url, dict(take_off.data)).status_code == 404
    group.refresh_from_db()
    assert group.state == NodeState.DRAFT
    assert signed_in(steward).post(take_off.url, dict(take_off.data)).status_code == 302
    group.refresh_from_db()
    invitation.refresh_from_db()
    assert group.state == NodeState.ARCHIVED and invitation.state == InvitationState.WITHDRAWN
    assert waiting.unanswered(steward, 10).number == 0
    entry = AuditEntry.objects.get(action="give up nominated group")
    assert entry.user == steward and entry.target_uuid == group.uuid
    with pytest.raises(nominations.NominationError):
        nominations.give_up(actor=Actor.of(steward), organisation=group)
    with pytest.raises(invitations.InvitationOver):
        invitations.accept(user=somebody("choir@example.org"), invitation=invitation)


def test_a_group_on_the_map_or_with_a_team_is_not_taken_off_like_that(place, steward):
    _nomination, live, _invitation = accept(nominate(place), steward)
    assert waiting.unanswered(steward, 10).number == 0
    answer = signed_in(steward).post(f"/groups/{live.uuid}/team/", {"do": "take-off"})
    assert answer.status_code == 409
    live.refresh_from_db()
    assert live.state == NodeState.LIVE


def test_who_said_no_is_asked_no_more_but_told_of_at_once(place, steward):
    group, invitation = _unanswered(place, steward, days=0)
    invitations.decline(user=somebody("choir@example.org"), invitation=invitation)
    [item] = waiting.unanswered(steward, 10).items
    assert "they said no" in item.why
    assert [(it.label, it.post) for it in item.buttons] == [("Ask somebody else", False), ("Take it off", True)]


def test_it_waits_also_when_the_letter_and_the_nomination_are_forgotten(place, steward):
    _unanswered(place, steward, days=200)
    Nomination.objects.update(decided_at=timezone.now() - datetime.timedelta(days=200))
    nominations.purge()
    invitations.purge()
    [item] = waiting.unanswered(steward, 10).items
    assert "Nobody is being asked" in item.why and item.buttons[0].label == "Ask somebody else"
