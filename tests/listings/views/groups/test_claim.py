"""Claims and nominations in the browser's way: letters, codes, pages for who is asked and for nobody else."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from listings.access import teams as access
from listings.commands import invitations
from listings.models import Claim, Nomination, Organisation
from listings.moderation import waiting_letters
from mapping.models import Actor, NodeKind, NodeState
from tests.factories import NodeFactory, OrganisationFactory, PlaceFactory, PlaceRoleFactory
from tests.listings.groups.people import code_in, link_in, member, signed_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def choir(place):
    return OrganisationFactory(
        place=place, name="Sale Choir", email="choir@example.org", address="1 Tatton Road", postcode="M33 7XX"
    )


@pytest.fixture
def steward(place):
    return PlaceRoleFactory(place=place).user


def claim(client, node, way, words="I run it."):
    return client.post(f"/groups/claim/{node.uuid}/", {"way": way, "words": words}, follow=True)


def test_this_is_mine_stands_on_the_page_for_everybody(choir, place, steward):
    assert f"/groups/claim/{choir.uuid}/" in Client().get(choir.get_absolute_url()).content.decode()
    owner = member(choir)
    page = signed_in(owner).get(choir.get_absolute_url()).content.decode()
    assert f"/groups/{choir.uuid}/" in page and "This is mine" not in page
    # Where nobody can claim anything, nobody is led to.
    for hidden in ({"visibility": "members"}, {"state": NodeState.ARCHIVED}):
        group = OrganisationFactory(place=place, **hidden)
        assert signed_in(steward).get(f"/groups/claim/{group.uuid}/").status_code == 404
        page = signed_in(steward).get(group.get_absolute_url())
        assert f"/groups/claim/{group.uuid}/" not in page.content.decode()
    listing = NodeFactory(place=place, kind=NodeKind.PURPOSE)
    assert "This is mine" not in Client().get(listing.get_absolute_url()).content.decode()


def test_by_the_address_on_its_page(choir):
    link = f"/groups/claim/{choir.uuid}/"
    signed_out = Client().get(link)
    assert signed_out.status_code == 200 and "Sign in to go on" in signed_out.content.decode()
    assert not signed_out.cookies
    assert Client().post(link, {"way": "email"})["Location"] == f"/accounts/login/?next={link}"

    ann = somebody("ann@example.org")
    client = signed_in(ann)
    page = claim(client, choir, "email")
    [letter] = mail.outbox
    assert letter.to == ["choir@example.org"] and "ann@example.org" not in letter.body
    code = code_in(letter)
    assert code not in page.content.decode()
    address = page.redirect_chain[-1][0]
    wrong = client.post(address, {"do": "prove", "code": "BBBB-BBBB"})
    assert wrong.status_code == 422 and "4 more" in wrong.content.decode() and "BBBB-BBBB" in wrong.content.decode()
    assert signed_in(somebody()).post(address, {"do": "prove", "code": code}).status_code == 404
    done = client.post(address, {"do": "prove", "code": code}, follow=True)
    assert done.redirect_chain[-1][0] == f"/groups/{choir.uuid}/" and access.owns(ann, choir)
    twice = client.post(address, {"do": "prove", "code": code})
    assert twice.status_code == 410 and "No code is asked for" in twice.content.decode()


def test_another_code_makes_the_first_void(choir):
    client = signed_in(somebody())
    address = claim(client, choir, "email").redirect_chain[-1][0]
    client.post(address, {"do": "again"})
    first, second = (code_in(it) for it in mail.outbox)
    assert client.post(address, {"do": "prove", "code": first}).status_code == 422
    assert client.post(address, {"do": "prove", "code": second}).status_code == 302


def test_by_post(choir, steward):
    ann = somebody()
    client = signed_in(ann)
    address = claim(client, choir, "letter").redirect_chain[-1][0]
    assert "prints a letter" in client.get(address).content.decode()
    assert client.post(f"{address}letter/").status_code == 404
    printer = signed_in(steward)
    assert "Make the letter" in printer.get(address).content.decode()
    letter = printer.post(f"{address}letter/").content.decode()
    assert "1 Tatton Road" in letter and "M33 7XX" in letter
    # Not merely of its shape: an id in an address may have it too.
    code = re.search(r'class="letter__code">([A-Z0-9]{4}-[A-Z0-9]{4})<', letter).group(1)
    assert code not in printer.get(address).content.decode()
    client.post(address, {"do": "prove", "code": code})
    assert access.owns(ann, choir)


def test_a_steward_says_no_and_yes_after_an_appeal(choir, steward):
    ann = somebody("ann@example.org")
    client, decider = signed_in(ann), signed_in(steward)
    address = claim(client, choir, "steward").redirect_chain[-1][0]
    assert not mail.outbox
    without = decider.post(address, {"do": "refuse", "reason": ""})
    assert without.status_code == 422 and "Say why" in without.content.decode()
    decider.post(address, {"do": "refuse", "reason": "We do not know you."})
    waiting_letters.send_due()
    assert mail.outbox[0].to == ["ann@example.org"] and "We do not know you." in mail.outbox[0].body
    assert link_in(mail.outbox[0]) == address
    assert client.get(f"/groups/claim/{choir.uuid}/")["Location"] == address
    client.post(address, {"do": "appeal", "words": "I am the conductor."})
    assert "I am the conductor." in decider.get(address).content.decode()
    decider.post(address, {"do": "grant", "role": "owner"})
    waiting_letters.send_due()
    assert access.owns(ann, choir) and "yes" in mail.outbox[1].subject
    late = decider.post(address, {"do": "refuse", "reason": "No"})
    assert late.status_code == 410 and access.owns(ann, choir)


def test_owners_get_the_letter_and_decide(choir, steward):
    owner = member(choir, email="own@example.org")
    ann = somebody("ann@example.org")
    address = claim(signed_in(ann), choir, "email").redirect_chain[-1][0]
    waiting_letters.send_due()
    [letter] = mail.outbox
    assert letter.to == ["own@example.org"] and link_in(letter) == address
    early = signed_in(steward).post(address, {"do": "grant"})
    assert early.status_code == 410 and not access.role_in(ann, choir)
    assert "ann@example.org" in signed_in(owner).get(f"/groups/{choir.uuid}/").content.decode()
    signed_in(owner).post(address, {"do": "grant", "role": "viewer"})
    assert access.role_in(ann, choir) == "viewer"


@pytest.mark.parametrize(("role", "letters"), [("owner", 1), ("editor", 0)])
def test_an_owner_who_comes_after_the_claim_is_asked_by_letter(choir, steward, role, letters):
    address = claim(signed_in(somebody("ann@example.org")), choir, "steward").redirect_chain[-1][0]
    ben = somebody("ben@example.org")
    asked = invitations.invite(actor=Actor.of(steward), user=steward, organisation=choir, email=ben.email, role=role)
    mail.outbox.clear()
    assert signed_in(ben).post(f"/groups/invitations/{asked.uuid}/").status_code == 302
    waiting_letters.send_due()
    assert [(it.to, link_in(it)) for it in mail.outbox] == [(["ben@example.org"], address)] * letters


def test_of_two_who_claim_the_one_who_gets_it_is_asked_about_the_other(choir, steward):
    first, second = signed_in(somebody("ann@example.org")), signed_in(somebody("ben@example.org"))
    address = claim(first, choir, "steward").redirect_chain[-1][0]
    other = claim(second, choir, "steward").redirect_chain[-1][0]
    signed_in(steward).post(address, {"do": "grant", "role": "owner"})
    waiting_letters.send_due()
    to_ann = [link_in(it) for it in mail.outbox if it.to == ["ann@example.org"] and "Somebody else" in it.subject]
    assert to_ann == [other]
    assert not any("Somebody else" in it.subject for it in mail.outbox if it.to != ["ann@example.org"])


def test_whoever_proves_it_by_code_is_asked_about_the_others(choir):
    other = claim(signed_in(somebody("ben@example.org")), choir, "steward").redirect_chain[-1][0]
    ann = signed_in(somebody("ann@example.org"))
    address = claim(ann, choir, "email").redirect_chain[-1][0]
    ann.post(address, {"do": "prove", "code": code_in(mail.outbox[-1])})
    waiting_letters.send_due()
    assert mail.outbox[-1].to == ["ann@example.org"] and link_in(mail.outbox[-1]) == other


def test_nobody_else_reads_or_decides(choir, place):
    address = claim(signed_in(somebody()), choir, "steward").redirect_chain[-1][0]
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford")).user
    for other in (somebody(), elsewhere, member(OrganisationFactory(place=place)), member(choir, "editor")):
        client = signed_in(other)
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "grant"}).status_code == 404
        assert client.post(f"{address}letter/").status_code == 404
    assert not access.has_owner(choir.pk)


def test_own_claims_are_not_granted_by_oneself(choir, steward):
    client = signed_in(steward)
    address = claim(client, choir, "steward").redirect_chain[-1][0]
    assert client.post(address, {"do": "grant"}).status_code == 403
    assert client.post(f"{address}letter/").status_code == 404
    assert not access.has_owner(choir.pk)


def test_forms_that_are_not_whole_keep_what_was_typed(choir):
    client = signed_in(somebody())
    response = client.post(f"/groups/claim/{choir.uuid}/", {"words": "I & you"})
    assert response.status_code == 422 and "I &amp; you" in response.content.decode()
    empty = client.post(f"/groups/claim/{choir.uuid}/", {"way": "steward", "words": " "})
    assert empty.status_code == 422 and "a steward reads your words" in empty.content.decode()
    for words in ("\x00", "x" * 1001):
        assert client.post(f"/groups/claim/{choir.uuid}/", {"way": "steward", "words": words}).status_code == 422
    assert not Claim.objects.exists()


def test_what_is_not_on_the_map_is_not_there(choir):
    Organisation.objects.filter(pk=choir.pk).update(state=NodeState.ARCHIVED)
    assert Client().get(f"/groups/claim/{choir.uuid}/").status_code == 404


def nominate(client=None, **more):
    sent = {"name": "Sale Choir", "contact_email": "choir@example.org", "email": "res@example.org"} | more
    return (client or Client()).post("/groups/nominate/?place=trafford", sent)


def test_named_accepted_invited_and_theirs(place, steward):
    form = Client().get("/groups/nominate/?place=trafford")
    assert form.status_code == 200 and not form.cookies
    thanks = nominate()
    assert thanks.status_code == 200 and "we write to res@example.org" in thanks.content.decode()
    nomination = Nomination.objects.get()
    client = signed_in(steward)
    page = client.get(f"/groups/nominations/{nomination.uuid}/").content.decode()
    assert "choir@example.org" in page and "res@example.org" not in page
    response = client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "accept"})
    group = Organisation.objects.get(name="Sale Choir")
    assert response["Location"] == f"/groups/{group.uuid}/team/"
    waiting_letters.send_due()
    invitation, news = mail.outbox
    assert (invitation.to, news.to) == (["choir@example.org"], ["res@example.org"])
    assert group.get_absolute_url() in news.body and "choir@example.org" not in news.body
    assert "choir@example.org" not in Client().get(group.get_absolute_url()).content.decode()
    ann = somebody("choir@example.org")
    signed_in(ann).post(link_in(invitation), {"do": "accept"})
    assert access.owns(ann, group)
    twice = client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "accept"})
    assert twice.status_code == 409 and Organisation.objects.filter(name="Sale Choir").count() == 1


def test_is_it_one_of_these_comes_first(place, steward):
    there = OrganisationFactory(place=place, name="Sale Choir")
    asked = nominate()
    assert asked.status_code == 200 and "Is it one of these?" in asked.content.decode()
    assert there.get_absolute_url() in asked.content.decode() and not Nomination.objects.exists()
    assert 'value="choir@example.org"' in asked.content.decode()
    nominate(not_these="1")
    nomination = Nomination.objects.get()
    client = signed_in(steward)
    none = client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "known", "node": "x"})
    assert none.status_code == 422
    client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "known", "node": there.uuid})
    nomination.refresh_from_db()
    waiting_letters.send_due()
    assert nomination.node_id == there.pk and there.get_absolute_url() in mail.outbox[0].body


def test_refused_with_words(place, steward):
    nominate()
    nomination = Nomination.objects.get()
    client = signed_in(steward)
    assert client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "refuse"}).status_code == 422
    client.post(f"/groups/nominations/{nomination.uuid}/", {"do": "refuse", "reason": "It is a shop."})
    waiting_letters.send_due()
    assert "It is a shop." in mail.outbox[0].body


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "Write the name"),
        ({"name": "A\x00B"}, "Null characters"),
        ({"name": "x" * 300}, "at most 200"),
        ({"website": "not one"}, "web address"),
        ({"contact_email": "x"}, "Write it like name@example.org"),
        ({"leave_empty": "x"}, "stay empty"),
    ],
    ids=["empty", "nul", "long", "website", "email", "machine"],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(place, sent, said):
    response = nominate(**sent)
    page = response.content.decode()
    assert response.status_code == 422 and said in page and "res@example.org" in page
    assert not Nomination.objects.exists()


def test_which_place(place):
    PlaceFactory(slug="salford", code="E2", name="Salford")
    page = Client().get("/groups/nominate/").content.decode()
    assert "?place=salford" in page and "?place=trafford" in page
    assert Client().get("/groups/nominate/?place=nowhere").status_code == 404
