"""An event with places, somebody who books, and the links of the letters."""

from __future__ import annotations

import datetime
import re

from django.core import mail
from django.utils import timezone

from listings.commands import booking_dates
from listings.models import Booking
from mapping.models import Actor
from tests.factories import ListingFactory, takes_place

GROUP = Actor.command("test")


def an_event(place, places=2, **more):
    listing = ListingFactory(name="Bread baking", place=place, category=None)
    takes_place(listing, timezone.now() + datetime.timedelta(days=3))
    booking_dates.set_terms(actor=GROUP, listing=listing, is_open=True, places=places, **more)
    return listing


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


def link_of(booking: Booking) -> str:
    return f"/bookings/{booking.uuid}/"
