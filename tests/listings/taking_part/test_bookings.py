"""Booking a date: places, waiting list, letters, tickets; without an account, a cookie or JavaScript."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import booking_dates, bookings
from listings.models import Booking, BookingDate, BookingState, BookingTerms, ListingLink, Occurrence
from listings.taking_part import letters
from mapping.models import AuditEntry
from tests.factories import PlaceFactory, takes_place
from tests.listings.taking_part.booking import GROUP, an_event, ask, booked, link, link_of

pytestmark = pytest.mark.django_db


def test_from_the_page_to_a_ticket(place, event):
    reader = Client(enforce_csrf_checks=True)
    page = reader.get(event.get_absolute_url()).content.decode()
    assert "2 places left" in page and f"/node/{event.uuid}/book/" in page
    assert reader.get(f"/node/{event.uuid}/book/").status_code == 200
    assert "look at your e-mail" in ask(reader, event).content.decode()
    [letter] = mail.outbox
    assert letter.to == ["ann@example.org"] and "held for 24 hours" in letter.body
    # What looks at the links of letters books nothing.
    assert reader.get(link()).status_code == reader.head(link()).status_code == 200
    assert Booking.objects.get().state == BookingState.HELD
    page = reader.post(link(), {"confirm": "1"}, follow=True).content.decode()
    booking = Booking.objects.get()
    assert booking.state == BookingState.BOOKED and booking.code in page and not reader.cookies
    picture = reader.get(f"{link()}code.svg")
    assert picture["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<")
    assert "1 place left" in Client().get(event.get_absolute_url()).content.decode()
    # Confirming twice changes nothing; cancelling frees the place, twice as well.
    reader.post(link(), {"confirm": "1"})
    for _time in range(2):
        reader.post(link(), {"cancel": "1"})
    assert BookingDate.objects.get().taken == 0
    assert reader.post(link(), {"confirm": "1"}).status_code == 409


def test_an_address_books_a_date_once(client, event):
    for _time in range(3):
        assert ask(client, event).status_code == 200
    assert Booking.objects.count() == 1 and BookingDate.objects.get().taken == 1
    # The letter goes out again, and the page is the same: nobody learns who comes.
    assert len(mail.outbox) == 3
    client.post(link(), {"confirm": "1"})
    assert "look at your e-mail" in ask(client, event).content.decode()
    assert "Nothing more has to be done" in mail.outbox[-1].body


def test_who_waits_moves_up_when_somebody_cancels(client, event):
    booked(client, event, "a@example.org", people=2)
    ask(client, event, "b@example.org")
    assert "All places are taken" in mail.outbox[-1].body
    waiting = link()
    assert "waiting list" in client.post(waiting, {"confirm": "1"}, follow=True).content.decode()
    ask(client, event, "c@example.org", people=2)
    client.post(link(), {"confirm": "1"})
    bookings.cancel(booking=Booking.objects.get(email="a@example.org"))
    letters.send_due()
    assert mail.outbox[-1].to == ["b@example.org"] and "You have a place" in mail.outbox[-1].subject
    # The one who needs two places still waits: one is left.
    assert Booking.objects.get(email="c@example.org").state == BookingState.WAITING
    assert BookingDate.objects.get().taken == 1
    assert letters.send_due() == 0


def test_a_place_that_nobody_confirms_is_let_go_after_a_day(client, event):
    ask(client, event, "a@example.org", people=2)
    late = link()
    ask(client, event, "b@example.org", people=2)
    client.post(link(), {"confirm": "1"})
    assert bookings.release(now=timezone.now() + datetime.timedelta(hours=23)) == 0
    assert bookings.release(now=timezone.now() + datetime.timedelta(hours=25)) == 1
    assert Booking.objects.get(email="b@example.org").state == BookingState.BOOKED
    # Whoever opens their letter after that gets a turn, not a place.
    assert "Your place was let go" in client.get(late).content.decode()
    assert "waiting list" in client.post(late, {"confirm": "1"}, follow=True).content.decode()


def test_it_closes_at_the_start(client, event):
    ask(client, event)
    BookingDate.objects.update(starts_at=timezone.now() - datetime.timedelta(minutes=1))
    page = client.post(link(), {"confirm": "1"})
    assert page.status_code == 409 and "It has begun" in page.content.decode()
    with pytest.raises(bookings.BookingRefused):
        bookings.book(date=BookingDate.objects.get(), email="z@example.org", people=1)


def test_without_a_waiting_list_it_says_full(client, place):
    event = an_event(place, places=1, has_waiting_list=False)
    booked(client, event)
    # The date is not offered any more, and whoever had the form open is told.
    page = ask(client, event, "b@example.org")
    assert page.status_code == 422 and "cannot be booked any more" in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"people": "0"}, {"people": "5"}, {"people": "x"}, {"email": "no"}, {"email": ""}, {"name": ""}, {"date": "never"},
     {"date": ""}, {"name": "x" * 101}, {"name": "a\x00b"}, {"leave_empty": "spam"}],
    ids=["none", "many", "no number", "no address", "empty", "nameless", "no date", "dateless", "long", "nul", "trap"],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, event, wrong):
    page = ask(client, event, **({"email": "ann@example.org"} | wrong))
    assert page.status_code == 422 and not Booking.objects.exists()
    if "name" not in wrong:
        assert 'value="Ann"' in page.content.decode()


def test_nobody_holds_places_of_everything(client, place):
    for _number in range(bookings.MAX_HELD):
        assert ask(client, an_event(place)).status_code == 200
    assert ask(client, an_event(place)).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_it_is_never_overbooked_however_many_press_at_once():
    place = PlaceFactory()
    event = an_event(place, places=3, has_waiting_list=False)
    row = event.occurrences.get()
    date = booking_dates.date_for(listing=event, row=row, terms=event.booking_terms)
    start, problems = threading.Barrier(8), []

    def press(number: int) -> None:
        try:
            start.wait()
            bookings.book(date=date, email=f"p{number}@example.org", people=1)
        except bookings.BookingRefused:
            pass
        except Exception as error:
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert not problems
    date.refresh_from_db()
    assert date.taken == 3 == Booking.objects.exclude(state=BookingState.ENDED).count()


@pytest.mark.django_db(transaction=True)
def test_an_address_has_no_more_than_it_may_however_many_dates_are_pressed_at_once():
    place = PlaceFactory()
    dates = []
    for _number in range(8):
        event = an_event(place, places=3)
        dates.append(booking_dates.date_for(listing=event, row=event.occurrences.get(), terms=event.booking_terms))
    start, refused, problems = threading.Barrier(8), [], []

    def press(date: BookingDate) -> None:
        try:
            start.wait()
            bookings.book(date=date, email="Ann@example.org", people=1)
        except bookings.TooManyBookings:
            refused.append(date)
        except Exception as error:
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(it,)) for it in dates]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert not problems
    assert Booking.objects.count() == bookings.MAX_HELD
    assert len(refused) == 8 - bookings.MAX_HELD


def test_letting_a_place_go_is_in_the_audit_and_names_nobody(client, place):
    event = an_event(place, places=1)
    ask(client, event, "held@example.org")
    Booking.objects.create(
        date=BookingDate.objects.get(),
        email="next@example.org",
        state=BookingState.WAITING,
        confirmed_at=timezone.now(),
    )
    later = timezone.now() + datetime.timedelta(hours=25)
    assert [bookings.release(now=later) for _ in range(2)] == [1, 0]
    entry = AuditEntry.objects.get(action="release booking")
    held = Booking.objects.get(email="held@example.org")
    assert (entry.actor, entry.place_id, entry.user) == (str(bookings.JOB.label), place.pk, None)
    assert entry.data == {"booking": str(held.uuid), "moved_up": 1}


def test_the_database_refuses_to_overbook(event):
    date = BookingDate.objects.create(listing=event, starts_at=timezone.now(), places=2, taken=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingDate.objects.filter(pk=date.pk).update(taken=3)
    Booking.objects.create(date=date, email="a@example.org")
    for wrong in ({"email": "a@example.org"}, {"people": 0}, {"state": "x"}, {"state": "booked"}, {"notice": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.create(**{"date": date, "email": "b@example.org", **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingTerms.objects.filter(listing=event).update(places=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingTerms.objects.filter(listing=event).update(max_people=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListingLink.objects.create(listing=event, url="javascript:alert(1)")


def test_fewer_places_than_are_taken_are_refused(client, event):
    booked(client, event, people=2)
    with pytest.raises(bookings.BookingRefused):
        booking_dates.set_terms(actor=GROUP, listing=event, is_open=True, places=1)
    assert BookingTerms.objects.get().places == 2


def test_more_places_let_those_who_wait_move_up(client, event):
    booked(client, event, people=2)
    booked(client, event, "b@example.org")
    booking_dates.set_terms(actor=GROUP, listing=event, is_open=True, places=3)
    assert Booking.objects.get(email="b@example.org").state == BookingState.BOOKED


def test_a_date_that_moves_or_is_cancelled_tells_who_booked(client, event):
    booked(client, event)
    later = timezone.now() + datetime.timedelta(days=5)
    Occurrence.objects.update(status="moved", starts_at=later, until_at=later + datetime.timedelta(hours=2))
    assert booking_dates.follow_dates() == 1 and booking_dates.follow_dates() == 0
    letters.send_due()
    assert "At another time" in mail.outbox[-1].subject
    assert BookingDate.objects.get().starts_at == later
    Occurrence.objects.update(status="cancelled")
    assert booking_dates.follow_dates() == 1
    letters.send_due()
    assert "Does not take place" in mail.outbox[-1].subject
    assert Booking.objects.get().state == BookingState.ENDED and BookingDate.objects.get().taken == 0
    assert "It does not take place" in client.get(link_of(Booking.objects.get())).content.decode()
    assert letters.send_due() == 0


def test_a_series_that_begins_later_keeps_its_bookings(client, event):
    booked(client, event)
    row = Occurrence.objects.get()
    later = row.starts_at + datetime.timedelta(minutes=30)
    Occurrence.objects.all().delete()
    takes_place(event, later)
    assert booking_dates.follow_dates() == 1 and booking_dates.follow_dates() == 0
    letters.send_due()
    assert "At another time" in mail.outbox[-1].subject
    assert Booking.objects.get().state == BookingState.BOOKED and BookingDate.objects.get().starts_at == later


def test_a_worker_that_is_killed_sends_nothing_twice(client, event, monkeypatch):
    booking = booked(client, event)
    bookings.cancel(booking=booking, by_organiser=True, words="The oven is broken", actor=GROUP)
    sent = len(mail.outbox)

    class Killed(BaseException):
        pass

    def killed(*_args, **_more):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(letters.letters, "send", killed)
        letters.send_due()
    assert letters.send_due() == 0 and len(mail.outbox) == sent


def test_what_the_mail_server_does_not_take_is_due_again(client, event, monkeypatch):
    booking = booked(client, event)
    bookings.cancel(booking=booking, by_organiser=True, words="The oven is broken", actor=GROUP)
    with monkeypatch.context() as patch:
        patch.setattr(letters.letters, "send", lambda *args, **more: False)
        assert letters.send_due() == 0
    assert letters.send_due() == 1 and "The oven is broken" in mail.outbox[-1].body
