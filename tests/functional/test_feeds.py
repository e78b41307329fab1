"""A group has its own calendar read: on a phone, without JavaScript, for everyone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from listings import tasks
from listings.models import Feed, Listing, MembershipRole, Organisation
from tests import factories
from tests.listings.feeds.calendars import calendar, event
from tests.listings.feeds.web import serve

pytestmark = pytest.mark.usefixtures("neighbourhood")
# What is wider than a small phone.
WIDER = """[...document.querySelectorAll("main *")].filter(it => it.getBoundingClientRect().right > 320)
  .map(it => it.outerHTML.slice(0, 120))"""


@pytest.fixture
def group(neighbourhood):
    factories.CategoryFactory(slug="event")
    return factories.OrganisationFactory(place=neighbourhood, name="Friends of Sale", trusted=True)


@pytest.fixture
def editor(visit, group):
    user = factories.UserFactory()
    factories.MembershipFactory(organisation=group, user=user, role=MembershipRole.EDITOR)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def make(**options):
        reader = visit(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": reader.base}
        reader.context.add_cookies([cookie])
        return reader

    return make


def text_of_soon() -> bytes:
    day = timezone.localdate() + timedelta(days=7)
    known = event(f"DTSTART;TZID=Europe/London:{day:%Y%m%d}T190000", "LOCATION:Sale Library", name="Tea dance")
    unknown = event(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", "LOCATION:our usual room", uid="b@example.org", name="Open day")
    broken = event("DTSTART:soon", uid="c@example.org", name="Lost")
    return calendar("X-WR-CALNAME:Our dates", known, unknown, broken).encode()


def test_a_volunteer_has_the_calendar_of_the_group_read(editor, group: Organisation):
    with serve() as site:
        site.pages["/calendar.ics"] = (200, {}, text_of_soon())
        reader = editor(width=375, javascript=False)
        page = reader.go(group.get_absolute_url())
        page.get_by_role("link", name="Its calendars").click()
        page.get_by_label("Address of the calendar").fill(site.url())
        page.get_by_role("button", name="Read it, and show me what is in it").click()
        assert "It is being read" in page.locator("main").inner_text()
        tasks.sync_feed(feed_id=Feed.objects.get().pk)
        page.get_by_role("link", name="Look again").click()
        shown = page.locator("main").inner_text()
        assert "2 events that are still to come" in shown and "Sale Library" in shown
        assert (
            "our usual room (not found on the map)" in shown and not Listing.objects.filter(name="Tea dance").exists()
        )
        page.get_by_role("button", name="Take these in, and read it every hour").click()
        tasks.sync_feed(feed_id=Feed.objects.get().pk)
        page.reload()
        assert Listing.objects.get(name="Tea dance").venue.name == "Sale Library"
        # The question, and its answer.
        page.get_by_label("Another one, called:").check()
        page.get_by_label("Name of the venue").fill("Sale Library")
        page.get_by_role("button", name="That is it").click()
        assert "is Sale Library from now on" in page.locator("body").inner_text()
        assert Listing.objects.get(name="Open day").venue.name == "Sale Library"
        page = reader.go("/trafford/list/?q=tea+dance")
        assert "Tea dance" in page.locator("main").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_are_for_everyone(editor, group, scheme):
    with serve() as site:
        site.pages["/calendar.ics"] = (200, {}, text_of_soon())
        feed = Feed.objects.create(organisation=group, url=site.url())
        tasks.sync_feed(feed_id=feed.pk)
        feed.items.filter(uid="a@example.org").update(local_fields=["name"])
        waiting = Feed.objects.create(organisation=group, url=site.url("/calendar.ics?2"), preview={})
        site.pages["/calendar.ics?2"] = site.pages["/calendar.ics"]
        tasks.sync_feed(feed_id=waiting.pk)
    reader = editor(width=320, scheme=scheme)
    for path in (
        "/post/feeds/",
        f"/post/feeds/of/{group.uuid}/",
        f"/post/feeds/{feed.uuid}/",
        f"/post/feeds/{waiting.uuid}/",
    ):
        page = reader.go(path)
        assert reader.axe() == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, (path, page.evaluate(WIDER))
    assert reader.foreign_requests == [] and reader.errors == []
