"""Decisions for later, what a steward edits first, and new listings that are refused."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from listings.commands import listings
from listings.models import Proposal, ProposalStatus
from listings.moderation import decisions, waiting_letters
from mapping.models import NodeState
from tests.listings.commands.test_listings import post, some_details
from tests.listings.moderation.changing import ACTOR, HOUR, change, form_of, signed_in, text

pytestmark = pytest.mark.django_db


def test_a_steward_edits_and_approves(live, steward, mailoutbox):
    made = change(live, summary="Now with kake.", cost="£2")
    admin = signed_in(steward)
    data = form_of(admin, live, proposal=str(made.uuid))
    assert data["summary"] == "Now with kake."
    answer = admin.post(f"/post/{live.uuid}/edit/", data | {"proposal": str(made.uuid), "summary": "Now with cake."})
    assert answer.status_code == 302 and answer["Location"] == "/admin/queue/"
    live.refresh_from_db()
    made.refresh_from_db()
    assert (live.summary, live.cost, made.status) == ("Now with cake.", "£2", ProposalStatus.APPROVED)


def test_approved_for_later_it_goes_live_at_its_moment_and_can_be_undone(live, steward, mailoutbox):
    made = change(live, summary="Now with cake.")
    admin, address = signed_in(steward), f"/admin/queue/proposals/{made.uuid}/"
    at = timezone.localtime() + datetime.timedelta(days=2)
    assert admin.post(address, {"do": "schedule", "at": "soon"}).status_code == 409
    assert admin.post(address, {"do": "schedule", "at": "2020-01-01T09:00"}).status_code == 409
    admin.post(address, {"do": "schedule", "at": f"{at:%Y-%m-%dT%H:%M}"})
    made.refresh_from_db()
    assert made.status == ProposalStatus.SCHEDULED
    assert live.name in text(admin.get("/admin/queue/scheduled/"))
    assert decisions.publish_due(actor=ACTOR) == []
    admin.post(address, {"do": "undo"})
    made.refresh_from_db()
    assert (made.status, made.publish_at) == (ProposalStatus.WAITING, None)
    admin.post(address, {"do": "schedule", "at": f"{at:%Y-%m-%dT%H:%M}"})
    later = timezone.now() + datetime.timedelta(days=3)
    assert [it.pk for it in decisions.publish_due(actor=ACTOR, now=later)] == [made.pk]
    live.refresh_from_db()
    made.refresh_from_db()
    assert (live.summary, made.status, made.decided_by) == ("Now with cake.", ProposalStatus.APPROVED, steward)
    assert decisions.publish_due(actor=ACTOR, now=later) == []


def test_the_moment_is_on_the_clocks_of_its_place(live, steward, place, mailoutbox):
    place.timezone = "Asia/Kolkata"
    place.save()
    made = change(live, summary="Now with cake.")
    day = timezone.localdate() + datetime.timedelta(days=2)
    admin = signed_in(steward)
    admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "schedule", "at": f"{day}T09:00"})
    made.refresh_from_db()
    assert made.publish_at.astimezone(datetime.UTC).isoformat() == f"{day}T03:30:00+00:00"
    waiting_letters.send_due()
    assert ", 09:00" in mailoutbox[-1].subject
    for page in ("/admin/queue/scheduled/", f"/admin/queue/proposals/{made.uuid}/"):
        assert ", 09:00" in text(admin.get(page))
    poster = signed_in(live.posted_by)
    assert all(", 09:00" in text(poster.get(page)) for page in ("/post/", f"/proposals/{made.uuid}/"))


def test_wagtail_publishes_what_is_due_beside_a_change_that_is_scheduled(live, steward, place):
    """Wagtail 8.0.1 publishes any revision with a moment of its own, and fails at one that nothing can publish.

    Source: findings/wagtail-scheduled-revision-of-a-plain-model.sh.
    """
    now = timezone.now()
    decisions.schedule(actor=ACTOR, user=steward, proposal=change(live, summary="Now with cake."), at=now + HOUR)
    page = place.page.add_child(instance=Page(title="Fete", slug="fete", live=False))
    page.save_revision(approved_go_live_at=now - HOUR)
    Proposal.objects.update(publish_at=now - HOUR)
    call_command("publish_scheduled")
    page.refresh_from_db()
    live.refresh_from_db()
    assert page.live and live.summary != "Now with cake."


def test_what_cannot_go_live_at_its_moment_waits_again_and_says_why(live, steward):
    made = change(live, summary="Now with cake.")
    at = timezone.now() + datetime.timedelta(days=2)
    decisions.schedule(actor=ACTOR, user=steward, proposal=made, at=at)
    listings.edit(actor=ACTOR, user=steward, listing=live, details=some_details(summary="With scones."))
    assert decisions.publish_due(actor=ACTOR, now=at + datetime.timedelta(days=1)) == []
    made.refresh_from_db()
    assert made.status == ProposalStatus.WAITING and "Somebody else changed this too" in made.reason
    assert "could not go live" in text(signed_in(steward).get("/admin/queue/"))


def test_a_new_listing_is_refused_for_good_and_appealed(place, steward, mailoutbox):
    listing = post(place)
    admin, client = signed_in(steward), signed_in(listing.posted_by)
    admin.post(f"/admin/queue/new/{listing.uuid}/decide/", {"do": "refuse", "reason": "Not in Trafford"})
    listing.refresh_from_db()
    made = Proposal.objects.get()
    assert (listing.state, made.status) == (NodeState.ARCHIVED, ProposalStatus.REFUSED)
    waiting_letters.send_due()
    assert "Not in Trafford" in mailoutbox[-1].body
    assert "why, and how to appeal" in text(client.get("/post/"))
    assert client.get(f"/post/{listing.uuid}/edit/").status_code == 404
    client.post(f"/proposals/{made.uuid}/", {"do": "appeal", "words": "Sale is in Trafford."})
    admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "grant"})
    listing.refresh_from_db()
    assert listing.state == NodeState.PENDING
    assert "Tea dance" in text(admin.get("/admin/queue/?source=new"))


def test_a_new_listing_goes_live_at_its_moment_unless_it_was_changed(place, steward, mailoutbox):
    kept, edited = post(place), post(place, name="Walk")
    admin = signed_in(steward)
    at = timezone.localtime() + datetime.timedelta(days=2)
    for it in (kept, edited):
        admin.post(f"/admin/queue/new/{it.uuid}/decide/", {"do": "schedule", "at": f"{at:%Y-%m-%dT%H:%M}"})
    assert "Nothing waits" in text(admin.get("/admin/queue/"))
    listings.edit(actor=ACTOR, user=edited.posted_by, listing=edited, details=some_details(name="Run"))
    decisions.publish_due(actor=ACTOR, now=at + datetime.timedelta(hours=1))
    kept.refresh_from_db()
    edited.refresh_from_db()
    assert (kept.state, edited.state) == (NodeState.LIVE, NodeState.PENDING)
    assert "Run" in text(admin.get("/admin/queue/"))
