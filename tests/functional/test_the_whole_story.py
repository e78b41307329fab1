"""The whole story on a small phone without JavaScript: posted, approved, changed, confirmed, flagged; joined, left."""

from __future__ import annotations

import re
import time

import pytest
from django.core import mail

from listings.models import Hold, Listing, ListingKind, SavedReply
from listings.moderation import waiting_letters
from mapping.models import NodeState, Visibility
from tests import factories
from tests.functional.test_changing_what_is_live import tile_of
from tests.functional.test_posting import code, next_week, sale  # noqa: F401
from tests.listings.freshness.asking import aged, ask, link

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 667, "javascript": False}
VOLUNTEER, NEIGHBOUR, STEWARD = "volunteer@example.org", "neighbour@example.org", "ann@example.org"
OWNER = "ed@example.org"
OLD, NEW = "Dancing with tea and cake.", "Dancing with elderflower cordial."
FIVE_MINUTES = 300


@pytest.fixture
def group(sale):  # noqa: F811
    """A group of the place with a space for its members, and a notice that they alone see."""
    made = factories.OrganisationFactory(place=sale, name="Sale Movers")
    factories.MembershipFactory(organisation=made, user=factories.UserFactory(email=OWNER), role="owner")
    factories.open_space_of(made)
    factories.ListingFactory(
        place=sale, name="The hidden supper", summary="Knock three times.", listing_kind=ListingKind.NOTICE,
        organiser=made, visibility=Visibility.GROUP, group=made,
    )  # fmt: skip
    SavedReply.objects.create(place=sale, title="Looked", text="We have looked at it.")
    return made


class Person:
    """Somebody with a phone of their own: what they type, press and read."""

    def __init__(self, visited) -> None:
        self.visited, self.page = visited, visited.page

    def go(self, path: str) -> int:
        return self.page.goto(self.visited.base + path, wait_until="load").status

    def go_on(self) -> None:
        self.page.click("main button:has-text('Go on')")

    def sign_in(self, address: str) -> None:
        self.page.fill("#id_email", address)
        self.page.click("text=Send me a code")
        self.page.fill("#id_code", code())
        self.page.click("main button:has-text('Sign in')")

    def reads(self, *words: str) -> bool:
        # Wagtail's admin is hidden until its scripts run: its text is there all the same.
        text = self.page.text_content("body").replace("\N{NO-BREAK SPACE}", " ")
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        return all(it in text for it in words)


def letter_to(address: str):
    return next(it for it in reversed(mail.outbox) if it.to == [address])


def everywhere(reader: Person, listing: Listing, group) -> dict[str, str]:
    """What anybody is shown of it, page by page, on the phone."""
    listing = Listing.objects.select_related("place").get(pk=listing.pk)
    token = listing.place.revision_token
    addresses = {
        "page": listing.get_absolute_url(),
        "list": "/trafford/list/?q=dance",
        "map": "/trafford/map/?q=dance",
        "tile": f"/tiles/{token}/nodes/{tile_of(listing)}.mvt",
        "api": "/api/v1/nodes?place=trafford&q=dance",
        "calendar": "/trafford/calendar/",
        "calendar file": "/trafford/calendar.ics",
        "group": group.get_absolute_url(),
    }
    found = {}
    for name, address in addresses.items():
        answer = reader.page.request.get(reader.visited.base + address)
        assert answer.status == 200, f"{name}: {answer.status}"
        found[name] = answer.body().decode("latin-1")
    return found


def post(volunteer: Person) -> Listing:
    """She has an e-mail address, and nothing else."""
    page, began = volunteer.page, time.monotonic()
    volunteer.go("/post/")
    page.click("text=Begin, for Trafford")
    page.fill("#id_name", "Tea dance")
    page.fill("#id_summary", OLD)
    page.select_option("#id_category", "arts-heritage")
    volunteer.go_on()
    page.check("input[name=repeats][value=weekly]")
    page.fill("#id_date", next_week().isoformat())
    page.fill("#id_starts", "10:00")
    volunteer.go_on()
    page.fill("#id_venue", "Sale Hall")
    volunteer.go_on()
    page.fill("#id_organisation_name", "Sale Movers")
    for _screen in range(3):
        volunteer.go_on()
    volunteer.sign_in(VOLUNTEER)
    page.click("text=Send it to the stewards")
    assert volunteer.reads("Thank you: we have it")
    # A person is slower than this: it is the number of screens that a minute each must be enough for.
    assert time.monotonic() - began < FIVE_MINUTES
    return Listing.objects.get(name="Tea dance")


def approve(steward: Person, listing: Listing) -> None:
    steward.go("/admin/queue/")
    steward.sign_in(STEWARD)
    assert steward.reads("Tea dance")
    steward.page.click("button:has-text('Approve')")
    listing.refresh_from_db()
    assert listing.state == NodeState.LIVE


def change(volunteer: Person, listing: Listing) -> None:
    volunteer.go(f"/post/{listing.uuid}/edit/")
    assert volunteer.reads("Until then the page stays as it was")
    volunteer.page.fill("#id_name", "Cordial dance")
    volunteer.page.fill("#id_summary", NEW)
    volunteer.page.click("text=Keep the changes")
    assert volunteer.reads("It waits.", "stays as it was, everywhere")


def approve_change(steward: Person) -> None:
    steward.go("/admin/queue/")
    steward.page.click("a:has-text('Read the change')")
    assert steward.page.locator("del").count() and steward.page.locator("ins").count()
    steward.page.click("#approve button")
    assert steward.reads("is live")


def still_true(reader: Person, listing: Listing) -> None:
    """A year on we ask whoever runs it; the link of the letter is enough, on any phone."""
    aged(listing)
    assert ask() == 1
    letter = mail.outbox[-1]
    assert "Is this still true: Cordial dance" in letter.subject and letter.to == [OWNER]
    reader.go(link(letter.body))
    reader.page.click("main button:has-text('It is still true')")
    assert reader.reads("Thank you") and not reader.visited.context.cookies()
    reader.go(listing.get_absolute_url())
    assert reader.reads("Confirmed today by")


def flag(neighbour: Person, listing: Listing) -> None:
    page = neighbour.page
    neighbour.go(listing.get_absolute_url())
    page.get_by_role("link", name="Something is wrong here").click()
    page.get_by_label("It is not safe, or may hurt somebody").check()
    page.get_by_label("What should a steward know?").fill("The roof is loose.")
    page.get_by_label("Your e-mail address").fill(NEIGHBOUR)
    page.get_by_role("button", name="Send it").click()
    neighbour.go(re.search(r"https?://[^/\s]+(/flags/\S+)", letter_to(NEIGHBOUR).body)[1])
    page.get_by_role("button", name="Yes, that was me").click()
    assert neighbour.reads("Hidden until a steward has looked")
    assert neighbour.go(listing.get_absolute_url()) == 404


def decide(steward: Person, listing: Listing) -> None:
    page = steward.page
    # What was decided and hidden until now.
    waiting_letters.send_due()
    steward.go("/admin/flags/")
    page.get_by_role("link", name="Cordial dance").click()
    assert steward.reads("The roof is loose.") and not steward.reads(NEIGHBOUR)
    page.get_by_label("Saved reply").select_option(index=1)
    page.get_by_label("Your own words").fill("The roof was mended in May.")
    page.get_by_role("button", name="Put it back").click()
    assert steward.go(listing.get_absolute_url()) == 200
    # A job sends them: hers, the poster's and the owner's of the group.
    assert waiting_letters.send_due() == 3
    for address in (NEIGHBOUR, VOLUNTEER):
        body = letter_to(address).body
        assert "We have looked at it." in body and "The roof was mended in May." in body and STEWARD not in body
    assert NEIGHBOUR not in letter_to(VOLUNTEER).body


def join_and_leave(somebody: Person, stranger: Person, group) -> None:
    page, secret = somebody.page, Listing.objects.get(name="The hidden supper")
    somebody.go(group.get_absolute_url())
    assert not somebody.reads("hidden supper")
    page.click("text=Become a member")
    page.fill("#id_name", "Zoë Field")
    page.click("text=Go on: confirm my address")
    somebody.sign_in("zoe@example.org")
    page.click("main button:has-text('Join')")
    page.click("text=See what only members see")
    page.click("text=The hidden supper")
    assert somebody.reads("Knock three times.")
    assert stranger.go(secret.get_absolute_url()) == 404
    somebody.go(f"/groups/{group.uuid}/space/")
    page.click("text=Your membership")
    page.click("main button:has-text('Leave')")
    assert somebody.reads("You have left") and somebody.go(secret.get_absolute_url()) == 404
    somebody.go(f"/groups/{group.uuid}/space/")
    assert not somebody.reads("hidden supper")


def test_the_whole_story(visit, group):
    volunteer, steward, reader, neighbour, zoe = (Person(visit(**PHONE)) for _person in range(5))
    listing = post(volunteer)
    assert listing.state == NodeState.PENDING and listing.organiser_id == group.pk
    # Without JavaScript there was no work to show; it waits either way, and nobody is refused.
    assert listing.held_for == [Hold.NO_WORK, Hold.FIRST]
    assert reader.go(listing.get_absolute_url()) == 404

    approve(steward, listing)
    for name, shown in everywhere(reader, listing, group).items():
        assert "Tea dance" in shown, name

    change(volunteer, listing)
    for name, shown in everywhere(reader, listing, group).items():
        assert "Tea dance" in shown and "Cordial" not in shown and "elderflower" not in shown, name
    approve_change(steward)
    for name, shown in everywhere(reader, listing, group).items():
        assert "Cordial dance" in shown and "Tea dance" not in shown, name

    still_true(reader, listing)
    flag(neighbour, listing)
    decide(steward, listing)
    join_and_leave(zoe, neighbour, group)
    for it in (volunteer, steward, reader, neighbour, zoe):
        assert not it.visited.foreign_requests
    assert not reader.visited.context.cookies() and not neighbour.visited.context.cookies()
