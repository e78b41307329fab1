from __future__ import annotations

import datetime

from django.utils import timezone

from cms.commands import ensure_pages
from listings.commands import listings
from listings.commands.details import Where
from listings.nodes.facts import cards, sections
from mapping.models import PUBLIC, Actor
from mapping.nodes.providers import cards_for, sections_for, upcoming
from tests.factories import NodeFactory, OrganisationFactory
from tests.listings.commands.test_listings import a_schedule, post


def live(place, **more):
    return listings.approve(actor=Actor.command("test"), listing=post(place, **more))


def test_the_page_of_a_listing_says_when_cost_who_and_where(place):
    hall = NodeFactory(place=place, name="Sale Hall")
    group = OrganisationFactory(place=place, name="Movers")
    listing = live(place, where=Where.at(hall), organiser=group, cost="Free")
    when, know = sections_for(listing, PUBLIC)
    assert when.facts[0]["value"].startswith("Every ")
    assert len(when.facts[1]["values"]) == 6
    said = {fact["label"]: (fact["value"], fact.get("url")) for fact in know.facts}
    assert said["Cost"] == ("Free", None)
    assert said["Run by"] == ("Movers", f"/node/{group.uuid}")
    assert said["Venue"] == ("Sale Hall", f"/node/{hall.uuid}")


def test_a_group_that_is_not_public_is_not_named_by_link(place):
    hidden = OrganisationFactory(place=place, name="Refuge", visibility="members")
    listing = live(place, organiser=hidden)
    text = str(sections(listing, PUBLIC))
    assert "Refuge" not in text
    assert str(hidden.uuid) not in text


def test_a_venue_says_what_is_on(place):
    hall = NodeFactory(place=place)
    listing = live(place, where=Where.at(hall))
    waiting = post(place, where=Where.at(hall), name="Not yet")
    [on] = sections(hall, PUBLIC)
    assert [fact["value"] for fact in on.facts] == [listing.name]
    assert waiting.name not in str(on)


def test_a_single_date_is_said_once(client, place):
    day = timezone.localdate() + datetime.timedelta(days=40)
    listing = live(place, schedule=a_schedule(first=day, weekly=False))
    [when] = [it for it in sections(listing, PUBLIC) if it.title == "When"]
    assert when.only_date and [it["label"] for it in when.facts] == ["Date"]
    page = client.get(listing.get_absolute_url()).content.decode()
    body = page.split("<article")[1].split("</article")[0]
    assert body.count(f"{day.day} {day:%B}") == 1 and "node__when" not in body
    assert "Add to calendar" in body


def test_a_date_that_repeats_is_said_at_the_head_and_as_a_rule(client, place):
    listing = live(place)
    assert not any(it.only_date for it in sections(listing, PUBLIC))
    assert "node__when" in client.get(listing.get_absolute_url()).content.decode()


def test_an_event_that_is_over_says_so(place):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    listing = live(place, schedule=a_schedule(first=yesterday, weekly=False))
    assert "this is over" in str(sections(listing, PUBLIC))


def test_cards_of_a_page_take_three_queries(place, django_assert_num_queries):
    ids = [live(place).pk for _ in range(3)] + [NodeFactory(place=place).pk]
    with django_assert_num_queries(3):
        found = cards(ids)
    assert set(found) == set(ids[:3])
    assert "next" in found[ids[0]].when
    assert cards_for(ids) == found


def test_what_is_on_next_in_a_place_each_thing_once(place, django_assert_num_queries):
    later = live(place, name="Later", schedule=a_schedule(starts=datetime.time(20), ends=None))
    sooner = live(place, name="Sooner", schedule=a_schedule(starts=datetime.time(8), ends=None))
    post(place, name="Not yet")
    now = timezone.localtime()
    with django_assert_num_queries(3):
        found = upcoming(place, PUBLIC, now, 3)
    assert [it.node_id for it in found] == [sooner.pk, later.pk]
    assert "next" in found[0].when


def test_the_page_of_a_place_says_what_is_on(client, place):
    ensure_pages(place, Actor.command("test"))
    live(place, name="Tea dance")
    assert "Tea dance" in client.get("/trafford/").content.decode()
