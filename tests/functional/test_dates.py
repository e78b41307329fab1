"""A volunteer says when it is, reads the dates back, and cancels and moves single ones: with and without JavaScript."""

from __future__ import annotations

import pytest

from listings.commands import listings
from listings.models import Listing, Occurrence
from mapping.models import Actor
from tests import factories
from tests.functional.test_posting import code, fill, next_week, sale  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")


def words(page, selector="main") -> str:
    return page.inner_text(selector).replace("\N{NO-BREAK SPACE}", " ")


def sign_in(page, base: str, address: str):
    page.goto(base + "/accounts/login/?next=" + address)
    page.fill("#id_email", "ann@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_fortnightly_class_with_one_date_cancelled_and_one_moved(visit, sale, javascript):  # noqa: F811
    group = visit(width=375, javascript=javascript)
    page = group.go("/post/new/")
    fill(page)
    page.check("input[name=repeats][value=fortnightly]")
    page.click("button:has-text('Show me the dates')")
    assert f"Every second {next_week():%A}, 10 am to 11.30 am" in words(page, "#when-dates")
    assert page.locator("#when-dates li").count() == 6
    assert page.evaluate("document.activeElement.id") == "when-dates"
    page.click("text=Read how it will look")
    page.fill("#id_email", "group@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    page.click("text=Send it to the stewards")
    listing = listings.approve(actor=ACTOR, listing=Listing.objects.get())
    first, second, third = Occurrence.objects.order_by("starts_at")[:3]

    steward = visit(width=375, javascript=javascript)
    page = steward.page
    sign_in(page, steward.base, listing.get_absolute_url())
    page.click("text=Cancel or move single dates")
    one = page.locator(".dates__one").nth(1)
    one.locator("summary").click()
    one.locator("input[name=note]").fill("No heating")
    one.locator("text=Cancel this date").click()
    assert "cancelled: No heating" in words(page)
    page.locator(".dates__one").nth(2).locator("text=Move it…").click()
    page.fill("#id_starts", "14:00")
    page.fill("#id_ends", "15:00")
    page.fill("#id_where", "In the library")
    page.click("text=Keep this for the one date")
    second.refresh_from_db()
    third.refresh_from_db()
    assert (first.status, second.status, third.status) == ("on", "cancelled", "moved")

    page = visit(width=375, javascript=javascript).go(listing.get_absolute_url())
    assert page.locator("s").count() == 1
    assert "2 pm to 3 pm: moved from" in words(page)
    assert "moved to In the library" in words(page)
    assert not steward.foreign_requests


def test_the_dates_are_said_back_as_one_types(visit, sale):  # noqa: F811
    seen = visit()
    page = seen.go("/post/new/")
    page.fill("#id_date", next_week().isoformat())
    page.fill("#id_starts", "10:00")
    seen.wait("document.querySelectorAll('#when-dates li').length === 1")
    page.check("input[name=repeats][value=weekly]")
    seen.wait("document.querySelectorAll('#when-dates li').length === 6")
    assert f"Every {next_week():%A}, 10 am" in words(page, "#when-dates")
    assert page.get_attribute("[data-said-back]", "aria-live") == "polite"
    assert not seen.errors


def test_only_what_the_answers_call_for_is_shown(visit, sale):  # noqa: F811
    page = visit().go("/post/new/")
    assert not page.is_visible("#id_until")
    assert not page.is_visible("#id_expires")
    page.check("input[name=repeats][value=monthly]")
    assert page.is_visible("input[name=nths][value='2']")
    assert page.is_visible("#id_until")
    assert not page.is_visible("#id_month_days")
    page.click("text=Other times: all day")
    page.check("#id_all_day")
    assert page.is_visible("#id_days")
    assert not page.is_visible("#id_starts")
    page.check("input[name=repeats][value=no-date]")
    assert page.is_visible("#id_expires")
    assert not page.is_visible("#id_date")
    assert not page.is_visible("#id_capacity")
    page.select_option("#id_listing_kind", "space")
    assert page.is_visible("#id_capacity")


def test_enter_in_a_field_does_not_ask_for_the_dates(visit, sale):  # noqa: F811
    page = visit().go("/post/new/")
    page.fill("#id_name", "Tea dance")
    page.press("#id_name", "Enter")
    assert "Say in a sentence what happens there" in words(page)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dates_and_every_choice_are_accessible(visit, sale, width, scheme):  # noqa: F811
    seen = visit(width=width, scheme=scheme)
    problems = []

    def look(name):
        problems.extend(f"{name}: {line}" for line in seen.axe())
        wide = seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        problems.extend([f"{name}: scrolls sideways"] if wide else [])

    page = seen.go("/post/new/")
    fill(page)
    for often in ("monthly", "monthly-date", "weekly"):
        page.check(f"input[name=repeats][value={often}]")
    for summary in page.locator(".post-form__more > summary").all():
        summary.click()
    page.check("input[name=not_in_months][value='8']")
    page.check("#id_free")
    page.fill("#id_languages", "English, Polish")
    page.check("input[name=features][value=hearing-loop]")
    page.check("input[name=audiences][value=families]")
    page.click("button:has-text('Show me the dates')")
    look("form")
    page.fill("#id_until", "2020-01-01")
    page.click("button:has-text('Show me the dates')")
    look("form with an error")
    page.fill("#id_until", "")
    page.click("text=Read how it will look")
    look("check")
    listing = listings.approve(actor=ACTOR, listing=posted(sale))
    sign_in(page, seen.base, f"/post/{listing.uuid}/dates/")
    page.locator(".dates__one summary").nth(1).click()
    look("dates")
    page.locator(".dates__one").nth(1).locator("text=Cancel this date").click()
    look("dates, one cancelled")
    page.locator("text=Move it…").nth(2).click()
    look("one date")
    page.fill("#id_venue", "St Mary's")
    page.click("text=Keep this for the one date")
    look("one date, with an error")
    page.goto(seen.base + listing.get_absolute_url())
    look("listing")
    assert not problems


def posted(place) -> Listing:
    from tests.listings.commands.test_listings import post

    return post(place, category=factories.CategoryFactory(slug="arts-heritage"))
