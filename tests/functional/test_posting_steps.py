"""A volunteer with only an e-mail address posts on a phone, one question a screen: with and without JavaScript."""

from __future__ import annotations

import pytest

from listings.models import Hold, Listing, ListingKind
from mapping.models import NodeState
from tests import factories
from tests.functional.test_posting import code, next_week, sale  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def heading(page) -> str:
    return page.inner_text("h1")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_volunteer_posts_in_a_handful_of_screens(visit, sale, javascript):  # noqa: F811
    volunteer = visit(width=375, height=667, javascript=javascript)
    page = volunteer.go("/post/")
    page.click("text=Begin, for Trafford")
    assert heading(page) == "What is it?" and "question 1 of 7" in page.inner_text("main").lower()
    page.click("main button:has-text('Go on')")
    assert "Say what it is called" in page.inner_text(".error-summary")
    page.fill("#id_name", "Tea dance")
    page.fill("#id_summary", "Dancing with tea and cake, for everybody.")
    page.select_option("#id_category", "arts-heritage")
    page.click("main button:has-text('Go on')")
    assert heading(page) == "When is it?"
    page.check("input[name=repeats][value=weekly]")
    page.fill("#id_date", next_week().isoformat())
    page.fill("#id_starts", "10:00")
    # Back, by our button and by the browser's: nothing is lost.
    page.click("main button:has-text('Back')")
    assert page.input_value("#id_name") == "Tea dance"
    page.click("main button:has-text('Go on')")
    assert page.input_value("#id_starts") == "10:00"
    page.click("main button:has-text('Go on')")
    assert heading(page) == "Where is it?"
    page.fill("#id_venue", "Sale Hall")
    page.click("main button:has-text('Go on')")
    assert heading(page) == "Who runs it?"
    volunteer.back()
    assert page.input_value("#id_venue") == "Sale Hall"
    page.click("main button:has-text('Go on')")
    page.fill("#id_organisation_name", "Sale Movers")
    page.click("main button:has-text('Go on')")
    page.click("main button:has-text('Go on')")
    assert heading(page) == "How can people ask?"
    page.click("main button:has-text('Go on')")
    assert "question 7 of 7" in page.inner_text("main").lower() and "Sale Hall" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.fill("#id_email", "volunteer@example.org")
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    if javascript:
        # A machine is quicker than the script that solves the puzzle; a person is not.
        volunteer.wait("document.querySelector('[data-guard-pieces]').value")
    page.click("text=Send it to the stewards")
    assert "Thank you: we have it" in heading(page)
    listing = Listing.objects.get()
    assert listing.state == NodeState.PENDING and listing.venue.name == "Sale Hall"
    # It waits either way; without JavaScript there was no work to show.
    assert listing.held_for == [*([] if javascript else [Hold.NO_WORK]), Hold.FIRST]
    page.click("text=Keep this address")
    assert "waits" in heading(page)
    # The browser notes the answer to the form that was sent empty.
    assert not volunteer.foreign_requests and not [it for it in volunteer.errors if "422" not in it]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wide_page_offers_one_page_first(visit, sale, javascript):  # noqa: F811
    page = visit(javascript=javascript).go("/post/")
    page.click("a.button:visible")
    assert page.is_visible("#id_name") and page.is_visible("#id_venue")
    assert not page.is_visible("text=Ask me one question at a time")


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_for_everyone(visit, sale, width, scheme):  # noqa: F811
    hall = sale.nodes.get(name="Sale Hall")
    factories.ListingFactory(
        place=sale, name="Tea dances", venue=hall, location=hall.location, listing_kind=ListingKind.ACTIVITY
    )
    reader = visit(width=width, scheme=scheme)
    page = reader.go("/post/")
    found = reader.axe()
    page = reader.go("/post/new/?place=trafford&step=what")
    found += reader.axe()
    page.click("main button:has-text('Go on')")
    found += reader.axe()
    page.fill("#id_name", "Tea dance")
    page.fill("#id_summary", "Dancing with tea and cake, for everybody.")
    page.select_option("#id_category", "arts-heritage")
    page.click("main button:has-text('Go on')")
    page.check("input[name=repeats][value=weekly]")
    page.fill("#id_date", next_week().isoformat())
    page.fill("#id_starts", "10:00")
    found += reader.axe()
    page.click("main button:has-text('Go on')")
    page.fill("#id_venue", "Sale Hall")
    found += reader.axe()
    for _it in range(4):
        page.click("main button:has-text('Go on')")
        found += reader.axe()
    assert "Is it one of these?" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []
