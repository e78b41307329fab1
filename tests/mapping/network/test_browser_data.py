"""`graph.bin` and `ids.bin`: who gets what, how long it may be kept, and what is refused."""

import gzip
import json
import uuid

import brotli
import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from mapping.models import PUBLIC, ConnectionType, Place, Revision, Visibility
from mapping.network import analysis_store, browser_data, readiness, snapshots
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    place = PlaceFactory()
    hall = NodeFactory(place=place, name="Public Hall", location=Point(-2.31, 53.44, srid=4326))
    for n in range(5):
        group = OrganisationFactory(place=place, name=f"Group {n}", location=Point(-2.3 + n / 100, 53.43, srid=4326))
        StatementFactory(connection=ConnectionFactory(source=group, target=hall))
    Revision.objects.raise_for([place])
    return Place.objects.get(pk=place.pk)


def address(place, what="graph.bin"):
    return f"/network/{place.revision_token}/{what}"


def header(body):
    return json.loads(body[8 : 8 + int.from_bytes(body[4:8], "little")])


def test_everybody_may_keep_the_file_for_a_minute(client, place):
    answer = client.get(address(place))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "Cookie" in answer["Vary"]
    told = header(answer.content)
    assert (told["n"], told["m"], told["place"]) == (6, 5, place.slug)
    assert b"Public Hall" in answer.content


def test_a_member_gets_their_own_which_nobody_else_keeps(place):
    statement = StatementFactory(
        connection=ConnectionFactory(
            source=OrganisationFactory(place=place, name="Members only"),
            target=OrganisationFactory(place=place),
        ),
        visibility=Visibility.MEMBERS,
    )
    statement.connection.visibility = Visibility.MEMBERS
    statement.connection.save()
    Revision.objects.raise_for([place])
    place = Place.objects.get(pk=place.pk)
    member = Client()
    member.force_login(UserFactory(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    mine, everybodys = member.get(address(place)), Client().get(address(place))
    assert b"Members only" in mine.content
    assert b"Members only" not in everybodys.content
    assert mine["Cache-Control"] == "private, no-store"
    assert "Cookie" in mine["Vary"]


@pytest.mark.parametrize("accepted", ["br", "gzip", ""])
def test_it_is_sent_as_the_browser_takes_it(client, place, accepted):
    plain = client.get(address(place)).content
    answer = client.get(address(place), headers={"accept-encoding": accepted})
    assert answer.get("Content-Encoding", "") == accepted
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[accepted]
    assert unpack(answer.content) == plain
    assert int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("what", ["graph.bin", "ids.bin?part=0"])
def test_a_revision_to_come_is_not_there(client, place, what):
    slug, _, number = place.revision_token.rpartition(".")
    answer = client.get(f"/network/{slug}.{int(number) + 1}/{what}")
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"
    assert "Load the page again" in answer.content.decode()


@pytest.mark.parametrize("what", ["graph.bin", "ids.bin?part=0"])
def test_an_older_one_gets_what_is_there_now_with_the_stamp_of_now(client, place, what):
    now = client.get(f"/network/{place.revision_token}/{what}")
    slug, _, number = place.revision_token.rpartition(".")
    answer = client.get(f"/network/{slug}.{int(number) - 1}/{what}")
    assert answer.status_code == 200 and answer["Cache-Control"] == "public, no-cache"
    assert header(answer.content)["stamp"] == header(now.content)["stamp"]


@pytest.mark.parametrize(
    "revision", ["trafford", "all.1", "nowhere.1", "trafford.x", "trafford.1.2", "Trafford.1", "."]
)
def test_a_revision_that_cannot_be_is_not_there(client, place, revision):
    assert client.get(f"/network/{revision}/graph.bin").status_code == 404


def test_names_come_by_part_and_by_node(client, place):
    graph = header(client.get(address(place)).content)
    part = client.get(address(place, "ids.bin?part=0"))
    assert header(part.content)["stamp"] == graph["stamp"]
    node = snapshots.load(place, PUBLIC).uuids[0].tobytes()
    assert client.get(address(place, f"ids.bin?node={uuid.UUID(bytes=node)}")).content == part.content


@pytest.mark.parametrize(
    "asked",
    ["", "part=1", "part=-1", "part=x", "part=99999999", "node=x", "node=00000000-0000-4000-8000-000000000000"],
)
def test_names_that_are_not_there_are_not_found(client, place, asked):
    answer = client.get(address(place, f"ids.bin?{asked}"))
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/plain")


def test_only_reading_is_possible(client, place):
    assert client.post(address(place)).status_code == 405


def test_a_withdrawn_statement_is_gone_with_the_next_revision(client, place):
    before = header(client.get(address(place)).content)
    statement = StatementFactory._meta.model.objects.filter(connection__source__name="Group 3").get()
    statement.withdrawn_at = timezone.now()
    statement.save()
    Revision.objects.raise_for([place])
    place = Place.objects.get(pk=place.pk)
    answer = client.get(address(place))
    assert header(answer.content)["m"] == before["m"] - 1
    assert b"Group 3" not in answer.content


def test_the_colours_kinds_and_places_are_named(place):
    picture = browser_data.picture(snapshots.load(place, PUBLIC)).get()
    colours = {picture.colours[i]["slug"] for i in picture.colour.tolist()}
    assert colours == {"food-bank"}  # the category that the factories give
    assert {it["slug"] for it in picture.kinds} >= {"organisation", "asset"}
    assert [it["slug"] for it in picture.places] == [place.slug, ""]
    assert set(picture.measures) >= {"connections", "betweenness", "constraint"}


def test_types_are_told_with_both_readings(client, place):
    told = header(client.get(address(place)).content)["tables"]["types"]
    [kind] = told
    real = ConnectionType.objects.get(slug=kind["slug"])
    assert (kind["forward"], kind["reverse"], kind["directed"]) == (real.forward, real.reverse, real.directed)


def test_once_it_is_worked_out_a_file_costs_three_queries(client, place, django_assert_max_num_queries):
    client.get(address(place))
    with django_assert_max_num_queries(3):
        assert client.get(address(place)).status_code == 200


def test_a_large_network_that_is_being_worked_out_is_asked_for_again(client, place, monkeypatch):
    monkeypatch.setattr(readiness, "MAX_ANALYSED", 0)
    answer = client.get(address(place))
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (202, "2", "no-store")
    analysis_store.work_out(snapshots.load(place, PUBLIC))
    assert client.get(address(place)).status_code == 200


def test_caches_ask_again_where_nodes_belong_to_several_places(client, place):
    elsewhere = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    hall = snapshots.load(place, PUBLIC).ids[0]
    StatementFactory(connection=ConnectionFactory(source=NodeFactory(place=elsewhere), target_id=hall))
    Revision.objects.raise_for([place, elsewhere])
    answer = client.get(address(Place.objects.get(pk=place.pk)))
    assert answer["Cache-Control"] == "public, no-cache"
