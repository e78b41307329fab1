"""Places in the open data API."""

import datetime

import pytest

from mapping.models import Revision
from tests.factories import PlaceFactory

from .geojson import valid

pytestmark = pytest.mark.django_db
PLACES = "/api/v1/places"


def test_places_have_boundaries_and_homes_have_revisions(client, place):
    body = client.get(PLACES).json()
    valid(body)
    [feature] = body["features"]
    assert feature["properties"]["revision"] == Revision.objects.get().number
    assert client.get(f"{PLACES}/trafford").json() == feature


def test_replaced_boundaries_are_not_listed(client, place):
    place.superseded_at = datetime.date(2026, 1, 1)
    place.save()
    assert client.get(PLACES).json()["numberMatched"] == 0


def test_places_are_chosen_by_kind_and_home(client, place):
    assert client.get(PLACES, {"kind": "ward"}).json()["numberMatched"] == 0
    assert client.get(PLACES, {"kind": "district", "home": "true"}).json()["numberMatched"] == 1


def test_the_number_of_queries_does_not_grow(client, place, django_assert_num_queries):
    for number in range(6):
        PlaceFactory(slug=f"ward-{number}", code=f"E{number}", is_home=False, parent=place)
    with django_assert_num_queries(3):
        assert client.get(PLACES).json()["numberReturned"] == 7
