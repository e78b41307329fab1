"""The open data API: what it answers, how it refuses, what it hides, what it costs."""

import datetime
import json
from decimal import Decimal

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import OperationalError, connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from ninja.errors import HttpError, ValidationError

from mapping.api import nodes as nodes_api
from mapping.models import (
    LocationPrecision,
    LocationSource,
    NodeState,
    Place,
    PlaceKind,
    Revision,
    Visibility,
)
from mapping.search import spelling
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    SourceFactory,
    StatementFactory,
    opens,
)

from .geojson import valid

pytestmark = pytest.mark.django_db
NODES = "/api/v1/nodes"
PLACES = "/api/v1/places"
CONNECTIONS = "/api/v1/connections"
GEOJSON = "application/geo+json"


def names(body) -> list[str]:
    return [it["properties"]["name"] for it in body["features"]]


def rels(body) -> dict[str, str]:
    return {it["rel"]: it["href"] for it in body["links"]}


class TestNodes:
    def test_it_lists_nodes_as_geojson(self, client, place):
        NodeFactory(name="The hall")
        response = client.get(NODES)
        body = response.json()
        assert response["Content-Type"] == GEOJSON
        valid(body)
        assert names(body) == ["The hall"]
        assert (body["numberMatched"], body["numberReturned"]) == (1, 1)
        datetime.datetime.fromisoformat(body["timeStamp"])
        assert rels(body)["self"] == "http://testserver/api/v1/nodes"

    def test_pages_lead_to_each_other(self, client, place):
        NodeFactory.create_batch(5)
        first = client.get(NODES, {"limit": 2}).json()
        assert set(rels(first)) == {"self", "next"}
        second = client.get(rels(first)["next"]).json()
        third = client.get(rels(second)["next"]).json()
        assert [it["numberReturned"] for it in (first, second, third)] == [2, 2, 1]
        assert set(rels(third)) == {"self", "prev"}
        assert client.get(rels(third)["prev"]).json()["features"] == second["features"]
        seen = {it["id"] for page in (first, second, third) for it in page["features"]}
        assert len(seen) == 5

    def test_a_page_too_far_is_empty_and_leads_back(self, client, place):
        NodeFactory()
        body = client.get(NODES, {"page": 9}).json()
        assert body["features"] == []
        assert rels(body)["prev"] == "http://testserver/api/v1/nodes"

    @pytest.mark.parametrize(
        ("params", "found"),
        [
            ({"q": "bread"}, ["Bread"]),
            ({"category": "library"}, ["Books"]),
            ({"kind": "organisation"}, ["Club"]),
            ({"tag": "warm"}, ["Books"]),
            ({"bbox": "-2.301,53.399,-2.299,53.401"}, ["Bread"]),
            ({"near": "53.40,-2.30", "within": "100"}, ["Bread"]),
            ({"open": "wed"}, ["Bread"]),
            ({"place": "trafford", "q": "books"}, ["Books"]),
            ({"place": "ward"}, ["Bread"]),
        ],
        ids=lambda it: "-".join(it) if isinstance(it, dict) else "",
    )
    def test_every_filter_chooses(self, client, place, params, found):
        bread = NodeFactory(name="Bread", location=Point(-2.30, 53.40, srid=4326))
        opens(bread, "We 10:00-14:00; PH open")
        books = NodeFactory(name="Books", category=CategoryFactory(slug="library"))
        books.tags.add("warm")
        OrganisationFactory(name="Club", category=CategoryFactory(slug="club"))
        Place.objects.create(
            name="Ward",
            slug="ward",
            kind=PlaceKind.WARD,
            release=datetime.date(2023, 5, 1),
            boundary=MultiPolygon(Polygon.from_bbox((-2.31, 53.39, -2.29, 53.41)), srid=4326),
        )
        assert names(client.get(NODES, params).json()) == found

    def test_it_tells_the_corrected_question_and_its_results(self, client, place):
        NodeFactory(name="Stretford Food Bank")
        spelling.rebuild()
        mended = client.get(NODES, {"q": "food bnak"}).json()
        assert names(mended) == ["Stretford Food Bank"] and mended["numberMatched"] == 1
        note = "Nothing matches “food bnak”. These are results for “food bank”."
        assert mended["corrected"] == {"asked": "food bnak", "q": "food bank", "note": note}
        assert "q=food+bank" in next(it["href"] for it in mended["links"] if it["rel"] == "self")
        for params in ({"q": "food bnak", "exact": "1"}, {"q": "food bank"}, {"q": "zzzz"}):
            assert "corrected" not in client.get(NODES, params).json()

    def test_words_that_are_known_have_no_slip_where_nothing_is_near(self, client, place):
        NodeFactory(name="Choir of Sale", location=Point(-2.30, 53.40, srid=4326))
        NodeFactory(name="Choirs of Stretford", location=Point(-2.32, 53.42, srid=4326))
        spelling.rebuild()
        far = {"place": place.slug, "q": "choir", "near": "53.35,-2.40", "within": 800}
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(NODES, far).json()
        assert (answer["numberMatched"], "corrected" in answer) == (0, False)
        # Names that are like it are looked for among all names of the place: not where there is no slip.
        assert not any("similarity" in it["sql"].lower() for it in asked)

    def test_it_counts_what_may_be_open_and_gives_it_when_asked(self, client, place):
        opens(NodeFactory(name="Always"), "24/7")
        opens(NodeFactory(name="Asks"), '"by appointment"')
        NodeFactory(name="Says nothing")
        sure = client.get(NODES, {"open": "now"}).json()
        assert (names(sure), sure["numberMatched"], sure["numberPerhaps"]) == (["Always"], 1, 1)
        assert [it["properties"]["open"] for it in sure["features"]] == ["open"]
        either = client.get(NODES, {"open": "now", "perhaps": "1", "sort": "name"}).json()
        assert names(either) == ["Always", "Asks"] and "numberPerhaps" not in either
        assert [it["properties"]["open"] for it in either["features"]] == ["open", "perhaps"]

    def test_it_says_how_far(self, client, place):
        NodeFactory(location=Point(-2.30, 53.41, srid=4326))
        [feature] = client.get(NODES, {"near": "53.40,-2.30"}).json()["features"]
        assert feature["properties"]["distance"] == pytest.approx(1112, abs=2)

    def test_one_node_has_provenance_hours_and_links(self, client, place):
        source = SourceFactory(attribution="Contains public data", licence="OGL-UK-3.0")
        node = NodeFactory(name="The hall", source=source, address="1 High Street")
        opens(node, "Mo 20:00-01:00; PH off")
        response = client.get(f"{NODES}/{node.uuid}")
        body = response.json()
        assert response["Content-Type"] == GEOJSON
        assert body["id"] == str(node.uuid)
        assert body["properties"]["source"]["attribution"] == "Contains public data"
        assert body["properties"]["hours"] == [{"day": "mon", "opens": "20:00", "closes": "01:00"}]
        assert body["properties"]["opening_hours"] == "Mo 20:00-01:00; PH off"
        assert body["properties"]["hours_not_understood"] == [] and "open" not in body["properties"]
        assert client.get(rels(body)["connections"]).status_code == 200
        assert rels(body)["alternate"] == f"http://testserver/node/{node.uuid}"

    def test_only_the_public_point_and_what_goes_with_it_leave(self, client, place):
        node = NodeFactory(
            location=Point(-2.32123, 53.42456, srid=4326),
            location_source=LocationSource.EXACT,
            location_precision=LocationPrecision.AREA,
            address="7 Secret Street",
            postcode="M33 7AB",
        )
        text = client.get(f"{NODES}/{node.uuid}").content.decode()
        assert "-2.32123" not in text and "Secret Street" not in text and "7AB" not in text
        assert json.loads(text)["properties"]["postcode"] == "M33"

    @pytest.mark.parametrize(
        "hidden",
        [{"state": NodeState.DRAFT}, {"state": NodeState.ARCHIVED}, {"visibility": Visibility.MEMBERS}],
        ids=["draft", "archived", "members"],
    )
    def test_what_is_hidden_is_not_there(self, client, place, hidden):
        node = NodeFactory(name="Hidden", **hidden)
        assert client.get(NODES).json()["numberMatched"] == 0
        response = client.get(f"{NODES}/{node.uuid}")
        assert response.status_code == 404
        assert "Hidden" not in response.content.decode()

    def test_members_see_what_members_may_see_and_it_is_not_shared(self, client, place):
        node = NodeFactory(visibility=Visibility.MEMBERS)
        client.force_login(PlaceRoleFactory(place=place).user)
        response = client.get(f"{NODES}/{node.uuid}")
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-cache"

    def test_the_number_of_queries_does_not_grow(self, client, place, django_assert_num_queries):
        for number in range(12):
            NodeFactory(source=SourceFactory(slug=f"source-{number}")).tags.add("a", "b")
        with django_assert_num_queries(3):
            assert client.get(NODES, {"limit": 1}).json()["numberReturned"] == 1
        with django_assert_num_queries(3):
            assert client.get(NODES, {"limit": 12}).json()["numberReturned"] == 12


class TestRefusals:
    @pytest.mark.parametrize(
        "params",
        [
            {"limit": "1001"},
            {"limit": "many"},
            {"page": "0"},
            {"bbox": "1,2,3"},
            {"kind": "ghost"},
            {"category": "no-such"},
            {"open": "someday"},
            {"place": "nowhere"},
            {"near": "nowhere at all"},
            {"near": "53.4,-2.3", "within": "-1"},
            {"q": "x" * 201},
        ],
        ids="-".join,
    )
    def test_faulty_parameters_are_told_with_their_remedy(self, client, place, params):
        response = client.get(NODES, params)
        body = response.json()
        assert response.status_code == body["status"] == 400
        assert response["Content-Type"] == "application/problem+json"
        faulty = {it["parameter"] for it in body["errors"]}
        assert faulty <= set(params) and faulty
        assert all(it["message"] and it["remedy"] for it in body["errors"])

    def test_all_faults_are_told_at_once(self, client, place):
        body = client.get(CONNECTIONS, {"limit": "x", "node": "y", "format": "z", "place": "w"}).json()
        assert {it["parameter"] for it in body["errors"]} == {"limit", "node", "format", "place"}

    @pytest.mark.parametrize(
        "path",
        ["/api/", "/api/v1/nope", "/api/v2/nodes", f"{NODES}/not-a-uuid", f"{PLACES}/nowhere", "/api/v1"],
    )
    def test_other_addresses_are_problems_too(self, client, path):
        response = client.get(path)
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["instance"] == path

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    @pytest.mark.parametrize("path", [NODES, "/api/v1/", "/api/v1/nope", "/api/v1/openapi.json"])
    def test_nothing_can_be_written(self, client, method, path):
        response = getattr(client, method)(path)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, OPTIONS"
        assert response["Content-Type"] == "application/problem+json"

    def test_our_own_faults_say_nothing_of_the_inside(self, client, monkeypatch, caplog):
        def broken(*_args, **_options):
            raise RuntimeError("secret detail")

        monkeypatch.setattr(nodes_api.search, "answer", broken)
        response = client.get(NODES)
        assert response.status_code == 500
        assert "secret" not in response.content.decode()
        assert "secret detail" in caplog.text

    @pytest.mark.parametrize(
        ("error", "status"), [(Http404(), 404), (HttpError(409, "no"), 409), (ValidationError([]), 422)]
    )
    def test_whatever_leaves_a_view_is_a_problem(self, client, monkeypatch, error, status):
        def broken(*_args, **_options):
            raise error

        monkeypatch.setattr(nodes_api.search, "answer", broken)
        response = client.get(NODES)
        assert response.status_code == response.json()["status"] == status
        assert response["Content-Type"] == "application/problem+json"

    def test_a_question_that_takes_too_long_says_so(self, client, monkeypatch):
        def slow(*_args, **_options):
            raise OperationalError("canceling statement due to statement timeout")

        monkeypatch.setattr(nodes_api.search, "answer", slow)
        response = client.get(NODES)
        assert response.status_code == 503
        assert "canceling" not in response.content.decode()


class TestOpenness:
    @pytest.mark.parametrize("path", ["/api/v1/", NODES, PLACES, CONNECTIONS, "/api/v1/categories", "/api/v1/nope"])
    def test_any_site_may_read(self, client, place, path):
        assert client.get(path)["Access-Control-Allow-Origin"] == "*"
        preflight = client.options(path)
        assert preflight.status_code == 204
        assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert client.head(path).status_code == client.get(path).status_code

    def test_no_cookie_is_set(self, client, place):
        assert not client.get(NODES).cookies

    @pytest.mark.parametrize("path", [NODES, PLACES, CONNECTIONS, "/api/v1/categories", f"{PLACES}/trafford"])
    def test_what_has_not_changed_is_not_sent_again(self, client, place, path):
        tag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert not again.content
        assert again["ETag"] == tag
        Revision.objects.raise_for([place])
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200

    def test_not_modified_costs_one_query(self, client, place, django_assert_num_queries):
        tag = client.get(NODES)["ETag"]
        with django_assert_num_queries(1):
            client.get(NODES, headers={"If-None-Match": tag})

    def test_the_start_leads_everywhere(self, client, place):
        for it in client.get("/api/v1/").json()["links"]:
            assert client.get(it["href"]).status_code == 200


class TestConnections:
    @pytest.fixture
    def funding(self, place):
        it = ConnectionFactory(source=OrganisationFactory(name="Council"), target=OrganisationFactory(name="Hall"))
        for amount, year in ((4000, 2013), (8000, 2016)):
            StatementFactory(
                connection=it,
                amount=Decimal(amount),
                currency="GBP",
                said_on=datetime.date(year, 1, 18),
            )
        return it

    def test_it_tells_both_ends_the_type_and_what_supports_it(self, client, funding):
        body = client.get(CONNECTIONS, {"place": "trafford"}).json()
        [it] = body["connections"]
        assert (it["source"]["name"], it["type"]["forward"], it["target"]["name"]) == ("Council", "funds", "Hall")
        assert (it["weight"], it["amount"], it["currency"]) == (2, 12000.0, "GBP")
        assert [said["said_on"] for said in it["statements"]] == ["2016-01-18", "2013-01-18"]
        assert it["statements"][0]["source"]["licence"] == "OGL-UK-3.0"

    def test_geojson_has_lines_between_public_points(self, client, funding):
        response = client.get(CONNECTIONS, {"format": "geojson"})
        assert response["Content-Type"] == GEOJSON
        body = response.json()
        valid(body)
        [line] = body["features"]
        assert line["geometry"]["type"] == "LineString"
        assert line["properties"]["weight"] == 2

    def test_what_has_no_point_has_no_line(self, client, funding):
        funding.target.location, funding.target.location_source = None, ""
        funding.target.save()
        assert client.get(CONNECTIONS, {"format": "geojson"}).json()["numberMatched"] == 0
        assert client.get(CONNECTIONS).json()["numberMatched"] == 1

    def test_it_is_chosen_by_node_and_type(self, client, funding):
        owns = ConnectionTypeFactory(slug="owns", forward="owns")
        StatementFactory(connection=ConnectionFactory(source=funding.source, type=owns))
        assert client.get(CONNECTIONS).json()["numberMatched"] == 2
        assert client.get(CONNECTIONS, {"node": funding.target.uuid}).json()["numberMatched"] == 1
        assert client.get(CONNECTIONS, {"type": "owns"}).json()["numberMatched"] == 1

    def test_a_place_that_is_no_home_has_the_connections_of_what_lies_within(self, client, funding):
        PlaceFactory(slug="ward", code="W", is_home=False)
        assert client.get(CONNECTIONS, {"place": "ward"}).json()["numberMatched"] == 1

    def test_authors_who_are_hidden_or_people_are_not_named(self, client, funding):
        hidden = OrganisationFactory(name="Hidden group", state=NodeState.DRAFT)
        StatementFactory(connection=funding, by_source=None, key="", by_node=hidden)
        response = client.get(CONNECTIONS)
        assert response.json()["connections"][0]["weight"] == 3
        assert "Hidden group" not in response.content.decode()

    def test_a_hidden_end_hides_the_connection(self, client, funding):
        funding.source.state = NodeState.DRAFT
        funding.source.save()
        assert client.get(CONNECTIONS).json()["connections"] == []

    @pytest.mark.parametrize("form", ["json", "geojson"])
    def test_the_number_of_queries_does_not_grow(self, client, funding, django_assert_num_queries, form):
        def ask(limit):
            return client.get(CONNECTIONS, {"limit": limit, "format": form})

        for number in range(8):
            StatementFactory(
                connection=ConnectionFactory(source=funding.source),
                by_source=SourceFactory(slug=f"source-{number}"),
            )
        with django_assert_num_queries(4):
            ask(1)
        with django_assert_num_queries(4):
            ask(100)
