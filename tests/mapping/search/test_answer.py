"""One door: a question means the same wherever it is asked, and costs nothing until its answer is read."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import MultiPolygon, Point
from django.http import QueryDict

from cms.commands import ensure_pages
from cms.models import Widget
from mapping import search
from mapping.models import PUBLIC, Actor, GazetteerEntry, Postcode, Visibility
from tests.factories import (
    CategoryFactory,
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    opens,
)

ROOT = Path(__file__).resolve().parents[3]
# The tile that everything in `town` lies in, at a zoom that has names.
TILE = "14/8086/5304"
HALL = "0a1b2c3d-0000-4000-8000-000000000001"


@pytest.fixture
def town(place):
    """Trafford with its pages, and five things within one tile."""
    ensure_pages(place, Actor.command("test"))
    food = CategoryFactory(slug="food-help")
    bank = CategoryFactory(slug="food-bank", parent=food)
    park = CategoryFactory(slug="park")
    hall = NodeFactory(name="Public Hall", category=None, location=at(0), uuid=HALL)
    opens(NodeFactory(name="Food Bank", category=bank, location=at(1)), "We 10:00-16:00; PH off")
    NodeFactory(name="Community Meal", category=food, location=at(2), search_extra="Food")
    NodeFactory(name="Longford Park", category=park, location=at(3)).tags.add("green")
    friends = OrganisationFactory(name="Friends of the Park", category=None, location=at(4))
    StatementFactory(connection=ConnectionFactory(source=friends, target=hall))
    NodeFactory(name="Members' Park", category=park, location=at(3), visibility=Visibility.MEMBERS)
    Postcode.objects.create(code="M320TH", point=at(0))
    return place


def at(step: int) -> Point:
    """Some 65 metres apart, from west to east."""
    return Point(-2.3205 + step / 1000, 53.4265, srid=4326)


def cards(response) -> set[str]:
    assert response.status_code == 200
    found = re.findall(r'class="card__name"><a [^>]*>([^<]+)<', response.content.decode())
    return {name.strip().replace("&#x27;", "'") for name in found}


def on_page(view: str):
    return lambda client, place, text: cards(client.get(f"/trafford/{view}/?{text}"))


def in_search(client, place, text: str) -> set[str]:
    """The search of all places, asked for one of them."""
    return cards(client.get(f"/search/?place=trafford&{text}"))


def in_api(client, place, text: str) -> set[str]:
    body = client.get(f"/api/v1/nodes?place=trafford&{text}").json()
    assert body["numberMatched"] == body["numberReturned"]
    return {it["properties"]["name"] for it in body["features"]}


def in_widget(client, place, text: str) -> set[str]:
    return cards(client.get(Widget.objects.create(name="A widget", place=place, query=text).get_absolute_url()))


def in_tile(client, place, text: str) -> set[str]:
    response = client.get(f"/tiles/trafford.1/nodes/{TILE}.mvt?{text}")
    if response.status_code == 204:
        return set()
    layer = mapbox_vector_tile.decode(response.content)["nodes"]
    return {it["properties"]["name"] for it in layer["features"]}


def on_map_of_widget(client, place, text: str) -> set[str]:
    """The tiles that the script of a widget's map asks for."""
    script = client.get(f"/maps/trafford.1/embed.js?{text}").content.decode()
    asked = re.search(r'"query": ?"([^"]*)"', script)[1].encode().decode("unicode_escape")
    return in_tile(client, place, asked)


DOORS = {
    "map": on_page("map"),
    "list": on_page("list"),
    "search": in_search,
    "API": in_api,
    "widget": in_widget,
    "tile": in_tile,
    "map of a widget": on_map_of_widget,
}
PARKS = {"Longford Park", "Friends of the Park"}
QUESTIONS = {
    "kind=asset": {"Public Hall", "Food Bank", "Community Meal", "Longford Park"},
    "q=park": PARKS,
    "q=park&exact=1&kind=organisation": {"Friends of the Park"},
    "category=food-help": {"Food Bank", "Community Meal"},
    "category=food-bank,park": {"Food Bank", "Longford Park"},
    "tag=green": {"Longford Park"},
    "open=wed": {"Food Bank"},
    "open=sunday": set(),
    "near=m32+0th&within=150": {"Public Hall", "Food Bank", "Community Meal"},
    "near=53.4265,-2.3205&within=100+m&q=food": {"Food Bank"},
    "bbox=-2.3180,53.42,-2.3160,53.43": PARKS,
    f"connected={HALL}": {"Friends of the Park"},
    "q=park&tag=green&near=M32+0TH": {"Longford Park"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS)
def test_a_question_means_the_same_at_every_door(client, town, door):
    # A second home, so that the search of all places does not lead into the only one.
    ensure_pages(PlaceFactory(name="Leeds", slug="leeds", code="E2", boundary=None), Actor.command("test"))
    assert {text: DOORS[door](client, town, text) for text in QUESTIONS} == QUESTIONS


@pytest.mark.django_db
def test_on_a_form_a_branch_narrows_its_group_elsewhere_they_are_either(town):
    params = QueryDict("category=food-help&category=food-bank")
    assert search.answer(params, town).query.category == ("food-bank", "food-help")
    page = search.answer(params, town, path="/trafford/list/", lenient=True)
    assert page.query.category == ("food-bank",)
    # From the page on, everybody is asked the narrow question.
    assert page.map_url == "/trafford/map/?category=food-bank"
    assert page.results.tile_query == "category=food-bank"


@pytest.mark.django_db
class TestCost:
    def test_a_question_that_names_no_record_asks_the_database_nothing(self, town, django_assert_num_queries):
        with django_assert_num_queries(0):
            found = search.answer(QueryDict("q=park&open=wed&near=53.4,-2.3&page=2"), town)
            assert found.query.query_string == "near=53.4,-2.3&page=2&q=park&when=wed"
            assert found.for_tiles is not None and found.map_url and found.kept

    @pytest.mark.parametrize(("text", "cost"), [("near=M32+0TH", 1), ("category=park", 1), ("place=trafford", 1)])
    def test_each_name_of_a_record_is_looked_up_once(self, town, django_assert_num_queries, text, cost):
        with django_assert_num_queries(cost):
            search.answer(QueryDict(text))

    def test_what_was_read_once_is_kept(self, town, django_assert_num_queries):
        found = search.answer(QueryDict("q=park"), town, path="/trafford/list/", lenient=True)
        read = lambda: (found.results.total, found.results.cards, found.filters, found.sources)  # noqa: E731
        first = read()
        with django_assert_num_queries(0):
            assert read() == first

    def test_counting_costs_no_results(self, town, django_assert_num_queries):
        found = search.answer(QueryDict("open=wed"), town)
        with django_assert_num_queries(2):
            assert (found.count(), found.count(when="")) == (1, 5)


@pytest.mark.django_db
class TestProblems:
    FAULTY = QueryDict("q=park&open=later&sort=price&near=Ladywood")

    @pytest.fixture(autouse=True)
    def ladywoods(self, town):
        for district, lon in [("Birmingham", -1.93), ("Telford and Wrekin", -2.48)]:
            GazetteerEntry.objects.create(name="Ladywood", district=district, point=Point(lon, 52.5, srid=4326))

    def test_they_are_raised_all_at_once(self, town):
        with pytest.raises(search.QueryError) as caught:
            search.answer(self.FAULTY, town)
        assert {it.field for it in caught.value.problems} == {"open", "sort", "near"}

    def test_a_page_has_them_beside_what_the_rest_finds(self, town):
        found = search.answer(self.FAULTY, town, path="/trafford/list/", lenient=True)
        assert {it.field for it in found.problems} == {"open", "sort", "near"}
        assert {node.name for node in found.results.nodes} == PARKS
        assert found.near_choices == [
            {
                "label": "Ladywood, Telford and Wrekin",
                "url": "/trafford/list/?near=Ladywood,+Telford+and+Wrekin&q=park",
            },
            {"label": "Ladywood, Birmingham", "url": "/trafford/list/?near=Ladywood,+Birmingham&q=park"},
        ]

    def test_words_that_are_several_places_are_asked_about(self, town):
        found = search.answer(QueryDict("q=food+in+Ladywood"), town, path="/trafford/map/", lenient=True)
        assert not found.elsewhere and found.is_asking
        assert [it["url"] for it in found.choices] == [
            "/trafford/map/?near=Ladywood,+Telford+and+Wrekin&q=food",
            "/trafford/map/?near=Ladywood,+Birmingham&q=food",
        ]


@pytest.mark.django_db
class TestElsewhere:
    def test_a_postcode_among_the_words_belongs_into_the_url(self, town):
        found = search.answer(QueryDict("q=food+M32+0TH&kind=asset"), town, path="/trafford/list/", lenient=True)
        assert found.elsewhere == "/trafford/list/?kind=asset&near=M32+0TH&q=food"

    def test_an_unknown_postcode_says_what_was_typed(self, town):
        found = search.answer(QueryDict("q=M32+0ZZ"), town, path="/trafford/list/", lenient=True)
        assert found.elsewhere == "/trafford/list/?near=M32+0&typed=M32+0ZZ"
        there = search.answer(QueryDict(found.elsewhere.split("?")[1]), town, path="/trafford/list/", lenient=True)
        assert not there.elsewhere
        assert there.near_note == "You asked for “M32 0ZZ”. These are results near M32 0."

    def test_of_the_places_that_hold_it_the_smallest_is_gone_to(self, town):
        around_hall = MultiPolygon(at(0).buffer(0.01), srid=4326)
        small = PlaceFactory(name="Old Trafford", slug="old", code="E3", boundary=around_hall)
        nowhere = PlaceFactory(name="Leeds", slug="leeds", code="E2", boundary=None)
        asked = {"path": "/search/", "lenient": True}
        text = QueryDict("q=M32+0TH")
        assert search.answer(text, homes=[town, small, nowhere], **asked).elsewhere == "/old/map/?near=M32+0TH"
        assert search.answer(text, homes=[nowhere], **asked).elsewhere == "/search/?near=M32+0TH"

    def test_machines_are_never_sent_elsewhere(self, town):
        found = search.answer(QueryDict("q=M32+0TH"), town)
        assert (found.elsewhere, found.query.q) == ("", "M32 0TH")


@pytest.mark.django_db
def test_an_answer_is_for_one_viewer(town):
    found = search.answer(QueryDict("category=park"), town, PUBLIC)
    assert found.results.total == found.count() == 1
    everything = found.seen_by(replace(PUBLIC, user_id=1, sees_everything=True))
    assert everything.results.total == everything.count() == len(everything.page) == 2
    assert found.results.total == 1


# --- nobody goes round it -----------------------------------------------------------------------------------------

BEHIND = {
    "at_hand", "choices", "clock_words", "corrections", "counted", "fact_facets", "facets",
    "feature_words", "geocoding", "geometry",
    "in_order", "interpret", "matching_order", "near_words", "parameters", "people_words", "query", "results",
    "synonyms", "text", "time_facets", "when", "when_words",
}  # fmt: skip
# Who may look behind the door, and why.
LETS_IN = {
    # They have parameters of their own, which are read and refused as those of a question are.
    ("mapping/api/connections.py", "parameters"),
    ("mapping/api/places.py", "parameters"),
    # It tells the limits of parameters in the OpenAPI document.
    ("mapping/api/parameters.py", "parameters"),
}


def views() -> list[Path]:
    return [path for room in ("mapping/views", "mapping/api", "cms/views") for path in (ROOT / room).rglob("*.py")]


def imported(tree: ast.AST) -> set[str]:
    """The names of modules, and of what is taken from them, that a module imports by their full names."""
    found = set()
    for it in ast.walk(tree):
        if isinstance(it, ast.Import):
            found |= {alias.name for alias in it.names}
        elif isinstance(it, ast.ImportFrom) and it.module and not it.level:
            found |= {it.module, *(f"{it.module}.{alias.name}" for alias in it.names)}
    return found


def test_views_read_no_question_themselves():
    behind = {f"mapping.search.{name}": name for name in BEHIND}
    paths = [ROOT / module.replace(".", "/") for module in behind]
    assert all(it.is_dir() or it.with_suffix(".py").exists() for it in paths)
    looked = {
        (str(path.relative_to(ROOT)), behind[module])
        for path in views()
        for module in imported(ast.parse(path.read_text())) & set(behind)
    }
    assert looked == LETS_IN


def test_views_make_no_query():
    """`Query` is there for types: a question comes from `answer`."""
    made = [
        f"{path.relative_to(ROOT)}:{it.lineno}"
        for path in views()
        for it in ast.walk(ast.parse(path.read_text()))
        if isinstance(it, ast.Call) and re.search(r"\bQuery(\.|$)", ast.unparse(it.func))
    ]
    assert made == []
