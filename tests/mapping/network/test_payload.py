"""The network of a place as JSON: stated connections, every measure, nothing that the viewer may not see."""

import json

import pytest

from mapping.commands.change import change
from mapping.models import PUBLIC, Actor, NodeState, Viewer, Visibility
from mapping.network import build, payload, snapshots
from mapping.network.picture import appearance, overview
from tests.factories import CategoryFactory, ConnectionFactory, OrganisationFactory, SourceFactory, StatementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    snapshots.forget()
    yield
    snapshots.forget()


def connect(source, target, **more):
    return StatementFactory(connection=ConnectionFactory(source=source, target=target), **more)


@pytest.fixture
def triangles(place):
    nodes = [OrganisationFactory(name=f"Group {n}") for n in range(6)]
    for one, other in ((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)):
        connect(nodes[one], nodes[other])
    return nodes


def test_it_has_what_its_description_says_and_json_can_say_it(place, triangles):
    found = build.payload(place)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    described = payload.__doc__
    assert all(key in described for key in found)
    node = found["nodes"][0]
    assert all(key in described for key in (*node, *node["measures"]))
    assert node["at"] and node["x"] and node["measures"]["constraint"] is not None


def test_what_is_derived_is_counted_apart(place, triangles):
    lonely = OrganisationFactory(name="Near only")
    connect(triangles[0], lonely, by_source=None, key="", by_rule="near")
    found = build.payload(place)
    assert (found["connections"], found["derived"], found["connected"]) == (7, 1, 6)
    assert "Near only" not in json.dumps(found)


def test_groups_are_told_with_their_numbers_and_centres(place, triangles):
    found = build.payload(place)
    assert [(it["number"], it["size"], it["within"], it["leaving"]) for it in found["groups"]] == [
        (0, 3, 3, 1),
        (1, 3, 3, 1),
    ]
    assert [found["nodes"][it["centre"]]["name"] for it in found["groups"]] == ["Group 2", "Group 3"]
    assert {it["name"]: it["group"] for it in found["nodes"]}["Group 5"] == 1


def test_members_are_told_what_they_may_see_and_the_public_is_not(place, triangles):
    hidden = OrganisationFactory(name="Hidden", visibility=Visibility.MEMBERS)
    connect(triangles[0], hidden, by_source=SourceFactory(slug="secret", title="Secret source"))
    connect(triangles[1], triangles[5], visibility=Visibility.MEMBERS)
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    public, members = build.payload(place), build.payload(place, member)
    assert (public["connections"], members["connections"]) == (7, 9)
    assert "Hidden" not in json.dumps(public) and "Secret source" not in json.dumps(public)
    assert "Hidden" in json.dumps(members) and "Secret source" in json.dumps(members)
    assert public["findings"]["bridges"] and len(members["findings"]["bridges"]) == 1
    assert build.kept(place, PUBLIC) is None


def test_sources_are_counted_by_the_connections_they_support(place, triangles):
    found = build.payload(place)
    assert found["sources"] == [{"title": "A test source", "count": 7}]


def test_nobody_connected_is_told_with_every_key(place):
    found = build.payload(place)
    assert (found["connected"], found["nodes"], found["groups"], found["bands"]) == (0, [], [], [])
    assert found["findings"]["best"] == [] and found["findings"]["pieces"] == [0, 0]
    assert found["whole"]["kind_assortativity"] is None


def test_a_node_of_another_place_is_marked(place, triangles):
    from tests.factories import PlaceFactory

    connect(triangles[0], OrganisationFactory(name="Outside", place=PlaceFactory(slug="salford", code="E2")))
    marked = [it["name"] for it in build.payload(place)["nodes"] if it.get("outside")]
    assert marked == ["Outside"]


def test_an_archived_node_is_in_none_of_it(place, triangles):
    triangles[3].state = NodeState.ARCHIVED
    triangles[3].save()
    found = build.payload(place)
    assert "Group 3" not in json.dumps(found)
    assert found["connections"] == 4


def test_families_of_organisations_have_marks_in_the_small_picture(place, triangles):
    with change(actor=Actor.command("test"), action="note", place=place, target=triangles[0]):
        triangles[0].category = CategoryFactory(slug="charity", group="organisation")
        triangles[0].save()
    found = build.payload(place)
    assert {it["name"]: it["mark"] for it in found["nodes"]} == {
        f"Group {n}": "hollow" if n == 0 else "" for n in range(6)
    }
    drawn = overview.picture(found, "Trafford", "")
    (one,) = [it for it in found["nodes"] if it["mark"]]
    assert drawn["inner"] == appearance.mark_path("hollow", one["x"], one["y"], one["r"]) != ""
