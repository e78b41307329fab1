"""Listings as schema.org Events, and on the page of their place."""

import datetime
import json
import re
from dataclasses import replace

import pytest
from django.utils import timezone

from cms.commands import ensure_pages
from listings.commands.details import Where
from listings.nodes.linked_data import event, in_schema_org
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change
from mapping.models import PUBLIC, Actor
from tests.factories import NodeFactory, OrganisationFactory
from tests.listings.commands.test_listings import a_schedule
from tests.listings.nodes.test_facts import live

pytestmark = pytest.mark.django_db


def test_an_event_has_its_next_date_place_and_organiser(place):
    hall = NodeFactory(place=place, name="Sale Hall")
    group = OrganisationFactory(place=place, name="Movers")
    told = event(live(place, where=Where.at(hall), organiser=group).node_ptr, PUBLIC)
    assert told["@type"] == "Event"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert datetime.datetime.fromisoformat(told["startDate"]) > timezone.now()
    assert told["location"]["name"] == "Sale Hall"
    assert told["organizer"]["name"] == "Movers"


def test_who_may_not_be_seen_is_not_named(place):
    hidden = OrganisationFactory(place=place, name="Refuge", visibility="members")
    hall = NodeFactory(place=place, name="Quiet House", visibility="members")
    told = str(event(live(place, organiser=hidden, where=Where.at(hall)).node_ptr, PUBLIC))
    assert "Refuge" not in told and "Quiet House" not in told


def test_what_is_over_or_no_listing_is_no_event(place):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert event(live(place, schedule=a_schedule(first=yesterday, weekly=False)).node_ptr, PUBLIC) == {}
    assert event(NodeFactory(), PUBLIC) == {}


def test_the_page_says_so_and_the_place_shows_it_first(client, place):
    ensure_pages(place, Actor.command("test"))
    listing = live(place)
    page = client.get(listing.get_absolute_url()).content.decode()
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert (told["@type"], told["name"]) == ("Event", listing.name)
    assert "Next dates" in page
    front = client.get("/trafford/").content.decode().split('id="help"')[0]
    assert listing.name in front


def test_a_simple_rule_is_a_schedule_of_schema_org():
    first = datetime.date(2026, 12, 8)
    weekly = a_schedule(first=first, not_on=(datetime.date(2026, 12, 29),), not_in_months=(7, 8))
    told = in_schema_org(weekly)
    assert (told["repeatFrequency"], told["startDate"], told["startTime"]) == ("P1W", "2026-12-08", "10:00")
    assert told["byMonth"] == [1, 2, 3, 4, 5, 6, 9, 10, 11, 12]
    assert (told["exceptDate"], told["scheduleTimezone"]) == (["2026-12-29"], "Europe/London")
    monthly = a_schedule(first=first, repeat=Repeat.parse("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU,WE"))
    assert in_schema_org(monthly)["byDay"] == ["2TU", "https://schema.org/Wednesday"]
    assert in_schema_org(a_schedule(weekly=False)) is None
    # It has no words for these.
    assert in_schema_org(a_schedule(not_on_holidays=True, nation="england")) is None
    assert in_schema_org(a_schedule(repeat=Repeat.parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"))) is None


def test_a_date_that_moved_says_when_it_was_and_where_it_is(place):
    library = NodeFactory(place=place, name="Sale Library")
    dates = a_schedule()
    original = datetime.datetime.combine(dates.first, datetime.time(10))
    moved = Change(original, starts=original + datetime.timedelta(hours=4), venue=library.pk)
    told = event(live(place, schedule=replace(dates, changes=(moved,))).node_ptr, PUBLIC)
    assert told["eventStatus"] == "https://schema.org/EventRescheduled"
    assert told["previousStartDate"][:16] == f"{original:%Y-%m-%dT%H:%M}"
    assert told["startDate"][:16] == f"{original:%Y-%m-%d}T14:00"
    assert told["location"]["name"] == "Sale Library"


def test_all_day_is_told_as_dates(place):
    dates = a_schedule(times=(), days=3)
    told = event(live(place, schedule=dates).node_ptr, PUBLIC)
    assert told["startDate"] == dates.first.isoformat()
    assert told["endDate"] == (dates.first + datetime.timedelta(days=2)).isoformat()
