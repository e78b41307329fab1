"""Two listings become one: what was booked goes along, nobody loses a place, and all of it can be taken back."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.test import Client
from django.utils import timezone

from listings import tasks
from listings.commands import booking_dates, bookings
from listings.models import Booking, BookingDate, BookingState, BookingTerms
from mapping.commands import merges
from mapping.models import Node
from tests.factories import ListingFactory, takes_place
from tests.listings.taking_part.booking import GROUP, booked, link_of

pytestmark = pytest.mark.django_db
HERE = Point(-2.32, 53.42, srid=4326)
THERE = Point(-2.30, 53.43, srid=4326)
DAYS = datetime.timedelta(days=1)


@pytest.fixture
def soon():
    return timezone.now().replace(second=0, microsecond=0) + 3 * DAYS


def an_event(place, start, *, name="Bread baking", places=2, point=HERE, bookable=True):
    listing = ListingFactory(name=name, place=place, category=None, location=point)
    takes_place(listing, start)
    if bookable:
        booking_dates.set_terms(actor=GROUP, listing=listing, is_open=True, places=places)
    return listing


def merge(kept, dropped):
    kept, dropped = (Node.objects.get(pk=it.pk) for it in (kept, dropped))
    return merges.merge(actor=GROUP, kept=kept, dropped=dropped)


def take_back(made) -> None:
    assert merges.undo(actor=GROUP, merge=made) == []


def all_rows() -> list:
    return [list(it.objects.order_by("pk").values()) for it in (BookingTerms, BookingDate, Booking)]


def letters() -> list:
    """What the next round of the job sends."""
    before = len(mail.outbox)
    tasks.keep_bookings(timestamp=0)
    return mail.outbox[before:]


def standing(date: BookingDate) -> dict[str, str]:
    return dict(Booking.objects.filter(date=date).exclude(state="ended").values_list("email", "state"))


def test_the_bookings_and_shifts_go_along_and_come_back(client, place, soon):
    kept, dropped = an_event(place, soon, bookable=False), an_event(place, soon)
    ann = booked(client, dropped)
    shift = booking_dates.add_shift(actor=GROUP, listing=dropped, starts_at=soon, ends_at=None, needed=2, label="Oven")
    helper = bookings.confirm(booking=bookings.book(date=shift, email="bob@example.org", people=1))
    letters()
    before = all_rows()
    made = merge(kept, dropped)
    assert {it.listing_id for it in BookingDate.objects.all()} == {kept.pk}
    assert standing(ann.date) == {"ann@example.org": "booked"} and standing(helper.date) == {
        "bob@example.org": "booked"
    }
    # The same time and place: nobody is written to, and the link of the letter still leads to the ticket.
    assert letters() == []
    page = Client().get(link_of(ann)).content.decode()
    assert "You have a place" in page and kept.get_absolute_url() in page
    assert "1 place left" in Client().get(kept.get_absolute_url()).content.decode()
    # It is booked there, and cancelled there.
    booked(Client(), kept, "cy@example.org")
    bookings.cancel(booking=Booking.objects.get(email="cy@example.org"))
    Booking.objects.filter(email="cy@example.org").delete()
    take_back(made)
    assert all_rows() == before and letters() == []


def test_where_both_are_booked_nobody_loses_a_place_and_no_more_are_given_out(client, place, soon):
    kept, dropped = an_event(place, soon, places=3), an_event(place, soon, places=3)
    booked(client, kept, "a@example.org", people=2)
    booked(client, dropped, "b@example.org", people=3)
    booked(client, dropped, "w@example.org")
    booked(client, kept, "same@example.org")
    letters()
    before = all_rows()
    made = merge(kept, dropped)
    [date] = BookingDate.objects.filter(listing=kept)
    assert (date.taken, date.places) == (6, 6)
    assert standing(date) == {
        "a@example.org": "booked", "b@example.org": "booked", "same@example.org": "booked", "w@example.org": "waiting",
    }  # fmt: skip
    # Five of three places are taken still: whoever waits does not move up.
    bookings.cancel(booking=Booking.objects.get(email="same@example.org"))
    bookings.cancel(booking=Booking.objects.get(email="a@example.org"))
    date.refresh_from_db()
    assert (date.taken, date.places) == (3, 3) and standing(date)["w@example.org"] == "waiting"
    assert letters() == []
    bookings.cancel(booking=Booking.objects.get(email="b@example.org"))
    assert standing(date) == {"w@example.org": "booked"}
    assert before != all_rows() and merges.undo(actor=GROUP, merge=made) == []
    assert {it.email: it.date.listing_id for it in Booking.objects.select_related("date")} == {
        "a@example.org": kept.pk, "same@example.org": kept.pk, "b@example.org": dropped.pk, "w@example.org": dropped.pk,
    }  # fmt: skip
    assert {it.listing_id: (it.taken, it.places) for it in BookingDate.objects.all()} == {
        kept.pk: (0, 3), dropped.pk: (1, 3),
    }  # fmt: skip


def test_who_waits_moves_up_where_the_other_has_places_and_keeps_it_when_it_is_taken_back(client, place, soon):
    kept, dropped = an_event(place, soon, places=5), an_event(place, soon, places=1)
    booked(client, kept, "a@example.org")
    booked(client, dropped, "b@example.org")
    booked(client, dropped, "w@example.org")
    letters()
    made = merge(kept, dropped)
    assert standing(BookingDate.objects.get(listing=kept))["w@example.org"] == "booked"
    [letter] = letters()
    assert letter.to == ["w@example.org"] and "You have a place" in letter.subject
    take_back(made)
    date = BookingDate.objects.get(listing=dropped)
    assert (date.taken, date.places) == (2, 2) and standing(date) == {
        "b@example.org": "booked", "w@example.org": "booked",
    }  # fmt: skip
    assert letters() == []


@pytest.mark.parametrize("better", ["kept", "dropped"])
def test_whoever_booked_both_has_one_booking_and_is_told_which(client, place, soon, better):
    kept, dropped = an_event(place, soon), an_event(place, soon)
    events = [kept, dropped] if better == "kept" else [dropped, kept]
    booked(client, events[0], "ann@example.org", people=2)
    booked_twice = Booking.objects.get()
    bookings.confirm(
        booking=bookings.book(
            date=booking_dates.date_for(
                listing=events[1], row=events[1].occurrences.get(), terms=events[1].booking_terms
            ),
            email="ann@example.org",
            people=1,
        )
    )
    letters()
    before = all_rows()
    made = merge(kept, dropped)
    [date] = BookingDate.objects.filter(listing=kept)
    stays = Booking.objects.exclude(state=BookingState.ENDED).get()
    assert stays == booked_twice and stays.date == date and date.taken == 2
    [letter] = letters()
    assert letter.to == ["ann@example.org"] and "One booking instead of two" in letter.subject
    assert stays.code in letter.body and link_of(stays) in letter.body
    old = Booking.objects.get(state=BookingState.ENDED)
    assert "another booking for it" in client.get(link_of(old)).content.decode()
    take_back(made)
    assert all_rows() == before


def test_another_time_or_place_is_told_and_told_again_when_it_is_taken_back(client, place, soon):
    kept = an_event(place, soon + datetime.timedelta(hours=1), bookable=False)
    dropped = an_event(place, soon)
    booked(client, dropped)
    letters()
    made = merge(kept, dropped)
    [letter] = letters()
    assert "At another time" in letter.subject and "Your booking stays" in letter.body
    assert BookingDate.objects.get().starts_at == soon + datetime.timedelta(hours=1) and letters() == []
    assert merges.undo(actor=GROUP, merge=made) == []
    [letter] = letters()
    assert "At another time" in letter.subject and BookingDate.objects.get().starts_at == soon


def test_of_two_that_are_booked_only_who_has_to_go_elsewhere_is_told(client, place, soon):
    kept, dropped = an_event(place, soon, point=THERE), an_event(place, soon, point=HERE)
    booked(client, kept, "a@example.org")
    booked(client, dropped, "b@example.org")
    letters()
    made = merge(kept, dropped)
    [letter] = letters()
    assert letter.to == ["b@example.org"] and "At another place" in letter.subject
    take_back(made)
    [letter] = letters()
    assert letter.to == ["b@example.org"] and "At another place" in letter.subject


def test_a_date_that_the_other_does_not_have_is_kept_as_one_of_its_own(client, place, soon):
    kept, dropped = an_event(place, soon + 7 * DAYS, bookable=False), an_event(place, soon)
    ann = booked(client, dropped)
    letters()
    made = merge(kept, dropped)
    date = BookingDate.objects.get()
    assert (date.listing_id, date.original, date.starts_at) == (kept.pk, "", soon)
    assert letters() == [] and standing(date) == {"ann@example.org": "booked"}
    booking_dates.call_off(date=date, actor=GROUP, words="It is a week later.")
    [letter] = letters()
    assert "It is a week later." in letter.body
    assert merges.undo(actor=GROUP, merge=made) == []
    ann.refresh_from_db()
    assert ann.state == BookingState.ENDED and BookingDate.objects.get().listing_id == dropped.pk


def test_what_was_booked_outlives_the_other_record(client, place, soon):
    kept, dropped = an_event(place, soon, bookable=False), an_event(place, soon)
    booked(client, dropped)
    made = merge(kept, dropped)
    type(made).objects.filter(pk=made.pk).update(merged_at=timezone.now() - 100 * DAYS)
    merges.purge(actor=GROUP)
    assert not Node.objects.filter(pk=dropped.pk).exists()
    assert standing(BookingDate.objects.get(listing=kept)) == {"ann@example.org": "booked"}


def test_what_was_booked_since_stays_bookable_when_it_is_taken_back(client, place, soon):
    kept, dropped = an_event(place, soon, bookable=False), an_event(place, soon + 7 * DAYS)
    made = merge(kept, dropped)
    booked(client, kept)
    merges.undo(actor=GROUP, merge=made)
    assert BookingTerms.objects.get(listing=kept).places == 2
    bookings.cancel(booking=Booking.objects.get())
