"""Facts are asked for, kept as fields, shown before sending, to the steward and on the page, and found by."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_steward
from listings.commands import listings
from listings.models import Listing
from mapping.models import PUBLIC, Actor, Node
from tests.factories import UserFactory
from tests.listings.posting.test_compose import answers, drafted, text

LONDON = ZoneInfo("Europe/London")

FACTS = {
    "free": "on",
    "cost": "Donations welcome",
    "step_free": "yes",
    "features": ["accessible-toilet", "hearing-loop", "quiet-hours", "parking"],
    "audiences": ["families"],
    "min_age": "5",
    "max_age": "11",
    "languages": "English, polish and BSL",
}
SAID = (
    "Free. Donations welcome", "Step-free", "Accessible toilet", "Hearing loop", "British Sign Language (BSL)",
    "Quiet hours", "Parking", "Families, aged 5 to 11", "English, Polish",
)  # fmt: skip


def sent(client, **more) -> Listing:
    client.force_login(UserFactory())
    draft = drafted(client, **more)
    client.post("/post/send/", {"draft": draft})
    return Listing.objects.get(uuid=draft)


def test_what_was_answered_is_kept(client, dance_hall):
    listing = sent(client, **FACTS)
    assert listing.features == ["accessible-toilet", "hearing-loop", "bsl", "quiet-hours", "parking", "free"]
    assert (listing.audiences, listing.languages) == (["families"], ["en", "pl"])
    assert (listing.min_age, listing.max_age, listing.cost) == (5, 11, "Donations welcome")


def test_it_is_shown_before_sending_to_the_steward_and_on_the_page(client, dance_hall, place):
    page = text(client.get(f"/post/check/?draft={drafted(client, **FACTS)}"))
    assert not [it for it in SAID if it not in page]
    listing = sent(client, **FACTS)
    steward = Client()
    steward.force_login(ensure_steward("ann@example.org", place))
    page = text(steward.get(f"/admin/queue/new/{listing.uuid}/"))
    assert not [it for it in SAID if it not in page]
    listings.approve(actor=Actor.command("test"), listing=listing)
    page = text(Client().get(listing.get_absolute_url()))
    assert not [it for it in SAID if it not in page]


def test_it_is_found_by_its_facts(client, dance_hall):
    words = sent(client, **FACTS).search_extra
    for word in ("Hearing loop", "Families", "Polish", "Free", "Step-free"):
        assert word in words


def test_an_edit_that_changes_nothing_keeps_every_fact(client, dance_hall):
    listing = sent(client, **FACTS)
    Listing.objects.filter(pk=listing.pk).update(features=[*listing.features, "sensory-room"])
    before = Listing.objects.get(pk=listing.pk)
    initial = client.get(f"/post/{listing.uuid}/edit/").context["form"].initial
    assert client.post(f"/post/{listing.uuid}/edit/", {**initial, "place": "trafford"}).status_code == 302
    after = Listing.objects.get(pk=listing.pk)
    names = ("audiences", "languages", "min_age", "max_age", "cost", "step_free", "schedule", "venue_id")
    assert [getattr(after, name) for name in names] == [getattr(before, name) for name in names]
    # What the form does not know stays too.
    assert set(after.features) == set(before.features)


@pytest.mark.parametrize("cost", ["Free", "free of charge", "Free!"])
def test_free_in_words_is_free(client, dance_hall, cost):
    assert "free" in sent(client, cost=cost).features


def test_free_without_a_word_on_cost_says_free(client, dance_hall):
    assert sent(client, cost="", free="on").cost == "Free"
    assert sent(client, cost="£3").features == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"min_age": "12", "max_age": "5"}, "younger than the age it begins with, 12"),
        ({"min_age": "130"}, "Write a whole number from 0 to 120"),
        ({"languages": "Polsih"}, "We do not know the language “Polsih”. Do you mean Polish?"),
        ({"languages": "English Polish Urdu Punjabi"}, "Put commas between them"),
        ({"features": ["swimming-pool"]}, "That is none of these"),
    ],
)
def test_a_mistake_is_explained_at_its_field(client, dance_hall, given, said):
    answer = client.post("/post/new/", answers(**given))
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_language_that_nobody_listed_stays_as_it_is_written(client, dance_hall):
    assert sent(client, languages="Manx Gaelic, Chinese").languages == ["Manx Gaelic", "zh"]


def test_online_and_at_home_are_facts_too(client, dance_hall):
    online, home = sent(client, at="online", name="A"), sent(client, at="home", name="B")
    assert (online.online, home.online) == (True, False)
    assert "online" in online.features and "at-home" in home.features
    assert home.location is None
    listings.approve(actor=Actor.command("test"), listing=home)
    assert "they come to you" in text(client.get(home.get_absolute_url()))
    again = client.get(f"/post/{online.uuid}/edit/")
    assert again.status_code == 404, "somebody else's"
    client.force_login(home.posted_by)
    assert client.get(f"/post/{home.uuid}/edit/").status_code == 200


# --- without a date

HALL = {
    "listing_kind": "space",
    "repeats": "no-date",
    "date": "",
    "starts": "",
    "ends": "",
    "until": "",
    "capacity": "1200",
    "hire_rate": "£12 an hour",
    "hire_booking": "Ring the caretaker",
}


def test_a_hall_to_hire_needs_no_date(client, dance_hall):
    draft = drafted(client, **HALL)
    page = text(client.get(f"/post/check/?draft={draft}"))
    for words in ("1,200 people", "£12 an hour", "Ring the caretaker", "It has no date"):
        assert words in page
    listing = sent(client, **HALL)
    assert (listing.schedule, listing.capacity, listing.hire_rate) == (None, 1200, "£12 an hour")
    assert "for-hire" in listing.features
    assert not listing.occurrences.exists()
    listings.approve(actor=Actor.command("test"), listing=listing)
    page = text(client.get(listing.get_absolute_url()))
    assert "Ring the caretaker" in page
    assert "this is over" not in page


def test_hire_is_asked_of_spaces_only(client, dance_hall):
    listing = sent(client, capacity="50", hire_rate="£12")
    assert (listing.capacity, listing.hire_rate) == (None, "")
    assert "for-hire" not in listing.features


def test_an_event_needs_a_date(client, dance_hall):
    answer = client.post("/post/new/", answers(**{**HALL, "listing_kind": "event"}))
    assert "An event or a regular activity has a date" in text(answer)


def test_a_notice_expires_at_the_end_of_its_last_day(client, dance_hall):
    last = timezone.localdate() + datetime.timedelta(days=9)
    notice = {**HALL, "listing_kind": "notice", "expires": str(last)}
    assert f"is shown until {last.day} {last:%B %Y}" in text(
        client.get(f"/post/check/?draft={drafted(client, **notice)}")
    )
    listing = sent(client, **notice)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), LONDON)
    assert listing.expires_at == listing.over_at == end
    listings.approve(actor=Actor.command("test"), listing=listing)
    current = Node.objects.visible_to(PUBLIC).filter(pk=listing.pk)
    assert current.current(end - datetime.timedelta(minutes=1)).exists()
    assert not current.current(end).exists()
    page = client.get(listing.get_absolute_url())
    assert f"{last:%A} {last.day} {last:%B %Y}" in text(page), "at its address it stays"


def test_an_edit_shows_and_changes_until_when_it_is_shown(client, dance_hall):
    last = timezone.localdate() + datetime.timedelta(days=9)
    listing = sent(client, **{**HALL, "listing_kind": "offer", "expires": str(last)})
    initial = client.get(f"/post/{listing.uuid}/edit/").context["form"].initial
    assert initial["expires"] == str(last)
    client.post(f"/post/{listing.uuid}/edit/", {**initial, "place": "trafford", "expires": ""})
    listing.refresh_from_db()
    assert (listing.expires_at, listing.over_at) == (None, None)
    with_dates = {**initial, "place": "trafford", "repeats": "weekly", "date": str(last), "starts": "10:00"}
    client.post(f"/post/{listing.uuid}/edit/", with_dates)
    listing.refresh_from_db()
    assert (listing.expires_at, listing.occurrences.exists()) == (None, True)
