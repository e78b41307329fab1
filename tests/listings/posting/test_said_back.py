"""The form says the sentence and the next six dates back: by a button, and as one types."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from listings.commands import listings
from listings.models import Listing, PostDraft, Schedule
from mapping.models import Actor, Place
from tests.factories import PlaceRoleFactory, UserFactory
from tests.listings.commands.test_listings import post
from tests.listings.posting.test_compose import NEW, answers, drafted, text


def day(weeks: int = 1) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(weeks=weeks)


def shown(page: str) -> list[str]:
    """The dates that a page says back."""
    [found] = re.findall(r'<ol class="plain">(.*?)</ol>', page)
    return re.findall(r"<li>(.*?)</li>", found)


def test_the_button_says_the_sentence_and_six_dates(client, dance_hall):
    answer = client.post(NEW, answers(preview="1", repeats="fortnightly", until=None))
    page = text(answer)
    assert answer.status_code == 200
    assert f"Every second {day():%A}, 10 am to 11.30 am" in page
    assert len(shown(page)) == 6
    assert shown(page)[1].startswith(f"{day(3):%A} {day(3).day} {day(3):%B %Y}")
    # There it comes back to, with the focus, without JavaScript too.
    assert "#when-dates" in page
    assert re.search(r'id="when-dates"[^>]*tabindex="-1" autofocus', page)


def test_it_says_nothing_of_what_is_not_written_yet_and_keeps_what_is(client, dance_hall):
    answer = client.post(NEW, {"place": "trafford", "preview": "1", "name": "Chess", "repeats": "once",
                               "date": str(day()), "starts": "19:30"})  # fmt: skip
    page = text(answer)
    assert answer.status_code == 200
    assert "error-summary" not in page
    assert 'value="Chess"' in page
    assert PostDraft.objects.get().typed["name"] == "Chess"


def test_what_is_wrong_with_the_dates_is_said_and_nothing_else(client, dance_hall):
    answer = client.post(NEW, answers(preview="1", name="", until="2020-01-01"))
    page = text(answer)
    assert answer.status_code == 422
    assert "is before the first" in page
    assert "Say what it is called" not in page


def test_coming_back_to_a_draft_shows_its_dates_again(client, dance_hall):
    draft = drafted(client, repeats="weekly", not_in_months=["8", "12"], weekdays=["0", "2"])
    page = text(client.get(f"/post/new/?draft={draft}"))
    assert "Every Monday and Wednesday" in page
    assert len(shown(page)) == 6
    assert page.count("checked") >= 5


def test_an_edit_opens_with_its_dates(client, dance_hall, place):
    listing = post(place)
    client.force_login(listing.posted_by)
    assert len(shown(text(client.get(f"/post/{listing.uuid}/edit/")))) == 6
    answer = client.post(f"/post/{listing.uuid}/edit/", answers(preview="1", repeats="daily", until=None))
    assert "Every day" in text(answer)
    assert Listing.objects.get().schedule.repeat.frequency == "WEEKLY", "it is only said back"


def test_the_check_page_says_when_the_first_date_moved(client, dance_hall):
    other = str((day().weekday() + 1) % 7)
    page = text(client.get(f"/post/check/?draft={drafted(client, weekdays=[other])}"))
    assert "You gave" in page
    assert "it begins on" in page


# --- as one types


def ask(client, **more):
    fields = answers(**more)
    return client.get("/post/when/", {name: fields[name] for name in fields if name not in ("name", "summary")})


def test_a_piece_of_html_says_the_dates(client, dance_hall, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = ask(client, until=None, weekdays=["0", "3"])
    page = text(answer)
    assert answer.status_code == 200
    assert "<html" not in page
    assert "Every Monday and Thursday, 10 am to 11.30 am" in page
    assert len(shown(page)) == 6
    assert not answer.cookies
    assert not PostDraft.objects.exists()


def test_what_is_not_filled_in_yet_is_no_mistake(client, dance_hall):
    assert not text(ask(client, date="", starts="")).strip()
    assert "is before the first" in text(ask(client, until="2020-01-01"))


@pytest.mark.parametrize("query", ["", "place=nowhere", "place=trafford&not_on=" + "1" * 7000])
def test_it_is_bounded(client, dance_hall, query):
    assert client.get(f"/post/when/?{query}").status_code == 400


def test_a_series_of_long_ago_is_left_to_the_button(client, dance_hall):
    old = ask(client, date="2001-01-01", until=None, edit="1")
    assert not text(old).strip()
    assert "Every Tuesday" in text(ask(client, date="2026-01-06", until=None, edit="1"))
    assert "has passed" in text(ask(client, date="2026-01-06", until=None))


def test_as_before_is_left_to_the_button(client, dance_hall):
    assert "Press “Show me the dates”" in text(ask(client, repeats="as-before"))


def test_where_no_nation_is_known_the_form_says_so(client, dance_hall):
    assert 'name="not_on_holidays"' in text(client.get(NEW))
    Place.objects.update(nation="")
    page = text(client.get(NEW))
    assert 'name="not_on_holidays"' not in page
    assert "nobody has said yet in which nation Trafford is" in page


def test_further_times_make_room_for_more(client, dance_hall):
    page = text(client.post(NEW, answers(preview="1", starts_2="14:00", starts_3="16:00")))
    assert 'name="starts_5"' in page
    assert 'name="starts_6"' not in page
    assert "10 am to 11.30 am, 2 pm and 4 pm" in page


def test_enter_reads_how_it_will_look_rather_than_showing_the_dates(client, dance_hall):
    page = text(client.get(NEW))
    form = page[page.index('class="post-form"') :]
    first = re.search(r'<button [^>]*type="submit"[^>]*>', form)[0]
    assert "preview" not in first


def test_a_session_s_draft_keeps_what_was_ticked(client, dance_hall):
    client.force_login(UserFactory())
    draft = drafted(client, weekdays=["0", "4"], features=["bsl"], audiences=["families", "children"], until=None)
    client.post("/post/send/", {"draft": draft})
    listing = Listing.objects.get()
    assert listing.schedule.repeat.text == "FREQ=WEEKLY;BYDAY=MO,FR"
    assert (listing.features, listing.audiences) == (["bsl", "free"], ["families", "children"])


def test_dates_that_a_calendar_gave_stay_when_something_else_is_changed(client, dance_hall, place):
    listing = listings.approve(actor=Actor.command("test"), listing=post(place))
    Schedule.objects.filter(listing=listing).delete()
    client.force_login(PlaceRoleFactory(place=place).user)
    page = client.get(f"/post/{listing.uuid}/edit/")
    assert "As the calendar says that it comes from" in text(page)
    before = list(listing.occurrences.values())
    form = {**page.context["form"].initial, "place": "trafford", "cost": "£9"}
    assert client.post(f"/post/{listing.uuid}/edit/", form).status_code == 302
    listing = Listing.objects.get()
    assert listing.cost == "£9"
    assert list(listing.occurrences.values()) == before
    assert "As the calendar says" not in text(client.get(NEW))
