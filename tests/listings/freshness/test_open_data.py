"""Open data that nobody looks after and nobody has confirmed for two years: one row a place, and a list."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from listings.freshness import figure
from listings.freshness.open_data import waiting
from mapping.models import ConfirmedBy, Node, PlaceFreshness, Visibility
from tests.factories import (
    ListingFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/stewards/open-data/trafford/"


def aged(node: Node, days: int = 800, **more) -> Node:
    old = timezone.now() - datetime.timedelta(days=days)
    Node.objects.filter(pk=node.pk).update(created_at=old, confirmed_at=None, **more)
    return node


@pytest.fixture
def source(db):
    return SourceFactory()


@pytest.fixture
def old(place, source):
    """Three that count, and one of each sort that does not."""
    counted = [aged(NodeFactory(place=place, source=source, name=f"Old {n}")) for n in range(3)]
    aged(NodeFactory(place=place, source=source, name="Young"), days=700)
    aged(NodeFactory(place=place, name="Typed here", source=None))
    aged(NodeFactory(place=place, source=source, name="Hidden"), visibility=Visibility.MEMBERS)
    aged(NodeFactory(place=place, source=source, name="Fading"), fading_since=timezone.now())
    aged(ListingFactory(place=place, source=source, name="Posted", posted_by=UserFactory()))
    group = OrganisationFactory(place=place, source=source, name="Looked after")
    MembershipFactory(organisation=group)
    aged(group)
    figure.count()
    return counted


def test_one_row_for_each_place_however_many_there_are(place, old, django_assert_max_num_queries):
    steward = PlaceRoleFactory(place=place).user
    with django_assert_max_num_queries(3):
        found = waiting(steward, 10)
    assert found.number == 1
    [row] = found.items
    assert row.title == "3 records from open data have not been confirmed for two years"
    assert row.url == ADDRESS
    elsewhere = PlaceFactory(name="Elsewhere", slug="elsewhere", code="E2")
    assert waiting(PlaceRoleFactory(place=elsewhere).user, 10).number == 0
    assert waiting(UserFactory(), 10).number == 0


def test_several_are_confirmed_from_the_list_and_the_row_counts_down(client, place, old):
    steward = PlaceRoleFactory(place=place).user
    client.force_login(steward)
    page = client.get(ADDRESS).content.decode()
    assert all(f"Old {n}" in page for n in range(3))
    for name in ("Young", "Typed here", "Hidden", "Fading", "Posted", "Looked after"):
        assert name not in page
    other = NodeFactory(place=place, name="Not in the list")
    ticked = [str(old[0].uuid), str(old[1].uuid), str(other.uuid)]
    page = client.post(ADDRESS, {"node": ticked}, follow=True).content.decode()
    assert "2 are confirmed" in page and "Old 0" not in page and "Old 2" in page
    assert Node.objects.get(pk=old[0].pk).confirmed_by == ConfirmedBy.STEWARD
    assert Node.objects.get(pk=other.pk).confirmed_by == ConfirmedBy.NOBODY
    assert PlaceFreshness.objects.get(place=place).long_unconfirmed == 1
    client.post(ADDRESS, {"node": str(old[2].uuid)})
    assert waiting(steward, 10).number == 0


@pytest.mark.parametrize("typed", [{}, {"node": ["nonsense", "\x00"]}, {"after": "-1"}, {"after": "9" * 30}])
def test_nothing_ticked_says_so(client, place, old, typed):
    client.force_login(PlaceRoleFactory(place=place).user)
    answer = client.post(ADDRESS, typed)
    assert answer.status_code == 422 and "Nothing was ticked" in answer.content.decode()


def test_it_is_read_a_page_at_a_time(client, place, old, monkeypatch):
    monkeypatch.setattr("listings.views.freshness.stale.SHOWN", 2)
    client.force_login(PlaceRoleFactory(place=place).user)
    page = client.get(ADDRESS).content.decode()
    assert "Old 2" not in page and f"?after={old[1].pk}" in page
    page = client.get(f"{ADDRESS}?after={old[1].pk}").content.decode()
    assert "Old 2" in page and "Old 1" not in page


def test_another_places_steward_sees_and_confirms_nothing(client, place, old):
    client.force_login(PlaceRoleFactory(place=PlaceFactory(name="Elsewhere", slug="elsewhere", code="E2")).user)
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"node": str(old[0].uuid)}).status_code == 404
    assert Node.objects.get(pk=old[0].pk).confirmed_at is None


def test_the_queue_shows_how_much_of_the_place_is_confirmed(client, place, old):
    from cms.commands import ensure_steward

    steward = ensure_steward("steward@example.org", place)
    client.force_login(steward, backend="django.contrib.auth.backends.ModelBackend")
    page = " ".join(client.get("/admin/queue/").content.decode().split())
    assert "Trafford: of 1 listings, 0 were confirmed in time (0%)." in page
    assert "3 records from open data have not been confirmed for two years" in page
