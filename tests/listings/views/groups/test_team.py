"""Pages of a group and its team, in the browser's way: forms, letters, links used twice, late, by somebody else."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from listings.access import teams as access
from listings.guard import rates
from listings.models import Invitation, Membership
from mapping.models import NodeState, Visibility
from tests.factories import ListingFactory, NodeFactory, PlaceFactory, PlaceRoleFactory, dates_for
from tests.listings.groups.people import link_in, member, signed_in, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(group):
    return member(group, email="ann@example.org")


def team(group) -> str:
    return f"/groups/{group.uuid}/team/"


def invite(client, group, email="cat@example.org", role="editor"):
    return client.post(team(group), {"do": "invite", "invite-email": email, "invite-role": role}, follow=True)


def test_invited_by_letter_and_joined(group, owner):
    response = invite(signed_in(owner), group)
    assert "A letter is on its way to cat@example.org" in response.content.decode()
    [letter] = mail.outbox
    assert letter.to == ["cat@example.org"] and "The group" in letter.subject
    link = link_in(letter)

    # A program that looks at links does nothing by it.
    stranger = Client().get(link)
    assert stranger.status_code == 200 and "c…@example.org" in stranger.content.decode()
    assert "cat@example.org" not in stranger.content.decode()
    assert Membership.objects.count() == 1 and not stranger.cookies

    asked = Client().post(link, {"do": "accept"})
    assert asked.status_code == 302 and "/accounts/login/" in asked["Location"] and link in asked["Location"]

    cat = somebody("cat@example.org")
    page = signed_in(cat).get(link).content.decode()
    assert "Yes, I will" in page
    accepted = signed_in(cat).post(link, {"do": "accept"}, follow=True)
    assert accepted.redirect_chain[-1][0] == f"/groups/{group.uuid}/"
    assert "You are in the team" in accepted.content.decode()

    again = signed_in(cat).post(link, {"do": "accept"})
    assert again.status_code == 410 and "you are in the team" in again.content.decode()
    other = signed_in(somebody()).get(link)
    assert other.status_code == 410 and "Somebody has said yes to it" in other.content.decode()


def test_somebody_else_reads_that_it_is_not_for_them(group, owner):
    invite(signed_in(owner), group)
    link = link_in(mail.outbox[0])
    dan = somebody("dan@example.org")
    page = signed_in(dan).get(link).content.decode()
    assert "for somebody else" in page and "dan@example.org" in page and "c…@example.org" in page
    assert "cat@example.org" not in page
    refused = signed_in(dan).post(link, {"do": "accept"})
    assert refused.status_code == 403 and not access.role_in(dan, group)


def test_late_withdrawn_declined_and_unknown(group, owner):
    invite(signed_in(owner), group)
    link = link_in(mail.outbox[0])
    cat = signed_in(somebody("cat@example.org"))
    Invitation.objects.update(expires_at=timezone.now())
    late = cat.get(link)
    assert late.status_code == 410 and "too old" in late.content.decode()
    assert cat.post(link, {"do": "accept"}).status_code == 410
    invitation = Invitation.objects.get()
    signed_in(owner).post(team(group), {"do": "withdraw", "invitation": invitation.uuid})
    assert "was withdrawn" in cat.get(link).content.decode()
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(minutes=11))
    invite(signed_in(owner), group)
    second = link_in(mail.outbox[1])
    assert cat.post(second, {"do": "decline"}, follow=True).status_code == 410
    assert "declined" in cat.get(second).content.decode()
    unknown = Client().get(f"/groups/invitations/{group.uuid}/")
    assert unknown.status_code == 404 and "not there any more" in unknown.content.decode()
    assert Membership.objects.count() == 1


def test_the_letter_again_after_a_while(group, owner):
    invite(signed_in(owner), group)
    invitation = Invitation.objects.get()
    soon = signed_in(owner).post(team(group), {"do": "resend", "invitation": invitation.uuid})
    assert soon.status_code == 409 and "a moment ago" in soon.content.decode()
    Invitation.objects.update(sent_at="2026-01-01T00:00Z")
    signed_in(owner).post(team(group), {"do": "resend", "invitation": invitation.uuid})
    assert link_in(mail.outbox[1]) == link_in(mail.outbox[0])


def test_many_invitations_wait(group, owner, settings, monkeypatch):
    settings.LIMIT_SENDING_PER_MINUTE = 1000
    monkeypatch.setattr(rates, "OF_ACCOUNT", {"per_minute": 1, "burst": 2})
    rates.counts.forget()
    client = signed_in(owner)
    answers = [invite(client, group, f"{name}@example.org") for name in ("cat", "dan", "eve")]
    assert [it.status_code for it in answers] == [200, 200, 429] and len(mail.outbox) == 2
    assert "Try again in" in answers[-1].content.decode() and not Invitation.objects.filter(email__startswith="eve")
    rates.counts.forget()


def test_what_was_typed_is_kept(group, owner):
    response = signed_in(owner).post(team(group), {"do": "invite", "invite-email": "cat", "invite-role": "owner"})
    page = response.content.decode()
    assert response.status_code == 422 and 'value="cat"' in page and "Write it like name@example.org" in page
    twice = signed_in(owner).post(team(group), {"do": "invite", "invite-email": owner.email, "invite-role": "owner"})
    assert twice.status_code == 409 and "in the team already" in twice.content.decode()


def test_an_owner_changes_parts_and_removes(group, owner):
    ben = member(group, "viewer")
    client = signed_in(owner)
    client.post(team(group), {"do": "role", "user": ben.pk, "role": "owner"})
    assert access.owns(ben, group)
    client.post(team(group), {"do": "remove", "user": ben.pk})
    assert access.role_in(ben, group) == ""
    assert signed_in(ben).get(team(group)).status_code == 404
    again = client.post(team(group), {"do": "remove", "user": ben.pk})
    assert again.status_code == 409 and "not in the team" in again.content.decode()


@pytest.mark.parametrize("given", [{"role": "boss"}, {"user": "x"}, {"user": "9" * 40}, {"do": "other"}], ids=str)
def test_odd_forms_change_nothing(group, owner, given):
    ben = member(group, "viewer")
    response = signed_in(owner).post(team(group), {"do": "role", "user": ben.pk, "role": "owner"} | given)
    assert response.status_code in (404, 422)
    assert access.role_in(ben, group) == "viewer"


@pytest.mark.parametrize("role", ["editor", "viewer"])
@pytest.mark.parametrize("do", ["invite", "role", "remove", "hand-over", "find", "withdraw", "resend"])
def test_only_owners_decide_about_the_team(group, owner, role, do):
    ben = member(group, role)
    sent = {"do": do, "user": owner.pk, "role": "viewer", "invite-email": "x@example.org", "invite-role": "owner",
            "hand-email": "x@example.org", "find-email": "x@example.org"}  # fmt: skip
    assert signed_in(ben).post(team(group), sent).status_code == 403
    assert access.owns(owner, group) and not Invitation.objects.exists() and not mail.outbox


def test_the_last_owner_gives_it_back_and_the_steward_finds_another(group, owner, place):
    client = signed_in(owner)
    assert "only owner" in client.get(team(group)).content.decode()
    stay = client.post(team(group), {"do": "leave"})
    assert stay.status_code == 409 and "no other owner" in stay.content.decode()
    assert client.post(team(group), {"do": "give-back"})["Location"] == "/post/"
    steward = signed_in(PlaceRoleFactory(place=place).user)
    assert "Find an owner" in steward.get(team(group)).content.decode()
    elsewhere = PlaceRoleFactory(place=PlaceFactory(slug="salford", code="E2", name="Salford")).user
    assert signed_in(elsewhere).get(team(group)).status_code == 404
    steward.post(team(group), {"do": "find", "find-email": "cat@example.org"})
    cat = somebody("cat@example.org")
    signed_in(cat).post(link_in(mail.outbox[0]), {"do": "accept"})
    assert access.owns(cat, group)
    assert steward.post(team(group), {"do": "find", "find-email": "dan@example.org"}).status_code == 403


def test_handed_over_in_the_browser(group, owner):
    signed_in(owner).post(team(group), {"do": "hand-over", "hand-email": "cat@example.org"})
    cat = somebody("cat@example.org")
    client = signed_in(cat)
    assert "stays in the team as an editor" in client.get(link_in(mail.outbox[0])).content.decode()
    client.post(link_in(mail.outbox[0]), {"do": "accept"})
    assert access.owns(cat, group) and access.role_in(owner, group) == "editor"


def test_a_letter_that_cannot_be_sent_is_said(group, owner, monkeypatch):
    monkeypatch.setattr("listings.groups.mail.letters.send", lambda *args, **more: False)
    assert "could not be sent" in invite(signed_in(owner), group).content.decode()
    assert Invitation.objects.exists()


@pytest.fixture
def tea(group, place):
    hidden = NodeFactory(place=place, name="Secret room", visibility=Visibility.MEMBERS)
    listing = ListingFactory(place=place, name="=Tea", organiser=group, venue=hidden, confirmed_at=timezone.now())
    dates_for(listing)
    return listing


def test_the_page_of_a_group_says_how_things_are(group, owner, tea, place):
    ListingFactory(place=place, name="Waits", organiser=group, state=NodeState.PENDING)
    ListingFactory(place=place, name="Not ours")
    page = signed_in(owner).get(f"/groups/{group.uuid}/").content.decode()
    assert "=Tea" in page and "Confirmed today" in page and "Waiting for a steward" in page
    assert "Not ours" not in page and "webcal://" in page
    viewer = signed_in(member(group, "viewer")).get(f"/groups/{group.uuid}/").content.decode()
    assert "/edit/" not in viewer and "Save everything" not in viewer


def test_the_page_costs_the_same_however_much_there_is(group, owner, place, django_assert_max_num_queries):
    for n in range(12):
        ListingFactory(place=place, name=f"Thing {n}", organiser=group)
    client = signed_in(owner)
    client.get(f"/groups/{group.uuid}/")
    with django_assert_max_num_queries(24):
        client.get(f"/groups/{group.uuid}/")


def test_everything_as_files(group, owner, tea):
    response = signed_in(owner).get(f"/groups/{group.uuid}/export/")
    files = zipfile.ZipFile(io.BytesIO(response.content))
    document = json.loads(files.read("group.json"))
    assert document["group"]["name"] == "The group" and document["complete"]
    assert [it["name"] for it in document["listings"]] == ["=Tea"]
    [row] = csv.DictReader(io.StringIO(files.read("listings.csv").decode()))
    # Nothing that a spreadsheet would run, and nothing of a hall that whoever asks may not see.
    assert row["name"] == "'=Tea" and row["venue"] == "" and "Secret" not in str(document)
    assert b"BEGIN:VEVENT" in files.read("calendar.ics")
    assert "ann@example.org" not in str(document)
    assert signed_in(member(group, "viewer")).get(f"/groups/{group.uuid}/export/").status_code == 404


def test_an_export_is_bounded(group, owner, place, monkeypatch):
    monkeypatch.setattr("listings.groups.export.MAX_LISTINGS", 1)
    for n in range(2):
        ListingFactory(place=place, name=f"Thing {n}", organiser=group)
    response = signed_in(owner).get(f"/groups/{group.uuid}/export/")
    document = json.loads(zipfile.ZipFile(io.BytesIO(response.content)).read("group.json"))
    assert len(document["listings"]) == 1 and not document["complete"]
