"""`/post/<uuid>/dates/`: cancel one date, move it, put it back, end them all; and what its page then says."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from listings.commands import listings
from listings.models import Occurrence, Schedule
from mapping.models import Actor, NodeState
from tests.factories import MembershipFactory, NodeFactory, OrganisationFactory, PlaceRoleFactory, UserFactory
from tests.listings.commands.test_listings import a_schedule, post
from tests.listings.posting.test_compose import text

LONDON = ZoneInfo("Europe/London")
ACTOR = Actor.command("test")


@pytest.fixture
def listing(place):
    return listings.approve(actor=ACTOR, listing=post(place))


@pytest.fixture
def steward(client, place):
    client.force_login(PlaceRoleFactory(place=place).user)
    return client


def rows(listing) -> list[Occurrence]:
    return list(listing.occurrences.order_by("starts_at"))


def address(listing, row=None) -> str:
    return f"/post/{listing.uuid}/dates/" + (f"{row.original}/" if row else "")


def in_full(row, *, original=False) -> str:
    day = datetime.datetime.fromisoformat(row.original) if original else row.starts_at.astimezone(LONDON)
    return f"{day:%A} {day.day} {day:%B %Y}"


def typed(row, **more) -> dict[str, str]:
    local = row.starts_at.astimezone(LONDON)
    return {"do": "move", "date": f"{local:%Y-%m-%d}", "starts": "10:00", "ends": "11:30", **more}


def test_twenty_dates_a_page_each_with_what_can_be_done(steward, listing):
    page = text(steward.get(address(listing)))
    assert page.count("Not on this date…") == 20
    assert in_full(rows(listing)[0]) in page
    later = text(steward.get(address(listing) + "?page=2"))
    assert in_full(rows(listing)[20]) in later
    assert in_full(rows(listing)[0]) not in later


def test_the_page_takes_a_fixed_number_of_queries(steward, listing, django_assert_max_num_queries):
    steward.get(address(listing))
    with django_assert_max_num_queries(14):
        steward.get(address(listing))


def test_a_date_is_cancelled_with_a_note_and_is_on_again(steward, listing):
    second = rows(listing)[1]
    page = text(steward.post(address(listing, second), {"do": "cancel", "note": "No heating"}, follow=True))
    assert "is cancelled." in page
    assert re.search(rf"<s>{in_full(second)}[^<]*</s> cancelled: No heating", page)
    public = text(Client().get(listing.get_absolute_url()))
    assert re.search(rf"<s>{in_full(second)}[^<]*</s> cancelled: No heating", public)
    page = text(steward.post(address(listing, second), {"do": "undo"}, follow=True))
    assert "is on again" in page
    assert "<s>" not in text(Client().get(listing.get_absolute_url()))


def test_a_date_is_moved_to_another_day_and_place(steward, listing, place):
    library = NodeFactory(place=place, name="The library")
    second = rows(listing)[1]
    day = second.starts_at.astimezone(LONDON).date() + datetime.timedelta(days=1)
    form = typed(second, date=str(day), starts="14:00", ends="15:00", venue="the library", note="Just this once")
    answer = steward.post(address(listing, second), form)
    assert answer["Location"] == address(listing)
    moved = Occurrence.objects.get(pk=second.pk)
    assert (moved.venue, moved.status) == (library, "moved")
    assert f"{moved.starts_at.astimezone(LONDON):%Y-%m-%d %H:%M}" == f"{day} 14:00"
    public = text(Client().get(listing.get_absolute_url()))
    said = f"{in_full(moved)}, 2 pm to 3 pm: moved from {in_full(moved, original=True)}, 10 am, moved to The library"
    assert said in public.replace("\N{NO-BREAK SPACE}", " ")
    assert "Just this once" in public


def test_only_where_it_is_may_differ(steward, listing):
    second = rows(listing)[1]
    steward.post(address(listing, second), typed(second, where="In the upper room"))
    moved = Occurrence.objects.get(pk=second.pk)
    assert (moved.starts_at, moved.ends_at, moved.where) == (second.starts_at, second.ends_at, "In the upper room")
    change = Schedule.objects.get(listing=listing).changes.get()
    assert (change.starts, change.ends) == ("", ""), "a later change of the time of day is followed"
    public = text(Client().get(listing.get_absolute_url()))
    assert "moved to In the upper room" in public
    assert "moved from" not in public


def test_the_name_of_a_hidden_place_is_not_told(steward, listing, place):
    refuge = NodeFactory(place=place, name="Refuge House")
    second = rows(listing)[1]
    steward.post(address(listing, second), typed(second, venue="Refuge House"))
    refuge.visibility = "members"
    refuge.save()
    public = text(Client().get(listing.get_absolute_url()))
    assert "Refuge" not in public
    assert "moved to another place" in public


def test_a_move_into_the_hour_that_is_left_out_is_said(steward, listing):
    second = rows(listing)[1]
    spring = next(
        day
        for year in (timezone.localdate().year, timezone.localdate().year + 1)
        for day in [datetime.date(year, 3, 31) - datetime.timedelta(days=datetime.date(year, 3, 31).isoweekday() % 7)]
        if day > timezone.localdate()
    )
    form = typed(second, date=str(spring), starts="01:30", ends="03:30")
    page = text(steward.post(address(listing, second), form, follow=True)).replace("\N{NO-BREAK SPACE}", " ")
    assert "There is no 1.30 am in that night: the clocks go forward. It begins at 2.30 am." in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"date": ""}, "Say on which day"),
        ({"starts": ""}, "Say when it starts"),
        ({"date": "2020-01-01"}, "That has passed already"),
        ({"date": "2099-01-01"}, "more than two years away"),
        ({"ends": "09:00"}, "It would end at 9 am, before it starts at 10 am"),
        ({"venue": "Zzyzx"}, "There is no “Zzyzx” on the map of Trafford. Write it in your own words below"),
        ({}, "Nothing is different on this date"),
    ],
)
def test_a_mistake_is_explained_and_nothing_changes(steward, listing, given, said):
    second = rows(listing)[1]
    answer = steward.post(address(listing, second), typed(second, **given))
    assert answer.status_code == 422
    assert said in text(answer).replace("\N{NO-BREAK SPACE}", " ")
    assert Occurrence.objects.get(pk=second.pk).status == "on"


def test_all_of_it_is_ended(steward, listing):
    third = rows(listing)[2]
    last = third.starts_at.astimezone(LONDON).date()
    page = text(steward.post(address(listing) + "end/", {"last": str(last)}, follow=True))
    assert "no dates after that day" in page
    assert page.count("Not on this date…") == 3
    for wrong, said in (("", "Say which is the last date"), ("2020-01-01", "No date would be left")):
        answer = steward.post(address(listing) + "end/", {"last": wrong})
        assert answer.status_code == 422
        assert said in text(answer)


def test_a_date_that_went_meanwhile_is_no_fault(steward, listing):
    gone = address(listing) + "2031-01-01T10:00/"
    assert steward.get(gone).status_code == 404
    assert "not there any more" in text(steward.post(gone, {"do": "cancel"}, follow=True))
    assert steward.get(address(listing) + "2031-01-01T10:00%00/").status_code == 404


def test_whole_days_are_moved_by_the_day(steward, place):
    listing = listings.approve(actor=ACTOR, listing=post(place, schedule=a_schedule(times=(), days=2)))
    second = rows(listing)[1]
    page = text(steward.get(address(listing, second)))
    assert 'name="starts"' not in page
    day = second.starts_at.astimezone(LONDON).date() + datetime.timedelta(days=1)
    assert steward.post(address(listing, second), {"do": "move", "date": str(day)}).status_code == 302
    moved = Occurrence.objects.get(pk=second.pk)
    assert moved.starts_at.astimezone(LONDON).date() == day
    assert moved.ends_at - moved.starts_at == second.ends_at - second.starts_at


def test_who_may_open_it(place):
    group = OrganisationFactory(place=place)
    poster = UserFactory()
    listing = post(place, poster, organiser=group)
    editor = MembershipFactory(organisation=group, role="editor").user

    def status(user):
        client = Client()
        if user:
            client.force_login(user)
        return client.get(address(listing)).status_code

    assert [status(it) for it in (None, UserFactory(), poster, editor)] == [302, 404, 200, 200]
    listings.approve(actor=ACTOR, listing=listing)
    assert [status(it) for it in (None, UserFactory(), poster, editor)] == [302, 404, 200, 200]
    listing.refresh_from_db()
    listing.state = NodeState.ARCHIVED
    listing.save()
    assert status(editor) == 404


def test_editors_find_it_on_the_page_and_nobody_else_does(steward, listing):
    assert address(listing) in text(steward.get(listing.get_absolute_url()))
    stranger = Client()
    stranger.force_login(UserFactory())
    for client in (Client(), stranger):
        assert address(listing) not in text(client.get(listing.get_absolute_url()))


def test_posters_find_it_where_their_listings_are(client, place):
    listing = post(place)
    client.force_login(listing.posted_by)
    assert address(listing) in text(client.get("/post/"))


def test_a_card_says_when_all_that_is_left_is_cancelled(steward, place):
    listing = listings.approve(actor=ACTOR, listing=post(place, schedule=a_schedule(weekly=False)))
    [only] = rows(listing)
    steward.post(address(listing, only), {"do": "cancel"})
    page = text(Client().get(f"{listing.get_absolute_url()}?card"))
    assert ": cancelled" in page
    linked = text(Client().get(listing.get_absolute_url()))
    assert "EventCancelled" in linked
    assert timezone.now() < only.until_at
