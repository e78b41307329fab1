from __future__ import annotations

import datetime
import threading
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from listings.commands import dates, listings
from listings.commands.details import Details, Where
from listings.models import Listing, ListingKind, MembershipRole, Occurrence
from listings.models import Schedule as ScheduleRow
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Schedule, Slot
from mapping.models import PUBLIC, Actor, AuditEntry, LocationSource, Node, NodeKind, NodeState, SearchWord
from tests.factories import (
    CategoryFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    UserFactory,
)

LONDON = ZoneInfo("Europe/London")


def a_schedule(*, starts=datetime.time(10), ends=datetime.time(11, 30), weekly=True, until=None, **more):
    """Every week from a week ahead, 10 am to 11.30 am; or once."""
    first = timezone.localdate() + datetime.timedelta(days=7)
    given = {"first": first, "times": (Slot.between(starts, ends),), "zone": LONDON}
    if weekly:
        given["repeat"] = Repeat("WEEKLY", until=until)
    return Schedule(**{**given, **more})


def some_details(**more):
    given = {
        "name": "Tea dance",
        "summary": "Dancing with tea.",
        "listing_kind": ListingKind.ACTIVITY,
        "category": CategoryFactory(slug="dance"),
        "where": Where(point=Point(-2.3, 53.44, srid=4326), source=LocationSource.PIN),
        "schedule": a_schedule(),
    }
    return Details(**{**given, **more})


def post(place, user=None, **more):
    user = user or UserFactory()
    return listings.post(actor=Actor.of(user), user=user, place=place, details=some_details(**more))


def steward(place):
    return PlaceRoleFactory(place=place).user


def test_it_waits_and_nobody_sees_it(place):
    before = place.revision_number
    listing = post(place)
    assert listing.state == NodeState.PENDING
    assert listing.kind == NodeKind.ACTIVITY
    assert not Node.objects.visible_to(PUBLIC).filter(pk=listing.pk).exists()
    assert place.revision_number == before
    row = AuditEntry.objects.get(action="post listing")
    assert (row.target, row.target_uuid, row.place_id) == ("Tea dance", listing.uuid, place.pk)


def test_approving_makes_it_public_and_raises_the_revision(place):
    listing, before = post(place), place.revision_number
    who = steward(place)
    listings.approve(actor=Actor.of(who), listing=listing)
    assert Node.objects.visible_to(PUBLIC).filter(pk=listing.pk).exists()
    assert place.revision_number == before + 1
    assert AuditEntry.objects.get(action="approve listing").user == who


def test_the_second_steward_is_told_what_the_first_did(place):
    listing = post(place)
    first, second = steward(place), steward(place)
    listings.approve(actor=Actor.of(first), listing=listing)
    with pytest.raises(listings.AlreadyDecided, match=f"already approved by {first.username}"):
        listings.reject(actor=Actor.of(second), listing=listing, reason="No date")
    assert not AuditEntry.objects.filter(action="send back listing").exists()


def test_sending_back_needs_a_reason(place):
    listing = post(place)
    with pytest.raises(listings.ListingError, match="Say why"):
        listings.reject(actor=Actor.of(steward(place)), listing=listing, reason="  ")
    listings.reject(actor=Actor.of(steward(place)), listing=listing, reason="Which hall?")
    listing.refresh_from_db()
    assert listing.was_sent_back
    assert listing.decision_note == "Which hall?"


def test_what_was_sent_back_waits_again_once_it_is_changed(place):
    user = UserFactory()
    listing = post(place, user)
    listings.reject(actor=Actor.of(steward(place)), listing=listing, reason="Which hall?")
    edited = listings.edit(actor=Actor.of(user), user=user, listing=listing, details=some_details(cost="Free"))
    assert (edited.state, edited.decision_note, edited.cost) == (NodeState.PENDING, "", "Free")
    assert AuditEntry.objects.get(action="edit listing").data["changed"]["cost"] == ["", "Free"]


def test_its_poster_may_not_change_it_once_it_is_live(place):
    user = UserFactory()
    listing = post(place, user)
    listings.approve(actor=Actor.of(steward(place)), listing=listing)
    with pytest.raises(listings.ListingError, match="Ask a steward"):
        listings.edit(actor=Actor.of(user), user=user, listing=listing, details=some_details(name="X"))
    listing.refresh_from_db()
    assert listing.name == "Tea dance"


def test_a_trusted_group_publishes_at_once(place):
    group = OrganisationFactory(place=place, trusted=True)
    before = place.revision_number
    editor = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    assert post(place, editor, organiser=group).state == NodeState.LIVE
    assert place.revision_number == before + 1


@pytest.mark.parametrize("role", [None, MembershipRole.VIEWER])
def test_naming_a_trusted_group_is_not_being_it(place, role):
    group = OrganisationFactory(place=place, trusted=True)
    user = MembershipFactory(organisation=group, role=role).user if role else UserFactory()
    assert post(place, user, organiser=group).state == NodeState.PENDING


@pytest.mark.parametrize("to", ["another group", "a name"])
def test_a_live_listing_is_not_put_in_the_name_of_others_at_once(place, to):
    group = OrganisationFactory(place=place, trusted=True)
    editor = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    listing = post(place, editor, organiser=group)
    before = place.revision_number
    other = {"organiser": OrganisationFactory(place=place)} if to == "another group" else {
        "organiser_name": "The council"
    }  # fmt: skip
    with pytest.raises(listings.ListingError, match="cannot be changed by you"):
        listings.edit(actor=Actor.of(editor), user=editor, listing=listing, details=some_details(**other))
    listing.refresh_from_db()
    assert (listing.state, listing.organiser) == (NodeState.LIVE, group)
    assert place.revision_number == before


def test_a_live_listing_kept_in_its_own_name_stays_live(place):
    group = OrganisationFactory(place=place, trusted=True)
    editor = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    listing = post(place, editor, organiser=group)
    same = {"organiser": group, "cost": "Free"}
    edited = listings.edit(actor=Actor.of(editor), user=editor, listing=listing, details=some_details(**same))
    assert (edited.state, edited.cost) == (NodeState.LIVE, "Free")


def test_weekly_dates_reach_18_months_ahead(place):
    listing = post(place)
    dates = [it.starts_at.astimezone(LONDON) for it in listing.occurrences.all()]
    assert dates[-1].date() - timezone.localdate() > datetime.timedelta(days=548)
    assert len(dates) == (dates[-1].date() - dates[0].date()).days // 7 + 1
    assert {it.hour for it in dates} == {10}
    assert {it.weekday() for it in dates} == {a_schedule().first.weekday()}


def test_moving_it_moves_the_dates_to_come_and_keeps_those_that_were(place):
    user = UserFactory()
    listing = post(place, user)
    past = timezone.now() - datetime.timedelta(days=30)
    hour = datetime.timedelta(hours=1)
    Occurrence.objects.create(listing=listing, starts_at=past, until_at=past + hour, original="2020-01-01T10:00")
    listings.edit(
        actor=Actor.of(user),
        user=user,
        listing=listing,
        details=some_details(schedule=a_schedule(starts=datetime.time(9))),
    )
    hours = {it.starts_at.astimezone(LONDON).hour for it in listing.occurrences.filter(starts_at__gt=past)}
    assert hours == {9}
    assert listing.occurrences.filter(starts_at=past).exists()


def test_dates_are_kept_up_as_time_goes_by(place):
    listing = post(place)
    assert dates.keep_all_dates(actor=Actor.command("test")) == 0
    listings.approve(actor=Actor.command("test"), listing=listing)
    Occurrence.objects.filter(pk=listing.occurrences.last().pk).delete()
    # As if they had been worked out a month ago.
    ScheduleRow.objects.update(kept_until=timezone.localdate())
    assert dates.keep_all_dates(actor=Actor.command("test")) == 1
    assert dates.keep_all_dates(actor=Actor.command("test")) == 0


def test_the_same_attempt_twice_makes_one_listing(place):
    user, attempt = UserFactory(), uuid.uuid4()
    made = [
        listings.post(actor=Actor.of(user), user=user, place=place, details=some_details(), uuid=attempt)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert Listing.objects.count() == 1


def test_an_attempt_of_somebody_else_is_not_handed_out(place):
    listing = post(place)
    stranger = UserFactory()
    made = listings.post(
        actor=Actor.of(stranger), user=stranger, place=place, details=some_details(), uuid=listing.uuid
    )
    assert made.uuid != listing.uuid and made.posted_by == stranger
    # Sent once more it is one of theirs again, and never the first one.
    listing.refresh_from_db()
    assert listing.posted_by != stranger
    assert set(Listing.objects.filter(posted_by=stranger)) == {made}


def test_there_is_a_limit_for_a_day(place, monkeypatch):
    monkeypatch.setattr(listings, "MAX_A_DAY", 2)
    user = UserFactory()
    post(place, user)
    post(place, user)
    with pytest.raises(listings.TooMany, match="Post the next one tomorrow"):
        post(place, user)


def test_nothing_is_left_of_a_post_that_fails(place, monkeypatch):
    def broken(listing):
        raise RuntimeError

    monkeypatch.setattr(listings, "keep_dates", broken)
    with pytest.raises(RuntimeError):
        post(place)
    assert not Node.objects.filter(name="Tea dance").exists()
    assert not AuditEntry.objects.filter(action="post listing").exists()


def test_a_venue_that_is_not_told_exactly_stays_so(place):
    # Not on the grid of an area by chance.
    venue = NodeFactory(
        place=place,
        location=Point(-2.3213, 53.4217, srid=4326),
        location_precision="area",
        location_source="exact",
        address="4 Hidden Row",
        postcode="M33 7XX",
    )
    listing = post(place, where=Where.at(venue))
    listing.refresh_from_db()
    venue.refresh_from_db()
    assert listing.public_point.coords == venue.public_point.coords != venue.location.coords
    assert "Hidden" not in f"{listing.address} {listing.search_extra}"


def test_it_is_found_by_its_group_venue_and_category(place):
    venue = NodeFactory(place=place, name="Watch House", postcode="M33 7XX")
    listing = post(place, where=Where.at(venue), organiser_name="Ladybarn Movers")
    for word in ("Movers", "Watch House", "M33 7XX", "Dance"):
        assert word in listing.search_extra


def test_search_learns_its_words_only_once_it_is_public(place):
    listing = post(place, name="Pickleball social")
    assert not SearchWord.objects.filter(word="pickleball").exists()
    listings.approve(actor=Actor.command("test"), listing=listing)
    assert SearchWord.objects.filter(word="pickleball").exists()


def test_a_schedule_has_a_day(place):
    listing = post(place)
    with pytest.raises(IntegrityError, match="schedule_has_a_day"), transaction.atomic():
        ScheduleRow.objects.filter(listing=listing).update(days=0)
    assert Listing.objects.get().schedule == a_schedule()


@pytest.mark.django_db(transaction=True)
def test_two_stewards_at_the_same_moment():
    from tests.factories import PlaceFactory

    place = PlaceFactory()
    listing = post(place)
    outcomes, barrier = [], threading.Barrier(2)

    def decide(who):
        try:
            barrier.wait()
            listings.approve(actor=Actor(label=who), listing=listing)
            outcomes.append("approved")
        except listings.AlreadyDecided:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(who,)) for who in ("ann", "bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "told"]
    assert AuditEntry.objects.filter(action="approve listing").count() == 1


def test_what_waits_is_judged_again_by_the_words_it_has_now(place):
    user = UserFactory()
    made = listings.post(
        actor=Actor.of(user), user=user, place=place, details=some_details(), held_for=["links", "no-work"]
    )
    assert made.held_for == ["links", "no-work", "first"]

    def edited(**more) -> list[str]:
        done = listings.edit(actor=Actor.of(user), user=user, listing=made, details=some_details(), **more)
        done.refresh_from_db()
        return done.held_for

    # Whoever does not say how it was judged (a feed, a command) changes nothing of that.
    assert edited() == ["links", "no-work", "first"]
    assert edited(held_for=[]) == ["no-work", "first"]
    made_for = ["words", "no-work", "first"]
    assert edited(held_for=["words"]) == made_for
    assert AuditEntry.objects.filter(action="edit listing").order_by("pk").last().data["held_for"] == made_for


def test_the_form_judges_what_waits_again(client, place, dance_hall):
    from listings.models import PlaceRules
    from listings.posting import drafts
    from mapping.access.viewers import viewer_of

    user = UserFactory()
    PlaceRules.objects.update_or_create(place=place, defaults={"words": ["casino"]})
    made = post(place, user, where=Where.at(dance_hall))
    client.force_login(user)
    typed = {it: value for it, value in drafts.typed_from(made, viewer_of(user)).items() if value not in (None, "")}
    for summary, held in (("Win at the casino.", True), ("Dancing with tea.", False)):
        answer = client.post(f"/post/{made.uuid}/edit/", {**typed, "summary": summary})
        assert answer.status_code == 302, answer.content.decode()
        made.refresh_from_db()
        assert ("words" in made.held_for) is held
