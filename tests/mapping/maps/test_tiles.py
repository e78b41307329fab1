"""Vector tiles: decoded and compared with the rows."""

from __future__ import annotations

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapping.maps import tiles
from mapping.maps.tiles import Address
from mapping.models import (
    PUBLIC,
    LocationPrecision,
    LocationSource,
    Node,
    NodeKind,
    NodeState,
    Rank,
    Viewer,
    Visibility,
)
from mapping.nodes.cards import rank_of
from mapping.search.query import Query
from tests.factories import CategoryFactory, NodeFactory, PlaceFactory

pytestmark = pytest.mark.django_db

HERE = Point(-2.3205, 53.4265, srid=4326)


def address_of(point: Point, z: int) -> Address:
    """The tile of zoom `z` that a point (4326) lies in."""
    x, y = mercator(point)
    side = 2 * tiles.HALF_WORLD / 2**z
    return Address(z, int((x + tiles.HALF_WORLD) // side), int((tiles.HALF_WORLD - y) // side))


def mercator(point: Point) -> tuple[float, float]:
    moved = point.transform(3857, clone=True)
    return moved.x, moved.y


def features(tile: tiles.Tile) -> list[dict]:
    """Properties, with `at`: column and row in units of the tile, from its upper left corner."""
    if not tile.content:
        return []
    layer = mapbox_vector_tile.decode(tile.content, default_options={"y_coord_down": True})["nodes"]
    assert layer["extent"] == 4096
    return [{**it["properties"], "at": tuple(it["geometry"]["coordinates"])} for it in layer["features"]]


def expected_at(node: Node, address: Address) -> tuple[int, int]:
    scale = 4096 / address.side
    x, y = mercator(node.public_point)
    return round((x - address.west) * scale), round((address.north - y) * scale)


def test_a_close_tile_has_every_node_with_its_facts(place):
    hall = NodeFactory(name="Stretford Public Hall", location=HERE, category=CategoryFactory(slug="hall", icon="town"))
    address = address_of(HERE, 15)
    [feature] = features(tiles.build("trafford", address))
    hall.refresh_from_db()
    (x, y), (ex, ey) = feature.pop("at"), expected_at(hall, address)
    assert abs(x - ex) <= 1 and abs(y - ey) <= 1
    assert feature == {"uuid": str(hall.uuid), "name": "Stretford Public Hall", "c": "hall", "i": "town", "n": 1}


def test_the_colour_is_that_of_the_group_and_what_has_none_is_other_or_organisation(place):
    group = CategoryFactory(slug="food-help")
    NodeFactory(name="a", location=HERE, category=CategoryFactory(slug="pantry", parent=group))
    NodeFactory(name="b", location=HERE, category=None)
    NodeFactory(name="c", location=HERE, category=None, kind=NodeKind.ORGANISATION)
    found = {it["name"]: it["c"] for it in features(tiles.build("trafford", address_of(HERE, 16)))}
    assert found == {"a": "food-help", "b": "other", "c": "organisation"}


def test_a_wide_tile_counts_nodes_by_cell_in_the_colour_of_most(place):
    food, faith = CategoryFactory(slug="food-help"), CategoryFactory(slug="faith")
    for category in (food, faith, faith):
        NodeFactory(location=HERE, category=category)
    [feature] = features(tiles.build("trafford", address_of(HERE, 10)))
    assert feature["n"] == 3 and feature["c"] == "faith"
    assert "uuid" not in feature and "name" not in feature


def test_a_feature_says_its_rank_unless_that_is_ordinary(place):
    plain = CategoryFactory(slug="cafe")
    pale = CategoryFactory(slug="plaque", rank=Rank.BACKGROUND)
    first = CategoryFactory(slug="food-bank", rank=Rank.FIRST)
    for n, (category, kind) in enumerate(
        [
            (plain, NodeKind.ASSET),
            (pale, NodeKind.ASSET),
            (first, NodeKind.ASSET),
            (pale, NodeKind.ACTIVITY),
            (None, NodeKind.ASSET),
        ]
    ):
        NodeFactory(name=f"{n}", location=Point(-2.32 + n / 300, HERE.y, srid=4326), category=category, kind=kind)
    for zoom in (13, 14):
        found = {}
        for x in range(-1, 2):
            address = address_of(HERE, zoom)
            tile = tiles.build("trafford", Address(zoom, address.x + x, address.y))
            found |= {it["name"]: it.get("r") for it in features(tile)}
        assert found == {"0": None, "1": 3, "2": 1, "3": 1, "4": None}


def test_a_wide_tile_says_how_many_of_a_cell_are_background(place):
    pale = CategoryFactory(slug="plaque", rank=Rank.BACKGROUND)
    for category, kind in [(pale, NodeKind.ASSET)] * 3 + [(pale, NodeKind.ACTIVITY), (None, NodeKind.ASSET)]:
        NodeFactory(location=HERE, category=category, kind=kind)
    [feature] = features(tiles.build("trafford", address_of(HERE, 10)))
    assert (feature["n"], feature["p"], "uuid" in feature, "r" in feature) == (5, 3, False, False)


def test_the_only_one_of_a_cell_that_is_not_background_is_told_as_if_it_were_alone(place):
    pale = CategoryFactory(slug="plaque", rank=Rank.BACKGROUND)
    for _ in range(3):
        NodeFactory(location=HERE, category=pale)
    bank = NodeFactory(
        name="Bank", location=HERE, category=CategoryFactory(slug="food-bank", rank=Rank.FIRST, icon="heart")
    )
    [feature] = features(tiles.build("trafford", address_of(HERE, 10)))
    assert feature.pop("at")
    assert feature == {"uuid": str(bank.uuid), "name": "Bank", "c": "food-bank", "i": "heart", "n": 4, "p": 3, "r": 1}


def test_what_is_in_a_tile_has_the_rank_that_its_card_has(place):
    for n, rank in enumerate(Rank):
        for kind in (NodeKind.ASSET, NodeKind.ACTIVITY, NodeKind.ORGANISATION):
            NodeFactory(location=HERE, category=CategoryFactory(slug=f"c{n}", rank=rank), kind=kind)
    NodeFactory(location=HERE, category=None)
    told = {it["uuid"]: it.get("r", Rank.ORDINARY) for it in features(tiles.build("trafford", address_of(HERE, 15)))}
    assert told == {str(node.uuid): rank_of(node) for node in Node.objects.select_related("category")}


def test_a_node_alone_in_its_cell_keeps_its_name(place):
    node = NodeFactory(location=HERE)
    [feature] = features(tiles.build("trafford", address_of(HERE, 9)))
    assert (feature["uuid"], feature["name"], feature["n"]) == (str(node.uuid), node.name, 1)


def test_a_close_tile_with_too_many_nodes_counts_them(place, settings):
    settings.TILE_MAX_FEATURES = 3
    for _ in range(4):
        NodeFactory(location=HERE)
    [feature] = features(tiles.build("trafford", address_of(HERE, 17)))
    assert feature["n"] == 4
    settings.TILE_MAX_FEATURES = 4
    assert len(features(tiles.build("trafford", address_of(HERE, 17)))) == 4


near = st.tuples(st.floats(-2.36, -2.28), st.floats(53.40, 53.45))


@given(points=st.lists(near, max_size=25), z=st.integers(8, 17))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_points_a_tile_has_each_once(db, points, z):
    place = PlaceFactory()
    Node.objects.filter(place=place).delete()
    nodes = [NodeFactory(place=place, location=Point(*xy, srid=4326)) for xy in points]
    address = address_of(HERE, z)
    found = features(tiles.build("trafford", address))
    inside = [it for it in found if 0 <= it["at"][0] < 4096 and 0 <= it["at"][1] < 4096]
    expected = [expected_at(node, address) for node in Node.objects.filter(pk__in=[it.pk for it in nodes])]
    surely = sum(2 <= x < 4094 and 2 <= y < 4094 for x, y in expected)
    perhaps = sum(-2 <= x < 4098 and -2 <= y < 4098 for x, y in expected)
    if z >= tiles.DETAIL_ZOOM:
        assert surely <= len(inside) <= perhaps
        uuids = [it["uuid"] for it in found]
        assert len(uuids) == len(set(uuids))
    else:
        # A cell at the edge may have its middle on either side; all cells of the tile and its rim hold every node.
        low, high = -address.margin, 4096 + address.margin
        rim = sum(low + 2 <= x < high - 2 and low + 2 <= y < high - 2 for x, y in expected)
        outside = sum(low - 2 <= x < high + 2 and low - 2 <= y < high + 2 for x, y in expected)
        assert rim <= sum(it["n"] for it in found) <= outside


def test_a_point_just_outside_is_in_the_tile_too(place):
    address = address_of(HERE, 16)
    scale = address.side / 4096
    just_west = Point(address.west - 20 * scale, address.north - 2000 * scale, srid=3857).transform(4326, clone=True)
    NodeFactory(location=just_west)
    [feature] = features(tiles.build("trafford", address))
    assert abs(feature["at"][0] + 20) <= 1


HIDDEN = (
    {"state": NodeState.DRAFT},
    {"state": NodeState.PENDING},
    {"state": NodeState.ARCHIVED},
    {"visibility": Visibility.MEMBERS},
)


@pytest.mark.parametrize("z", [6, 11, 14, 18])
def test_what_the_public_may_not_see_is_in_no_tile(place, z):
    for hidden in HIDDEN:
        NodeFactory(location=HERE, **hidden)
    NodeFactory(location=HERE, visibility=Visibility.GROUP, group=NodeFactory(location=None))
    NodeFactory(location=None)
    for slug in ("trafford", "all"):
        assert tiles.build(slug, address_of(HERE, z)).content == b""
    seen = NodeFactory(location=HERE)
    assert set(Node.objects.visible_to(PUBLIC).located()) == {seen}
    for slug in ("trafford", "all"):
        [feature] = features(tiles.build(slug, address_of(HERE, z)))
        assert feature["uuid"] == str(seen.uuid)


def test_a_member_sees_what_members_may(place):
    NodeFactory(location=HERE, visibility=Visibility.MEMBERS, name="For members")
    address = address_of(HERE, 15)
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    stranger = Viewer(user_id=2, place_ids=frozenset({place.pk + 1}))
    assert [it["name"] for it in features(tiles.build("trafford", address, viewer=member))] == ["For members"]
    assert features(tiles.build("trafford", address, viewer=stranger)) == []


def test_a_sensitive_node_is_only_where_the_public_may_know_it(place):
    exact = Point(-2.32123, 53.42687, srid=4326)
    node = NodeFactory(location=exact, location_source=LocationSource.PIN, location_precision=LocationPrecision.AREA)
    node.refresh_from_db()
    assert node.public_point.distance(exact) > 0.001
    close = address_of(node.public_point, 18)
    [feature] = features(tiles.build("trafford", close))
    x, y = expected_at(node, close)
    assert abs(feature["at"][0] - x) <= 1 and abs(feature["at"][1] - y) <= 1
    assert tiles.build("trafford", address_of(exact, 18)).content == b""


def test_a_tile_of_a_place_leaves_out_other_places(place):
    other = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    NodeFactory(location=HERE, name="Here")
    NodeFactory(location=HERE, name="There", place=other)
    address = address_of(HERE, 15)
    names = lambda slug: sorted(it["name"] for it in features(tiles.build(slug, address)))  # noqa: E731
    assert names("trafford") == ["Here"]
    assert names("salford") == ["There"]
    assert names("all") == ["Here", "There"]


def test_an_area_without_a_map_of_its_own_shows_what_lies_in_it(place):
    PlaceFactory(slug="sale-moor", name="Sale Moor", code="E05000000", is_home=False, boundary=place.boundary)
    NodeFactory(location=HERE, name="Here")
    NodeFactory(location=Point(-2.1, 53.3, srid=4326), name="Far")
    tile = tiles.build("sale-moor", address_of(HERE, 6))
    assert [it["name"] for it in features(tile)] == ["Here"]
    assert tile.number == tiles.current_number("all") == tiles.current_number("sale-moor")


def test_a_filter_leaves_only_what_it_finds(place):
    bank, church = CategoryFactory(slug="food-bank"), CategoryFactory(slug="church")
    NodeFactory(location=HERE, category=bank, name="Stretford Food Bank")
    NodeFactory(location=HERE, category=church, name="All Saints")
    address = address_of(HERE, 15)
    for query, expected in (
        (Query(category=("food-bank",)), ["Stretford Food Bank"]),
        (Query(q="saints"), ["All Saints"]),
        (Query(near="53.4265,-2.3205", within=100), ["All Saints", "Stretford Food Bank"]),
        (Query(near="53.40,-2.30", within=100), []),
    ):
        found = features(tiles.build("trafford", address, query=query))
        assert sorted(it["name"] for it in found) == expected
        wide = features(tiles.build("trafford", address_of(HERE, 9), query=query))
        assert sum(it["n"] for it in wide) == len(expected)


def test_the_filtered_path_and_the_quick_one_make_the_same_tile(place):
    for number in range(30):
        NodeFactory(location=Point(-2.33 + number / 1000, 53.42 + number / 2000, srid=4326))
    everybody = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    for z in (8, 12, 14, 16):
        address = address_of(HERE, z)
        assert tiles.build("trafford", address) == tiles.build("trafford", address, viewer=everybody)


def test_the_number_of_a_tile_is_that_of_its_place(place):
    other = PlaceFactory(slug="salford", name="Salford", code="E08000006")
    type(place.revision).objects.raise_for([place, place, other])
    place.revision.refresh_from_db()
    assert tiles.build("trafford", Address(0, 0, 0)).number == place.revision.number == 2
    assert tiles.revision_token(place) == "trafford.2"
    assert tiles.revision_token(None) == "all.4"


@pytest.mark.parametrize("z", [8, 14])
def test_the_index_of_points_answers(place, z):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO mapping_node (uuid, place_id, kind, name, other_names, summary, location, location_source,
                location_precision, address, postcode, phone, email, website, hours_text, step_free, facts,
                visibility, state, created_at, updated_at, search_extra)
            SELECT gen_random_uuid(), %s, 'asset', 'Node ' || i, '{}', '',
                ST_SetSRID(ST_MakePoint(-6 + (i %% 200) * 0.04, 50 + (i / 200) * 0.08), 4326),
                'exact', 'exact', '', '', '', '', '', '', '', '{}', 'public', 'live', now(), now(), ''
            FROM generate_series(1, 12000) i
            """,
            [place.pk],
        )
        cursor.execute("ANALYZE mapping_node")
        for slug in ("trafford", "all"):
            shape = "detail" if z >= tiles.DETAIL_ZOOM else "counts"
            sql, parameters = tiles.public_statement(slug, shape, address_of(HERE, z))
            cursor.execute("EXPLAIN " + sql, parameters)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert ("node_point_3857" if z >= tiles.DETAIL_ZOOM else "Index Only Scan using node_of_wide_tiles") in plan
            assert "Seq Scan on mapping_node" not in plan
