"""Places side by side: what is counted, what is left out, what nobody may learn from it."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.test import Client

from cms.commands import ensure_pages
from mapping.models import Actor, NodeState, PlaceKind, Revision, Visibility
from mapping.network.comparison import description
from mapping.network.comparison import table as comparison_table
from mapping.network.comparison.table import Row, Table
from tests.factories import ConnectionFactory, NodeFactory, OrganisationFactory, PlaceFactory, StatementFactory

pytestmark = pytest.mark.django_db
URL = "/trafford/network/compare/"


def ward(place, name: str, west: float):
    return PlaceFactory(
        name=name,
        slug=name.lower(),
        code=name,
        kind=PlaceKind.WARD,
        release=datetime.date(2023, 5, 1),
        boundary=MultiPolygon(Polygon.from_bbox((west, 53.40, west + 0.05, 53.45)), srid=4326),
        parent=place,
        is_home=False,
    )


def group(place, west: float, **values):
    return OrganisationFactory(place=place, location=Point(west + 0.02, 53.42, srid=4326), **values)


@pytest.fixture
def wards(place):
    """West has six groups in a ring, East seven of which two are tied, with a thing each."""
    ensure_pages(place, Actor.command("test"))
    west, east = ward(place, "West", -2.40), ward(place, "East", -2.30)
    ring = [group(place, -2.40) for _ in range(6)]
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        StatementFactory(connection=ConnectionFactory(source=one, target=other))
    rest = [group(place, -2.30) for _ in range(12)]
    for other in rest[:6]:
        StatementFactory(connection=ConnectionFactory(source=ring[0], target=other))
    Revision.objects.raise_for([place])
    return west, east


def rows(place, kind="ward") -> dict[str, Row]:
    return {it.name: it for it in comparison_table.compare(place, kind).rows}


def test_each_part_is_measured_by_what_lies_within_it(wards, place):
    found = rows(place)
    assert found["West"].counts == (6,)
    assert found["East"].counts == (12,)
    # Six in a ring, one of them with six more.
    assert found["West"].each == pytest.approx((12 + 6) / 6)
    assert found["West"].density == pytest.approx(6 / 15)
    assert found["West"].outward == pytest.approx(6 / 12)
    assert found["East"].outward == 1.0
    assert found["East"].unconnected == pytest.approx(0.5)


def test_small_numbers_are_left_out_and_cannot_be_worked_out(wards, place):
    for _ in range(3):
        NodeFactory(place=place, location=Point(-2.38, 53.42, srid=4326))
    for _ in range(9):
        NodeFactory(place=place, location=Point(-2.28, 53.42, srid=4326))
    Revision.objects.raise_for([place])
    table = comparison_table.compare(place, "ward")
    cells = [[*it.counts, it.total] for it in table.rows] + [[*table.counts, table.total]]
    missing = np.array([[cell is None for cell in row] for row in cells])
    assert missing[[it.name for it in table.rows].index("West"), 1]
    assert 1 not in missing.sum(axis=0)
    assert 1 not in missing.sum(axis=1)
    text = Client().get(URL).content.decode()
    assert "left out" in text
    assert not re.search(r">3\s*<", text)


def test_nothing_is_told_of_an_area_with_few(place):
    ensure_pages(place, Actor.command("test"))
    ward(place, "West", -2.40)
    ward(place, "East", -2.30)
    pair = [group(place, -2.40) for _ in range(2)]
    StatementFactory(connection=ConnectionFactory(source=pair[0], target=pair[1]))
    for _ in range(9):
        group(place, -2.30)
    Revision.objects.raise_for([place])
    west = rows(place)["West"]
    assert (west.counts, west.total) == ((None,), None)
    assert (west.each, west.density, west.unconnected, west.outward) == (None, None, None, None)


@pytest.mark.parametrize(
    "hidden", [{"visibility": Visibility.MEMBERS}, {"state": NodeState.DRAFT}], ids=["members", "draft"]
)
def test_only_what_everybody_may_see_is_counted_whoever_asks(wards, place, hidden, admin_client):
    for _ in range(20):
        group(place, -2.30, **hidden)
    Revision.objects.raise_for([place])
    assert rows(place)["East"].counts == (12,)
    assert re.search(r">12\s*<", admin_client.get(URL).content.decode())


def test_home_places_of_one_kind_are_put_side_by_side(wards, place):
    other = PlaceFactory(slug="stockport", name="Stockport", code="E08000007")
    for _ in range(5):
        group(other, -2.15)
    Revision.objects.raise_for([other])
    assert comparison_table.kinds_of(place)[0] == place.kind
    found = rows(place, place.kind)
    assert (found["Trafford"].is_here, found["Trafford"].counts) == (True, (18,))
    assert (found["Stockport"].is_here, found["Stockport"].counts) == (False, (5,))
    assert found["Stockport"].unconnected == 1.0


def test_a_place_without_parts_or_peers_says_so(place):
    ensure_pages(place, Actor.command("test"))
    assert comparison_table.kinds_of(place) == []
    assert "nothing to put beside" in Client().get(URL).content.decode()


def test_an_unknown_kind_is_told_and_the_usual_shown(wards, place):
    text = Client().get(f"{URL}?by=galaxy").content.decode()
    assert "There are no such areas" in text
    assert "East" in text


def row(name: str, **measures) -> Row:
    values = {"each": None, "density": None, "unconnected": None, "outward": None} | measures
    return Row(name=name, is_here=False, counts=(), total=None, **values)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([], []),
        ([row("A", each=2.0)], []),
        ([row("A", each=2.0), row("B")], []),
        ([row("A", each=2.0), row("B", each=2.01)], []),
        (
            [row("A", each=2.0), row("B", each=3.0), row("C")],
            [
                "In B those who are connected have most connections each: 3.0 on average. Fewest have those in A: 2.0. "
                "(Of 2 that are told of.)"
            ],
        ),
        (
            [row("A", each=2.0), row("B", each=3.0), row("C", each=3.04), *(row(n, each=1.0) for n in "DEFG")],
            [
                "In B and C those who are connected have most connections each: 3.0 on average. Fewest have those in 4 "
                "of them: 1.0. (Of 7 that are told of.)"
            ],
        ),
    ],
    ids=["none", "one", "one-told", "alike", "two", "alike-at-the-ends"],
)
def test_what_is_said_is_true_of_none_one_and_many(found, told):
    assert description.findings(Table("ward", (), found)) == told


def test_it_takes_as_many_queries_for_many_as_for_few(wards, place, django_assert_max_num_queries):
    for number in range(10):
        ward(place, f"W{number}", -2.40)
    Revision.objects.raise_for([place])
    with django_assert_max_num_queries(30):
        Client().get(URL)
