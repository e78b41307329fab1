"""What lies around a point, read in one statement, is what the query has."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from mapping.models import PUBLIC, Node, NodeState, Viewer, Visibility
from mapping.search import around
from mapping.search.query import Query
from tests.factories import CategoryFactory, NodeFactory

pytestmark = pytest.mark.django_db

NEAR = "53.44,-2.3"


@pytest.fixture
def nodes(place):
    for n in range(12):
        # Several as near as each other.
        location = Point(-2.30 + (n // 3) / 150, 53.44, srid=4326)
        NodeFactory(name=f"Node {n * 7 % 12}", location=location, location_source="exact")
    NodeFactory(name="Hidden", state=NodeState.ARCHIVED, location=Point(-2.30, 53.44, srid=4326))
    NodeFactory(name="For members", visibility=Visibility.MEMBERS, location=Point(-2.30, 53.44, srid=4326))
    over = timezone.now() - timezone.timedelta(hours=1)
    NodeFactory(name="Over", over_at=over, location=Point(-2.30, 53.44, srid=4326))
    NodeFactory(name="Nowhere", location=None)
    return place


@pytest.mark.parametrize(
    "more", [{}, {"limit": 5}, {"limit": 5, "page": 2}, {"limit": 5, "page": 9}, {"within": 500}, {"within": 50_000}]
)
def test_it_is_what_the_query_has(nodes, more):
    query = Query(near=NEAR, **more)
    expected = query.apply(Node.objects.visible_to(PUBLIC), PUBLIC)
    rows = around.page(query, PUBLIC)
    assert [(pk, metres) for _matched, pk, metres in rows] == [(it.pk, it.distance) for it in query.page_of(expected)]
    assert {matched for matched, _pk, _metres in rows} <= {expected.count()}


def test_whatever_else_is_asked_is_left_to_the_query(nodes):
    category = CategoryFactory(slug="park")
    for more in (
        {"place": nodes},
        {"q": "node"},
        {"sort": "name"},
        {"category": (category.slug,)},
        {"confirmed": True},
    ):
        assert around.page(Query(near=NEAR, **more), PUBLIC) is None
    assert around.page(Query(), PUBLIC) is None
    assert around.page(Query(near=NEAR), Viewer(user_id=1, place_ids=frozenset({nodes.pk}))) is None
