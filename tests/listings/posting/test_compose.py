from __future__ import annotations

import datetime
import re
from urllib.parse import unquote

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from listings.commands import listings
from listings.models import Listing, MembershipRole
from mapping.models import Actor, NodeState, Postcode
from tests.factories import (
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    UserFactory,
)
from tests.listings.commands.test_listings import post, some_details


@pytest.fixture
def hall(dance_hall):
    return dance_hall


def answers(**more):
    day = timezone.localdate() + datetime.timedelta(days=7)
    given = {
        "place": "trafford",
        "name": "Tea dance",
        "summary": "Dancing with tea.",
        "listing_kind": "activity",
        "category": "dance",
        "organisation_name": "Sale Movers",
        "repeats": "weekly",
        "date": day.isoformat(),
        "starts": "10:00",
        "ends": "11:30",
        "until": (day + datetime.timedelta(weeks=8)).isoformat(),
        "at": "venue",
        "venue": "sale hall",
        "cost": "Free",
    }
    return {name: value for name, value in {**given, **more}.items() if value is not None}


NEW = "/post/new/?place=trafford&draft=6b1f6d0e-5a0c-4a3e-9d5e-2f1a7c3b9d10"


def drafted(client, **more) -> str:
    """Write a draft that is ready to be sent; its id."""
    return client.post("/post/new/", answers(**more))["Location"].partition("draft=")[2]


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


HOURS = "10 am to 11.30 am"


# --- cookies


def test_nothing_is_set_before_one_begins(client, hall):
    for url in ("/post/", "/post/?place=trafford"):
        assert not client.get(url).cookies
    assert not client.get("/post/suggest/?what=venue&place=trafford&q=sale").cookies
    assert "sessionid" not in client.get("/post/new/", follow=True).cookies
    assert "sessionid" in client.post("/post/new/", answers()).cookies


# --- the way through


def test_from_the_form_to_a_thank_you_with_an_account_at_the_end(client, hall, mailoutbox):
    here = f"/post/check/?draft={drafted(client)}"
    page = text(client.get(here))
    day = timezone.localdate() + datetime.timedelta(days=7)
    last = day + datetime.timedelta(weeks=8)
    assert f"Every {day:%A}, {HOURS}, until {last.day} {last:%B %Y}" in page
    assert page.count(f", {HOURS}</li>") == 6
    assert f'name="next" value="{here}"' in page
    client.post("/accounts/login/", {"email": "ann@example.org", "next": here})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mailoutbox[-1].body)[0]
    answer = client.post("/accounts/login/code/confirm/", {"code": code, "next": here})
    assert answer["Location"] == here
    assert "Send it to the stewards of Trafford" in text(client.get(here))
    answer = client.post("/post/send/")
    listing = Listing.objects.get()
    assert answer["Location"] == f"/post/sent/{listing.uuid}/"
    thanks = text(client.get(answer["Location"]))
    assert "waits for a steward of Trafford" in thanks
    assert f"/post/{listing.uuid}/edit/" in thanks
    assert listing.state == NodeState.PENDING
    assert listing.venue_id == hall.pk
    assert listing.organiser_name == "Sale Movers"
    assert mailoutbox[-1].subject == "We have “Tea dance”"
    assert f"/post/{listing.uuid}/edit/" in mailoutbox[-1].body


def test_sending_needs_an_account(client, hall):
    draft = drafted(client)
    leads_to = unquote(client.post("/post/send/", {"draft": draft})["Location"])
    assert leads_to == f"/accounts/login/?next=/post/check/?draft={draft}"
    assert not Listing.objects.exists()


def test_pressing_send_twice_makes_one(client, hall):
    client.force_login(UserFactory())
    client.post("/post/new/", answers())
    client.post("/post/send/")
    assert client.post("/post/send/")["Location"] == "/post/"
    assert Listing.objects.count() == 1


def test_going_back_loses_nothing(client, hall):
    client.post(NEW, answers(starts="", name="Chess & tea"))
    page = text(client.get(NEW))
    assert 'value="Chess &amp; tea"' in page
    assert "Dancing with tea." in page
    client.post(NEW, answers(name="Chess & tea"))
    assert 'value="Chess &amp; tea"' in text(client.get(NEW))


def test_a_trusted_group_is_told_that_it_is_live(client, hall, place, mailoutbox):
    group = OrganisationFactory(place=place, trusted=True, name="Movers")
    user = MembershipFactory(organisation=group, role=MembershipRole.OWNER).user
    client.force_login(user)
    assert "Which of your groups" in text(client.get("/post/new/", follow=True))
    client.post("/post/new/", answers(organisation=str(group.uuid)))
    answer = client.post("/post/send/", follow=True)
    assert "it is live" in text(answer)
    listing = Listing.objects.get()
    assert listing.organiser_id == group.pk
    assert client.get(listing.get_absolute_url()).status_code == 200


def test_a_group_of_somebody_else_cannot_be_chosen(client, hall, place):
    group = OrganisationFactory(place=place, trusted=True)
    client.force_login(UserFactory())
    client.post("/post/new/", answers(organisation=str(group.uuid)))
    client.post("/post/send/")
    assert Listing.objects.get().organiser_id is None


def test_the_limit_of_a_day_is_explained(client, hall, monkeypatch):
    monkeypatch.setattr(listings, "MAX_A_DAY", 0)
    client.force_login(UserFactory())
    client.post("/post/new/", answers())
    answer = client.post("/post/send/")
    assert answer.status_code == 429
    assert "Post the next one tomorrow" in text(answer)
    assert client.get("/post/check/").status_code == 200


def test_a_mail_server_that_is_down_does_not_undo_a_post(client, hall, settings):
    settings.EMAIL_BACKEND = "tests.config.test_accounts.BrokenBackend"
    client.force_login(UserFactory())
    client.post("/post/new/", answers())
    assert client.post("/post/send/").status_code == 302
    assert Listing.objects.count() == 1


def test_forged_requests_are_refused(hall):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())
    for url in ("/post/new/", "/post/send/"):
        answer = strict.post(url, answers())
        assert answer.status_code == 403
        assert "Go back, load the page again" in text(answer)


# --- what the form says


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Say what it is called"),
        ({"name": "x" * 121}, "121 letters of 120"),
        ({"summary": " "}, "Say in a sentence"),
        ({"category": "nope"}, "Choose another"),
        ({"date": "2020-01-01"}, "Wednesday 1 January 2020 has passed"),
        ({"date": "24/11"}, "not a date"),
        ({"date": "2999-01-01"}, "more than two years away"),
        ({"starts": "25:00"}, "not a time"),
        ({"ends": "09:00"}, "It would end at 9 am, before it starts at 10 am"),
        ({"until": "2020-01-01"}, "is before the first"),
        ({"repeats": None}, "once or every week"),
        ({"at": None}, "Say where it is"),
        ({"venue": ""}, "Type the name of the place"),
        ({"venue": "Zzyzx"}, "There is no “Zzyzx” on the map of Trafford"),
        ({"at": "address"}, "Write the postcode"),
        ({"at": "address", "postcode": "M99 9ZZ"}, "We do not know the postcode “M99 9ZZ”"),
        ({"at": "address", "postcode": "E1 6AN"}, "E1 6AN is not in Trafford"),
        ({"at": "pin", "point": "here"}, "Press on the map"),
        ({"at": "pin", "point": "51.5, -0.1"}, "That point is not in Trafford"),
        ({"email": "ann"}, "not an e-mail address"),
        ({"website": "http://"}, "not an address of a website"),
        ({"leave_empty": "buy"}, "should stay empty"),
    ],
)
def test_a_mistake_is_explained_at_its_field(client, hall, given, said):
    Postcode.objects.create(code="E16AN", point=Point(-0.07, 51.52, srid=4326))
    answer = client.post("/post/new/", answers(**given))
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    assert "error-summary" in page


def test_two_venues_of_one_name_are_told_apart(client, hall, place):
    other = NodeFactory(place=place, name="Sale Hall", address="9 Other Road")
    page = text(client.post("/post/new/", answers()))
    assert "There are 2 places called “sale hall”" in page
    assert "9 Other Road" in page
    draft = drafted(client, venue_choice=str(other.uuid))
    assert "9 Other Road" in text(client.get(f"/post/check/?draft={draft}"))


def test_a_misspelt_venue_is_offered(client, hall):
    page = text(client.post("/post/new/", answers(venue="Sael Hall")))
    assert "Choose one of these" in page
    assert str(hall.uuid) in page


def test_a_hidden_venue_is_never_offered(client, hall, place):
    NodeFactory(place=place, name="Refuge House", visibility="members")
    assert "There is no “Refuge House”" in text(client.post("/post/new/", answers(venue="Refuge House")))
    assert "Refuge" not in text(client.get("/post/suggest/?what=venue&place=trafford&q=refuge"))


def test_a_postcode_in_any_spelling_is_enough(client, hall):
    Postcode.objects.create(code="M337SL", point=Point(-2.32, 53.42, srid=4326))
    client.force_login(UserFactory())
    client.post("/post/new/", answers(at="address", postcode="m33 7sl", address="The Square"))
    client.post("/post/send/")
    listing = Listing.objects.get()
    assert (listing.postcode, listing.location_source) == ("M33 7SL", "postcode")
    assert listing.address == "The Square"


def test_online_needs_no_address(client, hall):
    client.force_login(UserFactory())
    client.post("/post/new/", answers(at="online"))
    client.post("/post/send/")
    listing = Listing.objects.get()
    assert listing.online
    assert listing.location is None


def test_a_group_on_the_map_is_recognised_by_its_name(client, hall, place):
    group = OrganisationFactory(place=place, name="Sale Movers")
    client.force_login(UserFactory())
    client.post("/post/new/", answers(organisation_name="sale movers"))
    client.post("/post/send/")
    assert Listing.objects.get().organiser_id == group.pk


def test_suggestions_are_options_of_this_place(client, hall):
    PlaceFactory(slug="stretford", name="Stretford", code="E1")
    page = text(client.get("/post/suggest/?what=venue&place=trafford&q=hall"))
    assert f'value="Sale Hall" data-uuid="{hall.uuid}"' in page
    assert "Sale Hall" not in text(client.get("/post/suggest/?what=organisation&place=trafford&q=hall"))
    for query in ("what=venue", "what=x&place=trafford", "what=venue&place=nowhere"):
        assert client.get(f"/post/suggest/?{query}").status_code == 400


def test_suggestions_take_a_fixed_number_of_queries(client, hall, place, django_assert_max_num_queries):
    for number in range(20):
        NodeFactory(place=place, name=f"Hall {number}")
    with django_assert_max_num_queries(2):
        page = text(client.get("/post/suggest/?what=venue&place=trafford&q=hall"))
    assert page.count("<option") == 8


# --- who may change it


def edit_status(user, listing):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(f"/post/{listing.uuid}/edit/").status_code


def test_who_may_open_the_edit_page(place, hall):
    group = OrganisationFactory(place=place)
    poster = UserFactory()
    listing = post(place, poster, organiser=group)
    roles = {
        "anonymous": (None, 302),
        "stranger": (UserFactory(), 404),
        "viewer": (MembershipFactory(organisation=group, role=MembershipRole.VIEWER).user, 404),
        "teammate": (MembershipFactory(organisation=group, role=MembershipRole.EDITOR).user, 200),
        "owner": (MembershipFactory(organisation=group, role=MembershipRole.OWNER).user, 200),
        "poster": (poster, 200),
        "member of the place": (PlaceRoleFactory(place=place, role="member").user, 404),
        "steward": (PlaceRoleFactory(place=place).user, 200),
        "steward of another": (
            PlaceRoleFactory(place=PlaceFactory(slug="other", name="Other", code="")).user,
            404,
        ),
        "superuser": (UserFactory(is_superuser=True), 200),
    }
    assert {name: edit_status(user, listing) for name, (user, _) in roles.items()} == {
        name: status for name, (_, status) in roles.items()
    }
    listings.approve(actor=Actor.command("test"), listing=listing)
    assert edit_status(poster, listing) == 200
    assert edit_status(roles["owner"][0], listing) == 200


def test_the_thank_you_page_is_for_its_poster_only(place, hall, client):
    listing = post(place)
    assert client.get(f"/post/sent/{listing.uuid}/").status_code == 404
    client.force_login(UserFactory())
    assert client.get(f"/post/sent/{listing.uuid}/").status_code == 404
    client.force_login(listing.posted_by)
    assert client.get(f"/post/sent/{listing.uuid}/").status_code == 200


def test_an_edit_starts_from_what_there_is_and_keeps_the_rest(client, place, hall):
    client.force_login(UserFactory())
    client.post("/post/new/", answers())
    client.post("/post/send/")
    listing = Listing.objects.get()
    page = client.get(f"/post/{listing.uuid}/edit/")
    initial = page.context["form"].initial
    answer = client.post(f"/post/{listing.uuid}/edit/", {**initial, "place": "trafford", "cost": "£2"})
    assert answer["Location"] == "/post/"
    after = Listing.objects.get()
    assert after.cost == "£2"
    same = ("name", "schedule", "venue_id", "category_id")
    assert [getattr(after, name) for name in same] == [getattr(listing, name) for name in same]


def test_a_reason_is_shown_where_it_is_needed(client, place, hall):
    listing = post(place)
    listings.reject(actor=Actor.command("test"), listing=listing, reason="Which hall?")
    client.force_login(listing.posted_by)
    assert "Which hall?" in text(client.get("/post/"))
    assert "Which hall?" in text(client.get(f"/post/{listing.uuid}/edit/"))


def test_two_who_edit_at_once_are_told(client, place, hall):
    listing = post(place)
    client.force_login(listing.posted_by)
    page = text(client.get(f"/post/{listing.uuid}/edit/"))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    steward = PlaceRoleFactory(place=place).user
    listings.edit(actor=Actor.of(steward), user=steward, listing=listing, details=some_details(cost="Free"))
    answer = client.post(f"/post/{listing.uuid}/edit/", answers(name="Tea and cake", seen=seen))
    assert answer.status_code == 409
    assert "Somebody changed “Tea dance” since you opened it" in text(answer)
    assert 'value="Tea and cake"' in text(answer)
    assert Listing.objects.get().cost == "Free"
    newer = re.search(r'name="seen" value="([^"]+)"', text(answer))[1]
    assert client.post(f"/post/{listing.uuid}/edit/", answers(name="Tea and cake", seen=newer)).status_code == 302


def test_what_may_be_there_already_is_shown_before_sending(client, place, hall):
    live = listings.approve(actor=Actor.command("test"), listing=post(place, name="The tea dance"))
    post(place, name="Tea dance of somebody else")
    page = text(client.get(f"/post/check/?draft={drafted(client)}"))
    assert "Is it one of these?" in page
    assert live.get_absolute_url() in page
    assert "somebody else" not in page
    assert "Is it one of these?" not in text(client.get(f"/post/check/?draft={drafted(client, name='Chess')}"))
