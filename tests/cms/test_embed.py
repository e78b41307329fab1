from __future__ import annotations

import re

import pytest

from cms.models import Widget
from cms.models.widget import WidgetView
from tests.factories import CategoryFactory, NodeFactory, PlaceFactory, UserFactory


@pytest.fixture
def library(place):
    return NodeFactory(place=place, name="Sale Library", category=CategoryFactory(slug="library"))


def a_widget(place, **more):
    given = {
        "name": "Libraries near you",
        "place": place,
        "query": "category=library",
        "allowed_origins": ["https://www.example.gov.uk", "https://intranet.example.gov.uk:8443"],
    }
    return Widget.objects.create(**{**given, **more})


def directive(response, name) -> str:
    policy = response["Content-Security-Policy"]
    return re.search(rf"{name} ([^;]*)", policy)[1].strip()


def test_it_shows_what_the_query_asks_for(client, library, place):
    NodeFactory(place=place, name="A park")
    page = client.get(a_widget(place).get_absolute_url()).content.decode()
    assert "Sale Library" in page
    assert "A park" not in page
    assert "<title>Libraries near you: Trafford</title>" in page
    assert "Powered by the community of Trafford" in page


def test_only_the_named_sites_may_frame_it(client, library, place):
    response = client.get(a_widget(place).get_absolute_url())
    assert directive(response, "frame-ancestors") == ("https://www.example.gov.uk https://intranet.example.gov.uk:8443")
    assert "X-Frame-Options" not in response
    assert "unsafe" not in response["Content-Security-Policy"]


def test_without_sites_nobody_may(client, library, place):
    response = client.get(a_widget(place, allowed_origins=[]).get_absolute_url())
    assert directive(response, "frame-ancestors") == "'none'"


def test_a_stored_origin_cannot_widen_the_policy(client, library, place):
    bad = ["https://a.example; script-src *", "*", "https://ok.example", "javascript:x"]
    response = client.get(a_widget(place, allowed_origins=bad).get_absolute_url())
    assert directive(response, "frame-ancestors") == "https://ok.example"


def test_other_pages_still_refuse_frames(client, db):
    response = client.get("/post/")
    assert directive(response, "frame-ancestors") == "'none'"
    assert response["X-Frame-Options"] == "DENY"


def test_it_sets_no_cookies_and_knows_nobody(client, library, place):
    NodeFactory(place=place, name="Members' library", category=library.category, visibility="members")
    url = a_widget(place).get_absolute_url()
    assert not client.get(url).cookies
    client.force_login(UserFactory(is_superuser=True))
    response = client.get(url)
    assert "Members" not in response.content.decode()
    assert "Cookie" not in response.get("Vary", "")
    assert "public" in response["Cache-Control"]


def test_its_list_needs_no_script_and_no_other_site(client, library, place):
    page = client.get(a_widget(place).get_absolute_url()).content.decode()
    assert "<script" not in page
    addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page)
    assert addresses
    assert all(address.startswith(("/", "?", "#")) for address in addresses)


def test_links_leave_the_frame(client, library, place):
    page = client.get(a_widget(place).get_absolute_url()).content.decode()
    assert '<base target="_blank">' in page


def test_long_answers_have_pages(client, place):
    category = CategoryFactory(slug="library")
    for number in range(25):
        NodeFactory(place=place, name=f"Library {number:02}", category=category)
    url = a_widget(place).get_absolute_url()
    first, second = (client.get(url, {"page": page}).content.decode() for page in (1, 2))
    assert 'href="?page=2"' in first
    assert "Library 24" in second
    assert "Library 24" not in first


def test_the_number_of_queries_does_not_grow(client, place, django_assert_max_num_queries):
    category = CategoryFactory(slug="library")
    for number in range(30):
        NodeFactory(place=place, name=f"Library {number:02}", category=category)
    url = a_widget(place).get_absolute_url()
    with django_assert_max_num_queries(8):
        client.get(url)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "\x00"])
def test_a_strange_page_number_is_explained(client, library, place, page):
    response = client.get(a_widget(place).get_absolute_url(), {"page": page})
    assert response.status_code == 200


def test_a_stored_query_that_cannot_be_used_is_explained(client, library, place):
    page = client.get(a_widget(place, query="category=gone").get_absolute_url()).content.decode()
    assert "This widget cannot show anything just now" in page
    assert "no category “gone”" in page


def test_an_unknown_token_is_not_there(client, db):
    assert client.get("/embed/nothing/").status_code == 404


def test_another_place_is_another_widget(client, library, place):
    other = PlaceFactory(slug="other", name="Other", code="", boundary=None)
    page = client.get(a_widget(other).get_absolute_url()).content.decode()
    assert "Sale Library" not in page


def test_a_map_has_its_list_as_well(client, library, place):
    page = client.get(a_widget(place, view=WidgetView.MAP).get_absolute_url()).content.decode()
    assert "Sale Library" in page
