"""Calendar files and QR codes as they are sent."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace

import icalendar
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from config.errors import HereaboutsError
from listings.calendar import events
from listings.commands.details import Where
from listings.models import Listing, Occurrence
from listings.schedules.repeat import DAILY, WEEKLY, Repeat
from listings.views import calendar_files
from mapping.models import PUBLIC, LocationSource, Revision
from tests.factories import NodeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def names(client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return [str(it["SUMMARY"]) for it in icalendar.Calendar.from_ical(response.content).walk("VEVENT")]


def test_a_place_has_a_file_with_every_filter(client, on):
    on("Tea dance", days=2)
    on("Yoga", days=1, repeat=Repeat(WEEKLY))
    on("Over", days=-1)
    assert names(client, "/trafford/calendar.ics") == ["Yoga", "Tea dance"]
    assert names(client, "/trafford/calendar.ics?q=yoga") == ["Yoga"]
    assert client.get("/trafford/calendar.ics?within=far&near=M32").status_code == 400
    assert client.get("/nowhere/calendar.ics").status_code == 404


def test_others_may_read_and_keep_it(client, on):
    on("Yoga", days=1)
    first = client.get("/trafford/calendar.ics")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "public" in first["Cache-Control"]
    again = client.get("/trafford/calendar.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/trafford/calendar.ics").content == first.content
    on("Tea dance", days=2)
    assert client.get("/trafford/calendar.ics", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the view: `clock(minutes)` after twenty past ten, to the second."""

    def at(**after: int) -> None:
        now = datetime.datetime(2026, 12, 1, 10, 20, tzinfo=datetime.UTC) + datetime.timedelta(**after)
        monkeypatch.setattr(calendar_files, "timezone", SimpleNamespace(now=lambda: now))

    return at


def changed(at: str) -> None:
    Revision.objects.update(raised_at=datetime.datetime.fromisoformat(f"2026-12-01T{at}+00:00"))


def test_readers_that_only_know_dates_have_it_once(client, on, clock):
    on("Yoga", days=1)
    changed("10:20:00.2")
    clock(minutes=5)
    date = client.get("/trafford/calendar.ics")["Last-Modified"]
    assert date == "Tue, 01 Dec 2026 10:20:00 GMT"
    assert client.get("/trafford/calendar.ics", headers={"If-Modified-Since": date}).status_code == 304
    changed("10:25:01")
    clock(minutes=6)
    assert client.get("/trafford/calendar.ics", headers={"If-Modified-Since": date}).status_code == 200


def test_a_second_change_in_one_second_is_told_to_readers_that_only_know_dates(client, on, clock):
    on("Yoga", days=1)
    changed("10:20:00.2")
    clock(microseconds=300_000)
    first = client.get("/trafford/calendar.ics")
    on("Tea dance", days=2)
    changed("10:20:00.6")
    clock(minutes=5)
    date = first.get("Last-Modified", "")
    again = client.get("/trafford/calendar.ics", headers={"If-Modified-Since": date} if date else {})
    assert again.status_code == 200 and b"Tea dance" in again.content


def test_a_change_that_was_long_in_coming_is_told_to_readers_that_only_know_dates(client, on, clock):
    on("Yoga", days=1)
    changed("10:20:30")
    clock(minutes=5)
    date = client.get("/trafford/calendar.ics")["Last-Modified"]
    # It began before the one that is known, and was written after it.
    changed("10:20:10")
    assert client.get("/trafford/calendar.ics", headers={"If-Modified-Since": date}).status_code == 200


def test_a_file_is_bounded_and_says_so(client, on, monkeypatch):
    monkeypatch.setattr(events, "MAX_EVENTS", 2)
    for n in (3, 1, 2):
        on(f"Day {n}", days=n)
    response = client.get("/trafford/calendar.ics")
    assert names(client, "/trafford/calendar.ics") == ["Day 1", "Day 2"]
    assert "The next 2 of 3 things" in response.content.decode().replace("\r\n ", "")


def test_a_listing_a_venue_and_a_group_have_files(client, on, place):
    hall, group = NodeFactory(place=place, name="Sale Hall"), OrganisationFactory(place=place, name="Movers")
    dance = on("Tea dance", days=2, where=Where.at(hall), organiser=group)
    on("Elsewhere", days=2)
    for node in (dance, hall, group):
        assert names(client, f"/node/{node.uuid}/calendar.ics") == ["Tea dance"]
    text = client.get(f"/node/{dance.uuid}").content.decode()
    assert f'href="webcal://testserver/node/{dance.uuid}/calendar.ics"' in text
    assert f'href="/node/{dance.uuid}/calendar.ics"' in text


def test_what_is_over_stays_at_its_address_and_what_is_hidden_is_not_there(client, on):
    over, hidden = on("Over", days=-1), on("Hidden", days=2)
    assert names(client, f"/node/{over.uuid}/calendar.ics") == ["Over"]
    Listing.objects.filter(pk=hidden.pk).update(state="archived")
    assert client.get(f"/node/{hidden.uuid}/calendar.ics").status_code == 404
    assert client.get(f"/node/{hidden.uuid}/qr.svg").status_code == 404


def test_where_it_is_is_told_no_more_exactly_than_to_everybody(client, on):
    here = Where(point=Point(-2.318765, 53.428765, srid=4326), source=LocationSource.PIN, address="7 Hidden Lane")
    listing = on("Refuge tea", days=2, where=here)
    told = client.get(f"/node/{listing.uuid}/calendar.ics").content.decode()
    assert "GEO:53.428765;-2.318765" in told and "7 Hidden Lane" in told
    listing.refresh_from_db()
    listing.location_precision = "area"
    listing.save()
    told = client.get(f"/node/{listing.uuid}/calendar.ics").content.decode()
    assert "GEO" not in told and "Hidden Lane" not in told and "53.428765" not in told


def test_dates_that_a_feed_gave_are_there_one_by_one(client, on, monkeypatch):
    listing = on("From a feed", days=2)
    listing.schedule_row.delete()
    Occurrence.objects.filter(listing=listing).delete()
    starts = timezone.now().replace(microsecond=0) + datetime.timedelta(days=3)
    for n, status in enumerate(("on", "cancelled")):
        at = starts + datetime.timedelta(days=n)
        Occurrence.objects.create(
            listing=listing, starts_at=at, until_at=at + datetime.timedelta(hours=1), status=status,
            original=f"{at:%Y-%m-%dT%H:%M}",
        )  # fmt: skip
    file = client.get("/trafford/calendar.ics").content.decode()
    assert "Of dates that come" not in file
    monkeypatch.setattr(events, "MAX_DATES", 1)
    file = client.get("/trafford/calendar.ics").content.decode()
    assert "Of dates that come" in file and file.count("BEGIN:VEVENT") == 1
    monkeypatch.undo()
    told = client.get(f"/node/{listing.uuid}/calendar.ics").content.decode().replace("\r\n ", "")
    assert len(set(re.findall(r"UID:(\S+)", told))) == 2
    assert "STATUS:CANCELLED" in told


def test_a_file_takes_as_many_queries_for_many_as_for_few(client, on, django_assert_max_num_queries):
    for n in range(8):
        on(f"Thing {n}", days=n, repeat=Repeat(DAILY, count=30))
    with django_assert_max_num_queries(12):
        assert len(names(client, "/trafford/calendar.ics")) == 8


def test_a_qr_code_is_a_picture_without_style(client, on):
    listing = on("Yoga", days=1)
    for address in (f"/node/{listing.uuid}/qr.svg", "/trafford/calendar.svg?q=yoga"):
        response = client.get(address)
        assert response["Content-Type"] == "image/svg+xml"
        assert response.content.startswith(b"<svg") and b"style" not in response.content


def test_a_question_too_long_for_a_qr_code_is_refused(rf, place):
    with pytest.raises(HereaboutsError, match="too long for a QR code"):
        calendar_files.qr(rf.get("/"), place, PUBLIC, "https://example.org/?q=" + "x" * 3000)
