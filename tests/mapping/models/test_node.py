"""What a node may and may not be, and who sees it."""

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from mapping.models import PUBLIC, LocationPrecision, LocationSource, Node, NodeState, Viewer, Visibility
from tests.factories import NodeFactory, OrganisationFactory, PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"kind": "ghost"},
        {"state": "lost"},
        {"visibility": "secret"},
        {"visibility": Visibility.GROUP, "group": None},
        {"location_source": LocationSource.POSTCODE, "location_precision": LocationPrecision.EXACT},
        {"location": None, "location_source": LocationSource.EXACT},
        {"location_source": ""},
    ],
    ids=lambda bad: "-".join(bad),
)
def test_the_database_refuses_a_broken_node(bad):
    with pytest.raises(IntegrityError), transaction.atomic():
        NodeFactory(**bad)


@pytest.mark.parametrize(
    ("precision", "moved"),
    [
        (LocationPrecision.EXACT, False),
        (LocationPrecision.STREET, True),
        (LocationPrecision.POSTCODE, True),
        (LocationPrecision.AREA, True),
    ],
)
def test_the_database_coarsens_the_public_point(precision, moved):
    node = NodeFactory(location=Point(-2.32123, 53.42456, srid=4326), location_precision=precision)
    node.refresh_from_db()
    assert (node.public_point.coords != node.location.coords) is moved
    assert node.point_3857.srid == 3857
    # 0.01 of a degree is about 1.1 km: never further away than that.
    assert node.public_point.distance(node.location) < 0.01


def test_a_postcode_centre_stays_where_it_is():
    node = NodeFactory(
        location=Point(-2.32123, 53.42456, srid=4326),
        location_source=LocationSource.POSTCODE,
        location_precision=LocationPrecision.POSTCODE,
    )
    node.refresh_from_db()
    assert node.public_point.coords == node.location.coords


def test_visible_to_hides_what_it_must():
    place = PlaceFactory()
    group = OrganisationFactory(place=place)
    public = NodeFactory(place=place)
    members = NodeFactory(place=place, visibility=Visibility.MEMBERS)
    grouped = NodeFactory(place=place, visibility=Visibility.GROUP, group=group)
    for state in (NodeState.DRAFT, NodeState.PENDING, NodeState.ARCHIVED):
        NodeFactory(place=place, state=state)

    def seen(viewer):
        return set(Node.objects.exclude(pk=group.pk).visible_to(viewer))

    assert seen(PUBLIC) == {public}
    assert seen(Viewer(user_id=1)) == {public}
    assert seen(Viewer(user_id=1, place_ids=frozenset({place.pk}))) == {public, members}
    assert seen(Viewer(user_id=1, group_ids=frozenset({group.pk}))) == {public, grouped}
    assert seen(Viewer(user_id=1, place_ids=frozenset({place.pk + 1}))) == {public}
    assert seen(Viewer(user_id=1, sees_everything=True)) == {public, members, grouped}
