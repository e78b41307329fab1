"""A group posts in a real browser: by keyboard alone, without JavaScript, from the form to the list."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings
from listings.models import Listing
from mapping.models import Actor, Category, NodeState, Revision
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")


@pytest.fixture
def sale():
    """A place with a hall, two halls of one name, and a steward."""
    cache.clear()
    place = factories.PlaceFactory()
    Revision.objects.get_or_create(place=place)
    ensure_pages(place, ACTOR)
    ensure_steward("ann@example.org", place, ACTOR)
    top = factories.CategoryFactory(slug="arts-heritage", name="Arts and heritage")
    Category.objects.filter(pk=top.pk).update(group="arts-heritage")
    for name, street in (("Sale Hall", "Tatton Road"), ("St Mary's", "Cross Street"), ("St Mary's", "Hope Road")):
        factories.NodeFactory(place=place, name=name, address=street)
    return place


def next_week() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=7)


def fill(page, venue="Sale Hall"):
    page.fill("#id_name", "Tea dance")
    page.fill("#id_summary", "Dancing with tea.")
    page.select_option("#id_category", "arts-heritage")
    page.check("input[name=repeats][value=weekly]")
    page.fill("#id_date", next_week().isoformat())
    page.fill("#id_starts", "10:00")
    page.fill("#id_ends", "11:30")
    page.fill("#id_venue", venue)


def code() -> str:
    return re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[-1].body)[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_group_posts_and_a_steward_publishes(visit, sale, javascript):
    group = visit(width=375, javascript=javascript)
    page = group.go("/post/")
    assert not group.context.cookies()
    # On a phone the button asks one question at a time (test_posting_steps.py); both ways are there.
    page.click(".only-narrow >> text=All on one page")
    fill(page, venue="St Mary's")
    page.click("text=Read how it will look")
    # Two halls share the name, so the form asks which.
    page.check("label:has-text('Hope Road') input")
    page.click("text=Read how it will look")
    assert f"Every {next_week():%A}, 10 am to 11.30 am" in page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
    page.fill("#id_email", "group@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    page.click("text=Send it to the stewards")
    assert "Thank you" in page.inner_text("h1")
    assert Listing.objects.get().venue.address == "Hope Road"
    assert not group.foreign_requests

    steward = visit(javascript=javascript)
    page = steward.go("/admin/queue/")
    page.fill("#id_email", "ann@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    page.click("button:has-text('Approve')")
    assert Listing.objects.get().state == NodeState.LIVE

    page = visit(javascript=javascript).go("/trafford/list/?q=tea+dance")
    page.click("a:has-text('Tea dance')")
    assert f"Every {next_week():%A}" in page.inner_text("main")


def test_the_form_can_be_filled_in_by_keyboard_alone(visit, sale):
    page = visit().go("/post/new/")
    page.focus("#id_name")
    keys = page.keyboard
    keys.type("Tea dance")
    keys.press("Tab")
    keys.type("Dancing with tea.")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("Arts")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("ArrowDown")
    assert page.is_checked("input[name=repeats][value=weekly]")
    assert page.is_visible("#id_until")
    # Chromium's date and time fields take several presses each and differ by locale: the rest is by focus order.
    order = ["id_date", "id_starts", "id_ends", "id_until"]
    seen = []
    for _ in range(40):
        keys.press("Tab")
        seen.append(page.evaluate("document.activeElement.id"))
        if seen[-1] == "id_venue":
            break
    assert [name for name in dict.fromkeys(seen) if name in order] == order
    assert seen[-1] == "id_venue"


def test_the_summary_of_errors_takes_focus_and_leads_to_the_field(visit, sale):
    reader = visit()
    page = reader.go("/post/new/")
    page.click("text=Read how it will look")
    # The focus is moved by a module, which runs after the page is there.
    reader.wait("document.activeElement.className === 'error-summary'")
    page.click(".error-summary a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_the_browser_s_back_button_loses_nothing(visit, sale):
    reader = visit()
    page = reader.go("/post/new/")
    fill(page)
    page.click("text=Read how it will look")
    reader.back()
    assert page.input_value("#id_name") == "Tea dance"
    assert page.input_value("#id_venue") == "Sale Hall"


def test_two_tabs_send_what_each_of_them_shows(visit, sale):
    one = visit()
    page, other = one.go("/post/new/"), one.context.new_page()
    other.goto(f"{one.base}/post/new/")
    for tab, name in ((page, "Tea dance"), (other, "Chess")):
        fill(tab)
        tab.fill("#id_name", name)
        tab.click("text=Read how it will look")
    page.reload()
    assert page.inner_text("article h2") == "Tea dance"
    assert other.inner_text("article h2") == "Chess"
    page.fill("#id_email", "group@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    page.click("text=Send it to the stewards")
    assert Listing.objects.get().name == "Tea dance"
    # The other tab was drawn before signing in: it asks again, and nothing of it is lost.
    other.reload()
    other.click("text=Send it to the stewards")
    assert sorted(Listing.objects.values_list("name", flat=True)) == ["Chess", "Tea dance"]


def test_names_are_suggested_while_typing(visit, sale):
    seen = visit()
    page = seen.go("/post/new/")
    page.locator("#id_venue").press_sequentially("sale", delay=20)
    seen.wait("document.querySelectorAll('#venues option').length === 1")
    page.fill("#id_venue", "Sale Hall")
    assert page.input_value("input[name=venue_choice]")
    assert not seen.errors


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_posting_is_accessible(visit, sale, width, scheme):
    seen = visit(width=width, scheme=scheme)
    problems = []

    def look(name):
        problems.extend(f"{name}: {line}" for line in seen.axe())
        wide = seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        problems.extend([f"{name}: scrolls sideways"] if wide else [])

    page = seen.go("/")
    look("home")
    seen.go("/post/")
    look("start")
    seen.go("/post/new/")
    look("form")
    page.click("text=Read how it will look")
    look("form with errors")
    fill(page)
    page.click("text=Read how it will look")
    look("check")
    page.fill("#id_email", "group@example.org")
    page.click("text=Send me a code")
    look("code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    page.click("text=Send it to the stewards")
    look("sent")
    seen.go("/post/")
    look("start, signed in")
    listing = listings.approve(actor=ACTOR, listing=Listing.objects.get())
    seen.go(listing.get_absolute_url())
    page.click("text=Take it off the map")
    page.click("button:has-text('Take it off the map')")
    look("taking off, with an error")
    page.fill("#id_reason", "The hall is flooded.")
    page.click("button:has-text('Take it off the map')")
    look("off the map")
    seen.go("/post/new/")
    fill(page)
    page.fill("#id_name", "Chess")
    page.click("text=Read how it will look")
    seen.go("/post/")
    assert "Go on with “Chess”" in page.inner_text("main")
    look("start, with something begun")
    seen.go("/demo/mail/")
    look("mail")
    assert not problems
    assert not seen.foreign_requests
