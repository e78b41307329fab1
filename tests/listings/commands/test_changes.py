"""Cancelling and moving single dates: audited, in the calendar at once, by those who may."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from listings.access import permissions
from listings.commands import changes, listings
from listings.commands.dates import keep_all_dates
from listings.models import MembershipRole, Occurrence, Schedule, ScheduleChange
from mapping.models import Actor, AuditEntry, NodeState
from tests.factories import MembershipFactory, NodeFactory, OrganisationFactory, PlaceRoleFactory, UserFactory
from tests.listings.commands.test_listings import a_schedule, post, some_details

LONDON = ZoneInfo("Europe/London")
ACTOR = Actor.command("test")


@pytest.fixture
def steward(place):
    return PlaceRoleFactory(place=place).user


@pytest.fixture
def listing(place):
    return listings.approve(actor=ACTOR, listing=post(place))


def dates(listing) -> list[Occurrence]:
    return list(listing.occurrences.order_by("starts_at"))


def local(row: Occurrence) -> str:
    return f"{row.starts_at.astimezone(LONDON):%Y-%m-%dT%H:%M}"


def test_a_cancelled_date_stays_on_record_as_cancelled(place, listing, steward):
    second, before = dates(listing)[1], place.revision_number
    changes.cancel(actor=Actor.of(steward), user=steward, listing=listing, original=second.original, note="No heating")
    after = dates(listing)
    assert [it.status for it in after[:3]] == ["on", "cancelled", "on"]
    assert after[1].note == "No heating"
    assert second.pk in {it.pk for it in after}, "the same row, not another"
    assert not Occurrence.objects.on().filter(pk=second.pk).exists()
    assert place.revision_number == before + 1
    row = AuditEntry.objects.get(action="cancel date")
    assert (row.user, row.target_uuid) == (steward, listing.uuid)
    assert row.data == {"date": second.original, "note": "No heating"}


def test_each_change_raises_the_sequence(listing, steward):
    who = {"actor": ACTOR, "user": steward, "listing": listing, "original": dates(listing)[1].original}
    sequence = Schedule.objects.get(listing=listing).sequence
    changes.cancel(**who)
    changes.move(**who, where="Upstairs")
    changes.undo(**who)
    assert Schedule.objects.get(listing=listing).sequence == sequence + 3
    assert not ScheduleChange.objects.exists()
    assert {it.status for it in dates(listing)} == {"on"}


def test_what_is_said_twice_is_written_once(place, listing, steward):
    who = {"actor": ACTOR, "user": steward, "listing": listing, "original": dates(listing)[1].original}
    changes.cancel(**who)
    before = place.revision_number, AuditEntry.objects.count(), Schedule.objects.get(listing=listing).sequence
    changes.cancel(**who)
    assert (place.revision_number, AuditEntry.objects.count(), Schedule.objects.get(listing=listing).sequence) == before


def test_a_moved_date_keeps_its_name_and_takes_as_long_as_ever(place, listing, steward):
    library = NodeFactory(place=place, name="The library")
    second = dates(listing)[1]
    starts = datetime.datetime.fromisoformat(second.original) + datetime.timedelta(days=1, hours=4)
    changes.move(
        actor=ACTOR,
        user=steward,
        listing=listing,
        original=second.original,
        starts=starts,
        venue=library,
        where="Room 2",
    )
    moved = Occurrence.objects.get(listing=listing, original=second.original)
    assert (local(moved), moved.status) == (f"{starts:%Y-%m-%dT%H:%M}", "moved")
    assert moved.ends_at - moved.starts_at == datetime.timedelta(minutes=90)
    assert (moved.venue, moved.where) == (library, "Room 2")
    assert AuditEntry.objects.get(action="move date").data["venue"] == "The library"


def test_a_moved_date_can_be_moved_again_and_put_back(listing, steward):
    second = dates(listing)[1]
    who = {"actor": ACTOR, "user": steward, "listing": listing, "original": second.original}
    for hour in (14, 16):
        starts = datetime.datetime.fromisoformat(second.original).replace(hour=hour)
        changes.move(**who, starts=starts)
        assert local(Occurrence.objects.get(listing=listing, original=second.original)) == f"{starts:%Y-%m-%dT%H:%M}"
    changes.undo(**who)
    assert local(Occurrence.objects.get(listing=listing, original=second.original)) == second.original


@pytest.mark.parametrize("original", ["2020-01-01T10:00", "2031-01-01T10:00", "soon", "2027-01-12T10:00+01:00", ""])
def test_a_date_that_is_not_there_is_refused(listing, steward, original):
    with pytest.raises(changes.NoSuchDate, match="Look at the dates again"):
        changes.cancel(actor=ACTOR, user=steward, listing=listing, original=original)
    assert not ScheduleChange.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Nothing is different"),
        ({"starts": datetime.datetime(2027, 1, 1, 10), "ends": datetime.datetime(2027, 1, 1, 9)}, "before it starts"),
        ({"starts": datetime.datetime(2040, 1, 1, 10)}, "more than two years away"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(listing, steward, given, said):
    original = dates(listing)[1].original
    with pytest.raises(listings.ListingError, match=said):
        changes.move(actor=ACTOR, user=steward, listing=listing, original=original, **given)


def test_nothing_takes_place_after_the_end(place, listing, steward):
    third = dates(listing)[2]
    last = third.starts_at.astimezone(LONDON).date()
    changes.end(actor=ACTOR, user=steward, listing=listing, last=last)
    listing.refresh_from_db()
    assert [it.pk for it in dates(listing)][-1] == third.pk
    assert listing.over_at == third.until_at, "after that it leaves the lists"
    with pytest.raises(listings.ListingError, match="No date would be left"):
        changes.end(actor=ACTOR, user=steward, listing=listing, last=last - datetime.timedelta(days=90))


def test_an_event_that_is_cancelled_altogether_stays_in_the_lists_until_it_would_be_over(place, steward):
    listing = listings.approve(actor=ACTOR, listing=post(place, schedule=a_schedule(weekly=False)))
    [only] = dates(listing)
    changes.cancel(actor=ACTOR, user=steward, listing=listing, original=only.original)
    listing.refresh_from_db()
    assert listing.over_at == only.until_at


def test_an_edit_of_the_form_keeps_what_is_cancelled(listing, steward):
    second = dates(listing)[1]
    changes.cancel(actor=ACTOR, user=steward, listing=listing, original=second.original, note="No heating")
    listing.refresh_from_db()
    later = some_details(schedule=a_schedule(starts=datetime.time(10, 30), ends=datetime.time(12)))
    listings.edit(actor=ACTOR, user=steward, listing=listing, details=later)
    assert [(it.status, it.note) for it in dates(listing)[:3]] == [("on", ""), ("cancelled", "No heating"), ("on", "")]


def test_whoever_has_the_form_open_is_told(listing, steward):
    seen = listings.version(listing)
    changes.cancel(actor=ACTOR, user=steward, listing=listing, original=dates(listing)[1].original)
    with pytest.raises(listings.Changed):
        listings.edit(actor=ACTOR, user=steward, listing=listing, details=some_details(), seen=seen)


def test_who_may_change_dates(place):
    group = OrganisationFactory(place=place)
    poster = UserFactory()
    listing = post(place, poster, organiser=group)
    editor = MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user
    viewer = MembershipFactory(organisation=group, role=MembershipRole.VIEWER).user
    original = dates(listing)[1].original

    def may(user) -> bool:
        try:
            changes.cancel(actor=ACTOR, user=user, listing=listing, original=original)
        except listings.ListingError:
            return False
        changes.undo(actor=ACTOR, user=user, listing=listing, original=original)
        return True

    people = {"poster": poster, "editor": editor, "viewer": viewer, "stranger": UserFactory()}
    assert {name: may(it) for name, it in people.items()} == {
        "poster": True, "editor": True, "viewer": False, "stranger": False,
    }  # fmt: skip
    listings.approve(actor=ACTOR, listing=listing)
    listing.refresh_from_db()
    assert {name: may(it) for name, it in people.items()} == {
        name: permissions.may_change(it, listing) for name, it in people.items()
    }
    assert may(editor)


def test_what_nobody_sees_yet_raises_no_revision(place):
    poster = UserFactory()
    listing = post(place, poster)
    assert listing.state == NodeState.PENDING
    before = place.revision_number
    changes.cancel(actor=ACTOR, user=poster, listing=listing, original=dates(listing)[1].original)
    assert place.revision_number == before


def test_a_job_later_leaves_changes_alone(listing, steward):
    changes.cancel(actor=ACTOR, user=steward, listing=listing, original=dates(listing)[1].original)
    Schedule.objects.update(kept_until=timezone.localdate())
    keep_all_dates(actor=ACTOR)
    assert [it.status for it in dates(listing)[:3]] == ["on", "cancelled", "on"]
