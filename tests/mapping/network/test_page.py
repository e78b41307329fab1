"""The network page: what its form holds, where it leads, how much it asks of the database."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection as database
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from mapping.models import PUBLIC, ConnectionType, Node, SourceRecord
from mapping.network import page
from mapping.network.paths import question
from mapping.network.view import labels
from mapping.network.view.state import COLOURS, SIZES, NetworkView
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    SourceFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place):
    """A council that funds two groups, one of which uses a hall."""
    funds = ConnectionType.objects.filter(slug="funds").first() or ConnectionTypeFactory(slug="funds", forward="funds")
    uses = ConnectionTypeFactory(slug="uses", forward="uses", reverse="is used by")
    council, one, two, hall = (
        *(OrganisationFactory(place=place, name=name) for name in ("Council", "One", "Two")),
        NodeFactory(place=place, name="Hall"),
    )
    for source, target, kind in ((council, one, funds), (council, two, funds), (two, hall, uses)):
        StatementFactory(connection=ConnectionFactory(source=source, target=target, type=kind))
    return place


def stage(place, **state) -> page.Stage:
    found = page.draw(place, PUBLIC, NetworkView(**state))
    assert found is not None
    return found


def shown(found: page.Stage) -> list:
    """Everything that the template asks of it."""
    return [found.picture, found.words, found.scenarios, found.types, found.kinds, found.lines, found.name_sizes]


def test_a_place_without_connections_has_no_picture(place):
    assert page.draw(place, PUBLIC, NetworkView()) is None


def test_every_colour_and_size_is_offered_and_explained(town):
    found = stage(town, colour="community", size="constraint")
    assert [it["value"] for it in found.colours] == list(COLOURS)
    assert [it["value"] for it in found.sizes] == list(SIZES)
    assert [it["value"] for it in found.colours + found.sizes if it["chosen"]] == ["community", "constraint"]
    assert found.size_means.startswith("The larger a dot")
    explained = labels.words(place="", attribution=[])["explained"]
    assert set(explained["size"]) == set(SIZES)
    assert set(explained["colour"]) == set(COLOURS)


def test_types_and_kinds_are_offered_with_their_numbers(town):
    found = stage(town, types=("uses",))
    assert [(it["value"], it["count"], it["chosen"]) for it in found.types] == [("funds", 2, False), ("uses", 1, True)]
    assert {it["value"]: it["count"] for it in found.kinds} == {"organisation": 3, "asset": 1}


def test_the_panel_that_says_something_is_open(town):
    assert not any(stage(town).open.values())
    assert [name for name, is_open in stage(town, least=3).open.items() if is_open] == ["filters"]


def test_the_form_keeps_what_has_no_control(town):
    found = stage(town, hide=("near",), groups=("faith",), area="1,2;3,4;5,6")
    assert {("hide", "near"), ("group", "faith"), ("area", "1,2;3,4;5,6")} <= set(found.hidden)


def test_a_scenario_of_an_old_address_stays_chosen(town):
    options = [it for _heading, them in stage(town, scenario="category:library").scenarios for it in them]
    assert [it["value"] for it in options if it["chosen"]] == ["category:library"]


def test_the_way_in_the_picture_is_the_one_that_is_told(town):
    nodes = {it.name: it.uuid for it in Node.objects.all()}
    found = stage(town, source=nodes["One"], target=nodes["Hall"])
    told = question.answer(town, PUBLIC, QueryDict(found.view.url("").lstrip("?"))).ways[0]
    bright = {it["name"] for it in found.picture.dots if not it["faded"]}
    assert bright == {stop.name for stop in told.stops} == {"One", "Council", "Two", "Hall"}
    assert [it["count"] for it in found.picture.lines if it["look"] == "marked"] == [3]


def test_data_lies_under_the_revision_that_was_drawn(town):
    found = stage(town)
    revision = found.snapshot.tables["revision"]
    assert found.graph_url == f"/network/{town.slug}.{revision}/graph.bin"
    assert found.counted == "4 nodes, 3 connections shown."


def test_the_words_of_the_script_fill_every_gap_it_knows():
    words = json.dumps(labels.words(place="Sale", attribution=["Data: x."]))
    gaps = set(re.findall(r"\{(\w+)\}", words))
    assert gaps <= {"name", "n", "k", "all", "text", "node", "day", "place"}


def test_whose_data_it_is_is_told_with_licences(town):
    (line,) = stage(town).words["attribution"]
    assert line.startswith("Data: ")
    assert "OpenStreetMap" not in line
    osm = SourceFactory(slug="a-town", title="A town", licence="ODbL-1.0", attribution="© OpenStreetMap contributors")
    SourceRecord.objects.create(source=osm, node=Node.objects.filter(place=town).first(), key="node/1", digest="x")
    (line,) = page._attribution(town, PUBLIC)
    assert "© OpenStreetMap contributors (ODbL-1.0)" in line


def test_the_picture_asks_the_database_little_whatever_its_size(town, django_assert_max_num_queries):
    shown(stage(town))
    with CaptureQueriesContext(database) as few:
        shown(stage(town))
    hub = OrganisationFactory(place=town, name="Hub")
    kind = ConnectionType.objects.get(slug="uses")
    for number in range(12):
        other = OrganisationFactory(place=town, name=f"Group {number}")
        StatementFactory(connection=ConnectionFactory(source=hub, target=other, type=kind))
    stage(town)
    with django_assert_max_num_queries(len(few) + 1):
        shown(stage(town))
