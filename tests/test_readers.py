"""What readers give away: every page, tile, file and answer that tells of nodes or connections, asked by a stranger."""

from __future__ import annotations

import re

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from cms.models import TourFinding
from cms.tour_draft import draft_tour
from mapping.models import (
    Actor,
    Connection,
    LocationSource,
    Node,
    NodeShare,
    NodeState,
    Revision,
    SavedView,
    Statement,
    Visibility,
)
from tests.factories import ConnectionFactory, OrganisationFactory, StatementFactory, decided

pytestmark = pytest.mark.django_db

# Everything that reads nodes or connections. Each gives what it says of the place to one who is not signed in.
READERS: dict[str, str] = {
    "place page": "/trafford/",
    "map page": "/trafford/map/",
    "list page": "/trafford/list/",
    "list page, text": "/trafford/list/?q=SECRET",
    "list page, connected": "/trafford/list/?connected={hall}",
    "calendar": "/trafford/calendar/",
    "calendar, text": "/trafford/calendar/?q=SECRET",
    "calendar, month": "/trafford/calendar/?show=month",
    "calendar, week": "/trafford/calendar/sheet/",
    "calendar, file": "/trafford/calendar.ics",
    "calendar of a node": "/node/{node}/calendar/",
    "calendar of a neighbour": "/node/{hall}/calendar/",
    "calendar of a node, file": "/node/{node}/calendar.ics",
    "QR code of a node": "/node/{node}/qr.svg",
    "QR code of a calendar": "/trafford/calendar.svg",
    "network page": "/trafford/network/",
    "network words": "/trafford/network/words/",
    "network table": "/trafford/network/words/?sort=name",
    "network table, file": "/trafford/network/words/table.csv",
    "network walk": "/trafford/network/words/?focus={hall}",
    "network views": "/trafford/network/views/",
    "network view, saved": "/trafford/network/views/who-funds/",
    "network tour": "/trafford/tour/?all=1",
    "network tour, step": "/trafford/tour/?step=1",
    "ways": "/trafford/network/paths/?from={hall}&to={node}&stated=all",
    "ways, by name": "/trafford/network/paths/?from_name=The+hall&to_name=SECRET",
    "network paths, to the group": "/trafford/network/paths/?from_name=The+hall&to_name=The+group",
    "network without": "/trafford/network/without/?without={hall}",
    "what if, by name": "/trafford/network/without/?add_name=SECRET",
    "network without, central": "/trafford/network/without/?scenario=central",
    "network without, area": "/trafford/network/without/?area=-2.5,53.4;-2.3,53.4;-2.3,53.6;-2.5,53.6",
    "network without data": "/network/{revision}/without.json?scenario=central",
    "what if, data of one": "/network/{revision}/without.json?without={node}",
    "ways, data": "/network/{revision}/path.json?from={hall}&to={node}",
    "network gaps": "/trafford/network/gaps/",
    "network side by side": "/trafford/network/compare/",
    "node page": "/node/{node}",
    "page of a neighbour": "/node/{hall}",
    "connection page": "/connections/{connection}/",
    "names as one types": "/connections/suggest/?place=trafford&q=SECRET",
    "search": "/search/?q=SECRET",
    "what words may become": "/trafford/suggestions.html?q=SECRET",
    "tile": "/tiles/{revision}/nodes/14/8082/5299.mvt",
    "tile, far out": "/tiles/{revision}/nodes/6/31/20.mvt",
    "tile of all places": "/tiles/all.{number}/nodes/14/8082/5299.mvt",
    "map script": "/maps/{revision}/explore.js",
    "network, packed": "/network/{revision}/graph.bin",
    "network, names": "/network/{revision}/ids.bin?part=0",
    "map lines": "/maps/{revision}/lines.json",
    "map lines of all sorts": "/maps/{revision}/lines.json?stated=all&bbox=-3,53,-2,54",
    "map lines of a node": "/maps/{revision}/lines.json?node={hall}",
    "map script of a node": "/maps/{revision}/node.js?node={node}",
    "API, nodes": "/api/v1/nodes?limit=1000",
    "API, text": "/api/v1/nodes?q=SECRET",
    "API, connected": "/api/v1/nodes?connected={hall}",
    "API, one node": "/api/v1/nodes/{node}",
    "API, connections": "/api/v1/connections?limit=1000",
    "API, connections of a node": "/api/v1/connections?node={hall}",
    "API, lines": "/api/v1/connections?format=geojson&limit=1000",
    "network take-away page": "/trafford/network/export/",
    "network file, table": "/trafford/network/export/connections.csv?derived=yes",
    "network file, nodes": "/trafford/network/export/nodes.csv?derived=yes",
    "network file, GraphML": "/trafford/network/export/connections.graphml?derived=yes",
    "network file, GEXF": "/trafford/network/export/connections.gexf?derived=yes",
    "network file, lines": "/trafford/network/export/connections.geojson?derived=yes",
    "network file, Kumu": "/trafford/network/export/kumu.json?derived=yes",
    "network file, Kumu connections": "/trafford/network/export/kumu-connections.csv?derived=yes",
    "network file, Kumu elements": "/trafford/network/export/kumu-elements.csv?derived=yes",
    "network file, grants": "/trafford/network/export/grants.csv?derived=yes",
    "network file, grants as JSON": "/trafford/network/export/grants.json?derived=yes",
    "widget": "/embed/{widget}/",
    "a group's page": "/node/{group}",
    "a group's calendar": "/node/{group}/calendar/",
    "a group's calendar, file": "/node/{group}/calendar.ics",
    "joining a group": "/groups/{group}/join/",
    "what members of a group see": "/groups/{group}/space/",
    "joining a place": "/trafford/join/",
    "posting, venues": "/post/suggest/?what=venue&place=trafford&q=SECRET",
    "posting, groups": "/post/suggest/?what=organisation&place=trafford&q=SECRET",
}


def said(response) -> str:
    """All that an answer gives away, its address apart."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace") + response.get("Location", "")


@pytest.fixture
def town(place, records):
    """A node called SECRET SOCIETY, tied to the hall, which is tied to the group."""
    hall = Node.objects.get(uuid=records["node"])
    # Far from the hall: what is nearby is told without any connection.
    somewhere = Point(-2.40, 53.50, srid=4326)
    secret = OrganisationFactory(name="SECRET SOCIETY", place=place, location=somewhere, summary="SECRET thing")
    statement = StatementFactory(connection=ConnectionFactory(source=secret, target=hall), note="WHISPERED")
    SavedView.objects.create(place=place, slug="who-funds", name="Who funds", state={"type": ["funds"]})
    tour = draft_tour(actor=Actor.command("test"), place=place, publish=True)
    tour.steps.update(finding=TourFinding.NEIGHBOURS, address=f"?focus={hall.uuid}")
    return {**records, "secret": secret, "hall": hall, "statement": statement, "connection": statement.connection.uuid}


def ask(path: str, town, place) -> str:
    place = type(place).objects.get(pk=place.pk)
    number = sum(Revision.objects.values_list("number", flat=True))
    address = path.format(
        node=town["secret"].uuid,
        hall=town["hall"].uuid,
        connection=town["connection"],
        widget=town["widget"],
        group=town["group"],
        revision=place.revision_token,
        number=number,
    )
    text = said(Client().get(address))
    # What was asked is repeated on a page: that tells nothing.
    return re.sub(r"SECRET(?! (SOCIETY|thing))", "", text)


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": NodeState.DRAFT},
        {"state": NodeState.PENDING},
        {"state": NodeState.ARCHIVED},
        {"visibility": Visibility.MEMBERS},
        {"visibility": Visibility.GROUP},
        {"visibility": Visibility.GROUP, "shared": True},
    ],
    ids=["draft", "pending", "archived", "members", "group", "group, shared with another"],
)
def test_no_reader_gives_a_hidden_node_away(hidden, town, place):
    for name, value in hidden.items():
        if name != "shared":
            setattr(town["secret"], name, value)
    if town["secret"].visibility == Visibility.GROUP:
        town["secret"].group = town["secret"]
    town["secret"].save()
    if "shared" in hidden:
        with decided():
            other = OrganisationFactory(name="The other group", place=place)
            NodeShare.objects.create(node=town["secret"], group=other, accepted_at=timezone.now())
    Revision.objects.raise_for([place])
    told = {}
    for reader, path in READERS.items():
        text = ask(path, town, place)
        marks = ["SECRET", "WHISPERED", *([] if "{node}" in path else [str(town["secret"].uuid)])]
        told[reader] = [mark for mark in marks if mark in text]
    assert not {reader: marks for reader, marks in told.items() if marks}


@pytest.mark.parametrize("how", ["withdrawn", "members", "group"])
def test_no_reader_gives_a_hidden_statement_away(how, town, place):
    statement = town["statement"]
    if how == "withdrawn":
        statement.withdrawn_at = timezone.now()
    elif how == "members":
        statement.visibility = Visibility.MEMBERS
    else:
        statement.visibility, statement.group = Visibility.GROUP, town["secret"]
    statement.save()
    Revision.objects.raise_for([place])
    told = {}
    for reader, path in READERS.items():
        text = ask(path, town, place)
        # Nearby on the ground, or on the map, it may still be told of: not as connected.
        connected = re.search(r"connection__sentence.*SECRET", text) or (
            "SECRET SOCIETY" in text and ("connect" in reader or "network" in reader or "lines" in reader)
        )
        told[reader] = bool(connected) or "WHISPERED" in text
    assert not [reader for reader, given_away in told.items() if given_away]


def test_the_readers_would_show_it_if_it_were_public(town, place):
    """The tests above would pass of pages that show nothing."""
    shows = {it for it in READERS if "SECRET SOCIETY" in ask(READERS[it], town, place)}
    assert shows >= {
        "list page, text",
        "list page, connected",
        "network page",
        "network words",
        "network table",
        "network table, file",
        "network walk",
        "network view, saved",
        "network tour",
        "network tour, step",
        "node page",
        "page of a neighbour",
        "connection page",
        "names as one types",
        "tile",
        "API, nodes",
        "API, text",
        "API, connected",
        "API, one node",
        "API, connections",
        "API, connections of a node",
        "API, lines",
        "network file, table",
        "network file, nodes",
        "network file, GraphML",
        "network file, GEXF",
        "network file, lines",
        "network file, Kumu",
        "network file, Kumu connections",
        "network file, Kumu elements",
        "widget",
    }


def test_what_is_at_a_sensitive_place_is_never_given_exactly(town, place):
    secret = town["secret"]
    Node.objects.filter(pk=secret.pk).update(
        location="SRID=4326;POINT(-2.318765 53.428765)",
        location_source=LocationSource.EXACT,
        location_precision="area",
        address="7 Hidden Lane",
    )
    Revision.objects.raise_for([place])
    for path in READERS.values():
        text = ask(path, town, place)
        assert "2.318765" not in text and "2.31876" not in text and "7 Hidden Lane" not in text, path


def test_every_model_that_is_read_has_visible_to():
    for model in (Node, Connection, Statement):
        assert hasattr(model.objects.all(), "visible_to")
