"""What a query finds: by words, nearness, area, category, kind, tag, opening hours and connection."""

import math

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.models import PUBLIC, Category, Node, NodeKind, Viewer, Visibility
from mapping.search import geocoding
from mapping.search.geocoding import metres_between
from mapping.search.query import Query
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


def ask(place=None, viewer=PUBLIC, **fields):
    return list(Query(place=place, **fields).apply(Node.objects.visible_to(viewer), viewer))


def at(lon, lat):
    return Point(lon, lat, srid=4326)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("food bank", True),
        ("FOOD   banks", True),
        ("food ban", False),
        ("food ban*", True),
        ("foo*", True),
        ("foo* ban*", True),
        ("foo* library", False),
        ("bank food", True),
        ('"food bank"', True),
        ('"bank food"', False),
        ("food -bank", False),
        ("library or food", True),
        ("stretford", True),
        ("food library", False),
        ("the food bank at the", True),
    ],
)
def test_words_are_found_in_name_summary_and_extras(text, found):
    node = NodeFactory(name="Food Bank", summary="For everybody", search_extra="Chester Road Stretford")
    assert (node in ask(q=text)) is found


@pytest.mark.parametrize("text", [*"'%🏠*&|!", "\\", "a:*", "(((", "<->", "x'y", "''''", ":*", "x*", "a* -b*", "or"])
def test_no_words_break_the_database(text):
    NodeFactory()
    assert isinstance(ask(q=text), list)


@pytest.mark.parametrize("text", ["-1", "-bank", "-90,-180", "-bank -hall", "- bank"])
def test_without_a_word_is_not_everything_else(text):
    NodeFactory(name="Sale Library")
    assert ask(q=text) == []


def test_a_beginning_of_a_word_is_not_cut_to_its_stem():
    NodeFactory(name="Arthur's Hall")
    assert ask(q="arts*") == []


def test_better_matches_come_first():
    mention = NodeFactory(name="Hall", summary="There is a library next door")
    named = NodeFactory(name="Library")
    assert ask(q="library") == [named, mention]


def test_help_with_computers_is_not_whatever_is_called_digital():
    skills = NodeFactory(name="Digital skills at the library")
    phones = NodeFactory(name="Help with phones and computers")
    NodeFactory(name="Quick Digital Pharmacy")
    assert ask(q="IT classes", sort="name") == [skills, phones]


def test_without_words_results_are_in_the_order_of_a_guide():
    parks, food = CategoryFactory(slug="park", position=2), CategoryFactory(slug="food-bank", position=1)
    b, a, c = (NodeFactory(name=name, category=category) for name, category in [("B", food), ("A", parks), ("C", food)])
    other = NodeFactory(name="A1", category=None)
    assert ask() == [b, c, a, other]
    assert ask(sort="name") == [a, other, b, c]


def test_nearness_is_measured_in_true_metres_and_sorted():
    centre = (-2.32, 53.42)
    inside = NodeFactory(location=at(-2.32, 53.4339))
    near = NodeFactory(location=at(-2.32, 53.421))
    NodeFactory(location=at(-2.32, 53.4346))
    NodeFactory(location=None)
    found = ask(near="53.42,-2.32", within=1600)
    assert found == [near, inside]
    assert found[0].distance == pytest.approx(metres_between(*centre, -2.32, 53.421), rel=1e-4)


def test_the_rim_of_a_circle_is_complete_in_every_direction():
    # Mercator stretches: a box that is too small would lose those due north first.
    for lat in (-70.0, 0.0, 53.42, 84.0):
        for bearing in range(0, 360, 30):
            metres = 49_900
            dlat = math.degrees(metres / 6_371_008.77) * math.cos(math.radians(bearing))
            # At that latitude, so that the rim is a little inside the circle.
            turn = math.degrees(metres / 6_371_008.77 / math.cos(math.radians(lat)))
            dlon = turn * math.sin(math.radians(bearing)) * 0.5
            point = at(10 + dlon, lat + dlat * 0.85)
            node = NodeFactory(location=point)
            if metres_between(10, lat, point.x, point.y) <= 50_000:
                assert node in ask(near=f"{lat:g},10", within=50_000)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(-179, 179),
    st.floats(-84, 84),
    st.integers(1, 3000),
    st.floats(0, 2 * math.pi),
    st.floats(0, 0.999),
)
def test_squares_of_ground_leave_nothing_out(lon, lat, within, bearing, far):
    reach = math.degrees(within * far / 6_371_008.77)
    point = at(lon + reach * math.sin(bearing) / math.cos(math.radians(lat)), lat + reach * math.cos(bearing))
    node = NodeFactory(name="Library", location=point)
    if metres_between(lon, lat, point.x, point.y) <= within:
        spot = geocoding.Spot("here", "here", "coordinates", lon, lat)
        assert node in ask(q="library", near="here", within=within, spot=spot)
    node.delete()


def test_distance_never_tells_more_than_the_public_point():
    node = NodeFactory(location=at(-2.32123, 53.42456), location_precision="area")
    [found] = ask(near="53.42456,-2.32123", within=5000)
    node.refresh_from_db()
    assert found.distance == pytest.approx(
        metres_between(-2.32123, 53.42456, node.public_point.x, node.public_point.y), rel=1e-3
    )
    assert found.distance > 50


def test_an_area_takes_what_lies_in_it():
    inside = NodeFactory(location=at(-2.32, 53.42))
    NodeFactory(location=at(-2.40, 53.42))
    assert ask(bbox=(-2.33, 53.41, -2.31, 53.43)) == [inside]


def test_a_category_takes_its_branch_and_further_categories():
    food = CategoryFactory(slug="food-help")
    bank = CategoryFactory(slug="food-bank", parent=food)
    other = CategoryFactory(slug="library")
    direct = NodeFactory(name="A", category=food)
    below = NodeFactory(name="B", category=bank)
    also = NodeFactory(name="C", category=other)
    also.more_categories.add(bank)
    NodeFactory(name="D", category=other)
    NodeFactory(name="E", category=None)
    assert ask(category=("food-help",)) == [direct, below, also]
    assert ask(category=("food-bank",)) == [below, also]


def test_the_array_of_categories_follows_every_change():
    food, library, park = (CategoryFactory(slug=slug) for slug in ("food", "library", "park"))
    node = NodeFactory(category=food)

    def kept():
        return set(Node.objects.values_list("category_ids", flat=True).get(pk=node.pk))

    assert kept() == {food.pk}
    node.more_categories.add(library, park)
    assert kept() == {food.pk, library.pk, park.pk}
    node.name = "Renamed"
    node.save()  # with a stale array in memory
    assert kept() == {food.pk, library.pk, park.pk}
    node.more_categories.remove(park)
    Node.objects.filter(pk=node.pk).update(category=None)
    assert kept() == {library.pk}
    node.more_categories.clear()
    assert kept() == set()
    node.delete()
    assert Category.objects.count() == 3


def test_bulk_created_nodes_and_children_have_their_categories():
    category = CategoryFactory()
    place = PlaceFactory()
    Node.objects.bulk_create([Node(name="Bulk", kind=NodeKind.ASSET, category=category, place=place)])
    organisation = OrganisationFactory(category=category)
    for pk in (Node.objects.get(name="Bulk").pk, organisation.pk):
        assert Node.objects.get(pk=pk).category_ids == [category.pk]


def test_kind_and_tag_take_any_of_what_is_chosen():
    hall = NodeFactory(name="A")
    hall.tags.add("Step by step", "Warm")
    group = OrganisationFactory(name="B")
    group.tags.add("warm")
    NodeFactory(name="C")
    assert ask(tag=("warm",)) == [hall, group.node_ptr]
    assert ask(tag=("warm", "step-by-step")) == [hall, group.node_ptr]
    assert ask(kind=("organisation",)) == [group.node_ptr]
    assert ask(tag=("nothing-like-it",)) == []


def test_a_place_keeps_its_own_and_another_area_takes_what_lies_in_it():
    home = PlaceFactory()
    elsewhere = PlaceFactory(slug="elsewhere", code="E1", boundary=None)
    mine = NodeFactory(place=home)
    theirs = NodeFactory(place=elsewhere)
    assert ask(home) == [mine]
    ward = PlaceFactory(slug="ward", code="E2", is_home=False)
    assert set(ask(ward)) == {mine, theirs}
    assert ask(PlaceFactory(slug="nowhere", code="E3", is_home=False, boundary=None)) == []


def test_connected_follows_only_what_the_viewer_may_see():
    hub = OrganisationFactory(name="Hub")
    known, hidden = OrganisationFactory(name="Known"), OrganisationFactory(name="Hidden")
    StatementFactory(connection=ConnectionFactory(source=hub, target=known))
    StatementFactory(connection=ConnectionFactory(source=hidden, target=hub), visibility=Visibility.MEMBERS)
    ConnectionFactory(source=hub, target=OrganisationFactory(name="Unsupported"))
    member = Viewer(user_id=1, place_ids=frozenset({hub.place_id}))
    assert [node.name for node in ask(connected=hub.uuid)] == ["Known"]
    assert [node.name for node in ask(connected=hub.uuid, viewer=member)] == ["Hidden", "Known"]


def test_pages_follow_each_other():
    nodes = [NodeFactory(name=f"Node {n:02}") for n in range(7)]
    query = Query(limit=3, page=2)
    assert list(query.page_of(query.apply(Node.objects.visible_to(PUBLIC)))) == nodes[3:6]


def test_a_search_asks_the_database_once(django_assert_num_queries):
    NodeFactory.create_batch(5)
    query = Query(q="node", near="53.42,-2.32", within=5000, when="wed")
    with django_assert_num_queries(1):
        list(query.apply(Node.objects.visible_to(PUBLIC)))
    CategoryFactory(slug="food-bank")
    with django_assert_num_queries(2):
        list(query.replace(category=("food-bank",)).apply(Node.objects.visible_to(PUBLIC)))


@pytest.mark.parametrize(
    ("fields", "index"),
    [
        ({"q": "library"}, "node_search"),
        ({"near": "53.42,-2.32", "within": 500}, "node_point_3857"),
        ({"bbox": (-2.33, 53.41, -2.31, 53.43)}, "node_point_3857"),
        ({"category": ("food-bank",)}, "node_search"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_each_way_of_asking_has_its_index(fields, index):
    NodeFactory.create_batch(3)
    # Without `visible_to`, whose own index is as good as any among three rows.
    nodes = Query(**fields).restrict(Node.objects.order_by())
    sql, params = nodes.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
