"""The calendar of a place, of a venue, and a week on paper, as pages."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from listings.calendar import agenda
from listings.calendar.question import Question
from listings.commands.details import Where
from listings.models import Listing, Occurrence
from listings.schedules.repeat import DAILY, Repeat
from listings.schedules.schedule import Change
from mapping import search
from mapping.models import StepFree
from tests.factories import NodeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def page(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def in_days(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def test_a_day_has_its_things_in_order_of_time(client, on):
    on("Late", days=3, at="19:00-21:00")
    on("Early", days=3, at="09:00")
    on("Later on", days=4)
    text = page(client, "/trafford/calendar/")
    places = [text.index(it) for it in ("Early", "Late</a>", "Later on")]
    assert places == sorted(places)
    assert text.count('class="day"') == 2
    assert "7\xa0pm\xa0to\xa09\xa0pm" in text


def test_what_waits_is_hidden_or_is_over_is_not_there(client, on, town):
    from tests.listings.commands.test_listings import post

    on("Yesterday", days=-1)
    hidden = on("For members", days=2)
    type(hidden).objects.filter(pk=hidden.pk).update(visibility="members")
    post(town, name="Waiting")
    text = page(client, "/trafford/calendar/")
    assert not [it for it in ("Yesterday", "For members", "Waiting") if it in text]


def test_cancelled_is_struck_through_and_said(client, on):
    first = in_days(2)
    change = Change(datetime.datetime.combine(first, datetime.time(10)), cancelled=True, note="No heating.")
    on("Tea dance", days=2, repeat=Repeat(DAILY, count=2), schedule={"changes": (change,)})
    text = page(client, "/trafford/calendar/")
    assert text.count("<s><a") == 1 and "Cancelled" in text and "No heating." in text


def test_moved_says_when_it_usually_is(client, on):
    first = in_days(2)
    change = Change(
        datetime.datetime.combine(first, datetime.time(10)),
        starts=datetime.datetime.combine(first, datetime.time(14)),
        where="Sale Library",
    )
    on("Tea dance", days=2, repeat=Repeat(DAILY, count=2), schedule={"changes": (change,)})
    text = page(client, "/trafford/calendar/")
    assert "Usually 10\xa0am" in text and "Sale Library" in text and "Moved" in text


def test_of_a_date_elsewhere_only_the_steps_of_that_place_count(client, on, place):
    library = NodeFactory(place=place, name="Sale Library")
    change = Change(datetime.datetime.combine(in_days(2), datetime.time(10)), venue=library.pk, where="upstairs")
    on("Tea dance", days=2, repeat=Repeat(DAILY, count=2), schedule={"changes": (change,)}, step_free=StepFree.YES)
    text = page(client, "/trafford/calendar/?from=" + str(in_days(2)))
    moved, usual = text.split('<article class="date"')[1:]
    assert "Sale Library, upstairs" in moved and "Step-free" not in moved
    assert "Step-free" in usual


def test_the_hour_that_is_left_out_is_said(client, on):
    spring = next(
        day
        for year in (timezone.localdate().year, timezone.localdate().year + 1)
        for day in [datetime.date(year, 3, 31) - datetime.timedelta(days=datetime.date(year, 3, 31).isoweekday() % 7)]
        if day > timezone.localdate()
    )
    on("Night walk", days=(spring - timezone.localdate()).days, at="01:30-01:45")
    on("Day walk", days=(spring - timezone.localdate()).days)
    assert page(client, f"/trafford/calendar/?from={spring}").count("The clocks go forward") == 1
    # To the minute: what a calendar elsewhere gives with seconds is no hour late.
    Occurrence.objects.update(starts_at=F("starts_at") + datetime.timedelta(seconds=30))
    assert page(client, f"/trafford/calendar/?from={spring}").count("The clocks go forward") == 1


def test_what_goes_on_for_days_is_on_each_and_a_night_on_one(client, on):
    on("Exhibition", days=1, at="", schedule={"days": 3})
    on("Night shelter", days=1, at="20:00-09:00")
    on("Coffee", days=2)
    text = page(client, "/trafford/calendar/")
    days = text.split('class="day"')[1:]
    assert ["Exhibition" in it for it in days] == [True, True]
    assert "Goes on:" in days[1]
    assert ["Night shelter" in it for it in days] == [True, False]


def test_filters_and_words_narrow_it_down(client, on, place):
    hall = NodeFactory(place=place, name="Sale Hall")
    on("Tea dance", days=2, where=Where.at(hall))
    on("Yoga", days=2)
    text = page(client, "/trafford/calendar/?q=yoga")
    assert "Yoga" in text and "Tea dance" not in text
    assert "calendar.ics?q=yoga" in text
    text = page(client, "/trafford/calendar/?category=dance&near=53.42,-2.32")
    assert "Tea dance" in text
    assert "Sale Hall" in text


def test_nothing_found_says_what_is_on_next(client, on):
    on("Yoga", days=2)
    text = page(client, "/trafford/calendar/?q=zeppelin")
    assert "Nothing that you asked for" in text and "Yoga" in text
    assert "Nothing is on" in page(client, "/trafford/calendar/?from=2090-01-01")


def test_pages_end_with_a_day_and_lead_on(client, on, monkeypatch):
    monkeypatch.setattr(agenda, "PAGE", 4)
    for n in range(3):
        on(f"Thing {n}", days=1, repeat=Repeat(DAILY, count=4))
    seen, address = [], "/trafford/calendar/"
    while address:
        text = page(client, address)
        seen += [part.split('"')[0] for part in text.split('<time datetime="')[1:]]
        assert text.count('<article class="date"') <= 4
        address = text.split('rel="next" href="')[1].split('"')[0] if 'rel="next"' in text else ""
    assert seen == [in_days(n).isoformat() for n in (1, 2, 3, 4)]
    assert 'rel="prev"' in text


def test_a_long_day_takes_several_pages(client, on, monkeypatch):
    monkeypatch.setattr(agenda, "PAGE", 4)
    for n in range(10):
        on(f"Thing {n:02}", days=1, at=f"{8 + n:02}:00")
    on("The day after", days=2)
    seen, address = [], "/trafford/calendar/"
    for _page in range(5):
        text = page(client, address)
        seen += [n for n in range(10) if f"Thing {n:02}" in text]
        if 'rel="next"' not in text:
            break
        address = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == list(range(10))
    assert "The day after" in text


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=0001-01-01", "show=month&month=2026-13", "from=2026-02-30", "page=0"]
)
def test_what_cannot_be_read_is_said(client, on, query):
    on("Yoga", days=2)
    text = page(client, f"/trafford/calendar/?{query}")
    assert "error-summary" in text and "<h1>" in text


def test_a_month_is_a_grid_with_a_few_of_each_day(client, on):
    for n in range(6):
        on(f"Thing {n}", days=1, at=f"{10 + n}:00")
    text = page(client, f"/trafford/calendar/?show=month&month={in_days(1):%Y-%m}")
    assert "<table" in text and text.count('scope="col"') == 7
    assert "Thing 3" in text and "Thing 4" not in text and "2 more" in text
    assert f"from={in_days(1)}" in text


def test_a_venue_and_a_group_have_a_calendar(client, on, place):
    hall, group = NodeFactory(place=place, name="Sale Hall"), OrganisationFactory(place=place, name="Movers")
    on("Tea dance", days=2, where=Where.at(hall))
    on("Yoga", days=2, organiser=group)
    on("Elsewhere", days=2)
    text = page(client, f"/node/{hall.uuid}/calendar/")
    assert "Tea dance" in text and "Yoga" not in text and "Elsewhere" not in text
    assert "Yoga" in page(client, f"/node/{group.uuid}/calendar/")
    assert f"/node/{hall.uuid}/calendar/" in page(client, f"/node/{hall.uuid}")


def test_what_moved_to_a_venue_is_on_there(client, on, place):
    library = NodeFactory(place=place, name="Sale Library")
    change = Change(datetime.datetime.combine(in_days(2), datetime.time(10)), venue=library.pk)
    on("Tea dance", days=2, repeat=Repeat(DAILY, count=3), schedule={"changes": (change,)})
    assert page(client, f"/node/{library.uuid}/calendar/").count('<article class="date"') == 1


def test_it_takes_as_many_queries_for_many_as_for_few(client, on, django_assert_max_num_queries):
    for n in range(8):
        on(f"Thing {n}", days=n, repeat=Repeat(DAILY, count=3))
    for address in ("/trafford/calendar/", "/trafford/calendar/?show=month", "/trafford/calendar/sheet/"):
        client.get(address)
        with django_assert_max_num_queries(32):
            client.get(address)


def test_a_page_that_has_not_changed_is_not_sent_again(client, on):
    on("Yoga", days=2)
    first = client.get("/trafford/calendar/")
    again = client.get("/trafford/calendar/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_a_week_on_paper(client, on, monkeypatch):
    week = in_days(7)
    name = f"{week.isocalendar()[0]}-W{week.isocalendar()[1]:02}"
    on("Tea dance", days=7, cost="£3")
    text = page(client, f"/trafford/calendar/sheet/?week={name}")
    assert "Tea dance" in text and "£3" in text and "Trafford" in text
    assert "/trafford/calendar.svg" in text
    monkeypatch.setattr("listings.calendar.sheet.MAX_ENTRIES", 1)
    on("Yoga", days=7, at="20:00")
    assert "1 more date did not fit" in page(client, f"/trafford/calendar/sheet/?week={name}")
    assert "is not a week" in page(client, "/trafford/calendar/sheet/?week=2027-W53")


def test_a_time_that_is_asked_for_narrows_it_down(client, on):
    on("Yoga", days=1, at="10:00", repeat=Repeat(DAILY, count=5))
    on("Late film", days=1, at="20:00-22:00")
    text = page(client, "/trafford/calendar/?when=tomorrow")
    assert text.count('<article class="date"') == 2 and 'rel="prev"' not in text
    assert "tomorrow" in text.split('class="calendar__asked"')[1][:200]
    text = page(client, "/trafford/calendar/?when=tomorrow&at=evening")
    assert "Late film" in text and "Yoga" not in text
    # Who follows it has days of their own.
    assert "calendar.ics?q=yoga" in page(client, "/trafford/calendar/?when=tomorrow&q=yoga")
    response = client.get("/trafford/calendar/?q=yoga+tomorrow")
    assert response.status_code == 302 and "when=tomorrow" in response["Location"]


def test_the_page_of_a_place_has_the_next_three_with_their_times(client, on):
    on("Exhibition", days=-3, at="", schedule={"days": 20})
    for n in range(4):
        on(f"Thing {n}", days=1, at=f"{9 + n:02}:00-{10 + n}:00")
    text = page(client, "/trafford/").split('id="help"')[0]
    assert [it in text for it in ("Thing 0", "Thing 2", "Thing 3", "Exhibition")] == [True, True, False, False]
    assert "Tomorrow, 9\xa0am\xa0to\xa010\xa0am" in text
    assert "/trafford/calendar/?when=today" in text


def test_what_takes_days_has_an_index_of_its_own(on):
    on("Exhibition", days=1, at="", schedule={"days": 3})
    on("Coffee", days=1)
    assert Occurrence.objects.long().count() == 1
    with connection.cursor() as cursor:
        # Of two rows none is worth an index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "occurrence_long" in Occurrence.objects.long().filter(starts_at__lt=timezone.now()).explain()


def test_a_page_of_the_agenda_goes_along_the_index_of_starts(on, place):
    for n in range(6):
        on(f"Thing {n}", days=1, repeat=Repeat(DAILY, count=40))
    found = search.answer(QueryDict("q=thing"), place, lenient=True)
    rows = Question(found, "/trafford/").rows.filter(starts_at__gte=timezone.now()).order_by("starts_at", "pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows[:51].explain()
    assert "occurrence_starts" in plan or "occurrence_of_listing" in plan


def test_filters_of_a_calendar_have_no_numbers(client, on):
    """They would count what has opening hours and no dates, too."""
    on("Tea dance", days=1)
    # An age is a field to type into: a group without choices.
    Listing.objects.update(min_age=60)
    groups = client.get("/trafford/calendar/").context["filters"]
    assert "age" in {group["name"] for group in groups}
    assert all(it["count"] is None for group in groups for it in group.get("options", ()))
    assert client.get("/trafford/calendar/sheet/").status_code == 200
