"""What the words in a search box may become."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from mapping.models import PUBLIC, GazetteerEntry, NodeState, Postcode, SearchWord, Viewer, Visibility
from mapping.search import completions, spelling
from tests.factories import CategoryFactory, NodeFactory, PlaceFactory, StreetFactory, UserFactory

pytestmark = pytest.mark.django_db
HERE, FAR = Point(-2.31, 53.43, srid=4326), Point(1.0, 51.0, srid=4326)


def rows(text: str, place, viewer: Viewer = PUBLIC) -> dict[str, list[str]]:
    return {it.label: [row.text for row in it.rows] for it in completions.completions(text, place, viewer)}


@pytest.fixture
def town(place):
    cafe = CategoryFactory(slug="cafe", name="Café", plural="Cafés")
    pharmacy = CategoryFactory(slug="pharmacy", name="Pharmacy", plural="Pharmacies")
    CategoryFactory(slug="castle", name="Castle", plural="Castles")
    NodeFactory(place=place, name="Café Siân", category=cafe, location=HERE)
    NodeFactory(place=place, name="Friends of the Cafeteria", category=pharmacy, location=HERE)
    GazetteerEntry.objects.create(name="Cafferton", district="", point=HERE)
    GazetteerEntry.objects.create(name="Cafferham", district="", point=FAR)
    StreetFactory(name="Caffery Road", town="Sale", point=HERE)
    for code in ("M32", "M320", "M320TA", "M320TH", "M321AA"):
        Postcode.objects.create(code=code, point=HERE)
    spelling.rebuild()
    return place


def test_kinds_places_streets_and_names_are_suggested_apart(town):
    assert rows("caf", town) == {
        "What": ["Cafés"],
        "Where": ["Cafferton", "Caffery Road, Sale"],
        "Names": ["Café Siân", "Friends of the Cafeteria"],
    }


def test_accents_and_apostrophes_make_no_difference(town):
    assert rows("café sian", town)["Names"] == rows("CAFE SIÂ", town)["Names"] == ["Café Siân"]


def test_what_else_a_kind_is_called_is_suggested_with_the_kind(town):
    [group] = completions.completions("chem", town, PUBLIC)
    assert (group.rows[0].text, group.rows[0].about) == ("chemist", "Pharmacies")


def test_a_kind_of_which_the_place_has_none_is_not_suggested(town):
    assert "What" not in rows("castl", town)


def test_a_place_is_suggested_after_the_words_before_it(town):
    assert rows("cafe near caff", town)["Where"] == ["cafe near Cafferton", "cafe near Caffery Road, Sale"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("M32", ["M32", "M320", "M32 0TA", "M32 0TH", "M32 1AA"]),
        ("m32 0t", ["M32 0TA", "M32 0TH"]),
        ("M320T", ["M32 0TA", "M32 0TH"]),
    ],
)
def test_postcodes_are_suggested_as_far_as_they_are_typed(town, typed, expected):
    assert rows(typed, town)["Where"] == expected


@pytest.mark.parametrize("typed", ["", "c", " ", "%", "__", "\\", "zzzz", "'", "&", "××", "÷÷", "ˆˆ", "ˈˈ", "、、"])
def test_what_begins_nothing_suggests_nothing(town, typed):
    assert rows(typed, town) == {}


def test_a_name_leads_to_its_page(town):
    node = NodeFactory(place=town, name="Unmistakable", address="1 Mill Lane")
    [group] = completions.completions("unmis", town, PUBLIC)
    assert (group.rows[0].about, group.rows[0].url) == ("1 Mill Lane", node.get_absolute_url())


def test_nobody_is_told_a_name_that_they_may_not_see(town):
    member = Viewer(user_id=UserFactory().pk, place_ids=frozenset({town.pk}))
    NodeFactory(place=town, name="Hidden hut", visibility=Visibility.MEMBERS)
    NodeFactory(place=town, name="Hidden draft", state=NodeState.DRAFT)
    NodeFactory(place=PlaceFactory(slug="elsewhere", name="Elsewhere", code="X9"), name="Hidden elsewhere")
    assert rows("hidd", town) == {}
    assert rows("hidd", town, member) == {"Names": ["Hidden hut"]}


def test_a_kind_that_only_hidden_nodes_have_is_not_suggested(town):
    NodeFactory(place=town, name="Keep", category=CategoryFactory(slug="keep", name="Keep"), state=NodeState.DRAFT)
    assert rows("kee", town) == {}


def test_a_word_that_thousands_have_is_looked_for_at_the_beginning_only(town):
    SearchWord.objects.filter(word="cafeteria").update(occurrences=completions.MANY_WITH_WORD + 1)
    assert rows("cafe", town)["Names"] == ["Café Siân"]


def test_the_queries_do_not_grow_with_what_is_there(town, django_assert_max_num_queries):
    for n in range(80):
        NodeFactory(place=town, name=f"Cafe {n}")
    with django_assert_max_num_queries(12):
        found = rows("caf", town)
    assert len(found["Names"]) == completions.MAX_NAMES


def test_the_page_may_be_kept_for_a_minute_and_that_of_a_member_by_nobody_else(town, client):
    answer = client.get("/trafford/suggestions.html", {"q": "caf"})
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert {"Cookie", "Accept-Language"} <= {it.strip() for it in answer["Vary"].split(",")}
    assert "5 suggestions" in answer.content.decode()
    client.force_login(UserFactory())
    assert "private" in client.get("/trafford/suggestions.html", {"q": "caf"})["Cache-Control"]
    assert client.get("/nowhere/suggestions.html", {"q": "caf"}).status_code == 404


def test_what_people_wrote_is_no_markup(town, client):
    NodeFactory(place=town, name="Zebra <b>&\"'")
    page = client.get("/trafford/suggestions.html", {"q": "zebra"}).content.decode()
    assert "<b>" not in page and "Zebra &lt;b&gt;&amp;&quot;&#x27;" in page


@pytest.mark.parametrize("typed", ["univ", "univers", "universi", "universit", "university"])
def test_a_name_stays_while_a_word_of_it_is_typed(town, typed):
    NodeFactory(place=town, name="The Open University")
    spelling.rebuild()
    assert rows(typed, town)["Names"] == ["The Open University"]


@pytest.mark.parametrize("typed", ["saint", "saint pet", "st pet", "St. Peter’s"])
def test_saint_is_st_within_a_name_too(town, typed):
    NodeFactory(place=town, name="Friends of Saint Peter's")
    spelling.rebuild()
    assert rows(typed, town)["Names"] == ["Friends of Saint Peter's"]


@pytest.mark.parametrize("typed", ["st", "sta", "station c", "station cl", "station clo", "station clough"])
def test_a_street_stays_while_its_last_word_is_typed(town, typed):
    StreetFactory(name="Station Clough", town="Sale", point=HERE)
    assert rows(typed, town)["Where"] == ["Station Clough, Sale"]
