"""What would be lost if some closed: the page without JavaScript and its data."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cms.commands import ensure_pages
from mapping.models import Actor, NodeState, PlaceRoleKind, Postcode, Revision, Visibility
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGE = "/trafford/network/without/"
AROUND_LIBRARY = "-2.41,53.39;-2.39,53.39;-2.39,53.41;-2.41,53.41"


@pytest.fixture
def town(place, records):
    """A council that funds five; two of those know each other; the only library, far from the others, runs a club."""

    def tie(source, target, slug="funds", **statement):
        connection = ConnectionFactory(source=source, target=target, type=ConnectionTypeFactory(slug=slug))
        return StatementFactory(connection=connection, **statement)

    council = OrganisationFactory(name="The Council", place=place, category=CategoryFactory(slug="council"))
    groups = [OrganisationFactory(name=f"Group {number}", place=place) for number in range(5)]
    for group in groups:
        tie(council, group)
    tie(groups[0], groups[1], "works-with")
    books = CategoryFactory(slug="library", plural="Libraries", infrastructure="services")
    library = NodeFactory(name="Old Library", place=place, category=books, location=Point(-2.4, 53.4, srid=4326))
    club = OrganisationFactory(name="Book Club", place=place, location=Point(-2.401, 53.401, srid=4326))
    tie(library, club, "runs")
    Postcode.objects.create(code="M990AA", point=Point(-2.402, 53.4, srid=4326))
    Postcode.objects.create(code="M99", point=Point(-2.402, 53.4, srid=4326))
    Revision.objects.raise_for([place])
    return {"council": council, "groups": groups, "library": library, "club": club, "tie": tie}


def page(client=None, **params):
    response = (client or Client()).get(PAGE, params)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def data(place, client=None, **params):
    place.refresh_from_db()
    response = (client or Client()).get(f"/network/{place.revision_token}/without.json", params)
    assert response.status_code == 200
    return json.loads(response.content)


def test_without_the_council_the_numbers_say_what_falls_apart(town):
    """The golden numbers: the council, five groups of whom two are joined; beside them two pairs."""
    said = page(add_name="The Council")
    assert "Without The Council" in said
    assert "One would go from the network, and with it 5 of 8 connections." in said
    assert "3 would have no connection to anyone else here." in said
    assert (
        "Not counting those who would go, the largest part that holds together has 5 members now; then the largest "
        "would have 2." in said
    )
    # Of 9 who stay, 36 pairs: 10 + 1 + 1 have a way now, 1 + 1 + 1 would.
    assert "Of the 36 pairs of those who stay, 12 have a way to each other now (33%); 3 would (8%)." in said
    assert "(6 pairs, counted from either end), it would be as long as it is now: 1.0 steps on average" in said
    assert ">Group 2</a>" in said and ">Group 0</a>" not in said


def test_the_data_says_the_same(town, place):
    found = data(place, without=str(town["council"].uuid))
    assert found["removed"] == [str(town["council"].uuid)]
    assert sorted(found["alone"]) == sorted(str(it.uuid) for it in town["groups"][2:])
    assert found["numbers"]["largest"] == [5, 2] and found["numbers"]["lost"] == 5
    assert found["numbers"]["reach"] == [0.3333, 0.0833]
    assert any("3 would have no connection" in it for it in found["sentences"])
    assert found["parameters"] == {"without": [str(town["council"].uuid)]}


def test_several_are_taken_away_together_and_can_be_put_back(town):
    one, other = town["groups"][0], town["library"]
    said = page(without=f"{one.uuid},{other.uuid}")
    assert "Without Group 0 and Old Library" in said
    assert f'href="{PAGE}?without={one.uuid}"' in said and f'href="{PAGE}?without={other.uuid}"' in said


def test_all_that_a_funder_funds(town, place):
    said = page(scenario=f"funded:{town['council'].uuid}")
    assert "Without all that The Council funds" in said and "5 would go" in said
    assert "All that The Council funds (5)" in page()
    assert len(data(place, scenario=f"funded:{town['council'].uuid}")["removed"]) == 5


def test_the_five_most_central(town, place):
    found = data(place, scenario="central")
    assert found["title"] == "Without the five most central"
    assert str(town["council"].uuid) in found["removed"] and len(found["removed"]) == 5


def test_fewer_than_five_are_not_called_five(place):
    ensure_pages(place, Actor.command("test"))
    assert "Nobody has said yet who is connected to whom here." in page(scenario="central")
    StatementFactory(connection=ConnectionFactory(source=OrganisationFactory(), target=OrganisationFactory()))
    Revision.objects.raise_for([place])
    said = page(scenario="central")
    assert "Without everybody who is connected" in said
    assert "2 would go from the network, and with them 1 of 1 connection." in said


def test_every_building_of_a_kind_and_who_would_miss_it(town):
    said = page(scenario="category:library")
    assert "Without all libraries" in said
    assert "Library: 1 postcode and 1 group or place would no longer have one within 0.6 miles." in said
    assert "There would be none left." in said and ">Book Club</a>" in said


def test_the_next_one_is_told_with_its_distance(town, place):
    books = town["library"].category
    NodeFactory(name="New Library", place=place, category=books, location=Point(-2.4, 53.43, srid=4326))
    Revision.objects.raise_for([place])
    assert "The next would be 2 miles away on average." in page(add_name="Old Library")


def test_everything_in_an_area_that_was_drawn(town, place):
    found = data(place, scenario="area", area=AROUND_LIBRARY)
    assert sorted(found["removed"]) == sorted([str(town["library"].uuid), str(town["club"].uuid)])
    assert "Without everything in the area drawn" in page(area=AROUND_LIBRARY)


def test_everything_in_an_area_with_a_name(town, place):
    square = MultiPolygon(Polygon.from_bbox((-2.41, 53.39, -2.39, 53.41)), srid=4326)
    PlaceFactory(name="Westside", slug="westside", code="E1", is_home=False, parent=place, boundary=square)
    said = page(scenario="within:westside")
    assert "Without everything in Westside" in said and "2 would go" in said


def test_geojson_that_is_pasted_or_uploaded_leads_to_the_page(town):
    ring = [[-2.41, 53.39], [-2.39, 53.39], [-2.39, 53.41], [-2.41, 53.41], [-2.41, 53.39]]
    text = json.dumps({"type": "Polygon", "coordinates": [ring]})
    client = Client(enforce_csrf_checks=True)
    pasted = client.post("/trafford/network/area/", {"geojson": text})
    file = SimpleUploadedFile("flood.geojson", text.encode())
    uploaded = client.post("/trafford/network/area/", {"file": file})
    assert pasted.status_code == uploaded.status_code == 302 and pasted["Location"] == uploaded["Location"]
    answer = Client().get(pasted["Location"])
    assert "Without everything in the area drawn" in answer.content.decode()
    assert not client.cookies


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Paste an area as GeoJSON, or choose a file."),
        ({"geojson": "{}"}, "There is no polygon in that GeoJSON"),
        ({"geojson": '{"type": "Polygon", "coordinates": [[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'}, "crosses itself"),
    ],
    ids=["nothing", "empty", "bow"],
)
def test_what_is_no_area_is_told_on_the_page(sent, words, town):
    response = Client().post("/trafford/network/area/", sent)
    assert response.status_code == 422 and words in response.content.decode()


def test_an_area_of_a_place_that_is_not_there(town):
    assert Client().post("/nowhere/network/area/", {"geojson": "{}"}).status_code == 404


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"without": "rubbish"}, "Choose a group or place from the list."),
        ({"without": str(uuid.UUID(int=9))}, "1 of what you chose is not here, or is not for everybody to see."),
        ({"add_name": "Zeppelin"}, "Nothing here is called “Zeppelin”"),
        ({"scenario": "flood"}, "There is no scenario of that name."),
        ({"scenario": "category:spaceport"}, "There is no building of that kind here."),
        ({"scenario": "funded:rubbish"}, "Who is to fund them is not in this network."),
        ({"scenario": "within:nowhere"}, "There is no area of that name here."),
        ({"scenario": "area"}, "Draw, paste or upload the area first."),
        ({"scenario": "area", "area": "0,0;1,1;1,0;0,1"}, "crosses itself"),
        ({"scenario": "area", "area": "0,0;1,0;1,1"}, "Nothing that we know of is in that area."),
        ({"scenario": "area", "area": "1,2;" * 2500}, "area: "),
    ],
    ids=["uuid", "unknown", "name", "scenario", "kind", "funder", "place", "no area", "bow", "far", "long"],
)
def test_what_cannot_be_understood_is_told_plainly(params, words, town):
    assert words in page(**params)


def test_a_funder_of_nobody(town):
    said = page(scenario=f"funded:{town['library'].uuid}")
    assert "Nobody has stated that Old Library funds anyone." in said


def test_who_is_not_connected_changes_nothing_in_the_network(town, place):
    NodeFactory(name="Lonely Hut", place=place)
    Revision.objects.raise_for([place])
    assert "nothing in the network would change" in page(add_name="Lonely Hut")


def test_a_name_that_several_have_is_to_be_chosen_from_them(town):
    said = page(add_name="Group")
    assert "Which one?" in said and said.count("?without=") >= 5


def test_two_viewers_lose_different_things(town, place):
    secret = OrganisationFactory(name="Secret Friends", place=place, visibility=Visibility.MEMBERS)
    town["tie"](town["council"], secret, visibility=Visibility.MEMBERS)
    Revision.objects.raise_for([place])
    member, user = Client(), UserFactory()
    PlaceRoleFactory(place=place, user=user, role=PlaceRoleKind.STEWARD)
    member.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    params = {"without": str(town["council"].uuid)}
    assert len(data(place, member, **params)["alone"]) == 4
    assert len(data(place, **params)["alone"]) == 3
    assert "Secret Friends" in page(member, **params) and "Secret Friends" not in page(**params)


def test_a_withdrawn_node_cannot_be_taken_away(town, place):
    town["council"].state = NodeState.ARCHIVED
    town["council"].save()
    Revision.objects.raise_for([place])
    assert "is not here" in page(without=str(town["council"].uuid))


def test_the_curves_are_there_as_a_picture_and_as_a_table(town):
    said = page()
    assert said.count('class="loss__line"') == 6 and "The same as a table" in said
    assert "If one in ten of all went by accident" in said and "style=" not in said


def test_an_empty_place_has_a_page_too(place, records):
    from mapping.models import Connection

    Connection.objects.all().delete()
    Revision.objects.raise_for([place])
    assert "Choose one, several, or all of a kind." in page()


def test_the_page_is_the_same_until_something_changes(town, place):
    first = Client().get(PAGE, {"scenario": "central"})
    again = Client().get(PAGE, {"scenario": "central"}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_number_of_queries_does_not_grow_with_what_goes(town, place, django_assert_max_num_queries):
    page(scenario="central")
    with django_assert_max_num_queries(18):
        page(scenario=f"funded:{town['council'].uuid}", without=",".join(str(it.uuid) for it in town["groups"]))
