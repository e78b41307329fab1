"""Listings as schema.org Events, and on the page of their place."""

import datetime
import json
import re

import pytest
from django.utils import timezone

from cms.commands import ensure_pages
from listings.commands.details import Where
from listings.nodes.linked_data import event
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
