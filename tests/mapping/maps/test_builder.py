"""Maps: folium's script for our pages, and a single file that asks for nothing."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.utils import translation

from mapping.maps.basemap import Basemap
from mapping.maps.builder import build_map, build_node_map, embed_parts, explore_parts, node_parts, version
from mapping.maps.figure import parts
from mapping.models import PUBLIC, GazetteerEntry, LocationPrecision, LocationSource, Node, Revision, Viewer, Visibility
from mapping.search.query import Query
from tests.factories import CategoryFactory, NodeFactory, PlaceRoleFactory, StatementFactory

pytestmark = pytest.mark.django_db

HERE = Point(-2.3205, 53.4265, srid=4326)


@pytest.fixture(autouse=True)
def basemap_root(settings, tmp_path):
    settings.BASEMAP_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def node(place):
    hall = CategoryFactory(slug="hall", icon="town")
    return NodeFactory(name="Stretford </script> Hall", location=HERE, category=hall)


def calls(script: str) -> dict[str, dict]:
    """Function of the bridge -> its options."""
    found = re.findall(r"hereabouts\.(\w+)\(map_\w+, (\{.*\})\);", script)
    return {name: json.loads(options) for name, options in found}


def put_basemap(folder, place: str = "trafford") -> Basemap:
    made = Basemap(place, "0123456789ab", "Somebody", (-2.5, 53.3, -2.2, 53.5), 8, 14, 10)
    made.path.write_bytes(b"not read here")
    made.path.with_suffix(".json").write_text(json.dumps(made.__dict__))
    return made


def test_a_map_of_a_place_asks_only_us(place, node, basemap_root):
    put_basemap(basemap_root)
    rendered = parts(build_map(place, viewer=PUBLIC))
    assert rendered.header == ""
    assert rendered.html == '<div class="folium-map" id="map_explore"></div>'
    assert "http" not in rendered.script and "$(" not in rendered.script
    found = calls(rendered.script)
    assert list(found) == ["addBasemap", "addPoints", "addConnections", "addControls"]
    assert found["addBasemap"]["url"] == "/basemap/trafford.0123456789ab.pmtiles"
    assert found["addBasemap"]["attribution"] == "Somebody"
    assert found["addPoints"]["url"] == "/tiles/trafford.1/nodes/{z}/{x}/{y}.mvt"
    assert found["addConnections"]["url"].startswith("/maps/trafford.1/lines.json?v=")
    assert found["addConnections"]["network"] == "/network/trafford.1/graph.bin"
    assert found["addControls"]["bounds"] == [[53.36, -2.45], [53.52, -2.24]]
    assert found["addControls"]["ring"] == {"metres": 366, "reach": "400 yards, 5 min walk"}
    assert "fitBounds([[53.36, -2.45], [53.52, -2.24]]" in rendered.script


def test_a_map_whose_basemap_has_no_small_streets_says_so(place, node, basemap_root):
    made = put_basemap(basemap_root)
    assert calls(parts(build_map(place, viewer=PUBLIC)).script)["addBasemap"].get("note") is None
    assert '"maxZoom": 19' in parts(build_map(place, viewer=PUBLIC)).script
    made.path.with_suffix(".json").write_text(json.dumps({**made.__dict__, "small_streets": False}))
    script = parts(build_map(place, viewer=PUBLIC)).script
    assert "no small streets" in calls(script)["addBasemap"]["note"]
    # Nor does one come closer than there is anything to see.
    assert '"maxZoom": 17' in script
    assert "no small streets" in calls(parts(build_node_map(node)).script)["addBasemap"]["note"]


def test_the_same_map_is_the_same_text(place, node):
    one, other = build_map(place, viewer=PUBLIC), build_map(place, viewer=PUBLIC)
    assert parts(one) == parts(other) == parts(one)


def test_a_map_without_a_basemap_has_its_dots(place, node):
    assert "addBasemap" not in parts(build_map(place, viewer=PUBLIC)).script


def test_another_providers_raster_is_used_only_where_it_is_set(place, settings):
    settings.RASTER_TILES_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.RASTER_TILES_ATTRIBUTION = "(c) Example"
    script = parts(build_map(place, viewer=PUBLIC)).script
    assert "tiles.example.org" in script and "(c) Example" in script
    assert "example.org" not in parts(build_map(place, viewer=PUBLIC, offline=True)).script


def test_an_offline_map_holds_its_points_and_lines(place, node):
    statement = StatementFactory(
        connection__source=node, connection__target=NodeFactory(location=Point(-2.3, 53.43, srid=4326), name="Hub")
    )
    NodeFactory(location=HERE, visibility=Visibility.MEMBERS, name="Hidden")
    script = parts(build_map(place, viewer=PUBLIC, offline=True)).script
    found = calls(script)
    points = {it["properties"]["name"]: it for it in found["addPoints"]["data"]["features"]}
    assert set(points) == {node.name, "Hub"}
    assert points[node.name]["properties"] == {
        "uuid": str(node.uuid), "name": node.name, "c": "hall", "i": "town", "n": 1,
    }  # fmt: skip
    assert points[node.name]["geometry"]["coordinates"] == [-2.3205, 53.4265]
    [line] = found["addConnections"]["data"]["features"]
    assert line["properties"]["source"] == str(node.uuid)
    assert line["properties"]["weight"] == 1
    assert line["properties"]["label"] == f"{node.name} {statement.connection.type.forward} Hub."
    assert "</script" not in script


def test_lines_are_the_strongest_first_and_those_of_a_node_when_asked(place, node, client):
    hub = NodeFactory(location=Point(-2.3, 53.43, srid=4326), name="Hub")
    far = NodeFactory(location=Point(-2.31, 53.44, srid=4326), name="Far")
    weak = StatementFactory(connection__source=hub, connection__target=far).connection
    strong = StatementFactory(connection__source=node, connection__target=hub).connection
    StatementFactory(connection=strong)
    StatementFactory(connection__source=node, connection__target=far, visibility=Visibility.MEMBERS)
    StatementFactory(connection__source=node, connection__target=NodeFactory(location=None))
    url = "/maps/trafford.1/lines.json"
    response = client.get(url)
    assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
    lines = response.json()["features"]
    assert [it["properties"]["weight"] for it in lines] == [2, 1]
    assert lines[1]["properties"]["source"] == str(weak.source.uuid)
    assert lines[1]["geometry"]["coordinates"] == [[-2.3, 53.43], [-2.31, 53.44]]
    [only] = client.get(f"{url}?node={node.uuid}").json()["features"]
    assert only["properties"]["target"] == str(hub.uuid)
    tag = response["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    for path, status in (("trafford.1/lines.json?node=x", 404), ("trafford.7/lines.json", 404), ("x/lines.json", 400)):
        assert client.get(f"/maps/{path}").status_code == status
    client.force_login(PlaceRoleFactory(place=place).user)
    response = client.get(url)
    assert len(response.json()["features"]) == 3
    assert response["Cache-Control"] == "private, no-store"


def test_lines_refuse_what_they_do_not_understand(place, node, client):
    url = "/maps/trafford.1/lines.json"
    for asked, said in (
        ("?stated=perhaps", "stated"),
        ("?least=nine", "least"),
        ("?leest=2", "Did you mean “least”?"),
        ("?categry=food", "We do not know “categry”"),
    ):
        refused = client.get(url + asked)
        assert refused.status_code == 400 and said in refused.content.decode(), asked
    assert client.get(f"{url}?v=1&least=1&utm_source=letter").status_code == 200


def test_lines_cost_the_same_number_of_queries_however_many(place, node, client, django_assert_max_num_queries):
    for n in range(15):
        there = NodeFactory(location=Point(-2.3 + n / 1000, 53.45, srid=4326))
        StatementFactory(connection__source=node, connection__target=there)
    assert len(client.get("/maps/trafford.1/lines.json").json()["features"]) == 15
    # The snapshot and its groups are there now.
    with django_assert_max_num_queries(3):
        assert len(client.get("/maps/trafford.1/lines.json?least=1").json()["features"]) == 15


def test_what_a_viewer_may_not_see_is_on_no_map(place, node):
    NodeFactory(location=HERE, visibility=Visibility.MEMBERS, name="Hidden")
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    for what in (place, Query(place=place), Node.objects.all(), list(Node.objects.all())):
        assert "Hidden" not in parts(build_map(what, viewer=PUBLIC, offline=True)).script
        assert "Hidden" in parts(build_map(what, viewer=member, offline=True)).script


def test_a_map_of_a_query_asks_for_what_it_finds(place, node):
    CategoryFactory(slug="pantry")
    query = Query(place=place, category=("pantry", "hall"), when="wed", sort="name", page=3)
    options = calls(parts(build_map(query, viewer=PUBLIC)).script)["addPoints"]
    assert options["query"] == "category=hall&category=pantry&when=wed"
    offline = calls(parts(build_map(Query(place=place, category=("pantry",)), viewer=PUBLIC, offline=True)).script)
    assert offline["addPoints"]["data"]["features"] == []


def test_the_small_map_of_a_sensitive_node_shows_an_area(place, node):
    rough = NodeFactory(
        location=Point(-2.32123, 53.42687, srid=4326),
        location_source=LocationSource.PIN,
        location_precision=LocationPrecision.AREA,
    )
    for it in (node, rough):
        it.refresh_from_db()
    exact = calls(parts(build_node_map(node)).script)["addMarker"]
    assert (exact["lat"], exact["lon"]) == (53.4265, -2.3205) and "radius" not in exact
    script = parts(build_node_map(rough)).script
    assert "53.42687" not in script and "-2.32123" not in script
    assert 500 < calls(script)["addMarker"]["radius"] < 600


def test_parts_for_pages_name_the_script_by_revision(place, node, client):
    for made, name in (
        (explore_parts(place), "explore"),
        (embed_parts(place, Query(place=place, category=("hall",))), "embed"),
        (node_parts(node), "node"),
    ):
        assert made["map_html"] == f'<div class="folium-map" id="map_{name}"></div>'
        *libraries, script = made["map_scripts"]
        assert libraries[0].endswith("leaflet.js") and libraries[-1].endswith("folium_bridge.js")
        assert script.startswith(f"/maps/trafford.1/{name}.js?")
        response = client.get(script)
        assert response.status_code == 200, response.content
        assert response["Content-Type"].startswith("text/javascript")
        assert response["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert f'L.map("map_{name}"' in response.content.decode()
        assert "Set-Cookie" not in response.headers


def test_labels_are_in_the_readers_language(place, client):
    with translation.override("cy"):
        script = explore_parts(place)["map_scripts"][-1]
    assert "lang=cy" in script
    assert client.get(script).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("trafford.9/explore.js", 404),
        ("nowhere.1/explore.js", 404),
        ("trafford.1/other.js", 404),
        ("trafford/explore.js", 400),
        ("trafford.1/embed.js?bbox=1", 400),
        ("trafford.1/explore.js?lang=xx", 400),
        ("trafford.1/node.js", 404),
        ("trafford.1/node.js?node=x", 404),
        ("trafford.1/node.js?node=00000000-0000-0000-0000-000000000000", 404),
        ("all.1/explore.js", 404),
    ],
)
def test_what_is_no_map_is_refused(place, client, path, status):
    assert client.get(f"/maps/{path}").status_code == status


def test_an_older_script_is_asked_for_again_and_304_when_it_is_the_same(place, client):
    url = f"/maps/trafford.1/explore.js?v={version()}"
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    Revision.objects.raise_for([place])
    response = client.get(url, headers={"if-none-match": tag})
    assert response.status_code == 200 and response["Cache-Control"] == "public, no-cache"
    assert client.get("/maps/trafford.2/explore.js?v=old")["Cache-Control"] == "public, no-cache"


def test_the_map_of_a_hidden_node_is_for_those_who_see_it(place, client):
    node = NodeFactory(location=HERE, visibility=Visibility.MEMBERS)
    url = node_parts(node)["map_scripts"][-1]
    assert client.get(url).status_code == 404
    client.force_login(PlaceRoleFactory(place=place).user)
    response = client.get(url)
    assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"


def test_a_single_file_has_everything_in_it(place, node, tmp_path, capsys):
    path = tmp_path / "map.html"
    call_command("export_map", place="trafford", html=str(path))
    assert re.search(r"map\.html: \d\.\d MB", capsys.readouterr().out)
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=(?![\"']data:)", text)
    assert "@import" not in text and not re.search(r"url\((?!['\"]?data:)", text.split("</style>")[0])
    assert f'<li id="node-{node.uuid}"><strong>Stretford &lt;/script&gt; Hall</strong>' in text
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_a_notebook_shows_the_single_file(place, node):
    shown = build_map(place, viewer=PUBLIC)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    inside = unescape(re.search(r'srcdoc="([^"]*)"', shown)[1])
    assert "addPoints" in inside and str(node.uuid) in inside
    assert "/tiles/trafford" not in inside


def test_saving_writes_the_single_file(place, node, tmp_path):
    made = build_map(Node.objects.all(), viewer=PUBLIC, offline=True)
    made.save(tmp_path / "a.html")
    data = io.BytesIO()
    made.save(data, close_file=False)
    assert data.getvalue() == (tmp_path / "a.html").read_bytes()


def test_an_export_that_cannot_be_written_is_one_line(place, tmp_path):
    for options, words in (
        ({"place": "traford", "html": "x.html"}, "Did you mean 'trafford'"),
        ({"place": "trafford", "html": str(tmp_path)}, "is a folder"),
        ({"place": "trafford", "html": str(tmp_path / "no" / "x.html")}, "does not exist"),
    ):
        with pytest.raises(CommandError) as refused:
            call_command("export_map", **options)
        assert words in str(refused.value) and "\n" not in str(refused.value)
    assert list(tmp_path.glob(".*")) == []


def test_a_name_that_is_several_places_elsewhere_is_one_in_the_tiles_of_a_map(place, client):
    for district, lon in (("", -2.32), ("Elsewhere", 1.32)):
        GazetteerEntry.objects.create(name="Sale", district=district, kind="Town", point=Point(lon, 53.42, srid=4326))
    query = Query.from_params({"near": "Sale"}, place)
    assert query.near == "Sale"
    asked = calls(parts(build_map(query, viewer=PUBLIC, name="embed")).script)["addPoints"]["query"]
    assert client.get(f"/tiles/trafford.{place.revision_number}/nodes/14/8087/5301.mvt?{asked}").status_code == 204
