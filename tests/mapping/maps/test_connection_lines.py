"""What lies underneath a map: few lines, the strongest first, by what the reader may see and has chosen."""

import pytest
from django.contrib.gis.geos import Point

from mapping.maps import connection_lines
from mapping.models import PUBLIC, Place, Revision, Viewer, Visibility
from mapping.network.view.state import NetworkView
from tests.factories import ConnectionFactory, ConnectionTypeFactory, NodeFactory, PlaceFactory, StatementFactory

pytestmark = pytest.mark.django_db
PLAIN = NetworkView()


@pytest.fixture
def place():
    return PlaceFactory()


def node(place, x, y, **more):
    return NodeFactory(place=place, location=Point(-2.3 + x / 100, 53.4 + y / 100, srid=4326), **more)


def tie(one, other, *, times=1, kind=None, strength=3, **more):
    connection = ConnectionFactory(source=one, target=other, **({"type": kind} if kind else {}))
    for _ in range(times):
        StatementFactory(connection=connection, strength=strength, **more)
    return connection


def drawn(place, viewer=PUBLIC, view=PLAIN, **asked):
    Revision.objects.raise_for([place])
    return connection_lines.collection(Place.objects.get(pk=place.pk), viewer, view=view, **asked)


def weights(found):
    return [it["properties"]["weight"] for it in found["features"]]


def test_the_strongest_come_first(place):
    hub = node(place, 0, 0)
    for times in (1, 3, 2):
        tie(hub, node(place, times, 1), times=times)
    found = drawn(place)
    assert weights(found) == [3, 2, 1]
    assert found["total"] == 3
    assert found["features"][0]["geometry"]["coordinates"][0] == [-2.3, 53.4]


def test_of_many_only_a_few_are_drawn_and_one_hub_does_not_take_them_all(place, monkeypatch):
    monkeypatch.setattr(connection_lines, "MAX_LINES", 6)
    monkeypatch.setattr(connection_lines, "MAX_AT_ONE_END", 3)
    hub = node(place, 0, 0)
    for n in range(8):
        tie(hub, node(place, 1 + n, 1), times=3)
    others = [tie(node(place, n, 5), node(place, n, 7)) for n in range(2)]
    found = drawn(place)
    ends = [it["properties"]["source"] for it in found["features"]]
    assert len(ends) == 6
    assert ends.count(str(hub.uuid)) == 4  # three, and one more since there were no others left
    assert {str(it.source.uuid) for it in others} <= set(ends)
    assert found["total"] == 10


def test_a_hub_has_its_lines_only_when_it_or_who_is_joined_with_it_is_chosen(place):
    council = node(place, 0, 0, name="The council")
    leaves = [node(place, 1 + n, 1) for n in range(20)]
    for leaf in leaves:
        tie(council, leaf)
    tie(leaves[0], leaves[5])
    found = drawn(place)
    assert [(it["properties"]["source"], it["properties"]["target"]) for it in found["features"]] == [
        (str(leaves[0].uuid), str(leaves[5].uuid))
    ]
    assert (found["hubs"], found["total"]) == (["The council"], 1)
    assert len(drawn(place, node=str(council.uuid))["features"]) == 20
    assert len(drawn(place, node=str(leaves[0].uuid))["features"]) == 2
    told = connection_lines.strongest(Place.objects.get(pk=place.pk), PUBLIC)
    assert sorted(it["properties"].get("hub", False) for it in told) == [False] + 20 * [True]


def test_what_is_next_door_is_no_line_from_far_out_but_one_from_near(place):
    school = node(place, 0, 0)
    tie(school, node(place, 0.01, 0.01))
    assert (drawn(place)["features"], drawn(place)["total"]) == ([], 1)
    assert len(drawn(place, within=(-2.31, 53.39, -2.29, 53.41))["features"]) == 1
    assert len(drawn(place, node=str(school.uuid))["features"]) == 1


def test_kinds_strength_and_who_says_so_can_be_chosen(place):
    funds, hosts = ConnectionTypeFactory(slug="funds"), ConnectionTypeFactory(slug="hosts")
    one, other, third = node(place, 0, 0), node(place, 3, 3), node(place, 6, 0)
    tie(one, other, kind=funds, strength=5)
    tie(one, third, kind=hosts, strength=2)
    tie(other, third, kind=hosts, by_rule="near", by_source=None)

    def kinds(**chosen):
        return sorted(
            (it["properties"]["type"], it["properties"]["derived"]) for it in drawn(place, **chosen)["features"]
        )

    assert kinds() == sorted([("funds", False), (hosts.slug, False)])
    assert kinds(view=NetworkView(types=("funds",))) == [("funds", False)]
    assert kinds(view=NetworkView(hide=("funds",))) == [(hosts.slug, False)]
    assert kinds(view=NetworkView(least=4)) == [("funds", False)]
    assert kinds(view=NetworkView(stated="derived")) == [(hosts.slug, True)]
    assert len(kinds(view=NetworkView(stated="all"))) == 3
    told = {it["slug"]: (it["stated"], it["derived"]) for it in drawn(place, view=NetworkView(least=5))["types"]}
    assert told == {"funds": (1, 0), hosts.slug: (1, 1)}


def test_a_part_of_the_ground_has_what_begins_or_ends_there(place):
    inside, outside, far = node(place, 0, 0), node(place, 9, 9), node(place, 12, 12)
    tie(inside, outside, times=2)
    tie(outside, far)
    found = drawn(place, within=(-2.31, 53.39, -2.29, 53.41))
    assert weights(found) == [2]
    assert (found["total"], found["bands"]) == (1, [])


def test_one_band_stands_for_all_between_two_groups(place):
    groups = [[node(place, 10 * side + n, n % 3) for n in range(5)] for side in (0, 1)]
    for members in groups:
        for i, one in enumerate(members):
            for other in members[i + 1 :]:
                tie(one, other)
    for n in range(3):
        tie(groups[0][n], groups[1][n])
    [band] = drawn(place)["bands"]
    assert band["properties"]["count"] == 3
    assert band["properties"]["derived"] == 0
    west, east = sorted(point[0] for point in band["geometry"]["coordinates"])
    assert (west, east) == pytest.approx((-2.28, -2.18), abs=0.011)
    assert " – " in band["properties"]["label"]


def test_what_a_viewer_may_not_see_is_not_drawn(place):
    one, other = node(place, 0, 0), node(place, 3, 3)
    tie(one, other, visibility=Visibility.MEMBERS)
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    assert drawn(place)["features"] == []
    assert drawn(place)["total"] == 0
    assert len(drawn(place, viewer=member)["features"]) == 1


def test_what_has_no_public_point_is_not_drawn(place):
    tie(node(place, 0, 0), NodeFactory(place=place, location=None))
    assert drawn(place)["total"] == 0


def test_a_sentence_says_each_line(place):
    council, hall = node(place, 0, 0, name="Council"), node(place, 3, 3, name="Hall")
    tie(council, hall, kind=ConnectionTypeFactory(slug="funds", forward="funds"))
    [line] = drawn(place)["features"]
    assert line["properties"]["label"] == "Council funds Hall."
    assert line["properties"]["strength"] == 3


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "3,2,1,4", "1,2,3,4,5", "1;2;3;4"])
def test_a_box_that_is_none_is_not_found(place, client, bbox):
    place = Place.objects.get(pk=place.pk)
    assert client.get(f"/maps/{place.revision_token}/lines.json?bbox={bbox}").status_code == 404


def test_the_address_chooses_by_the_names_of_the_networks_page(place, client):
    tie(node(place, 0, 0), node(place, 3, 3), strength=2)
    Revision.objects.raise_for([place])
    url = f"/maps/{Place.objects.get(pk=place.pk).revision_token}/lines.json"
    assert len(client.get(f"{url}?least=2&stated=all&bbox=-3,53,-2,54").json()["features"]) == 1
    assert client.get(f"{url}?least=3").json()["features"] == []
    # What is not understood is refused: it would be another question.
    for asked in ("least=many", "stated=perhaps", "strongest=3"):
        refused = client.get(f"{url}?{asked}")
        assert refused.status_code == 400, asked
        assert asked.split("=")[0] in refused.content.decode()
