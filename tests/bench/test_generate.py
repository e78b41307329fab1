"""The benchmark's generator: the same rows for the same seed, in the shape that it says. Nothing here is timed."""

from __future__ import annotations

import csv
import re

import pytest
from django.contrib.gis.db.models import Extent
from django.db.models import Count

from bench.generate import CATEGORIES, COUNTRY, TOWN, generate
from bench.load import Load
from bench.measure_files import write_table
from bench.report import Row, table
from listings.models import Organisation
from mapping.models import PUBLIC, LocationPrecision, Node, NodeKind, OpeningHours, Place

pytestmark = pytest.mark.django_db

NODES = 2_000


def made() -> list[tuple]:
    return list(Node.objects.order_by("uuid").values_list("uuid", "name", "location", "category__slug", "state"))


def test_the_same_seed_makes_the_same_nodes():
    generate(300, seed=5)
    first = made()
    OpeningHours.objects.all().delete()
    Node.objects.all().delete()
    generate(300, seed=5)
    assert made() == first
    OpeningHours.objects.all().delete()
    Node.objects.all().delete()
    generate(300, seed=6)
    assert made() != first


def test_the_nodes_have_the_shape_that_is_documented():
    said = []
    result = generate(NODES, say=said.append)
    nodes = Node.objects.all()
    assert nodes.count() == result.nodes == NODES
    assert said == ["2,000 of 2,000 nodes"]
    public = Node.objects.visible_to(PUBLIC).count()
    assert public == result.public and 0.96 < public / NODES < 0.995
    organisations = nodes.filter(kind=NodeKind.ORGANISATION).count()
    assert organisations == Organisation.objects.count() and 0.15 < organisations / NODES < 0.25
    assert 0.2 < OpeningHours.objects.values("node").distinct().count() / NODES < 0.4
    assert 0.02 < nodes.filter(location_precision=LocationPrecision.AREA).count() / NODES < 0.06
    assert set(nodes.values_list("category__group", flat=True)) == set(CATEGORIES)
    west, south, east, north = nodes.aggregate(box=Extent("location"))["box"]
    assert COUNTRY.box[0] - 1 < west < east < COUNTRY.box[2] + 1
    assert COUNTRY.box[1] - 1 < south < north < COUNTRY.box[3] + 1
    sizes = nodes.values("category").annotate(n=Count("pk")).order_by("-n")
    assert sizes[0]["n"] > 2 * sizes[len(sizes) - 1]["n"], "a few categories hold most"


def test_a_town_lies_in_its_box():
    generate(500, country=TOWN)
    inside = Node.objects.filter(location__within=Place.objects.get(slug="bench").boundary).count()
    assert inside > 400


def test_a_place_with_nodes_is_left_alone():
    generate(10)
    with pytest.raises(ValueError, match="has nodes already"):
        generate(10)


def test_the_table_to_import_repeats_some_names(tmp_path):
    path = tmp_path / "table.csv"
    write_table(path, 500)
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert len(rows) == 500 and len({row["id"] for row in rows}) == 500
    assert all(re.fullmatch(r"5\d\.\d{6}", row["latitude"]) for row in rows)
    write_table(tmp_path / "again.csv", 500)
    assert (tmp_path / "again.csv").read_text() == path.read_text()


def test_the_report_says_what_is_missed():
    said = table([Row("a tile", ">= 10x", "5x", met=False), Row("a page", note="not measured here")])
    assert "| a tile | >= 10x | 5x       |" in said and "NO" in said
    assert "- a page: not measured here" in said


def test_a_load_is_summed_up():
    found = Load(2.0, [0.001] * 95 + [0.1] * 5, failures=0, bytes_read=10)
    assert found.rate == 50
    assert found.median == 0.001 and found.percentile(0.95) == 0.1
