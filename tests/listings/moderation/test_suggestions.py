"""Anybody suggests a change, without an account; the group or a steward decides; both learn what was decided."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone, translation

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings, proposals
from listings.models import Feed, FeedItem, Listing, Proposal, ProposalStatus
from listings.moderation import decisions, waiting_letters
from mapping.commands import corrections
from mapping.commands.nodes import import_nodes
from mapping.models import Actor, LocationPrecision, Node
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.nodes import NodeRow
from tests.factories import CategoryFactory, MembershipFactory, NodeFactory, OrganisationFactory, UserFactory
from tests.listings.commands.test_listings import post

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def steward(place):
    ensure_pages(place, ACTOR)
    return ensure_steward("ann@example.org", place)


@pytest.fixture
def hall(place):
    return NodeFactory(place=place, name="Sale Hall", phone="0161 496 0000", address="1 Tatton Road")


def text(response) -> str:
    return response.content.decode()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def suggest(node, client=None, **typed):
    """What a browser sends: the facts as they are, with some written over."""
    client = client or Client()
    page = client.get(f"/node/{node.uuid}/suggest/")
    assert page.status_code == 200
    form = page.context["form"]
    return client.post(f"/node/{node.uuid}/suggest/", {**form.facts, **typed})


def test_a_reader_suggests_without_an_account_and_without_a_cookie(hall, client):
    page = text(client.get(hall.get_absolute_url()))
    assert f'href="/node/{hall.uuid}/suggest/"' in page and "Suggest a change" in page
    answer = suggest(hall, client, phone="0161 496 0999")
    assert "waits to be read" in text(answer) and not client.cookies
    made = Proposal.objects.get()
    assert (made.typed, made.base) == ({"phone": "0161 496 0999"}, {"phone": "0161 496 0000"})
    hall.refresh_from_db()
    assert hall.phone == "0161 496 0000"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Nothing is different yet"),
        ({"name": ""}, "It needs a name"),
        ({"phone": "1", "reply_to": "ann"}, "This is not an e-mail address"),
        ({"phone": "1" * 80}, "at most 60"),
        ({"phone": "1\0"}, "Null characters"),
        ({"website": "no address"}, "Enter a valid URL"),
        ({"phone": "1", "leave_empty": "x"}, "should stay empty"),
    ],
    ids=["nothing", "no-name", "email", "long", "nul", "website", "trap"],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(hall, typed, said):
    answer = suggest(hall, **typed)
    assert answer.status_code == 422 and said in text(answer)
    assert not Proposal.objects.exists()


def test_sent_twice_it_is_one(hall):
    suggest(hall, phone="0161 496 0999")
    suggest(hall, phone="0161 496 0999")
    assert Proposal.objects.count() == 1


def test_approved_it_is_there_and_a_file_that_is_read_again_does_not_write_over_it(place, steward):
    CategoryFactory(slug="hall")

    def read(**more):
        row = NodeRow(row=1, key="1", name="Sale Hall", kind="asset", categories=("hall",), **more)
        import_nodes(actor=ACTOR, rows=[row], source=SourceFacts(slug="halls", title="Halls"), place=place)

    read(phone="0161 496 0000", website="https://example.org/")
    node = Node.objects.get(name="Sale Hall")
    suggest(node, phone="0161 496 0999", hours_text="Mo-Fr 09:00-17:00")
    made = Proposal.objects.get()
    answer = signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    assert answer.status_code == 302
    node.refresh_from_db()
    assert (node.phone, node.hours_text) == ("0161 496 0999", "Mo-Fr 09:00-17:00")
    assert node.opening_hours.expression == "Mo-Fr 09:00-17:00"
    assert corrections.corrected_in([node.pk]) == {node.pk: {"phone", "hours_text"}}
    read(phone="0161 496 0001", website="https://example.org/new")
    node.refresh_from_db()
    assert (node.phone, node.website) == ("0161 496 0999", "https://example.org/new")


def test_a_calendar_does_not_write_over_it_either(place, steward):
    group = OrganisationFactory(place=place)
    listing = listings.approve(actor=ACTOR, listing=post(place, organiser=group))
    feed = Feed.objects.create(organisation=group, url="https://example.org/a.ics")
    item = FeedItem.objects.create(feed=feed, listing=listing, uid="1")
    suggest(listing, cost="£3")
    decisions.approve(actor=ACTOR, user=steward, proposal=Proposal.objects.get())
    item.refresh_from_db()
    listing.refresh_from_db()
    assert (listing.cost, item.local_fields) == ("£3", ["cost"])


def test_a_fact_that_was_changed_meanwhile_says_so(hall, steward):
    suggest(hall, phone="0161 496 0999", name="Sale Town Hall")
    corrections.correct(actor=ACTOR, node=hall, values={"phone": "0161 496 0555"})
    made = Proposal.objects.get()
    admin, address = signed_in(steward), f"/admin/queue/proposals/{made.uuid}/"
    page = text(admin.get(address))
    assert "Somebody else changed this meanwhile" in page and "0161 496 0555" in page
    assert admin.post(address, {"do": "approve"}).status_code == 409
    admin.post(address, {"do": "approve", "choose-phone": "now"})
    hall.refresh_from_db()
    assert (hall.phone, hall.name) == ("0161 496 0555", "Sale Town Hall")


def test_whoever_confirmed_an_address_learns_what_was_decided(hall, steward, mailoutbox):
    suggest(hall, phone="0161 496 0999", reply_to="Reader@example.org")
    made = Proposal.objects.get()
    assert mailoutbox[-1].to == ["reader@example.org"] and f"/suggestions/{made.token}/" in mailoutbox[-1].body
    client, address = Client(), f"/suggestions/{made.token}/"
    assert "Yes, this was me" in text(client.get(address))
    made.refresh_from_db()
    assert made.email_confirmed_at is None, "a GET does nothing: scanners open links"
    assert client.post(address).status_code == 200 and client.post(address).status_code == 200
    signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "refuse", "reason": "It is the old number"})
    waiting_letters.send_due()
    assert mailoutbox[-1].to == ["reader@example.org"] and "It is the old number" in mailoutbox[-1].body
    assert "It is the old number" in text(client.get(address))
    assert client.get(f"/suggestions/{made.uuid}/").status_code == 404


def test_who_did_not_confirm_is_not_written_to_and_forgotten(hall, steward, mailoutbox):
    suggest(hall, phone="0161 496 0999", reply_to="reader@example.org")
    made = Proposal.objects.get()
    decisions.approve(actor=ACTOR, user=steward, proposal=made)
    sent = len(mailoutbox)
    waiting_letters.send_due()
    signed_in(steward).get("/admin/queue/")
    assert len(mailoutbox) == sent
    assert proposals.purge_addresses(timezone.now() + datetime.timedelta(days=8)) == 1
    made.refresh_from_db()
    assert made.by_email == "" and Client().get(f"/suggestions/{made.token}/").status_code == 404


def test_confirmed_after_the_decision_they_learn_it_at_once(hall, steward, mailoutbox):
    suggest(hall, phone="0161 496 0999", reply_to="reader@example.org")
    made = Proposal.objects.get()
    signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    Client().post(f"/suggestions/{made.token}/")
    assert "It is taken up" in mailoutbox[-1].body


def test_the_group_is_written_to_once_of_each(place, steward, mailoutbox):
    group = OrganisationFactory(place=place, phone="0161 496 0000")
    editor = MembershipFactory(organisation=group, role="editor").user
    with translation.override("cy"):
        for _again in range(2):
            suggest(group, phone="0161 496 0999", reply_to="reader@example.org")
    waiting_letters.send_due()
    made = Proposal.objects.get()
    signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    waiting_letters.send_due()
    Client().post(f"/suggestions/{made.token}/")
    subjects = [it.subject for it in mailoutbox if it.to == [editor.email]]
    assert subjects == [f"A suggestion about “{group.name}”", f"“{group.name}” was changed after a suggestion"]
    assert "It is taken up" in mailoutbox[-1].body


@pytest.mark.parametrize("trusted", [True, False])
def test_the_group_is_told_and_decides_where_it_is_trusted(place, steward, mailoutbox, trusted):
    group = OrganisationFactory(place=place, trusted=trusted, phone="0161 496 0000")
    editor = MembershipFactory(organisation=group, role="editor").user
    suggest(group, phone="0161 496 0999")
    made = Proposal.objects.get()
    waiting_letters.send_due()
    assert mailoutbox[-1].to == [editor.email] and f"/proposals/{made.uuid}/" in mailoutbox[-1].body
    client, address = signed_in(editor), f"/proposals/{made.uuid}/"
    page = text(client.get(address))
    assert ("Yes, change it so" in page) == trusted and "0999" in page
    client.post(address, {"do": "approve"})
    group.refresh_from_db()
    assert (group.phone == "0161 496 0999") == trusted
    assert signed_in(UserFactory()).get(address).status_code == 404


def test_words_are_seen_to_by_hand(hall, steward):
    suggest(hall, words="It has closed for good.")
    made = Proposal.objects.get()
    page = text(signed_in(steward).get(f"/admin/queue/proposals/{made.uuid}/"))
    assert "It has closed for good." in page and "I have seen to it" in page
    before = hall.updated_at
    decisions.approve(actor=ACTOR, user=steward, proposal=made)
    hall.refresh_from_db()
    made.refresh_from_db()
    assert (hall.updated_at, made.status) == (before, ProposalStatus.APPROVED)


def test_an_address_that_is_not_told_is_neither_shown_nor_asked_for(place):
    hidden = NodeFactory(
        place=place, address="7 Secret Lane", location=Point(-2.3, 53.42, srid=4326),
        location_precision=LocationPrecision.AREA,
    )  # fmt: skip
    page = text(Client().get(f"/node/{hidden.uuid}/suggest/"))
    assert "Secret Lane" not in page and 'name="address"' not in page


def test_what_one_may_not_see_one_cannot_suggest_about(place):
    waiting = post(place)
    assert Client().get(f"/node/{waiting.uuid}/suggest/").status_code == 404


def test_who_is_signed_in_takes_it_back(hall):
    user = UserFactory()
    suggest(hall, signed_in(user), phone="0161 496 0999")
    made = Proposal.objects.get()
    assert made.by_user == user
    signed_in(user).post(f"/proposals/{made.uuid}/", {"do": "withdraw"})
    made.refresh_from_db()
    assert made.status == ProposalStatus.WITHDRAWN


def test_a_signed_in_persons_browser_is_not_made_to_suggest(hall):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    answer = strict.post(f"/node/{hall.uuid}/suggest/", {"name": "Forged"})
    assert answer.status_code == 403 and not Proposal.objects.exists()


def test_a_flood_about_one_thing_is_stopped(hall, monkeypatch):
    monkeypatch.setattr(proposals, "MAX_SUGGESTIONS", 1)
    suggest(hall, phone="1")
    answer = suggest(hall, phone="2")
    assert answer.status_code == 429 and "wait already" in text(answer)
    assert not Listing.objects.exists()
