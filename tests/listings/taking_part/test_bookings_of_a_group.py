"""Who looks after a listing: its list of people, the door, shifts, links; what becomes of bookings afterwards."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from listings.commands import bookings
from listings.models import Booking, BookingDate, BookingState, BookingTerms, ListingKind, ListingLink
from listings.taking_part import letters
from tests.factories import ListingFactory, UserFactory, takes_place
from tests.listings.taking_part.booking import booked, link, link_of

pytestmark = pytest.mark.django_db


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
