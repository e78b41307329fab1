"""Where a record stands on the ladder, in one word, and as a group's own page says it."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from listings.commands import freshness
from listings.freshness import health
from listings.freshness.health import Standing
from listings.models import ListingKind, Reminder
from mapping.commands import publication
from mapping.models import ConfirmedBy, NodeState, Visibility
from tests.factories import ListingFactory, OrganisationFactory, PlaceRoleFactory
from tests.listings.freshness.asking import JOB, aged, ask, at_noon
from tests.listings.groups.people import member, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(place):
    return OrganisationFactory(place=place, name="Sale Choir")


@pytest.fixture
def owner(group):
    return member(group, email="ann@example.org")


def service(organiser, days: int, **more):
    return aged(
        ListingFactory(place=organiser.place, organiser=organiser, listing_kind=ListingKind.SERVICE, **more), days
    )


def of(listing) -> Standing | None:
    listing.refresh_from_db()
    return health.standings([listing], timezone.now()).get(listing.pk)


def test_it_follows_the_ladder_from_rung_to_rung(group, owner):
    listing = service(group, days=303)
    assert of(listing) == Standing.FRESH
    # Months 10, 11 and 12: due to be asked, whether or not a letter has gone out.
    aged(listing, days=305)
    assert of(listing) == Standing.TO_CONFIRM
    assert ask() == 1
    assert of(listing) == Standing.TO_CONFIRM
    freshness.confirm(actor=JOB, node=listing, by=ConfirmedBy.GROUP)
    assert of(listing) == Standing.FRESH
    freshness.fade(actor=JOB, node=listing)
    assert of(listing) == Standing.FADING
    freshness.rest(actor=JOB, node=listing, reason="Nobody has confirmed it.")
    assert of(listing) == Standing.ARCHIVED


def test_what_has_an_end_of_its_own_is_never_to_confirm(group):
    offer = service(group, days=2000, expires_at=timezone.now() + datetime.timedelta(days=5))
    assert of(offer) == Standing.FRESH


def test_what_was_asked_and_not_answered_is_to_confirm_whatever_the_season(group, owner):
    listing = service(group, days=100)
    assert of(listing) == Standing.FRESH
    Reminder.objects.create(node=listing, since=listing.confirmed_at, due=timezone.now(), email=owner.email, step=1)
    assert of(listing) == Standing.TO_CONFIRM
    # Of an earlier confirmation nothing is open.
    Reminder.objects.update(since=listing.confirmed_at - datetime.timedelta(days=1))
    assert of(listing) == Standing.FRESH


def test_what_waits_for_a_steward_stands_nowhere_yet(group):
    assert of(service(group, days=900, state=NodeState.PENDING)) is None


def chips(page: str) -> dict[str, str]:
    """The word beside each name."""
    of_one = r'posting__name">(?:<a[^>]*>)?([^<]+)<.*?data-standing="[a-z-]+">([^<]+)<'
    return dict(re.findall(of_one, page, re.DOTALL))


@pytest.fixture
def four(group):
    made = {
        "Fresh one": service(group, 1, name="Fresh one"),
        "Old one": service(group, 320, name="Old one"),
        "Faded one": service(group, 400, name="Faded one"),
        "Resting one": service(group, 500, name="Resting one"),
    }
    freshness.fade(actor=JOB, node=made["Faded one"])
    freshness.fade(actor=JOB, node=made["Resting one"])
    freshness.rest(actor=JOB, node=made["Resting one"], reason="Nobody has confirmed it since May.")
    return made


def url(group) -> str:
    return f"/groups/{group.uuid}/"


def test_the_groups_page_says_it_in_words(group, owner, four):
    page = signed_in(owner).get(url(group)).content.decode()
    assert chips(page) == {
        "Fresh one": "Fresh", "Old one": "To confirm", "Faded one": "Fading", "Resting one": "In the archive",
    }  # fmt: skip
    # A button for each of the two that are asked about, a way back for the one that rests.
    assert page.count("Still true<span") == 2
    assert f"/node/{four['Resting one'].uuid}/publication/" in page
    assert signed_in(owner).get(f"/node/{four['Resting one'].uuid}/publication/").status_code == 200


@pytest.mark.parametrize(("role", "by"), [("owner", "group"), ("editor", "group"), ("steward", "steward")])
def test_who_may_says_that_it_is_still_true(group, four, place, role, by):
    user = PlaceRoleFactory(place=place).user if role == "steward" else member(group, role)
    client = signed_in(user)
    assert client.get(url(group)).content.decode().count("Still true<span") == 2
    answer = client.post(url(group), {"node": str(four["Faded one"].uuid)}, follow=True)
    assert "“Faded one” is confirmed." in answer.content.decode()
    assert of(four["Faded one"]) == Standing.FRESH and four["Faded one"].confirmed_by == by
    assert chips(answer.content.decode())["Faded one"] == "Fresh"


def test_a_viewer_and_a_stranger_may_not(group, four):
    stranger = member(OrganisationFactory(place=group.place, name="Another"))
    for user in (member(group, "viewer"), stranger):
        assert signed_in(user).post(url(group), {"node": str(four["Faded one"].uuid)}).status_code == 404
    assert "Still true" not in signed_in(member(group, "viewer")).get(url(group)).content.decode()
    assert of(four["Faded one"]) == Standing.FADING


def test_only_what_is_the_groups_and_on_the_map_is_confirmed_there(group, owner, four, place):
    other = aged(ListingFactory(place=place, name="Not ours", listing_kind=ListingKind.SERVICE))
    before = other.confirmed_at
    for node in (str(other.uuid), str(four["Resting one"].uuid), "nonsense", ""):
        assert signed_in(owner).post(url(group), {"node": node}).status_code == 404
    assert of(four["Resting one"]) == Standing.ARCHIVED
    other.refresh_from_db()
    assert other.confirmed_at == before


def test_a_steward_neither_sees_nor_confirms_what_is_for_members_alone(group, place):
    hidden = service(group, 400, name="Key holders", visibility=Visibility.GROUP, group=group)
    client = signed_in(PlaceRoleFactory(place=place).user)
    assert "Key holders" not in client.get(url(group)).content.decode()
    assert client.post(url(group), {"node": str(hidden.uuid)}).status_code == 404


def test_what_somebody_took_off_is_there_and_what_was_never_on_it_is_not(group, owner):
    publication.unpublish(actor=JOB, node=service(group, 1, name="Closed"), reason="It closed.", by_steward=True)
    service(group, 1, name="Never", state=NodeState.ARCHIVED)
    page = signed_in(owner).get(url(group)).content.decode()
    assert "Closed" in page and "Never" not in page


def test_a_page_costs_the_same_however_much_is_asked(group, owner, django_assert_max_num_queries):
    for n in range(15):
        service(group, 400, name=f"Thing {n}")
    assert ask(at_noon()) == 1
    client = signed_in(owner)
    client.get(url(group))
    with django_assert_max_num_queries(31):
        client.get(url(group))
