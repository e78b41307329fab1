"""The links of letters, on a telephone and without JavaScript: still true; a place booked, waited for, cancelled."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from listings.commands import booking_dates, bookings
from listings.freshness import sending
from listings.freshness.survey import survey
from listings.models import ListingKind, Reminder
from mapping.models import Actor, Node
from tests import factories

pytestmark = pytest.mark.usefixtures("neighbourhood")

JOB = Actor.command("test")
# Where pictures go for whoever wants to look at the pages.
PICTURES = os.environ.get("PICTURES", "")


def picture(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def link(kind: str) -> str:
    return re.search(rf"/{kind}/[0-9a-f-]{{36}}/", mail.outbox[-1].body)[0]


@pytest.fixture
def services(neighbourhood):
    poster = factories.UserFactory(email="ann@example.org")
    old = timezone.now() - datetime.timedelta(days=400)
    made = [
        factories.ListingFactory(
            place=neighbourhood, name=name, listing_kind=ListingKind.SERVICE, posted_by=poster, category=None
        )
        for name in ("Repair advice", "Form filling")
    ]
    Node.objects.filter(pk__in=[it.pk for it in made]).update(created_at=old, confirmed_at=old)
    noon = timezone.localtime().replace(hour=12)
    survey(JOB, noon)
    assert sending.send_due(noon) == 1
    return made


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")], ids=["telephone", "desk"])
def test_still_true_from_the_letter_without_javascript(services, visit, width, scheme):
    one = Reminder.objects.get(node=services[0])
    reader = visit(width=width, scheme=scheme, javascript=False)
    page = reader.go(f"/still-true/{one.uuid}/")
    picture(page, f"still-true-{width}")
    page.get_by_role("button", name="It has finished").click()
    assert "off the map" in page.get_by_role("heading", level=1).inner_text()
    picture(page, f"finished-{width}")
    page.get_by_role("button", name="put it back").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    page.get_by_role("link", name="Look at it").click()
    assert "Confirmed today by whoever posted it" in page.locator(".node__origin").inner_text()
    page = reader.go(link("still-true/all"))
    page.get_by_role("button", name="All of them are still true").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
    page = reader.go(link("still-true/stop"))
    picture(page, f"stop-{width}")
    assert reader.context.cookies() == [] and reader.foreign_requests == []


def test_a_place_is_booked_waited_for_and_cancelled_without_javascript(neighbourhood, visit):
    event = factories.ListingFactory(place=neighbourhood, name="Bread baking", category=None)
    factories.takes_place(event, timezone.now() + datetime.timedelta(days=3))
    booking_dates.set_terms(actor=JOB, listing=event, is_open=True, places=1, words="Bring an apron.")
    first, second = visit(width=375, javascript=False), visit(width=1280, javascript=False)
    links = []
    for reader, name in ((first, "ann"), (second, "bea")):
        page = reader.go(event.get_absolute_url())
        picture(page, f"event-{name}")
        page.get_by_role("link", name="Book a place").click()
        page.get_by_role("button", name="Send me the link").click()
        assert page.get_by_role("alert").or_(page.locator(".error-summary")).first.is_visible()
        page.get_by_role("radio").first.check()
        page.get_by_label("What may they call you?").fill(name)
        page.get_by_label("Your e-mail address").fill(f"{name}@example.org")
        picture(page, f"book-{name}")
        page.get_by_role("button", name="Send me the link").click()
        assert "look at your e-mail" in page.get_by_role("heading", level=1).inner_text()
        links.append(link("bookings"))
        page = reader.go(links[-1])
        page.get_by_role("button", name="Yes").click()
        picture(page, f"booking-{name}")
    assert "You have a place" in first.page.get_by_role("heading", level=1).inner_text()
    assert first.page.get_by_text("Bring an apron.").is_visible()
    assert "waiting list" in second.page.get_by_role("heading", level=1).inner_text()
    first.page.get_by_role("button", name="Cancel it").click()
    assert "cancelled" in first.page.get_by_role("heading", level=1).inner_text()
    assert "You have a place" in mail.outbox[-1].subject and mail.outbox[-1].to == ["bea@example.org"]
    assert "You have a place" in second.go(links[1]).get_by_role("heading", level=1).inner_text()
    assert first.context.cookies() == second.context.cookies() == []


def test_the_pages_are_accessible(neighbourhood, services, visit):
    event = factories.ListingFactory(place=neighbourhood, name="Bread baking", category=None)
    factories.takes_place(event, timezone.now() + datetime.timedelta(days=3))
    booking_dates.set_terms(actor=JOB, listing=event, is_open=True, places=1)
    date = booking_dates.date_for(listing=event, row=event.occurrences.get(), terms=event.booking_terms)
    booking = bookings.book(date=date, email="ann@example.org", people=1, name="Ann")
    bookings.confirm(booking=booking)
    reader = visit(width=375)
    paths = [
        link("still-true"),
        link("still-true/all"),
        f"/node/{event.uuid}/book/",
        f"/bookings/{booking.uuid}/",
        "/tell-us/?place=trafford&q=pool",
    ]
    for path in paths:
        reader.go(path)
        assert reader.axe() == [], path
        assert reader.page.evaluate("[...document.images].every(it => it.complete && it.naturalWidth)"), path
        trap = reader.page.locator("#id_leave_empty")
        assert not trap.count() or trap.bounding_box()["x"] < 0, path
        assert reader.errors == [] and reader.foreign_requests == []


def test_the_groups_pages_are_accessible(neighbourhood, visit, live_server, client):
    boss = factories.UserFactory(is_superuser=True)
    event = factories.ListingFactory(
        place=neighbourhood, name="Library desk", listing_kind="volunteering", category=None
    )
    factories.takes_place(event, timezone.now() + datetime.timedelta(hours=5))
    booking_dates.set_terms(actor=JOB, listing=event, is_open=True, places=3, is_shifts=True)
    date = booking_dates.date_for(listing=event, row=event.occurrences.get(), terms=event.booking_terms)
    booking = bookings.confirm(booking=bookings.book(date=date, email="ann@example.org", people=1, name="Ann"))
    client.force_login(boss)
    for width, scheme in ((375, "light"), (1280, "dark")):
        reader = visit(width=width, scheme=scheme)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        reader.context.add_cookies([cookie])
        pages = {
            "bookings": f"/post/{event.uuid}/bookings/",
            "date": f"/post/{event.uuid}/bookings/{date.uuid}/",
            "door": f"/post/{event.uuid}/bookings/door/?code={booking.code}",
            "links": f"/post/{event.uuid}/links/",
            "stale": "/stewards/stale/",
        }
        for name, path in pages.items():
            page = reader.go(path)
            picture(page, f"{name}-{width}")
            assert reader.axe() == [], path
            # Nothing is wider than a telephone.
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
