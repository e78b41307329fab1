"""Booking a date: places, waiting list, letters, tickets; without an account, a cookie or JavaScript."""

from __future__ import annotations

import datetime
import re
import threading
import uuid

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from listings.commands import booking_dates, bookings
from listings.models import (
    Booking,
    BookingDate,
    BookingState,
    BookingTerms,
    ListingKind,
    ListingLink,
    Occurrence,
)
from listings.taking_part import letters
from mapping.models import Actor
from tests.factories import ListingFactory, PlaceFactory, UserFactory, takes_place

pytestmark = pytest.mark.django_db

GROUP = Actor.command("test")


@pytest.fixture
def poster(db):
    return UserFactory(email="group@example.org", is_superuser=True)


def an_event(place, places=2, **more):
    listing = ListingFactory(name="Bread baking", place=place, category=None)
    takes_place(listing, timezone.now() + datetime.timedelta(days=3))
    booking_dates.set_terms(actor=GROUP, listing=listing, is_open=True, places=places, **more)
    return listing


@pytest.fixture
def event(place):
    return an_event(place)


def original(listing) -> str:
    return listing.occurrences.get().original


def ask(client, listing, email="ann@example.org", **more):
    data = {"date": original(listing), "people": 1, "name": "Ann", "email": email, **more}
    return client.post(f"/node/{listing.uuid}/book/", data)


def link() -> str:
    return re.search(r"/bookings/[0-9a-f-]{36}/", mail.outbox[-1].body)[0]


def booked(client, listing, email="ann@example.org", **more) -> Booking:
    ask(client, listing, email, **more)
    client.post(link(), {"confirm": "1"})
    return Booking.objects.get(email=email)


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


def link_of(booking: Booking) -> str:
    return f"/bookings/{booking.uuid}/"


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


def test_the_groups_list_its_file_and_the_door(client, event, poster):
    booking = booked(Client(), event, name="=HYPERLINK(1)")
    date = booking.date
    client.force_login(poster)
    assert "1 person" in client.get(f"/post/{event.uuid}/bookings/").content.decode()
    page = f"/post/{event.uuid}/bookings/{date.uuid}/"
    assert "ann@example.org" in client.get(page).content.decode()
    rows = client.get(f"{page}people.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in rows and booking.code in rows
    door = f"/post/{event.uuid}/bookings/door/"
    shown = client.get(door, {"code": f" {booking.code.lower()[:3]} {booking.code[3:]}"}).content.decode()
    assert "They came" in shown
    client.post(door, {"code": booking.code})
    assert "Shown already" in client.get(door, {"code": booking.code}).content.decode()
    assert "no booking with the code" in client.get(door, {"code": "ZZZZZZZ"}).content.decode()
    assert client.get(door, {"code": "\x00?"}).status_code == 200
    client.post(page, {"not_came": str(booking.uuid)})
    assert Booking.objects.get().came_at is None
    # To cancel somebody's booking one says why.
    assert client.post(page, {"cancel": str(booking.uuid), "words": " "}).status_code == 409
    client.post(page, {"cancel": str(booking.uuid), "words": "The oven is broken"})
    assert mail.outbox[-1].to == ["ann@example.org"] and "The oven is broken" in mail.outbox[-1].body
    for wrong in ("", "x", "\x00", str(uuid.uuid4())):
        assert client.post(page, {"came": wrong}).status_code == 404


def test_who_comes_is_for_those_who_look_after_it(event):
    BookingDate.objects.create(listing=event, starts_at=timezone.now())
    stranger = Client()
    stranger.force_login(UserFactory())
    date = BookingDate.objects.get().uuid
    for path in ("", "door/", f"{date}/", f"{date}/people.csv"):
        assert Client().get(f"/post/{event.uuid}/bookings/{path}").status_code == 302
        assert stranger.get(f"/post/{event.uuid}/bookings/{path}").status_code == 404


def test_turning_it_on_and_wrong_numbers(client, place, poster):
    listing = ListingFactory(name="Talk", place=place)
    takes_place(listing, timezone.now() + datetime.timedelta(days=3))
    assert client.get(f"/node/{listing.uuid}/book/").status_code == 404
    client.force_login(poster)
    path = f"/post/{listing.uuid}/bookings/"
    for places in ("0", "-1", "x", "9" * 30):
        page = client.post(path, {"save": "1", "is_open": "on", "places": places, "max_people": "2"})
        assert page.status_code == 422 and not BookingTerms.objects.exists(), places
    assert client.post(path, {}).status_code == 422
    client.post(path, {"save": "1", "is_open": "on", "places": "5", "max_people": "2", "words": "Bring a cup"})
    assert "Bring a cup" in Client().get(f"/node/{listing.uuid}/book/").content.decode()


def test_volunteers_sign_up_for_shifts_and_are_reminded(client, place, poster):
    library = ListingFactory(name="Library desk", place=place, listing_kind=ListingKind.VOLUNTEERING)
    client.force_login(poster)
    path = f"/post/{library.uuid}/bookings/"
    day = (timezone.localdate() + datetime.timedelta(days=2)).isoformat()
    assert (
        client.post(path, {"add": "1", "day": day, "starts": "10:00", "ends": "13:00", "needed": "0"}).status_code
        == 422
    )
    client.post(
        path, {"add": "1", "day": day, "starts": "10:00", "ends": "13:00", "needed": "2", "label": "At the desk"}
    )
    client.post(path, {"add": "1", "day": day, "starts": "22:00", "ends": "01:00", "needed": "1"})
    desk = BookingDate.objects.get(label="At the desk")
    reader = Client()
    page = reader.get(library.get_absolute_url()).content.decode()
    assert "needs 2 more" in page and "Sign up to help" in page
    reader.post(f"/node/{library.uuid}/book/", {"date": str(desk.uuid), "name": "Bo", "email": "bo@example.org"})
    reader.post(link(), {"confirm": "1"})
    assert "needs 1 more" in reader.get(library.get_absolute_url()).content.decode()
    Booking.objects.update(confirmed_at=timezone.now() - datetime.timedelta(days=1))
    assert bookings.note_reminders(now=desk.starts_at - datetime.timedelta(hours=40)) == 0
    assert bookings.note_reminders(now=desk.starts_at - datetime.timedelta(hours=20)) == 1
    assert bookings.note_reminders(now=desk.starts_at - datetime.timedelta(hours=19)) == 0
    letters.send_due()
    assert "They count on you" in mail.outbox[-1].body and "At the desk" in mail.outbox[-1].body
    # She leaves, and the gap is seen again; then the shift is called off, with words.
    reader.post(link(), {"cancel": "1"})
    assert "needs 2 more" in reader.get(library.get_absolute_url()).content.decode()
    page = f"{path}{desk.uuid}/"
    assert client.post(page, {"call_off": "1"}).status_code == 409
    client.post(page, {"call_off": "1", "words": "The library is closed"})
    assert BookingDate.objects.get(pk=desk.pk).cancelled_at is not None


def test_bookings_are_forgotten_thirty_days_after(client, event):
    booking = booked(client, event)
    assert bookings.purge(now=booking.date.starts_at + datetime.timedelta(days=29)) == 0
    assert bookings.purge(now=booking.date.starts_at + datetime.timedelta(days=31)) > 0
    assert not Booking.objects.exists()
    assert "not kept any more" in client.get(link_of(booking)).content.decode()


def test_erasing_a_person_gives_the_place_to_who_waits(client, event):
    from mapping.access import personal_data

    booked(client, event, people=2)
    booked(client, event, "b@example.org")
    person = personal_data.Person.of("ann@example.org")
    [holding] = [it for it in personal_data.holdings() if it.model == "listings.Booking"]
    assert holding.erase(holding.of(person), person) == 1
    assert Booking.objects.get().state == BookingState.BOOKED and BookingDate.objects.get().taken == 1


def test_links_elsewhere_are_plain_and_of_the_web(client, event, poster):
    client.force_login(poster)
    path = f"/post/{event.uuid}/links/"
    for wrong in (
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "//example.org",
        "nothing",
        "",
        "x" * 600,
    ):
        assert client.post(path, {"add": "1", "kind": "livestream", "url": wrong}).status_code == 422, wrong
    assert client.post(path, {}).status_code == 422
    client.post(path, {"add": "1", "kind": "livestream", "url": "https://example.org/live", "words": "Watch from home"})
    page = Client().get(event.get_absolute_url()).content.decode()
    assert '"https://example.org/live">Watch from home</a>' in page and "<iframe" not in page
    client.post(path, {"remove": str(ListingLink.objects.get().pk)})
    for wrong in ("x", "9" * 40, ""):
        assert client.post(path, {"remove": wrong}).status_code == 302
    assert not ListingLink.objects.exists()
