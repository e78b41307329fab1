"""What a hostile or clumsy person tried, and what came of it once."""

from __future__ import annotations

import datetime
import io
import uuid
import zipfile

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_pages, ensure_steward
from listings.commands import booking_dates, bookings, freshness, listings, proposals
from listings.freshness import survey as surveys
from listings.models import (
    BookingDate,
    BookingState,
    Claim,
    ClaimState,
    ClaimWay,
    Invitation,
    InvitationState,
    Listing,
    ListingKind,
    Nomination,
    Proposal,
    ProposalStatus,
    Reminder,
    ReminderAnswer,
)
from listings.moderation import decisions, duty_letters, items
from mapping.commands import merges, publication
from mapping.models import Actor, AuditEntry, NodeState, Visibility
from tests.factories import (
    ListingFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    UserFactory,
    open_space_of,
    takes_place,
)
from tests.listings.commands.test_listings import post, some_details

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def steward(place):
    ensure_pages(place, ACTOR)
    return ensure_steward("steward@example.org", place)


# --- taken off the map by readers


def test_the_letter_of_its_poster_does_not_put_back_what_readers_flagged_as_unsafe(place):
    poster = UserFactory(email="ann@example.org")
    hall = ListingFactory(name="Repair advice", place=place, posted_by=poster)
    now = timezone.now()
    question = Reminder.objects.create(
        node=hall, user=poster, email=poster.email, since=now - datetime.timedelta(days=400), due=now, act="ask",
        step=1, sent_at=now, letter=uuid.uuid4(),
    )  # fmt: skip
    publication.unpublish(actor=ACTOR, node=hall, reason="It may not be safe.", by_steward=False, by_flag=True)
    with pytest.raises(freshness.AnswerRefused):
        freshness.answer(reminder=question, answer=ReminderAnswer.TRUE)
    page = Client().get(f"/still-true/{question.uuid}/").content.decode()
    assert "put it back on the map" not in page
    assert Client().post(f"/still-true/{question.uuid}/", {"answer": "true"}).status_code == 409
    hall.refresh_from_db()
    assert hall.state == NodeState.ARCHIVED


# --- who comes


@pytest.mark.parametrize("who", ["poster", "editor"])
def test_whoever_looks_after_a_live_listing_sees_who_comes(who, place, group):
    poster, editor = UserFactory(), UserFactory()
    MembershipFactory(organisation=group, user=editor, role="editor")
    event = ListingFactory(name="Bread", place=place, posted_by=poster, organiser=group, category=None)
    takes_place(event, timezone.now() + datetime.timedelta(days=3))
    booking_dates.set_terms(actor=ACTOR, listing=event, is_open=True, places=2)
    client = signed_in({"poster": poster, "editor": editor}[who])
    assert client.get(f"/post/{event.uuid}/bookings/").status_code == 200
    assert f"/post/{event.uuid}/bookings/" in client.get(event.get_absolute_url()).content.decode()
    # What everybody reads of it is not theirs to change without a steward, who trusts neither of them yet.
    assert client.get(f"/post/{event.uuid}/links/").status_code == 404
    assert signed_in(UserFactory()).get(f"/post/{event.uuid}/bookings/").status_code == 404


def test_a_steward_is_told_where_somebody_names_a_group_with_their_own_address(place, steward):
    client = signed_in(steward)
    for email, is_told in (("mallory@example.org", True), ("rita@example.org", False)):
        named = Nomination.objects.create(place=place, name="Choir", contact_email="mallory@example.org", email=email)
        page = client.get(f"/groups/nominations/{named.uuid}/").content.decode()
        assert ("also the address of whoever named" in page) == is_told


# --- merged


def test_an_open_claim_is_kept_beside_one_that_was_refused(place):
    kept, dropped = OrganisationFactory(place=place), OrganisationFactory(place=place)
    ann = UserFactory()
    Claim.objects.create(node=kept, user=ann, way=ClaimWay.STEWARD, state=ClaimState.REFUSED, reason="No",
                         decided_at=timezone.now())  # fmt: skip
    asked = Claim.objects.create(node=dropped, user=ann, way=ClaimWay.STEWARD, state=ClaimState.WAITING, words="Mine")
    merge = merges.merge(actor=ACTOR, kept=kept, dropped=dropped)
    asked.refresh_from_db()
    assert asked.node_id == kept.pk and Claim.objects.filter(node=kept, user=ann).count() == 2
    merges.undo(actor=ACTOR, merge=merge)
    asked.refresh_from_db()
    assert asked.node_id == dropped.pk


def test_of_two_open_claims_of_one_person_one_stays(place):
    kept, dropped = OrganisationFactory(place=place), OrganisationFactory(place=place)
    ann = UserFactory()
    for node in (kept, dropped):
        Claim.objects.create(node=node, user=ann, way=ClaimWay.STEWARD, state=ClaimState.WAITING, words="Mine")
    merge = merges.merge(actor=ACTOR, kept=kept, dropped=dropped)
    assert Claim.objects.get(user=ann).node_id == kept.pk
    merges.undo(actor=ACTOR, merge=merge)
    assert Claim.objects.filter(user=ann).count() == 2


def test_an_open_invitation_is_kept_beside_one_that_was_declined(place):
    kept, dropped = OrganisationFactory(place=place), OrganisationFactory(place=place)
    Invitation.objects.create(organisation=kept, email="ann@example.org", role="editor",
                              state=InvitationState.DECLINED, ended_at=timezone.now())  # fmt: skip
    asked = Invitation.objects.create(organisation=dropped, email="ann@example.org", role="editor")
    merges.merge(actor=ACTOR, kept=kept, dropped=dropped)
    asked.refresh_from_db()
    assert asked.organisation_id == kept.pk and asked.state == InvitationState.OPEN


# --- addresses of stewards


def test_whoever_takes_a_change_back_too_late_learns_no_address_of_a_steward(place, steward):
    live = listings.approve(actor=ACTOR, listing=post(place))
    made = proposals.propose(actor=ACTOR, user=live.posted_by, listing=live, typed={"name": "B"}, base={"name": "A"})
    proposals.refuse(actor=Actor.of(steward), user=steward, proposal=made, reason="No.")
    page = signed_in(live.posted_by).post(f"/proposals/{made.uuid}/", {"do": "withdraw"})
    assert page.status_code == 409 and "by a steward" in page.content.decode()
    assert "steward@example.org" not in page.content.decode()


# --- ids that are somebody else's


def test_a_draft_with_the_id_of_another_record_is_posted_under_its_own(place):
    hall, ann = NodeFactory(place=place), UserFactory()
    made = listings.post(actor=ACTOR, user=ann, place=place, details=some_details(), uuid=hall.uuid)
    assert made.uuid != hall.uuid and made.posted_by == ann


def test_a_notice_with_the_id_of_another_record_is_refused_in_words(place, group):
    space, editor, hall = open_space_of(group), UserFactory(), NodeFactory(place=place)
    MembershipFactory(organisation=group, user=editor, role="editor")
    sent = {"kind": "notice", "name": "Supper", "summary": "At seven", "key": str(hall.uuid)}
    answer = signed_in(editor).post(f"/groups/{group.uuid}/space/new/", sent)
    assert answer.status_code == 409 and "was sent before" in answer.content.decode()
    assert space.organisation == group and not Listing.objects.exists()


# --- what stands in a group's own space


@pytest.fixture
def secret(group):
    space = open_space_of(group)
    editor = UserFactory()
    MembershipFactory(organisation=group, user=editor, role="editor")
    sent = {"kind": "notice", "name": "SECRET supper", "summary": "SECRET address", "key": str(uuid.uuid4())}
    assert signed_in(editor).post(f"/groups/{group.uuid}/space/new/", sent).status_code == 302
    found = Listing.objects.get()
    assert found.visibility == Visibility.GROUP and found.posted_by == editor and space.is_open
    return found


def test_a_steward_reads_nowhere_what_a_group_shows_to_its_members_alone(secret, group, steward):
    client = signed_in(steward)
    AuditEntry.objects.get(target_uuid=secret.uuid)
    for path in ("/admin/live/", "/admin/queue/", "/admin/audit/", "/stewards/stale/", f"/groups/{group.uuid}/"):
        page = client.get(path)
        assert page.status_code == 200 and "SECRET" not in page.content.decode(), path
    for path in (f"/admin/live/{secret.uuid}/", f"/post/{secret.uuid}/edit/", f"/admin/queue/new/{secret.uuid}/"):
        assert client.get(path).status_code == 404, path
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/groups/{group.uuid}/export/").content))
    assert all(b"SECRET" not in archive.read(name) for name in archive.namelist())
    assert b"SECRET" not in b"".join(client.get("/admin/audit/changes.csv").streaming_content)


def test_a_change_of_what_only_members_see_waits_for_no_steward(secret):
    editor = secret.posted_by
    details = some_details(name="SECRET breakfast", organiser=secret.organiser)
    assert listings.edits_at_once(editor, secret, details)
    listings.edit(actor=Actor.of(editor), user=editor, listing=secret, details=details)
    secret.refresh_from_db()
    assert secret.name == "SECRET breakfast" and secret.visibility == Visibility.GROUP
    entry = AuditEntry.objects.filter(target_uuid=secret.uuid, action="edit listing").get()
    assert "SECRET" not in f"{entry.target} {entry.data}" and "name" in entry.data["changed"]


def test_an_editor_who_has_left_the_group_reads_it_no_more(secret):
    editor = secret.posted_by
    client = signed_in(editor)
    editor.memberships.all().delete()
    assert client.get(f"/post/{secret.uuid}/edit/").status_code == 404
    assert "SECRET" not in client.get("/post/").content.decode()
    assert client.get(f"/post/{secret.uuid}/").status_code == 404


def test_the_link_of_a_suggestion_tells_nothing_of_what_was_hidden_since(place):
    hall = NodeFactory(name="The hall", place=place, phone="0161 496 0000")
    typed = {"phone": "0161 496 0001"}
    made, _new = proposals.suggest(node=hall, typed=typed, base={"phone": hall.phone}, email="a@b.org")
    for visibility, is_told in ((Visibility.PUBLIC, True), (Visibility.MEMBERS, False)):
        hall.phone, hall.visibility = "020 7946 0999", visibility
        hall.save()
        page = Client().get(f"/suggestions/{made.token}/")
        assert page.status_code == 200 and ("0999" in page.content.decode()) == is_told


def test_a_report_is_not_put_where_only_members_know_that_something_is(place):
    from listings.commands import responsible_bodies

    responsible_bodies.ensure_usual_categories(actor=ACTOR, place=place)
    super_ = UserFactory(is_superuser=True)
    for visibility, leads_on in ((Visibility.PUBLIC, True), (Visibility.MEMBERS, False)):
        hall = NodeFactory(name="The den", place=place, visibility=visibility)
        page = signed_in(super_).get(f"/reports/new/?place={place.slug}&node={hall.uuid}").content.decode()
        assert ("What needs care?" in page) == leads_on


def test_nobody_is_reminded_of_what_was_taken_off_the_map(place):
    now = timezone.now()
    event = ListingFactory(place=place, category=None)
    takes_place(event, now + datetime.timedelta(hours=28))
    terms = booking_dates.set_terms(actor=ACTOR, listing=event, is_open=True, places=2)
    date = booking_dates.date_for(listing=event, row=event.occurrences.get(), terms=terms)
    before = now - datetime.timedelta(days=2)
    bookings.confirm(booking=bookings.book(date=date, email="ann@example.org", people=1, now=before), now=before)
    type(date.bookings.get()).objects.update(notice="")
    publication.unpublish(actor=ACTOR, node=event, reason="It has closed.", by_steward=True)
    assert bookings.note_reminders(now=now) == 0
    publication.put_back(actor=ACTOR, node=event)
    assert bookings.note_reminders(now=now) == 1


# --- jobs


def test_a_scheduled_change_that_fails_holds_up_no_other(place, steward, monkeypatch):
    made = []
    for _number in range(2):
        listing = post(place)
        at = timezone.now() + datetime.timedelta(hours=1)
        made.append(proposals.schedule_listing(actor=ACTOR, user=steward, listing=listing, typed={}, at=at))
    whole = decisions._publish

    def publish(actor, proposal):
        if proposal.pk == made[0].pk:
            raise ValueError("something nobody thought of")
        return whole(actor, proposal)

    monkeypatch.setattr(decisions, "_publish", publish)
    done = decisions.publish_due(actor=ACTOR, now=timezone.now() + datetime.timedelta(hours=2))
    assert [it.pk for it in done] == [made[1].pk]
    assert Proposal.objects.get(pk=made[0].pk).status == ProposalStatus.SCHEDULED


def test_a_booked_date_that_fails_holds_up_no_other(place, monkeypatch):
    dates = []
    for number in (3, 4):
        event = ListingFactory(place=place, category=None)
        takes_place(event, timezone.now() + datetime.timedelta(days=number))
        terms = booking_dates.set_terms(actor=ACTOR, listing=event, is_open=True, places=2)
        dates.append(booking_dates.date_for(listing=event, row=event.occurrences.get(), terms=terms))
        bookings.confirm(booking=bookings.book(date=dates[-1], email="ann@example.org", people=1))
        event.occurrences.all().delete()
    whole = booking_dates._follow

    def follow(date, now):
        if date.pk == dates[0].pk:
            raise ValueError("something nobody thought of")
        whole(date, now)

    monkeypatch.setattr(booking_dates, "_follow", follow)
    assert booking_dates.follow_dates() == 1
    assert BookingDate.objects.get(pk=dates[1].pk).cancelled_at is not None
    assert dates[1].bookings.get().state == BookingState.ENDED


def test_a_record_that_fails_keeps_no_other_from_being_asked_about(place, monkeypatch):
    old = timezone.now() - datetime.timedelta(days=400)
    made = [ListingFactory(place=place, listing_kind=ListingKind.SERVICE, posted_by=UserFactory()) for _it in range(3)]
    for it in made:
        type(it).objects.filter(pk=it.pk).update(confirmed_at=old)
    whole = surveys._take

    def take(nodes, actor, now):
        if made[1].pk in [it.pk for it in nodes]:
            raise ValueError("something nobody thought of")
        return whole(nodes, actor, now)

    monkeypatch.setattr(surveys, "_take", take)
    assert surveys.survey(ACTOR) == 2
    assert set(Reminder.objects.values_list("node_id", flat=True)) == {made[0].pk, made[2].pk}


def test_a_steward_who_cannot_be_told_keeps_no_other_from_it(place, steward, monkeypatch):
    other = ensure_steward("other@example.org", place)
    post(place)
    whole = items.waiting_for

    def waiting_for(user, *more):
        if user.pk == steward.pk:
            raise ValueError("something nobody thought of")
        return whole(user, *more)

    monkeypatch.setattr(items, "waiting_for", waiting_for)
    mail.outbox.clear()
    duty_letters.tell(timezone.localtime().replace(hour=10))
    assert [it.to for it in mail.outbox] == [[other.email]]
