"""Plans of what a member of groups is shown, over many nodes: what is shared is read once, from its index."""

from __future__ import annotations

import pytest
from django.db import connection

from listings.models import Listing
from mapping.models import Node, Viewer
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

# Every tenth is for one of fifty groups only.
ROWS = """
SELECT set_config('hereabouts.loosens', 'on', true);
INSERT INTO mapping_node (uuid, place_id, kind, name, other_names, summary, location, location_source,
    location_precision, address, postcode, phone, email, website, hours_text, step_free, facts, visibility, group_id,
    state, created_at, updated_at, search_extra, hire_rate, hire_booking)
SELECT gen_random_uuid(), %(place)s, 'asset', 'Node ' || n, '{}', '', ST_SetSRID(ST_MakePoint(-2.4 + n %% 500 * 0.0003,
    53.4 + n / 500 * 0.0003), 4326), 'exact', 'exact', '', '', '', '', '', '', '', '{}',
    CASE WHEN n %% 10 = 0 THEN 'group' ELSE 'public' END,
    CASE WHEN n %% 10 = 0 THEN (%(groups)s::bigint[])[1 + n / 10 %% 50] END, 'live', now(), now(), '', '', ''
FROM generate_series(1, %(number)s) AS n;
INSERT INTO mapping_nodeshare (uuid, node_id, group_id, offered_at, accepted_at)
SELECT gen_random_uuid(), id, (%(groups)s::bigint[])[1 + id %% 50], now(), now()
FROM mapping_node WHERE visibility = 'group' AND group_id <> (%(groups)s::bigint[])[1 + id %% 50];
SELECT set_config('hereabouts.loosens', 'off', true);
ANALYZE mapping_node; ANALYZE mapping_nodeshare;
"""


@pytest.fixture
def crowd(place):
    """Thirty thousand nodes, three thousand of them for groups and shared; the viewer is in three groups of fifty."""
    groups = [OrganisationFactory(place=place).pk for _ in range(50)]
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"place": place.pk, "groups": groups, "number": 30_000})
    return Viewer(user_id=1, group_ids=frozenset(groups[:3]))


def test_what_is_shared_is_read_from_its_index(crowd, place):
    for rows in (
        Node.objects.visible_to(crowd).filter(place=place).order_by("name", "pk")[:20],
        Node.objects.visible_to(crowd).filter(pk__in=range(1, 50)),
        Node.objects.visible_to(crowd).order_by("pk")[:20],
        Listing.objects.visible_to(crowd).order_by("pk")[:20],
    ):
        told = rows.explain()
        assert "hashed SubPlan" in told, told
        # Whichever of the two that begin with the group.
        assert "node_share_accepted" in told or "mapping_nodeshare_group_id" in told, told
        assert "Seq Scan on mapping_nodeshare" not in told, told


def test_a_search_on_the_ground_still_goes_by_the_ground(crowd):
    from django.contrib.gis.geos import Polygon

    small = Polygon.from_bbox((-2.35, 53.41, -2.349, 53.411))
    small.srid = 4326
    told = Node.objects.visible_to(crowd).filter(public_point__coveredby=small).explain()
    assert "node_public_point" in told and "Seq Scan on mapping_node " not in told, told
