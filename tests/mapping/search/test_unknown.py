"""Parameters that nobody knows: said by pages, refused by everything that a program or another site asks."""

import html
import re

import pytest
from django.http import QueryDict
from django.test import Client

from mapping import search
from mapping.search import unknown
from tests import factories

pytestmark = pytest.mark.django_db
HERE = "/trafford/list/"
NEAREST = "Search with the nearest name that we know"


def names(text: str) -> set[str]:
    """What the cards of a page are called."""
    return set(re.findall(r'class="card__name"><a [^>]*>([^<]+)<', text))


@pytest.fixture
def town():
    from cms.commands import ensure_pages
    from mapping.commands.change import change
    from mapping.models import Actor

    place = factories.PlaceFactory()
    for slug in ("library", "food-bank"):
        factories.NodeFactory(place=place, name=f"A {slug}", category=factories.CategoryFactory(slug=slug))
    with change(actor=Actor.command("test"), action="load", place=place):
        pass
    ensure_pages(place=place, actor=Actor.command("test"))
    return place


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("categry", "category"),
        ("Category", "category"),
        ("category[]", "category"),
        ("catgeory", "category"),
        ("categories", "category"),
        ("query", "q"),
        ("postcode", "near"),
        ("radius", "within"),
        ("languages", "language"),
        ("per_page", "limit"),
        ("colour", ""),
        ("x", ""),
    ],
)
def test_the_nearest_name_is_offered(name, near):
    assert unknown.nearest(name) == near


@pytest.mark.parametrize("name", ["utm_source", "UTM_Campaign", "fbclid", "gclid", "mc_eid", "_ga"])
def test_who_came_from_where_is_no_question(name, town, client):
    assert unknown.names({name: "1", "q": "tea"}) == []
    answer = client.get(HERE, {name: "1"})
    text = answer.content.decode()
    assert names(text) == {"A library", "A food-bank"}
    assert "error-summary" not in text
    assert client.get("/api/v1/nodes", {name: "1"}).status_code == 200


def test_five_are_said_at_most_and_shortened():
    found = unknown.problems(QueryDict("&".join(f"x{n}{'x' * 60}=1" for n in range(9))))
    assert len(found) == 5
    assert all(len(it.field) == 41 for it in found)


@pytest.mark.parametrize("path", [HERE, "/trafford/map/", "/trafford/calendar/"])
def test_a_page_that_understands_nothing_says_so_and_shows_nothing(path, town, client):
    answer = client.get(path, {"categry": "library"})
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "We do not know “categry”, so nothing was searched with it. Did you mean “category”?" in text
    assert "A library" not in text
    assert "A food-bank" not in text


def test_it_leads_to_the_question_that_was_meant(town, client):
    answer = client.get(HERE, {"categry": "library", "utm_source": "x"})
    text = html.unescape(answer.content.decode())
    mended = f"{HERE}?category=library&utm_source=x"
    assert f'<a href="{mended}">{NEAREST}</a>' in text
    assert "Nothing was searched for</h2>" in text
    assert names(client.get(mended).content.decode()) == {"A library"}
    # The map of it has no dots: `data-query` is what they are asked.
    assert "data-query" not in client.get("/trafford/map/", {"categry": "library"}).content.decode()
    assert NEAREST not in client.get(HERE, {"colour": "red"}).content.decode()


def test_what_is_understood_is_answered_beside_it(town, client):
    text = client.get(HERE, {"category": "library", "colour": "red"}).content.decode()
    assert names(text) == {"A library"}
    assert "do not know “colour”" in text.partition("error-summary-title")[2].partition("</ul>")[0]


def test_it_is_said_after_the_words_went_elsewhere(town, client):
    answer = client.get(HERE, {"q": "what's on today", "colour": "red"})
    assert answer.status_code == 302
    assert "when=today" in answer["Location"]
    assert answer["Location"].endswith("&colour=red")


@pytest.mark.parametrize("name", ["underneath", "type", "hide", "stated", "least"])
def test_what_the_map_keeps_in_its_address_is_known(name, town, client):
    assert "error-summary" not in client.get("/trafford/map/", {name: "1"}).content.decode()


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/api/v1/nodes?categry=", "category"),
        ("/api/v1/nodes?categry=library", "category"),
        ("/api/v1/connections?plce=trafford", "place"),
        ("/api/v1/places?kinds=ward", "kind"),
    ],
)
def test_the_api_refuses_with_the_nearest_name(path, near, town, client):
    answer = client.get(path)
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["parameter"] in path
    assert error["remedy"] == f"Did you mean “{near}”?"


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/trafford.{n}/nodes/0/0/0.mvt?categry=library",
        "/trafford/calendar.ics?categry=library",
        "/trafford/calendar.svg?categry=library",
        "/maps/trafford.{n}/embed.js?categry=library",
    ],
)
def test_tiles_files_and_scripts_refuse(path, town, client):
    answer = client.get(path.format(n=town.revision.number))
    assert answer.status_code == 400
    assert "Did you mean “category”?" in html.unescape(answer.content.decode())


def test_a_widget_says_what_is_wrong_in_its_question_or_its_address(town):
    from cms.models import Widget

    stored = Widget.objects.create(name="Libraries", place=town, query="categry=library")
    text = html.unescape(Client().get(f"/embed/{stored.token}/").content.decode())
    assert "Did you mean “category”?" in text
    assert "A food-bank" not in text
    stored.query = "category=library"
    stored.save()
    text = html.unescape(Client().get(f"/embed/{stored.token}/?page=1&utm_source=x").content.decode())
    assert "A library" in text
    text = html.unescape(Client().get(f"/embed/{stored.token}/?category=food-bank").content.decode())
    assert "Its address holds category, which is not read there." in text
    assert "A library" not in text


def test_nobody_is_told_of_everything_by_a_slip(town, client):
    answer = client.get("/alerts/new/", {"place": "trafford", "categry": "library"})
    assert answer.status_code == 422
    assert "Did you mean “category”?" in html.unescape(answer.content.decode())
    assert client.get("/alerts/new/", {"place": "trafford", "category": "library"}).status_code == 200


def test_programs_get_every_problem():
    with pytest.raises(search.QueryError) as caught:
        search.answer(QueryDict("categry=library&page=x"))
    assert [it.field for it in caught.value.problems] == ["categry", "page"]
