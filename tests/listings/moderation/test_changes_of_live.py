"""A live listing is changed by its poster and its group: what is live stays until somebody has decided."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings, proposal_rows, proposals
from listings.commands.details import Where
from listings.models import Listing, Proposal, ProposalKind, ProposalStatus, Trust
from listings.moderation import decisions, waiting_letters
from listings.posting import drafts
from mapping.access.viewers import viewer_of
from mapping.commands import publication
from mapping.models import PUBLIC, Actor, AuditEntry, NodeState
from tests.factories import MembershipFactory, NodeFactory, OrganisationFactory, PlaceFactory, UserFactory
from tests.listings.commands.test_listings import a_schedule, post, some_details
from tests.listings.moderation.changing import ACTOR, change, form_of, signed_in, text

pytestmark = pytest.mark.django_db


def test_what_its_poster_changes_waits_and_what_is_live_stays(live, mailoutbox, client):
    before = live.place.revision_number
    made = change(live, summary="Now with cake.")
    live.refresh_from_db()
    assert live.state == NodeState.LIVE and live.summary == "Dancing with tea."
    assert live.place.revision_number == before
    assert (made.kind, made.status, made.by_user) == (ProposalKind.CHANGE, ProposalStatus.WAITING, live.posted_by)
    page = text(client.get(live.get_absolute_url()))
    assert "Dancing with tea." in page and "cake" not in page
    assert mailoutbox[-1].to == [live.posted_by.email] and "stays as it was" in mailoutbox[-1].body


def test_a_steward_approves_it_and_it_is_there_at_once(live, steward, mailoutbox, client):
    made = change(live, summary="Now with cake.")
    admin = signed_in(steward)
    page = text(admin.get(f"/admin/queue/proposals/{made.uuid}/"))
    assert "What happens there" in page and "<del>" in page and "<ins>" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    answer = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve", "seen": seen}, follow=True)
    assert "is live" in text(answer)
    live.refresh_from_db()
    assert live.summary == "Now with cake." and live.state == NodeState.LIVE
    assert "Now with cake." in text(client.get(live.get_absolute_url()))
    made.refresh_from_db()
    assert (made.status, made.decided_by) == (ProposalStatus.APPROVED, steward)
    waiting_letters.send_due()
    assert mailoutbox[-1].to == [live.posted_by.email]
    assert AuditEntry.objects.filter(action="approve proposal", target_uuid=live.uuid, user=steward).exists()


def test_a_second_change_replaces_the_first_and_begins_with_it(live):
    first = change(live, summary="Now with cake.")
    client = signed_in(live.posted_by)
    assert form_of(client, live)["summary"] == "Now with cake."
    second = change(live, cost="£2")
    first.refresh_from_db()
    assert first.status == ProposalStatus.SUPERSEDED
    assert second.typed["summary"] == "Now with cake." and second.typed["cost"] == "£2"
    assert Proposal.objects.open().count() == 1


def test_the_database_lets_one_change_of_a_person_wait(live):
    made = change(live, summary="Now with cake.")
    other = Revision.objects.create(
        content_type=made.revision.content_type, object_id=made.revision.object_id, content={}
    )
    with pytest.raises(IntegrityError, match="proposal_one_change_waits"), transaction.atomic():
        Proposal.objects.create(node=made.node, revision=other, kind=ProposalKind.CHANGE, by_user=made.by_user)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "wish"}, "proposal_kind_known"),
        ({"status": "lost", "decided_at": "now"}, "proposal_status_known"),
        ({"status": "scheduled", "decided_at": "now"}, "proposal_scheduled_has_moment"),
        ({"status": "refused", "decided_at": "now"}, "proposal_no_needs_reason"),
        ({"status": "approved"}, "proposal_decided_has_moment"),
        ({"appeal": "But!"}, "proposal_appeal_has_words"),
        ({"appealed_at": "now"}, "proposal_appeal_has_words"),
        ({"appeal_decided_at": "now"}, "proposal_appeal_before_answer"),
        ({"email_confirmed_at": "now"}, "proposal_confirmed_has_email"),
    ],
    ids=lambda it: it if isinstance(it, str) else "-".join(it),
)
def test_the_database_refuses_what_makes_no_sense(live, values, constraint):
    made = change(live, summary="Now with cake.")
    values = {name: timezone.now() if it == "now" else it for name, it in values.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Proposal.objects.filter(pk=made.pk).update(**values)


def test_nothing_different_is_no_change(live):
    client = signed_in(live.posted_by)
    answer = client.post(f"/post/{live.uuid}/edit/", form_of(client, live), follow=True)
    assert "Nothing of it is different" in text(answer)
    assert not Proposal.objects.exists()


def test_who_changes_what_is_live_at_once_and_whose_change_waits(place, steward):
    group, trusted = OrganisationFactory(place=place), OrganisationFactory(place=place, trusted=True)
    for organiser in (group, trusted):
        listing = listings.approve(actor=ACTOR, listing=post(place, organiser=organiser))
        editor = MembershipFactory(organisation=organiser, role="editor").user
        known = UserFactory()
        Trust.objects.create(user=known, place=place)
        people = {"poster": listing.posted_by, "editor": editor, "steward": steward}
        for name, user in people.items():
            client = signed_in(user)
            words = f"By {name} of {organiser.trusted}."
            client.post(f"/post/{listing.uuid}/edit/", form_of(client, listing) | {"summary": words})
            listing.refresh_from_db()
            at_once = name == "steward" or (name == "editor" and organiser.trusted)
            assert (listing.summary == words) == at_once, (name, organiser.trusted)
            assert listing.state == NodeState.LIVE
        viewer = MembershipFactory(organisation=organiser, role="viewer").user
        for stranger in (viewer, known, UserFactory()):
            assert signed_in(stranger).get(f"/post/{listing.uuid}/edit/").status_code == 404


def test_what_somebody_trusted_changed_at_once_is_read_afterwards(place, steward):
    group = OrganisationFactory(place=place, trusted=True)
    listing = listings.approve(actor=ACTOR, listing=post(place, organiser=group))
    change(listing, user=MembershipFactory(organisation=group).user, cost="£9")
    noted = Proposal.objects.get()
    assert (noted.kind, noted.status) == (ProposalKind.AFTERWARDS, ProposalStatus.WAITING)
    admin = signed_in(steward)
    assert "Somebody trusted changed: Cost." in text(admin.get("/admin/queue/"))
    key = f"{noted.uuid}@{proposal_rows.seen_of(noted, listing.__class__.objects.get(pk=listing.pk))}"
    admin.post("/admin/queue/bulk/", {"do": "looked-at", "rows": [f"looked-at {key}"]})
    noted.refresh_from_db()
    assert noted.status == ProposalStatus.APPROVED


def test_nothing_is_live_at_once_without_being_noted(place, steward, monkeypatch):
    group = OrganisationFactory(place=place, trusted=True)
    listing = listings.approve(actor=ACTOR, listing=post(place, organiser=group))
    client = signed_in(MembershipFactory(organisation=group).user)
    client.raise_request_exception = False
    data = form_of(client, listing) | {"cost": "£9"}
    original = listing.occurrences.order_by("starts_at").first().original
    monkeypatch.setattr(proposals, "keep", lambda *_, **__: (_ for _ in ()).throw(OSError("killed")))
    assert client.post(f"/post/{listing.uuid}/edit/", data).status_code == 500
    assert client.post(f"/post/{listing.uuid}/dates/{original}/", {"do": "cancel"}).status_code == 500
    listing.refresh_from_db()
    assert listing.cost != "£9" and listing.occurrences.get(original=original).status != "cancelled"


def test_of_a_decision_whose_steward_has_no_account_any_more_no_poster_is_blamed(live, steward):
    made = change(live, cost="£9")
    proposals.refuse(actor=Actor.of(steward), user=steward, proposal=made, reason="No.")
    Proposal.objects.update(decided_by=None)
    with pytest.raises(proposals.AlreadyDecided, match="refused by a steward"):
        proposals.withdraw(actor=Actor.of(live.posted_by), user=live.posted_by, proposal=made)


def test_its_poster_cancels_a_date_at_once(live, steward):
    original = live.occurrences.order_by("starts_at").first().original
    client = signed_in(live.posted_by)
    client.post(f"/post/{live.uuid}/dates/{original}/", {"do": "cancel", "note": "No hall"})
    assert live.occurrences.get(original=original).status == "cancelled"
    assert "is cancelled" in text(signed_in(steward).get("/admin/queue/"))


def test_in_the_name_of_another_group_it_waits_though_they_are_trusted(place, steward):
    mine, other = OrganisationFactory(place=place, trusted=True), OrganisationFactory(place=place, name="The others")
    listing = listings.approve(actor=ACTOR, listing=post(place, organiser=mine))
    editor = MembershipFactory(organisation=mine).user
    made = change(listing, user=editor, organisation="", organisation_name=other.name)
    listing.refresh_from_db()
    assert (made.kind, listing.organiser.pk, listing.state) == (ProposalKind.CHANGE, mine.pk, NodeState.LIVE)


def test_what_others_changed_meanwhile_stays_unless_both_touched_it(live, steward):
    made = change(live, summary="Now with cake.", cost="£2")
    listing = Listing.objects.get(pk=live.pk)
    listings.edit(
        actor=ACTOR, user=steward, listing=listing, details=some_details(phone="0161 496 0000", schedule=a_schedule())
    )
    reading = decisions.read(Proposal.objects.with_what_is_shown().get(pk=made.pk))
    assert reading.both == [] and reading.moved_on
    decisions.approve(actor=ACTOR, user=steward, proposal=made, seen=reading.seen)
    listing.refresh_from_db()
    assert (listing.summary, listing.cost, listing.phone) == ("Now with cake.", "£2", "0161 496 0000")


@pytest.mark.parametrize(("choice", "expected"), [("proposed", "Now with cake."), ("now", "With scones.")])
def test_where_both_touched_it_the_steward_says_which(live, steward, choice, expected):
    made = change(live, summary="Now with cake.", cost="£2")
    listings.edit(actor=ACTOR, user=steward, listing=live, details=some_details(summary="With scones."))
    admin = signed_in(steward)
    address = f"/admin/queue/proposals/{made.uuid}/"
    page = admin.get(address)
    assert "Somebody else changed this meanwhile" in text(page) and "With scones." in text(page)
    seen = page.context["reading"].seen
    refused = admin.post(address, {"do": "approve", "seen": seen})
    assert refused.status_code == 409 and "Say for each which version counts" in text(refused)
    admin.post(address, {"do": "approve", "seen": seen, "choose-summary": choice})
    live.refresh_from_db()
    assert (live.summary, live.cost) == (expected, "£2")


def test_the_second_steward_is_told_what_the_first_did(live, steward):
    made = change(live, summary="Now with cake.")
    other = ensure_steward("bo@example.org", live.place)
    proposals.refuse(actor=Actor.of(other), user=other, proposal=made, reason="No cake")
    answer = signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    assert answer.status_code == 409 and "already refused by bo@example.org" in text(answer)


def test_a_poster_who_changes_it_while_the_steward_reads(live, steward):
    made = change(live, summary="Now with cake.")
    admin = signed_in(steward)
    seen = admin.get(f"/admin/queue/proposals/{made.uuid}/").context["reading"].seen
    second = change(live, summary="Buy my watches")
    answer = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve", "seen": seen})
    assert answer.status_code == 409 and "replaced by a newer one" in text(answer)
    live.refresh_from_db()
    assert live.summary == "Dancing with tea." and second.status == ProposalStatus.WAITING


def test_what_was_changed_since_it_was_read_is_not_published_unread(live, steward):
    made = change(live, summary="Now with cake.")
    admin = signed_in(steward)
    seen = admin.get(f"/admin/queue/proposals/{made.uuid}/").context["reading"].seen
    listings.edit(actor=ACTOR, user=steward, listing=live, details=some_details(cost="£5"))
    answer = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve", "seen": seen})
    assert answer.status_code == 409 and "Read it again before you go on" in text(answer)


def test_a_listing_that_went_off_the_map_meanwhile(live, steward):
    made = change(live, summary="Now with cake.")
    publication.unpublish(actor=ACTOR, node=live, reason="Closed", by_steward=True)
    admin = signed_in(steward)
    page = admin.get(f"/admin/queue/proposals/{made.uuid}/")
    assert "not on the map any more" in text(page)
    answer = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    assert answer.status_code == 409 and "Put it back first" in text(answer)
    assert Proposal.objects.get().status == ProposalStatus.WAITING


def test_a_venue_that_went_meanwhile(live, steward, place):
    hall = NodeFactory(place=place, name="Sale Hall")
    made = change(live, at="venue", venue="Sale Hall", venue_choice=str(hall.uuid))
    publication.unpublish(actor=ACTOR, node=hall, reason="Burnt down", by_steward=True)
    answer = signed_in(steward).post(f"/admin/queue/proposals/{made.uuid}/", {"do": "approve"})
    assert answer.status_code == 409
    assert "There is no “Sale Hall” on the map" in text(answer)
    live.refresh_from_db()
    assert live.venue is None


def test_a_venue_that_has_another_name_by_now(live, steward, place):
    hall = NodeFactory(place=place, name="Sale Hall")
    listings.edit(actor=ACTOR, user=steward, listing=live, details=some_details(where=Where.at(hall)))
    made = change(live, cost="£2")
    type(hall).objects.filter(pk=hall.pk).update(name="Waterside Hall")
    decisions.approve(actor=ACTOR, user=steward, proposal=made)
    live.refresh_from_db()
    assert (live.venue_id, live.cost) == (hall.pk, "£2")


def test_sent_back_it_is_sent_again_with_what_was_typed(live, steward, mailoutbox):
    made = change(live, summary="Now with cake.")
    admin = signed_in(steward)
    admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "send-back", "reason": "Which cake?"})
    waiting_letters.send_due()
    assert "Which cake?" in mailoutbox[-1].body and f"?again={made.uuid}" in mailoutbox[-1].body
    client = signed_in(live.posted_by)
    assert form_of(client, live, again=str(made.uuid))["summary"] == "Now with cake."
    assert "Which cake?" in text(client.get(f"/proposals/{made.uuid}/"))
    assert "sent back" in text(client.get("/post/"))


def test_a_refusal_says_why_and_is_appealed_once(live, steward, mailoutbox):
    made = change(live, summary="Now with cake.")
    admin, client, address = signed_in(steward), signed_in(live.posted_by), f"/proposals/{made.uuid}/"
    answer = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "refuse", "reason": " "})
    assert answer.status_code == 409 and "Say why you refuse it" in text(answer)
    admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "refuse", "reason": "No adverts"})
    waiting_letters.send_due()
    assert "No adverts" in mailoutbox[-1].body and "may say so once" in mailoutbox[-1].body
    assert client.post(address, {"do": "appeal", "words": " "}).status_code == 422
    client.post(address, {"do": "appeal", "words": "It is no advert."})
    again = client.post(address, {"do": "appeal", "words": "Really."})
    assert again.status_code == 422 and "You have appealed already" in text(again)
    page = text(admin.get("/admin/queue/"))
    assert "It is no advert." in page and "let another steward answer" in page
    admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "grant", "answer": "You are right."})
    waiting_letters.send_due()
    assert "You are right." in mailoutbox[-1].body
    made.refresh_from_db()
    assert made.status == ProposalStatus.WAITING and not made.may_appeal
    late = admin.post(f"/admin/queue/proposals/{made.uuid}/", {"do": "uphold", "answer": "No"})
    assert late.status_code == 409 and "decided already" in text(late)


def test_only_its_maker_takes_it_back_or_appeals(live, steward):
    made = change(live, summary="Now with cake.")
    for user in (UserFactory(), steward):
        answer = signed_in(user).post(f"/proposals/{made.uuid}/", {"do": "withdraw"})
        assert answer.status_code in (302, 404)
        made.refresh_from_db()
        assert made.status == ProposalStatus.WAITING
    assert Client().get(f"/proposals/{made.uuid}/").status_code == 302
    client = signed_in(live.posted_by)
    client.post(f"/proposals/{made.uuid}/", {"do": "withdraw"})
    made.refresh_from_db()
    assert made.status == ProposalStatus.WITHDRAWN
    assert client.post(f"/proposals/{made.uuid}/", {"do": "withdraw"}).status_code == 409


def test_a_steward_elsewhere_decides_nothing(live, steward):
    made = change(live, summary="Now with cake.")
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    ensure_pages(elsewhere, ACTOR)
    client = signed_in(ensure_steward("cy@example.org", elsewhere))
    assert live.name not in text(client.get("/admin/queue/"))
    for do in ("approve", "refuse", "send-back", "schedule"):
        answer = client.post(f"/admin/queue/proposals/{made.uuid}/", {"do": do, "reason": "No"})
        assert answer.status_code == 404
    with pytest.raises(proposals.NotAllowed):
        decisions.approve(actor=ACTOR, user=live.posted_by, proposal=made)


def test_reading_it_back_is_what_applying_it_gives(live, steward):
    """`typed_of` says before what `typed_from` says after."""
    viewer = viewer_of(live.posted_by)
    made = change(live, summary="Now with\r\ncake.", cost="£2", min_age="5", at="online")
    decisions.approve(actor=ACTOR, user=steward, proposal=made)
    listing = Listing.objects.select_related("place", "category", "organiser", "venue").get(pk=live.pk)
    assert drafts.typed_from(listing, viewer) == made.typed


def test_the_revision_outlives_wagtails_clearing_up(live):
    from wagtail.management.commands.purge_revisions import purge_revisions

    change(live, summary="Now with cake.")
    change(live, summary="Now with two cakes.")
    purge_revisions()
    assert Revision.objects.count() == 2


def test_what_waits_is_nobodys_but_its_makers_and_the_stewards(live):
    made = change(live, summary="Secret cake.")
    for address in ("/trafford/list/?q=cake", f"/api/v1/nodes/{live.uuid}", f"/node/{live.uuid}/calendar.ics"):
        assert "Secret cake" not in text(Client().get(address)), address
    assert Listing.objects.visible_to(PUBLIC).get(pk=live.pk).summary == "Dancing with tea."
    assert signed_in(UserFactory()).get(f"/proposals/{made.uuid}/").status_code == 404
