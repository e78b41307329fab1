"""Who is near whom depends on how dense it is there, and on what the public may know."""

from __future__ import annotations

import pytest
from django.db import connection

from mapping.derivation import near, pairs
from mapping.models import LocationPrecision, LocationSource, NodeKind

pytestmark = pytest.mark.django_db


def test_two_alone_in_the_country_are_near_at_half_a_kilometre(town):
    town.node("Farm", at=(0, 0))
    town.node("Mill", at=(500, 0))
    town.derive()
    assert town.derived() == {("Farm", "Mill"): "About 500 metres apart."}


def test_in_a_centre_half_a_kilometre_is_far(town):
    for n in range(6):
        town.node(f"A{n}", at=(n * 20, 0))
        town.node(f"B{n}", at=(n * 20 + 500, 0))
    town.derive()
    assert town.derived()
    assert all(one[0] == other[0] for one, other in town.derived())


def test_no_one_is_near_beyond_the_most(town):
    town.node("Farm", at=(0, 0))
    town.node("Mill", at=(near.MAX_METRES + 30, 0))
    town.derive()
    assert town.derived() == {}


def test_at_one_point_says_so(town):
    """libpysal 4.14.1 has them as no neighbours (findings/libpysal-one-address-no-neighbours.sh)."""
    town.node("Farm", at=(0, 0))
    town.node("Mill", at=(0, 0))
    town.derive()
    assert town.derived() == {("Farm", "Mill"): "At the same address or postcode."}


def test_things_are_near_nobody(town):
    town.node("Farm", at=(0, 0))
    town.node("Bench", NodeKind.ASSET, at=(20, 0))
    town.derive()
    assert town.derived() == {}


def test_who_may_be_known_to_the_area_alone_is_near_nobody(town):
    town.node("Farm", at=(0, 0))
    town.node("Refuge", at=(20, 0), location_precision=LocationPrecision.AREA)
    town.derive()
    assert town.derived() == {}


def test_distances_are_those_of_the_public_points(town):
    town.node("Farm", at=(0, 0), location_precision=LocationPrecision.POSTCODE, location_source=LocationSource.EXACT)
    town.node("Mill", at=(20, 0), location_precision=LocationPrecision.POSTCODE, location_source=LocationSource.EXACT)
    town.derive()
    assert town.derived() == {("Farm", "Mill"): "At the same address or postcode."}


def test_what_very_many_are_at_says_nothing(town):
    for n in range(near.LISTED + 8):
        town.node(f"Box {n}", at=(0, 0))
    town.derive()
    assert town.derived() == {}


def plan_of(cursor, sql: str, parameters: dict) -> str:
    cursor.execute("EXPLAIN " + sql, parameters)
    return "\n".join(row[0] for row in cursor.fetchall())


def test_the_nearest_are_read_from_an_index_of_the_ground(town):
    nodes = [town.node(f"N{n}", at=(n % 20 * 700, n // 20 * 700)) for n in range(400)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mapping_node")
        pairs.start(cursor)
        near.load(cursor, town.place.pk)
        plan = plan_of(cursor, near.NEAR, near.parameters(3, None, []))
        assert "Index Scan using derive_near_point" in plan
        assert "Order By: (point <-> a" in plan
        asked = {"place": town.place.pk, "nodes": [nodes[0].pk], "points": []}
        assert "Index Scan using node_point_3857" in plan_of(cursor, near.AROUND, asked)
