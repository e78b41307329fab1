"""Whoever booked is told once when it is taken off the map, put back, or somewhere else; never of what is over."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.utils import timezone

from listings import tasks
from listings.commands import booking_dates, bookings, dates
from listings.models import Booking, BookingDate, BookingState, Listing, Occurrence
from listings.schedules.schedule import Schedule, Slot
from mapping.commands import publication
from tests.factories import ListingFactory, NodeFactory
from tests.listings.taking_part.booking import GROUP, ask, booked, link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(place):
    """With a schedule: its dates are worked out again when it comes back."""
    listing = ListingFactory(name="Bread baking", place=place, category=None)
    day = timezone.localdate() + datetime.timedelta(days=3)
    dates.keep_schedule(
        listing, Schedule(day, (Slot(datetime.time(10), datetime.time(12)),), ZoneInfo("Europe/London"))
    )
    dates.keep_dates(listing)
    booking_dates.set_terms(actor=GROUP, listing=listing, is_open=True, places=2)
    return listing


def letters() -> list:
    """What the next round of the job sends."""
    before = len(mail.outbox)
    tasks.keep_bookings(timestamp=0)
    return mail.outbox[before:]


def take_off(event, by_steward=True):
    publication.unpublish(actor=GROUP, node=event, reason="A word for the poster.", by_steward=by_steward)


@pytest.mark.parametrize("by_steward", [True, False], ids=["by a steward", "by the group"])
def test_who_booked_is_told_that_it_is_off_the_map_and_that_it_is_back(client, event, by_steward):
    ann = booked(client, event)
    booked(client, event, "bob@example.org")
    booked(client, event, "wim@example.org")
    booked(client, event, "gone@example.org")
    bookings.cancel(booking=Booking.objects.get(email="gone@example.org"))
    letters()
    take_off(event, by_steward)
    told = letters()
    assert sorted(it.to[0] for it in told) == ["ann@example.org", "bob@example.org", "wim@example.org"]
    assert all("Taken off the map: Bread baking" == it.subject for it in told)
    # The reason was written for whoever posted it.
    assert link_of(ann) in told[0].body and "A word for the poster" not in told[0].body
    assert letters() == [] and Booking.objects.get(pk=ann.pk).state == BookingState.BOOKED
    publication.put_back(actor=GROUP, node=event)
    back = {it.to[0]: it for it in letters()}
    assert len(back) == 3 and "On the map again" in back["ann@example.org"].subject
    assert "you have a place" in back["ann@example.org"].body and "waiting list" in back["wim@example.org"].body
    assert letters() == []


def test_off_and_on_again_between_two_rounds_is_told_to_nobody(client, event):
    booked(client, event)
    take_off(event)
    publication.put_back(actor=GROUP, node=event)
    assert letters() == []


def test_who_was_not_told_that_it_was_off_is_not_told_that_it_is_back(client, event, monkeypatch):
    booked(client, event)
    take_off(event)
    with monkeypatch.context() as patch:
        patch.setattr("config.letters.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError))
        assert letters() == []
    publication.put_back(actor=GROUP, node=event)
    assert letters() == []


def test_however_it_was_archived(client, event):
    booked(client, event)
    Listing.objects.filter(pk=event.pk).update(state="archived")
    [letter] = letters()
    assert "Taken off the map" in letter.subject


def test_nobody_is_told_of_dates_that_are_over(client, event):
    booked(client, event)
    over = timezone.now() - datetime.timedelta(hours=1)
    BookingDate.objects.update(starts_at=over)
    take_off(event)
    event.refresh_from_db()
    Listing.objects.filter(pk=event.pk).update(location=Point(-2.30, 53.43, srid=4326))
    Occurrence.objects.update(status="cancelled")
    assert letters() == []


def test_a_letter_that_waited_until_it_began_is_not_sent(client, event):
    booked(client, event)
    Booking.objects.update(notice="off")
    BookingDate.objects.update(starts_at=timezone.now())
    assert letters() == [] and Booking.objects.get().notice == ""


def test_another_place_is_told_once_and_a_pin_set_straight_is_not(client, event):
    booked(client, event)
    assert letters() == []
    at = Listing.objects.get(pk=event.pk).location
    Listing.objects.filter(pk=event.pk).update(location=Point(at.x + 0.0005, at.y, srid=4326))
    assert letters() == []
    Listing.objects.filter(pk=event.pk).update(location=Point(at.x + 0.02, at.y, srid=4326), address="7 New Street")
    [letter] = letters()
    assert letter.subject == "At another place: Bread baking" and "7 New Street" in letter.body
    assert "you have a place" in letter.body and letters() == []


def test_one_date_at_another_venue_tells_who_booked_that_one(client, place, event):
    booked(client, event)
    letters()
    hall = NodeFactory(name="The hall", place=place, location=Point(-2.25, 53.40, srid=4326))
    Occurrence.objects.update(status="moved", venue=hall)
    [letter] = letters()
    assert "At another place" in letter.subject and "The hall" in letter.body
    # A venue that not everybody may see is not named.
    hidden = NodeFactory(name="Secret cellar", place=place, location=Point(-2.20, 53.40, srid=4326))
    type(hidden).objects.filter(pk=hidden.pk).update(visibility="members")
    Occurrence.objects.update(venue=hidden)
    [letter] = letters()
    assert "At another place" in letter.subject and "Secret cellar" not in letter.body


def test_another_time_and_place_is_one_letter(client, event):
    booked(client, event)
    letters()
    later = timezone.now() + datetime.timedelta(days=5)
    Occurrence.objects.update(
        status="moved",
        starts_at=later,
        ends_at=None,
        until_at=later + datetime.timedelta(hours=2),
        where="The back room",
    )
    [letter] = letters()
    assert "At another time" in letter.subject and "The back room" in letter.body


def test_called_off_is_not_told_as_off_the_map_too(client, event):
    booked(client, event)
    Occurrence.objects.all().delete()
    Listing.objects.filter(pk=event.pk).update(state="archived")
    [letter] = letters()
    assert "Does not take place" in letter.subject and letters() == []


def test_what_was_booked_before_places_were_noted_is_told_of_nothing(client, event):
    booked(client, event)
    BookingDate.objects.update(where="")
    assert letters() == [] and BookingDate.objects.get().where != ""


def test_online_now(client, event):
    ask(client, event)
    letters()
    Listing.objects.filter(pk=event.pk).update(online=True)
    [letter] = letters()
    assert "At another place" in letter.subject and "Online" in letter.body and "until you confirm it" in letter.body
