"""How tiles are answered: caching, refusals, encodings."""

from __future__ import annotations

import gzip

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point

from mapping.maps.tile_cache import TileCache
from mapping.maps.tile_cache import tiles as kept_tiles
from mapping.models import Revision, Visibility
from mapping.network.compressed import Gzipped
from mapping.views import tiles as view
from tests.factories import CategoryFactory, NodeFactory, PlaceRoleFactory, UserFactory

pytestmark = pytest.mark.django_db

HERE = Point(-2.3205, 53.4265, srid=4326)
A_MINUTE = "public, max-age=60, must-revalidate"
THERE = "14/8086/5304"  # the tile that HERE lies in


@pytest.fixture
def node(place):
    return NodeFactory(location=HERE, name="Stretford Public Hall")


def names(response) -> list[str]:
    layer = mapbox_vector_tile.decode(response.content)["nodes"]
    return sorted(it["properties"]["name"] for it in layer["features"])


def test_the_current_revision_may_be_kept_for_a_minute(client, node):
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response["Cache-Control"] == A_MINUTE
    assert response["X-Content-Type-Options"] == "nosniff"
    assert int(response["Content-Length"]) == len(response.content)
    assert "Set-Cookie" not in response.headers
    assert names(response) == ["Stretford Public Hall"]


def test_an_older_revision_gets_what_is_there_now_and_is_asked_for_again(client, place, node):
    Revision.objects.raise_for([place])
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, no-cache"
    assert client.get(f"/tiles/trafford.2/nodes/{THERE}.mvt")["Cache-Control"] == A_MINUTE


def test_nothing_there_is_204(client, place):
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Cache-Control"] == A_MINUTE


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("trafford.2/nodes/14/8086/5304.mvt", 404),  # not yet
        ("nowhere.1/nodes/14/8086/5304.mvt", 404),
        ("trafford.1/people/14/8086/5304.mvt", 404),
        ("trafford.1/nodes/23/0/0.mvt", 404),
        ("trafford.1/nodes/-1/0/0.mvt", 404),
        ("trafford.1/nodes/3/8/0.mvt", 404),
        ("trafford.1/nodes/3/0/8.mvt", 404),
        ("trafford.1/nodes/3/0/-1.mvt", 404),
        ("trafford.1/nodes/0/0/99999999999999999.mvt", 404),
        ("trafford/nodes/0/0/0.mvt", 400),
        ("trafford.x/nodes/0/0/0.mvt", 400),
        ("trafford.-1/nodes/0/0/0.mvt", 400),
        ("trafford.01/nodes/0/0/0.mvt", 400),
        ("Trafford.1/nodes/0/0/0.mvt", 400),
        ("trafford.1/nodes/a/0/0.mvt", 400),
        ("trafford.1/nodes/1.5/0/0.mvt", 400),
        ("trafford.1/nodes/00/0/0.mvt", 400),
        ("trafford.1/nodes/0/0/٠.mvt", 400),
        ("trafford.1/nodes/0/%20/0.mvt", 400),
        ("trafford.1/nodes/0/0/" + "9" * 400 + ".mvt", 400),
        ("trafford.1/nodes/0/0/0.mvt?bbox=1,2", 400),
        ("trafford.1/nodes/0/0/0.mvt?category=no-such", 400),
    ],
)
def test_what_is_not_a_tile_is_refused_in_plain_words(client, node, path, status):
    response = client.get(f"/tiles/{path}")
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().strip().endswith(".")
    assert "max-age" not in response["Cache-Control"]


def test_a_signed_in_reader_is_refused_in_the_same_words(client, place):
    client.force_login(UserFactory())
    statuses = {"trafford.1/nodes/3/8/0": 404, "trafford.x/nodes/0/0/0": 400, "trafford.2/nodes/0/0/0": 404}
    for path, status in statuses.items():
        assert client.get(f"/tiles/{path}.mvt").status_code == status


def test_a_tile_is_sent_to_https_first_where_the_site_wants_that(client, node, settings):
    settings.SECURE_SSL_REDIRECT = True
    url = f"/tiles/trafford.1/nodes/{THERE}.mvt"
    assert client.get(url).status_code == 301
    assert client.get(url, secure=True).status_code == 200


def test_only_reading_is_possible(client, node):
    response = client.post(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


def test_head_tells_the_length_alone(client, node):
    response = client.head(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert response.status_code == 200 and response.content == b""
    assert int(response["Content-Length"]) > 0


def test_a_tile_that_the_reader_has_is_not_made_again(client, place, node, monkeypatch):
    tag = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")["ETag"]
    monkeypatch.setattr(view, "build", lambda *args, **kwargs: pytest.fail("made a tile"))
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt", headers={"if-none-match": tag})
    assert response.status_code == 304
    assert response["ETag"] == tag
    monkeypatch.undo()
    Revision.objects.raise_for([place])
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt", headers={"if-none-match": tag})
    assert response.status_code == 200
    assert response["ETag"] != tag


def test_a_revision_to_come_is_not_unchanged(client, place, node):
    tag = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")["ETag"]
    assert client.get(f"/tiles/trafford.9/nodes/{THERE}.mvt", headers={"if-none-match": tag}).status_code == 404


def test_large_tiles_are_gzipped_for_those_who_take_it(client, place):
    for number in range(40):
        NodeFactory(location=HERE, name=f"Node {number} of a number of nodes")
    url = f"/tiles/trafford.1/nodes/{THERE}.mvt"
    plain = client.get(url)
    zipped = client.get(url, headers={"accept-encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert plain["Vary"] == zipped["Vary"] == "Accept-Encoding"


def test_a_filter_of_the_address_holds(client, node):
    NodeFactory(location=HERE, name="Food bank", category=CategoryFactory(slug="pantry"))
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt?category=pantry")
    assert names(response) == ["Food bank"]
    assert response["Cache-Control"] == A_MINUTE


def test_what_changes_by_the_clock_is_kept_for_a_minute(client, node):
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt?open=now")
    assert response["Cache-Control"] == A_MINUTE
    assert "ETag" not in response.headers


def test_those_who_see_more_get_their_own_tile_which_nobody_keeps(client, place, node):
    NodeFactory(location=HERE, name="For members", visibility=Visibility.MEMBERS)
    client.force_login(PlaceRoleFactory(place=place).user)
    response = client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")
    assert names(response) == ["For members", "Stretford Public Hall"]
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
    client.logout()
    assert names(client.get(f"/tiles/trafford.1/nodes/{THERE}.mvt")) == ["Stretford Public Hall"]


@pytest.fixture
def keeping(settings):
    settings.TILE_CACHE_MB = 1
    kept_tiles.clear()
    yield
    kept_tiles.clear()


def test_a_tile_asked_for_again_costs_no_query(client, node, keeping, monkeypatch):
    url = f"/tiles/trafford.1/nodes/{THERE}.mvt"
    first = client.get(url)
    monkeypatch.setattr(view, "build", lambda *args, **kwargs: pytest.fail("made a tile"))
    monkeypatch.setattr(view, "current", lambda slug: pytest.fail("asked for the number"))
    again = client.get(url)
    assert (again.content, dict(again.items())) == (first.content, dict(first.items()))


def test_a_kept_tile_is_not_given_out_once_the_revision_is_raised(client, place, node, keeping, monkeypatch):
    url = f"/tiles/trafford.1/nodes/{THERE}.mvt"
    client.get(url)
    type(node).objects.filter(pk=node.pk).update(name="Another name")
    Revision.objects.raise_for([place])
    monkeypatch.setattr("mapping.maps.tile_cache.TRUSTED_FOR", 0.0)
    response = client.get(url)
    assert names(response) == ["Another name"]
    assert response["Cache-Control"] == "public, no-cache"


def test_the_cache_lets_go_of_what_was_not_used(settings):
    settings.TILE_CACHE_MB = 1
    cache = TileCache()
    for number in range(5):
        cache.put(number, Gzipped(bytes(150_000)))
        cache.get(0)
    assert cache.get(0) is not None and cache.get(4) is not None
    assert cache.get(1) is None and cache.get(2) is None
    cache.put("huge", Gzipped(bytes(1_000_000)))
    assert cache.get("huge") is None
