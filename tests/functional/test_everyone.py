"""Every page type for everyone: axe finds nothing, nothing is wider than a small phone, dark as well as light."""

import datetime
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cms.tour_draft import draft_tour
from listings.commands.details import Where
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Change, Schedule, Slot
from mapping.commands import consents
from mapping.models import Actor, Connection, ConnectionType, Node, Place, SavedView
from tests import factories
from tests.listings.nodes.test_facts import live

pytestmark = pytest.mark.usefixtures("neighbourhood")

PAGES = {
    "home": "/",
    "place": "/trafford/",
    "map": "/trafford/map/",
    "list": "/trafford/list/",
    "results": "/trafford/list/?q=food+bnak&open=wed",
    "what may be open": "/trafford/list/?open=2027-01-01&perhaps=1",
    "what is on": "/trafford/list/?when=week&at=evening&kind=activity&feature=free",
    "nothing found": "/trafford/list/?q=zeppelin+hangar",
    "which one": "/search/?q=Ashford",
    "bad parameter": "/trafford/list/?within=far&near=m320th",
    "calendar": "/trafford/calendar/",
    "calendar, month": "/trafford/calendar/?show=month",
    "calendar, nothing": "/trafford/calendar/?q=zeppelin+hangar&from=2027-02-30",
    "calendar, week on paper": "/trafford/calendar/sheet/",
    "calendar of a venue": "calendar of a venue",
    "network": "/trafford/network/",
    "network in words": "/trafford/network/words/",
    "network walk": "/trafford/network/words/?name=a&sort=harmonic&focus={council}",
    "saved views": "/trafford/network/views/",
    "saved view": "/trafford/network/views/who-funds/",
    "tour": "/trafford/tour/",
    "tour, step": "/trafford/tour/?step=3",
    "tour, all steps": "/trafford/tour/?all=1",
    "network to take away": "/trafford/network/export/",
    "what if": "/trafford/network/without/?add_name=Trafford+Council&scenario=category:food-bank",
    "paths": "/trafford/network/paths/?from_name=Sale+Moor+Community+Group&to_name=Urmston+Singers",
    "gaps": "/trafford/network/gaps/",
    "side by side": "/trafford/network/compare/",
    "node": "node",
    "node with hours": "node with hours",
    "connection": "connection",
    "consent": "consent",
    "post": "/post/",
    "form": "/post/new/",
    "sign in": "/accounts/login/",
    "missing": "/nowhere/",
}


def address(name):
    if PAGES[name] == "node with hours":
        bank = Node.objects.get(name="Sale Food Bank")
        factories.opens(bank, "We 10:00-16:00; Sa[1] 10:00-12:00", text="Wednesdays", not_understood=["term time"])
        return bank.get_absolute_url()
    if name.startswith("calendar"):
        put_on()
    if PAGES[name] == "calendar of a venue":
        return f"{Node.objects.get(name='Sale Library').get_absolute_url()}/calendar/"
    if PAGES[name] == "node":
        return Node.objects.get(name="Sale Moor Community Group").get_absolute_url()
    if PAGES[name] == "connection":
        return Connection.objects.get(target__name="Sale Moor Community Group").get_absolute_url()
    if PAGES[name] == "consent":
        return f"/consents/{consent_of_somebody().token}/"
    if name.startswith(("tour", "saved view")):
        guide()
    return PAGES[name].format(council=Node.objects.get(name="Trafford Council").uuid)


def put_on():
    """A class with a cancelled and a moved date, something that takes days, and a night."""
    place, library = Place.objects.get(slug="trafford"), Node.objects.get(name="Sale Library")
    first = timezone.localdate() + datetime.timedelta(days=1)
    at = [datetime.datetime.combine(first + datetime.timedelta(days=n), datetime.time(10)) for n in range(3)]
    changes = (
        Change(at[1], cancelled=True, note="The hall is let."),
        Change(at[2], starts=at[2] + datetime.timedelta(hours=4), where="Sale Moor"),
    )
    daily = Schedule(first, (Slot(datetime.time(10), datetime.time(11, 30)),), ZoneInfo("Europe/London"))
    more = {"where": Where.at(library), "cost": "£3", "step_free": "yes"}
    repeated = replace(daily, repeat=Repeat("DAILY", count=20), changes=changes)
    live(place, name="Tea dance at the library with a long name", schedule=repeated, **more)
    live(place, name="Exhibition", schedule=replace(daily, times=(), days=5), **more)
    night = Slot(datetime.time(20), datetime.time(9), 1)
    live(place, name="Night shelter", schedule=replace(daily, times=(night,)), **more)


def guide():
    """A tour and a saved view of the network."""
    place = Place.objects.get(slug="trafford")
    SavedView.objects.create(place=place, slug="who-funds", name="Who funds whom", state={"type": ["funds"]})
    draft_tour(actor=Actor.command("test"), place=place, publish=True)


def consent_of_somebody():
    """The consent of a person who volunteers at the library."""
    person = factories.NodeFactory(name="Ada", kind="person", state="draft")
    volunteers = ConnectionType.objects.get(slug="volunteers_at")
    library = Node.objects.get(name="Sale Library")
    factories.StatementFactory(connection=factories.ConnectionFactory(source=person, target=library, type=volunteers))
    return consents.record(actor=Actor.command("test"), node=person, wording="My name may stand on the map.")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_serves_everyone(visit, name):
    """One load of the neighbourhood for all of it: making it anew takes longer than looking at the page."""
    path, problems = address(name), []
    for width, schemes in ((1280, ("light", "dark")), (375, ("dark", "light"))):
        reader = visit(width=width, scheme=schemes[0])
        reader.go(path).wait_for_timeout(200)
        for scheme in schemes:
            # Each begins one load, and is changed to in the other, as a device does at dusk.
            reader.page.emulate_media(color_scheme=scheme)
            problems += [f"{scheme} {width}: {found}" for found in reader.axe()]
        problems += [error for error in reader.errors if "Content Security Policy" in error]
        problems += reader.foreign_requests
    page = visit(width=320, height=640).go(path)
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        problems.append("wider than 320 pixels")
    page = visit(javascript=False).go(path)
    if page.locator("h1").count() != 1 or not page.locator("main").inner_text().strip():
        problems.append("not whole without JavaScript")
    assert problems == []
