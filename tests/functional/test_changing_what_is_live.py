"""A volunteer changes tomorrow what was approved today: it waits, the old one stands, a steward publishes it."""

from __future__ import annotations

import math

import pytest
from django.test import Client

from cms.commands import ensure_steward
from listings.commands import listings
from listings.models import Listing, Occurrence, Proposal, ProposalStatus
from mapping.models import Actor, MatchCandidate
from tests import factories
from tests.functional.test_posting import code, next_week, sale  # noqa: F401
from tests.listings.commands.test_listings import post

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.command("test")
OLD, NEW = "Dancing with tea.", "Dancing with elderflower cordial."


def words(page, selector="main") -> str:
    # Wagtail's admin is hidden until its scripts run: its text is there all the same.
    found = page.text_content(selector) if selector == "body" else page.inner_text(selector)
    return found.replace("\N{NO-BREAK SPACE}", " ")


def sign_in(visited, email: str, address: str):
    page = visited.go(f"/accounts/login/?next={address}")
    page.fill("#id_email", email)
    page.click("text=Send me a code")
    page.fill("#id_code", code())
    page.click("main button:has-text('Sign in')")
    return page


@pytest.fixture
def live(sale):  # noqa: F811
    volunteer = factories.UserFactory(email="group@example.org", username="group@example.org")
    return listings.approve(actor=ACTOR, listing=post(sale, volunteer, name="Tea dance"))


def tile_of(listing: Listing, zoom: int = 16) -> str:
    """The tile (z/x/y) in which it stands by itself, with its name."""
    point, size = listing.public_point, 2**zoom
    north = math.asinh(math.tan(math.radians(point.y)))
    return f"{zoom}/{int((point.x + 180) / 360 * size)}/{int((1 - north / math.pi) / 2 * size)}"


def everywhere(listing: Listing) -> dict[str, str]:
    """What anybody is told of it, reader by reader."""
    client = Client()
    revision = listing.place.revision_token
    addresses = {
        "page": listing.get_absolute_url(),
        "list": "/trafford/list/?q=tea+dance",
        "calendar": "/trafford/calendar/",
        "calendar file": f"/node/{listing.uuid}/calendar.ics",
        "api": f"/api/v1/nodes/{listing.uuid}",
        "tile": f"/tiles/{revision}/nodes/{tile_of(listing)}.mvt",
    }
    found = {}
    for name, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, f"{name} {answer.status_code}"
        found[name] = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("latin-1")
    return found


@pytest.mark.parametrize("javascript", [True, False])
def test_a_change_waits_while_the_old_one_stands(visit, live, javascript):
    group = visit(width=375, javascript=javascript)
    page = sign_in(group, "group@example.org", "/post/")
    page.click("text=Change “Tea dance”")
    assert "Until then the page stays as it was" in words(page)
    page.fill("#id_name", "Cordial dance")
    page.fill("#id_summary", NEW)
    page.click("text=Keep the changes")
    assert "It waits." in words(page) and "stays as it was, everywhere" in words(page)
    for name, told in everywhere(live).items():
        assert "Cordial" not in told and "elderflower" not in told, name
        assert "Tea dance" in told, name

    steward = visit(javascript=javascript)
    page = sign_in(steward, "ann@example.org", "/admin/queue/")
    page.locator("a:has-text('Read the change')").wait_for()
    assert "Its poster or group would change: Name, What happens there." in words(page, "body")
    page.click("a:has-text('Read the change')")
    assert page.locator("del").first.inner_text() and page.locator("ins").first.inner_text()
    page.click("#approve button")
    steward.wait("document.body.textContent.includes('is live')")
    for name, told in everywhere(Listing.objects.select_related("place").get()).items():
        assert "Cordial dance" in told and "Tea dance" not in told, name


def test_its_poster_cancels_a_date_without_asking_anybody(visit, live):
    group = visit(width=375, javascript=False)
    page = sign_in(group, "group@example.org", f"/post/{live.uuid}/dates/")
    one = page.locator(".dates__one").first
    one.locator("summary").click()
    one.locator("text=Cancel this date").click()
    assert Occurrence.objects.filter(status="cancelled").count() == 1
    page = visit(javascript=False).go(live.get_absolute_url())
    assert "cancelled" in words(page)
    assert next_week()


def test_two_stewards_at_once(visit, live):
    group = visit()
    page = sign_in(group, "group@example.org", f"/post/{live.uuid}/edit/")
    page.fill("#id_summary", NEW)
    page.click("text=Keep the changes")
    ensure_steward("bo@example.org", live.place, ACTOR)
    made = Proposal.objects.get()
    first, second = visit(), visit()
    one = sign_in(first, "ann@example.org", f"/admin/queue/proposals/{made.uuid}/")
    other = sign_in(second, "bo@example.org", f"/admin/queue/proposals/{made.uuid}/")
    one.click("summary:has-text('Refuse')")
    one.fill("#refusal", "There is no cordial in Sale.")
    one.click("button:has-text('Refuse it')")
    first.wait("location.pathname === '/admin/queue/'")
    other.click("#approve button")
    second.wait("document.body.textContent.includes('already refused')")
    assert "already refused by ann@example.org" in words(other, "body")
    assert Proposal.objects.get().status == ProposalStatus.REFUSED
    assert Listing.objects.get().summary == OLD


def test_a_reader_suggests_and_the_queue_is_usable_by_keyboard(visit, live):
    reader = visit(width=375)
    page = reader.go(live.get_absolute_url())
    page.click("text=Suggest a change")
    page.fill("#id_cost", "£3")
    page.click("text=Send the suggestion")
    reader.wait("document.querySelector('h1').innerText === 'Thank you'")
    assert not reader.context.cookies() and not reader.foreign_requests and not reader.errors
    steward = visit()
    page = sign_in(steward, "ann@example.org", "/admin/queue/")
    link = page.locator("a:has-text('Read the suggestion')")
    link.focus()
    page.keyboard.press("Enter")
    steward.wait("location.pathname.includes('/proposals/')")
    page.locator("#approve button").focus()
    page.keyboard.press("Enter")
    steward.wait("location.pathname === '/admin/queue/'")
    assert Listing.objects.get().cost == "£3"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_pages_hold_at_every_width(visit, live, width, scheme):
    for number in range(3):
        post(live.place, live.posted_by, name=f"A class with a rather long name, number {number}, for everybody")
    halls = [factories.NodeFactory(place=live.place, name=f"Hall {it}") for it in "ab"]
    MatchCandidate.objects.create(first=halls[0], second=halls[1], score=0.9, reason="Same name")
    group = visit(width=width, scheme=scheme)
    page = sign_in(group, "group@example.org", f"/post/{live.uuid}/edit/")
    page.fill("#id_summary", NEW)
    page.click("text=Keep the changes")
    made = Proposal.objects.get()
    steward = visit(width=width, scheme=scheme)
    sign_in(steward, "ann@example.org", "/admin/queue/")
    new = Listing.objects.filter(state="pending").first()
    pages = {
        "mine": (group, f"/proposals/{made.uuid}/"),
        "suggest": (group, f"/node/{live.uuid}/suggest/"),
        "queue": (steward, "/admin/queue/"),
        "change": (steward, f"/admin/queue/proposals/{made.uuid}/"),
        "new": (steward, f"/admin/queue/new/{new.uuid}/"),
        "live": (steward, "/admin/live/"),
        "history": (steward, f"/admin/live/{live.uuid}/"),
    }
    for name, (visited, address) in pages.items():
        page = visited.go(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 1, f"{name} is {over} px too wide"
        assert not visited.axe(), name
