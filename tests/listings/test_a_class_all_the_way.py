"""From the form to every reader: a fortnightly class with a cancelled date; then one date moves, and all follow."""

from __future__ import annotations

import datetime
import json
from zoneinfo import ZoneInfo

import icalendar
import mapbox_vector_tile
import pytest
import recurring_ical_events
from django.contrib.gis.geos import Point
from django.test import Client

from cms.commands import ensure_pages
from listings.commands import listings
from listings.models import Listing
from mapping.models import Actor, Place, Postcode
from tests.factories import CategoryFactory, NodeFactory, UserFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
# A Monday morning in winter, and the next day.
MONDAY = datetime.datetime(2026, 11, 30, 9, tzinfo=LONDON)
DRAFT = "6b1f6d0e-5a0c-4a3e-9d5e-2f1a7c3b9d10"
POSTED = {
    "place": "trafford",
    "name": "Yoga for all",
    "summary": "Stretching for everybody.",
    "listing_kind": "activity",
    "category": "sport",
    "repeats": "fortnightly",
    "date": "2026-12-08",
    "starts": "19:00",
    "ends": "20:30",
    "not_on": "22 December 2026",
    "at": "venue",
    "venue": "Sale Hall",
    "cost": "£3",
}


@pytest.fixture
def clock(monkeypatch):
    """Sets what time it is for Django."""

    def set_to(moment: datetime.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment.astimezone(datetime.UTC))

    set_to(MONDAY)
    return set_to


@pytest.fixture
def the_class(place, clock, client):
    """Posted by a volunteer with a form, published by a steward."""
    ensure_pages(place, Actor.command("test"))
    CategoryFactory(slug="sport")
    NodeFactory(place=place, name="Sale Hall", location=Point(-2.32, 53.425, srid=4326))
    NodeFactory(place=place, name="The library", location=Point(-2.31, 53.42, srid=4326))
    Postcode.objects.create(code="M337XZ", point=Point(-2.3201, 53.4251, srid=4326))
    client.force_login(UserFactory())
    asked = client.post(f"/post/new/?place=trafford&draft={DRAFT}", POSTED)
    assert asked.status_code == 302, asked.context["errors"]
    check = said(client.get(asked["Location"]))
    assert "Every second Tuesday, 7 pm to 8.30 pm, not on 22 December 2026" in check
    for day in ("8 December 2026", "5 January 2027", "19 January 2027"):
        assert day in check
    client.post("/post/send/", {"draft": asked["Location"].partition("draft=")[2]})
    return listings.approve(actor=Actor.command("test"), listing=Listing.objects.get())


def said(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def on(day: str) -> dict[str, bool]:
    """Who says that it is on at `day`: asked by anybody, without cookies."""
    reader = Client()
    found = {
        "list": "Yoga for all" in said(reader.get(f"/trafford/list/?when={day}")),
        "map": "Yoga for all" in said(reader.get(f"/trafford/map/?when={day}")),
        "API": bool(
            json.loads(reader.get(f"/api/v1/nodes?place=trafford&kind=activity&when={day}").content)["features"]
        ),
        "calendar": any(
            not it.is_cancelled
            for shown in reader.get(f"/trafford/calendar/?when={day}").context["agenda"].days
            for it in shown.entries
        ),
    }
    token = Place.objects.get(slug="trafford").revision_token
    tile = reader.get(f"/tiles/{token}/nodes/0/0/0.mvt?kind=activity&when={day}")
    found["tiles"] = bool(tile.content) and bool(mapbox_vector_tile.decode(tile.content)["nodes"]["features"])
    return found


def everywhere(answer: bool) -> dict[str, bool]:
    return dict.fromkeys(("list", "map", "API", "calendar", "tiles"), answer)


def subscribed() -> list[str]:
    """The dates to come in a calendar that follows the place, as recurring-ical-events 3.8.2 reads them."""
    response = Client().get("/trafford/calendar.ics")
    calendar = icalendar.Calendar.from_ical(response.content)
    dates = recurring_ical_events.of(calendar).between(MONDAY, MONDAY + datetime.timedelta(days=60))
    live = [it for it in dates if it.get("STATUS") != "CANCELLED"]
    return sorted(it.start.astimezone(LONDON).strftime("%d %b %H:%M") for it in live)


def test_it_is_on_everywhere_on_the_right_days(the_class):
    assert on("2026-12-08") == everywhere(True)
    # The week between, and the date that is left out.
    assert on("2026-12-15") == everywhere(False)
    assert on("2026-12-22") == everywhere(False)
    assert on("2027-01-05") == everywhere(True)
    assert subscribed() == ["05 Jan 19:00", "08 Dec 19:00", "19 Jan 19:00"]


def test_when_one_date_moves_all_follow(the_class, clock, client):
    clock(MONDAY + datetime.timedelta(days=1))
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    at = f"/post/{the_class.uuid}/dates/2026-12-08T19:00/"
    moved = {"do": "move", "date": "2026-12-09", "starts": "18:00", "ends": "19:30", "venue": "The library"}
    assert client.post(at, moved).status_code == 302
    assert on("2026-12-08") == everywhere(False)
    assert on("2026-12-09") == everywhere(True)
    assert subscribed() == ["05 Jan 19:00", "09 Dec 18:00", "19 Jan 19:00"]
    page = said(Client().get(f"/node/{the_class.uuid}"))
    assert "The library" in page and "Wednesday 9 December" in page
    # And one is cancelled: it is said, not silently gone.
    client.post(f"/post/{the_class.uuid}/dates/2027-01-05T19:00/", {"do": "cancel", "note": "The hall is painted."})
    assert on("2027-01-05") == everywhere(False)
    assert "ancelled" in said(Client().get("/trafford/calendar/?from=2027-01-05"))
    assert subscribed() == ["09 Dec 18:00", "19 Jan 19:00"]


def test_words_find_it_in_order(the_class, clock):
    clock(datetime.datetime(2026, 12, 8, 15, tzinfo=LONDON))
    found = Client().get("/trafford/list/?q=yoga tonight", follow=True)
    assert "Yoga for all" in said(found) and "7 pm to 8.30 pm" in said(found)
    clock(datetime.datetime(2026, 12, 7, 15, tzinfo=LONDON))
    assert (
        "Yoga for all" not in said(Client().get("/trafford/list/?q=yoga tonight", follow=True)).partition("<footer")[0]
    )
    near = Client().get("/trafford/list/?q=what's on this weekend near M33 7XZ", follow=True)
    assert "when=weekend" in near.redirect_chain[-1][0] and "Nothing found" in said(near)
    tomorrow = Client().get("/trafford/list/?q=what's on tomorrow near M33 7XZ", follow=True)
    assert "1 result" in said(tomorrow) and said(tomorrow).count('class="card__name"') == 1
    assert "Yoga for all" in said(tomorrow)
