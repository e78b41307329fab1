"""What lies around a point: the nearest first, whatever it is."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from mapping.models import PUBLIC, Node, NodeState, Viewer, Visibility
from mapping.search import nearest
from tests.factories import NodeFactory

pytestmark = pytest.mark.django_db

LON, LAT = -2.30, 53.44
SIGNED_IN = Viewer(user_id=1, place_ids=frozenset({0}))


def at(name: str, steps: int, **fields) -> Node:
    """A node so many thousandths of a degree to the east."""
    point = Point(LON + steps / 1000, LAT, srid=4326)
    return NodeFactory(name=name, location=point, location_source="exact", **fields)


@pytest.mark.parametrize("viewer", [PUBLIC, SIGNED_IN])
def test_the_nearest_come_first_and_those_as_near_by_name(viewer):
    here = at("Here", 0)
    for name, steps in (("Far", 9), ("C", 2), ("A", 2), ("B", 2), ("Next", 1)):
        at(name, steps)
    found = nearest(LON, LAT, here.pk, viewer, 3)
    assert [it.name for it in found] == ["Next", "A", "B"]
    assert [round(it.distance) for it in found] == [66, 132, 132]


def test_fewer_than_are_asked_for_are_all_found_however_far_away():
    here = at("Here", 0)
    at("Far", 5000)
    assert [it.name for it in nearest(LON, LAT, here.pk, PUBLIC, 3)] == ["Far"]


def test_what_the_reader_may_not_see_is_not_among_them():
    here = at("Here", 0)
    at("Hidden", 1, state=NodeState.ARCHIVED)
    at("For members", 1, visibility=Visibility.MEMBERS)
    at("Shown", 4)
    assert [it.name for it in nearest(LON, LAT, here.pk, PUBLIC, 2)] == ["Shown"]
