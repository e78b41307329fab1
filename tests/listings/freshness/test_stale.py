"""What nobody answers for: fading, the steward's list, the figure of a place, the filter."""

from __future__ import annotations

import uuid

import pytest
from django.test import RequestFactory

from cms.commands import ensure_pages
from listings.commands import freshness
from listings.freshness.survey import survey
from listings.models import Listing, ListingKind, Reminder
from mapping.models import ConfirmedBy
from tests.factories import ListingFactory, NodeFactory, OrganisationFactory, PlaceRoleFactory, UserFactory
from tests.listings.freshness.asking import JOB, aged, at_noon

pytestmark = pytest.mark.django_db


def test_open_data_without_an_owner_is_neither_asked_nor_faded(place):
    asset = aged(NodeFactory(place=place), days=2000)
    nobody = aged(OrganisationFactory(place=place), days=2000)
    survey(JOB, at_noon())
    assert not Reminder.objects.exists()
    for it in (asset, nobody):
        it.refresh_from_db()
        assert it.fading_since is None


def test_the_steward_sees_what_nobody_answers_for_and_confirms_several(client, place):
    from listings.freshness.stale import waiting

    left = aged(ListingFactory(place=place, listing_kind=ListingKind.SERVICE, name="Left alone"))
    faded = aged(ListingFactory(place=place, listing_kind=ListingKind.SERVICE, name="Faded", posted_by=UserFactory()))
    freshness.fade(actor=JOB, node=faded)
    survey(JOB, at_noon())
    steward = PlaceRoleFactory(place=place).user
    found = waiting(steward, 10)
    assert found.number == 2 and {it.title for it in found.items} == {"Left alone", "Faded"}
    assert waiting(UserFactory(), 10).number == 0
    client.force_login(steward)
    page = client.get("/stewards/stale/").content.decode()
    assert "Left alone" in page and "Faded" in page
    assert client.post("/stewards/stale/", {}).status_code == 422
    assert client.post("/stewards/stale/", {"node": ["nonsense", "\x00"]}).status_code == 422
    answer = client.post(
        "/stewards/stale/", {"node": [str(left.uuid), str(faded.uuid), str(uuid.uuid4())]}, follow=True
    )
    assert "2 are confirmed" in answer.content.decode()
    left.refresh_from_db()
    assert left.confirmed_by == ConfirmedBy.STEWARD
    assert waiting(steward, 10).number == 0 and not Reminder.objects.filter(answered_at=None).exists()


def test_another_places_steward_confirms_nothing_here(client, place, service):
    from tests.factories import PlaceFactory

    freshness.fade(actor=JOB, node=service)
    client.force_login(PlaceRoleFactory(place=PlaceFactory(name="Elsewhere", slug="elsewhere", code="E2")).user)
    assert "Repair advice" not in client.get("/stewards/stale/").content.decode()
    client.post("/stewards/stale/", {"node": str(service.uuid)})
    service.refresh_from_db()
    assert service.fading_since is not None


def test_the_figure_of_a_place(client, place, service):
    from listings.freshness import figure

    ListingFactory(place=place, name="Fresh one")
    figure.count(at_noon())
    told = client.get("/api/v1/places/trafford").json()["properties"]["freshness"]
    assert (told["listings"], told["confirmed_in_time"]) == (2, 1)
    Listing.objects.all().delete()
    figure.count(at_noon())
    assert client.get("/api/v1/places/trafford").json()["properties"]["freshness"] is None


def test_faded_ones_come_last(client, place):
    from mapping import search

    first = ListingFactory(place=place, name="AAA knitting")
    ListingFactory(place=place, name="BBB knitting")
    names = [it.name for it in search.answer({"q": "knitting"}, place).page]
    assert names == ["AAA knitting", "BBB knitting"]
    freshness.fade(actor=JOB, node=first)
    names = [it.name for it in search.answer({"q": "knitting"}, place).page]
    assert names == ["BBB knitting", "AAA knitting"]


def test_the_queue_confirms_several(place, service):
    from listings.freshness.stale import BULK
    from listings.moderation.items import bulk_action

    freshness.fade(actor=JOB, node=service)
    do, request = bulk_action(BULK).do, RequestFactory().post("/")
    request.user = PlaceRoleFactory(place=place).user
    do(request, str(service.uuid))
    service.refresh_from_db()
    assert service.confirmed_by == ConfirmedBy.STEWARD and service.fading_since is None
    for gone in (str(service.uuid), "nonsense"):
        with pytest.raises(freshness.AnswerRefused):
            do(request, gone)


def test_confirmed_lately_is_a_filter(client, place, service):
    from mapping import search

    ensure_pages(place, JOB)
    fresh = freshness.confirm(actor=JOB, node=ListingFactory(name="Fresh", place=place), by=ConfirmedBy.GROUP)
    faded = freshness.confirm(actor=JOB, node=ListingFactory(name="Faded", place=place), by=ConfirmedBy.GROUP)
    freshness.fade(actor=JOB, node=faded)
    found = search.answer({"confirmed": "1"}, place)
    assert [it.pk for it in found.page] == [fresh.pk]
    assert found.query.query_string == "confirmed=1" and found.filters_chosen == 1
    page = client.get("/trafford/list/?confirmed=1").content.decode()
    assert "confirmed in the last six months" in page and "Repair advice" not in page
    assert "In the last six months" in client.get("/trafford/list/").content.decode()
    assert client.get("/api/v1/nodes?place=trafford&confirmed=1").json()["numberMatched"] == 1
    assert client.get("/api/v1/nodes?confirmed=maybe").status_code == 400
