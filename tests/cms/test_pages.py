from __future__ import annotations

import pytest

from cms.commands import ensure_pages
from mapping.models import Actor


@pytest.fixture
def page(place):
    return ensure_pages(place, Actor.command("test"))


def test_the_first_page_names_the_places_and_has_a_search_box(client, page):
    answer = client.get("/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="/trafford/"' in text
    assert 'action="/search/"' in text
    assert not answer.cookies


def test_the_first_page_takes_a_fixed_number_of_queries(client, page, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(7):
        client.get("/")


def test_a_place_has_its_pages(client, page):
    for url in ("/trafford/", "/trafford/map/", "/trafford/list/", "/trafford/network/"):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert not answer.cookies


def test_a_page_that_is_not_there(client, page):
    assert client.get("/trafford/nothing/").status_code == 404
    assert client.get("/nowhere/").status_code == 404
